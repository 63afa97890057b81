"""Producing: the items of a plan written in one form, with the evidence for each and a manifest over all of it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import WrongUse
from audit.reports.production.course import Course, beneath
from audit.reports.production.edrm import EdrmWriter
from audit.reports.production.eml import EmlWriter
from audit.reports.production.loadfile import LoadfileWriter
from audit.reports.production.model import Fate, Standing
from audit.reports.production.ndjson import NdjsonWriter
from audit.reports.production.table import TableWriter, harmless
from audit.reports.production.vcon import VconWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from audit.projections.withholdings import Hidden
    from audit.reports.production.course import Holding
    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Item, Plan, Terms
    from audit.reports.production.writer import Writer

FORMAT: Final = "onrecord-production@v1"
MANIFEST: Final = "manifest.json"
FORMATS: Final = ("ndjson", "eml", "vcon", "edrm", "loadfile", "csv", "bagit")


@dataclass(frozen=True, kw_only=True)
class Produced:
    """What was written: the manifest and its SHA-256 in hexadecimal, and whose words are in it, as written."""

    manifest: dict[str, Any]
    digest: str
    persons: frozenset[str]

    @property
    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.manifest["counts"]
        return counts


def produce(
    holding: Holding, planned: Plan, terms: Terms, folder: Folder, on_progress: Callable[[int], None]
) -> Produced:
    """Write the items of a plan and all that proves them, and the manifest last.

    The same plan and terms give the same bytes. Raises Refused for what cannot be proven.
    """
    course = Course(holding, planned, terms, folder)
    with ExitStack() as at_end:
        writer = _writer(terms, folder, at_end)
        for families in course.pages():
            for place, group in course.read(families):
                writer.add(group, place)
            on_progress(len(course.listed))
        writer.close()
        course.finish_evidence()
    _write_lists(folder, course.listed, terms.format)
    manifest = _manifest(planned, terms, course, folder)
    content = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    folder.write(MANIFEST, content)
    return Produced(manifest=manifest, digest=sha256(content).hexdigest(), persons=frozenset(course.persons))


def _writer(terms: Terms, folder: Folder, at_end: ExitStack) -> Writer:
    match terms.format:
        case "ndjson" | "bagit":
            return NdjsonWriter(folder, at_end, beneath(terms.format))
        case "eml":
            return EmlWriter(folder, at_end)
        case "vcon":
            return VconWriter(folder, at_end)
        case "edrm":
            return EdrmWriter(folder, at_end)
        case "loadfile":
            return LoadfileWriter(folder, at_end, images=terms.images)
        case "csv":
            return TableWriter(folder, at_end)
        case _:
            raise WrongUse(f"There is no form {terms.format}: take one of {', '.join(FORMATS)}.")


def _write_lists(folder: Folder, listed: Sequence[Item], format_: str) -> None:
    """Write what is kept back, and what could not be handed over: each with its reason."""
    kept_back = [[item.number, item.event, "", item.reason] for item in listed if item.fate is Fate.WITHHELD]
    kept_back += [
        [item.number, item.event, _stretch(cut), cut.reason]
        for item in listed
        if item.fate is not Fate.WITHHELD
        for cut in item.cuts
    ]
    gone = [
        [item.number, item.event, item.fate.value, item.reason or "its words were erased"]
        for item in listed
        if item.fate in {Fate.ERASED, Fate.UNREADABLE}
    ]
    under = beneath(format_)
    folder.write(f"{under}withheld.csv", _table(["number", "event", "part", "reason"], sorted(kept_back)))
    folder.write(f"{under}errors.csv", _table(["number", "event", "what", "why"], sorted(gone)))


def _stretch(cut: Hidden) -> str:
    return f"{cut.part}" if cut.start is None else f"{cut.part} {cut.start}-{cut.end}"


def _table(head: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lines.writerow(head)
    lines.writerows([[harmless(str(value)) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _manifest(planned: Plan, terms: Terms, course: Course, folder: Folder) -> dict[str, Any]:
    listed, checkpoint = course.listed, course.checkpoint
    fates, standings = Counter(item.fate for item in listed), Counter(item.standing for item in listed)
    faults = list(planned.faults)
    if fates[Fate.UNREADABLE]:
        faults.append(f"{fates[Fate.UNREADABLE]} items could not be read: they stand in errors.csv.")
    counts = {"items": len(listed), "parts_withheld": sum(len(item.cuts) for item in listed)}
    counts |= {fate.value: fates[fate] for fate in Fate} | {
        standing.value: standings[standing] for standing in Standing
    }
    return {
        "format": FORMAT,
        "origin": terms.origin,
        "log_key": terms.log_key,
        "as_format": terms.format,
        "query": terms.query,
        "filters": dict(terms.filters),
        "zone": str(terms.zone),
        "context": terms.context,
        "by": {"login": terms.by, "role": terms.role, "why": terms.why},
        "position": planned.position,
        "matched": planned.matched,
        "checkpoint": None if checkpoint is None else {"size": checkpoint.size, "root": checkpoint.root.hex()},
        "numbers": {"prefix": terms.prefix, "first": listed[0].number, "last": listed[-1].number} if listed else None,
        "counts": counts,
        "images": terms.images,
        "paper": terms.paper,
        "complete": not faults,
        "faults": faults,
        "unsearched": dict(planned.unsearched),
        "items": [_entry(item, course, folder) for item in listed],
        "files": [
            {"path": one.path, "bytes": one.size, "sha256": one.digest}
            for one in sorted(folder.entries.values(), key=lambda one: one.path)
        ],
    }


def _entry(item: Item, course: Course, folder: Folder) -> dict[str, Any]:
    entry = {
        "number": item.number,
        "event": item.event,
        "family": item.family,
        "standing": item.standing.value,
        "fate": item.fate.value,
        "reason": item.reason,
        "kind": item.kind or None,
        "leaf": item.leaf or None,
        "files": folder.of.get(item.number, []),
        "evidence": course.evidence_of(item.event),
    }
    return {name: value for name, value in entry.items() if value is not None}
