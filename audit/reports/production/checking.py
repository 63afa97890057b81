"""Checking a production that was handed out: the signature, every file, every item, and the pages around them."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from audit.domain.access import RecordExported
from audit.domain.errors import Unreadable
from audit.evidence.bundle import trusting, verify_bundle
from audit.evidence.bundle_form import Bundle
from audit.evidence.errors import NotProven
from audit.evidence.exact_json import object_of, read_json
from audit.evidence.hashes import entry_hash
from audit.evidence.note import Note, open_note
from audit.reports.production.closing import SUMS, note_text
from audit.reports.production.course import beneath
from audit.reports.production.first_page import (
    EXPORT,
    HTML_PAGE,
    NOTE,
    PAPER,
    PAPER_NOTE,
    TEXT_PAGE,
    Exported,
    html_page,
    text_page,
)
from audit.reports.production.model import Fate
from audit.reports.production.paper import paper_note_text
from audit.reports.production.producing import FORMAT, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from audit.evidence.bundle import Proven
    from audit.evidence.policy import Policy

_AROUND: Final = frozenset({NOTE, EXPORT, TEXT_PAGE, HTML_PAGE, SUMS, MANIFEST})
_BAG: Final = frozenset({"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"})
_TEXT_FORMS: Final = frozenset({"ndjson", "bagit"})


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a production proves: it was handed out by this log, so and not otherwise."""

    origin: str
    log_key: str
    position: int
    items: int
    files: int
    complete: bool
    exported: Exported


def check_production(folder: Path, policy: Policy | None) -> Checked:
    """Check a folder against the keys of a policy; without one, against the key it names itself.

    Raises NotProven for anything that does not follow from the signature, Unreadable for what is no production.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        signed = (folder / NOTE).read_bytes()
        export = (folder / EXPORT).read_bytes()
    except OSError as error:
        raise Unreadable(
            f"{folder} is no production ({error.strerror}): name the folder that was handed out."
        ) from None
    manifest = _manifest(content)
    trusted = policy or trusting([manifest["log_key"]])
    exported = _check_signed(manifest, content, signed, export, trusted)
    paths = _check_files(folder, manifest)
    _check_items(folder, manifest, _proven(folder, manifest, trusted))
    for page, written in ((TEXT_PAGE, text_page), (HTML_PAGE, html_page)):
        if (folder / page).read_bytes() != written(manifest, exported):
            raise NotProven(f"{page} does not say what the manifest says: it was altered.")
    if manifest.get("paper"):
        _check_paper(folder, manifest, exported, trusted)
    return Checked(
        origin=manifest["origin"],
        log_key=manifest["log_key"],
        position=manifest["position"],
        items=len(manifest["items"]),
        files=paths,
        complete=manifest["complete"],
        exported=exported,
    )


def _manifest(content: bytes) -> dict[str, Any]:
    manifest = object_of(read_json(content, "The manifest"), "The manifest")
    if manifest.get("format") != FORMAT:
        raise Unreadable(f"The folder is not a production of the form {FORMAT}: use the version that made it.")
    wanted = {"origin": str, "log_key": str, "position": int, "items": list, "files": list, "as_format": str}
    if any(not isinstance(manifest.get(name), kind) for name, kind in wanted.items()):
        raise NotProven("The manifest lacks what every manifest has: it was altered.")
    return manifest


def _check_signed(manifest: dict[str, Any], content: bytes, signed: bytes, export: bytes, trusted: Policy) -> Exported:
    """Check the signature over the manifest, and the event that says it was handed out."""
    digest = sha256(content).hexdigest()
    note = open_note(Note.parse(signed), trusted.logs)
    if note.text != note_text(manifest["origin"], digest, manifest["position"]):
        raise NotProven("The manifest is not the one that was signed: it was altered.")
    if not any(one.name == manifest["origin"] for one in note.signatures):
        raise NotProven("The manifest was signed by another log than the one it names.")
    (event,) = verify_bundle(Bundle.parse(export), trusted) or (None,)
    leaf = event.leaf if event else None
    said = leaf.state.get("event") if leaf else None
    if event is None or leaf is None or leaf.topic != RecordExported.TOPIC or not isinstance(said, dict):
        raise NotProven(f"{EXPORT} does not hold the event of the handing out: it was exchanged.")
    if said.get("digest") != digest or event.witnessed.checkpoint.origin != manifest["origin"]:
        raise NotProven(f"{EXPORT} speaks of another production: it was exchanged.")
    return Exported(event.position, datetime.fromisoformat(leaf.recorded_at or "").isoformat(), digest)


def _check_paper(folder: Path, manifest: dict[str, Any], exported: Exported, trusted: Policy) -> None:
    """Check the first page that was printed by its signature: another engine would print other bytes."""
    note = open_note(Note.parse((folder / PAPER_NOTE).read_bytes()), trusted.logs)
    if note.text != paper_note_text(manifest["origin"], _digest(folder / PAPER), exported.event):
        raise NotProven(f"{PAPER} is not the page that was signed: it was altered.")
    if not any(one.name == manifest["origin"] for one in note.signatures):
        raise NotProven(f"{PAPER} was signed by another log than that of the production.")


def _around(manifest: dict[str, Any]) -> frozenset[str]:
    return _AROUND | ({PAPER, PAPER_NOTE} if manifest.get("paper") else frozenset())


def _check_files(folder: Path, manifest: dict[str, Any]) -> int:
    """Check that exactly the files that are listed are there, each with its digest; return how many."""
    listed = {one["path"]: one for one in manifest["files"]}
    bag = _BAG if manifest["as_format"] == "bagit" else frozenset()
    there, around = _files(folder), _around(manifest)
    if missing := sorted((listed.keys() | around | bag) - there):
        raise NotProven(f"{missing[0]} is missing: ask for the production anew.")
    if strange := sorted({one["evidence"] for one in manifest["items"] if "evidence" in one} - listed.keys()):
        raise NotProven(f"The evidence {strange[0]} is not in the manifest: it was exchanged.")
    if more := sorted(there - listed.keys() - around - bag):
        raise NotProven(f"{more[0]} is not in the manifest: it was added.")
    for path, one in listed.items():
        if _digest(folder / path) != one["sha256"]:
            raise NotProven(f"{path} is not as it was handed out: it was altered.")
    _check_sums(folder, [SUMS, *(name for name in sorted(bag) if "manifest" in name)], there)
    return len(there)


def _check_sums(folder: Path, lists: Iterable[str], there: Collection[str]) -> None:
    for sums in lists:
        for line in (folder / sums).read_text(encoding="utf-8").splitlines():
            digest, _, path = line.partition("  ")
            if path not in there or _digest(folder / path) != digest:
                raise NotProven(f"{sums} does not agree with {path}: one of them was altered.")


def _files(folder: Path) -> set[str]:
    """Return the paths of all files; raises NotProven for what is no plain file, as it could point anywhere."""
    found = set()
    for above, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = os.path.join(above, name)  # noqa: PTH118  # os.walk gives texts
            mode = os.lstat(path).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise NotProven(f"{os.path.relpath(path, folder)} is no plain file: it was added.")
            if stat.S_ISREG(mode):
                found.add(os.path.relpath(path, folder).replace(os.sep, "/"))
    return found


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while some := file.read(1 << 20):
            digest.update(some)
    return digest.hexdigest()


def _proven(folder: Path, manifest: dict[str, Any], trusted: Policy) -> dict[int, Proven]:
    """Check every bundle, and return what each event in them proves."""
    proven: dict[int, Proven] = {}
    for path in sorted({one["evidence"] for one in manifest["items"] if "evidence" in one}):
        for one in verify_bundle((folder / path).read_bytes(), trusted):
            if one.witnessed.checkpoint.origin != manifest["origin"]:
                raise NotProven(f"{path} is the evidence of another log: it was exchanged.")
            proven[one.position] = one
    return proven


def _check_items(folder: Path, manifest: dict[str, Any], proven: Mapping[int, Proven]) -> None:
    """Check that each item is the event it says it is; where items stand as JSON, that its words are those proven."""
    for item in manifest["items"]:
        one = proven.get(item["event"])
        if item["fate"] == Fate.UNREADABLE:
            continue
        if one is None:
            raise NotProven(f"{item['number']} has no evidence: it was added.")
        if (one.leaf is None) != (item["fate"] == Fate.WITHHELD):
            raise NotProven(f"The evidence of {item['number']} is not about such an item: one of them was altered.")
    if manifest["as_format"] in _TEXT_FORMS:
        _check_words(folder / f"{beneath(manifest['as_format'])}items.ndjson", manifest, proven)
    _check_leaves(folder, manifest)


def _check_leaves(folder: Path, manifest: dict[str, Any]) -> None:
    """Check that the manifest names the leaf the evidence shows."""
    leaves: dict[int, str] = {}
    for path in sorted({one["evidence"] for one in manifest["items"] if "evidence" in one}):
        for shown in Bundle.parse((folder / path).read_bytes()).items:
            if shown.leaf is not None:
                leaves[shown.index + 1] = entry_hash(shown.leaf).hex()
    for item in manifest["items"]:
        if item.get("leaf") != leaves.get(item["event"]) and item["fate"] != Fate.UNREADABLE:
            raise NotProven(f"{item['number']} is another event than its evidence: one of them was altered.")


def _check_words(path: Path, manifest: dict[str, Any], proven: Mapping[int, Proven]) -> None:
    """Check every text in the lines against the part that is opened for it."""
    listed = {one["number"]: one for one in manifest["items"]}
    with path.open("rb") as file:
        for line in file:
            item = json.loads(line)
            entry = listed.pop(item["number"], None)
            if entry is None or entry["event"] != item["event"] or entry["fate"] != item["fate"]:
                raise NotProven(f"A line of {path.name} is not in the manifest: it was added.")
            opened = proven[item["event"]].opened if item["event"] in proven else {}
            for name in ("text", "subject", "html"):
                if name in opened and item["fate"] == Fate.PRODUCED and item.get(name, "") != opened[name]:
                    raise NotProven(f"The words of {item['number']} are not those proven: one of them was altered.")
    if listed:
        raise NotProven(f"{next(iter(listed))} is missing in {path.name}: ask for the production anew.")
