"""``onrecord export``: hand over what a search finds, numbered, proven, and with a first page that says it all."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.house import read_log_key
from audit.bootstrap.withheld import hiding_from_exporter, hiding_from_reader
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain import production
from audit.domain.access import RecordExported
from audit.domain.errors import NotAllowed, WrongUse
from audit.domain.event import Personal, Record
from audit.domain.hit_review import OUTCOMES
from audit.projections.search.find import Asked
from audit.reports.bundling import bundle_of
from audit.reports.production.closing import close_production
from audit.reports.production.first_page import Exported
from audit.reports.production.folder import new_folder
from audit.reports.production.model import Terms
from audit.reports.production.planning import Wanted, plan
from audit.reports.production.producing import produce

if TYPE_CHECKING:
    from datetime import datetime

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Plan
    from audit.reports.production.producing import Produced


class Form(StrEnum):
    """In which form items are written."""

    NDJSON = "ndjson"
    EML = "eml"
    VCON = "vcon"
    EDRM = "edrm"
    LOADFILE = "loadfile"
    CSV = "csv"
    BAGIT = "bagit"


Query = Annotated[str, typer.Argument(help="As in onrecord search.", show_default=False)]
Output = Annotated[Path, typer.Option("-o", "--output", help="The folder to make; it must not be there yet.")]
As = Annotated[Form, typer.Option("--as-format", help="The form in which the items are written.")]
Prefix = Annotated[str, typer.Option("--prefix", help="What stands before the number of every item.")]
Context = Annotated[int, typer.Option("--context", min=0, max=100, help="Lines before and after each hit, so marked.")]
Tag = Annotated[str | None, typer.Option("--tag", help="Only hits with this tag.")]
Decided = Annotated[str | None, typer.Option("--decided", help="Only hits decided so, like responsive.")]
Position = Annotated[int | None, typer.Option("--position", min=1, help="As known at this event; the head by default.")]

Images = Annotated[bool, typer.Option("--images/--no-images", help="Of a load file: print the pages that OPT lists.")]
Paper = Annotated[bool, typer.Option("--paper/--no-paper", help="Print the first page as a PDF, too.")]

_MAY_EXPORT: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer"})


def export(  # noqa: PLR0913, PLR0917  # the words of the command line are the contract
    session: Session,
    query: Query,
    output: Output,
    as_format: As = Form.NDJSON,
    prefix: Prefix = "REC",
    context: Context = 0,
    tag: Tag = None,
    decided: Decided = None,
    position: Position = None,
    images: Images = True,
    paper: Paper = True,
) -> Answer:
    """Hand over everything a search finds, families together, each item numbered and proven, into a new folder."""
    production.require_prefix(prefix)
    if decided is not None and decided not in OUTCOMES:
        raise WrongUse(f"--decided {decided} is no decision: take one of {', '.join(OUTCOMES)}.")
    with session.house() as house:
        by = _exporter(session, house)
        head = session.caught_up(house)
        upto = head if position is None else position
        if upto > head:
            raise WrongUse(f"There is no event {upto}: the archive ends at {head}.")
        asked = Asked(query=query, zone=session.settings.zone, now=_recorded_at(house, upto))
        wanted = Wanted(
            asked=asked,
            position=upto,
            tag=tag,
            decided=decided,
            context=context,
            hidden=hiding_from_exporter(house, by.role).by_position,
            unsearchable=hiding_from_reader(house, by.role).positions,
        )
        planned = plan(house.views, wanted, tie=house.archive.names.tie)
        with new_folder(output) as folder:
            terms = Terms(
                query=query,
                format=as_format.value,
                prefix=prefix,
                first=_numbered(house, by, planned, prefix=prefix, query=query),
                origin=house.origin,
                log_key=str(read_log_key(session.settings).verifier),
                by=by.login,
                role=by.role,
                why=by.why,
                zone=asked.zone,
                filters={name: value for name, value in (("tag", tag), ("decision", decided)) if value},
                context=context,
                images=images and as_format is Form.LOADFILE,
                paper=paper,
            )
            with session.progress("handing over", planned.count) as on_progress:
                produced = produce(house, planned, terms, folder, on_progress)
            _hand_over(session, house, by, folder, produced)
    return _answer(output, produced)


def _exporter(session: Session, house: House) -> Actor:
    by = session.actor(house)
    if by.role not in _MAY_EXPORT:
        raise NotAllowed(f"A {by.role} does not hand records over: ask one of {', '.join(sorted(_MAY_EXPORT))}.")
    return by


def _recorded_at(house: House, position: int) -> datetime | None:
    """Return when an event was recorded: from there "the last 30 days" of a search are counted."""
    found = house.archive.read_at([position])
    return found[0].stamp.recorded_at if found and isinstance(found[0], Record) else None


def _numbered(house: House, by: Actor, planned: Plan, *, prefix: str, query: str) -> int:
    """Return the number of the first item: the same items keep the numbers they were given before."""
    if not planned.count:
        return 1
    listed = "".join(f"{','.join(map(str, family.members))};" for family in planned.families)
    digest = sha256(listed.encode()).hexdigest()
    first = 0

    def decision(state: production.Numbering | None) -> tuple[production.ProductionNumbered, ...]:
        nonlocal first
        first = production.first_number(state, digest=digest, count=planned.count)
        return production.number(
            state, digest=digest, count=planned.count, position=planned.position, query=Personal(query)
        )

    house.archive.decide(("production", prefix), production.evolve, decision, by)
    return first


def _hand_over(session: Session, house: House, by: Actor, folder: Folder, produced: Produced) -> None:
    """Record the production, and write what can only be written then: nobody has seen any of it yet."""
    manifest, counts = produced.manifest, produced.counts
    exported = RecordExported(
        what="production",
        format=manifest["as_format"],
        count=counts["produced"],
        withheld=counts["withheld"],
        position=manifest["position"],
        digest=produced.digest,
        why=purpose(by),
        persons=persons(produced.persons),
    )
    event = house.archive.note(exported, by)
    (record,) = house.archive.read_at([event])
    assert isinstance(record, Record), "it was just written"
    bundle = bundle_of(house, [event], _nothing).content
    told = Exported(event, record.stamp.recorded_at.isoformat(), produced.digest)
    close_production(folder, produced, told, key=read_log_key(session.settings), export_bundle=bundle)


def _nothing(_: object) -> frozenset[str]:
    return frozenset()


def _answer(output: Path, produced: Produced) -> Answer:
    manifest, counts = produced.manifest, produced.counts
    facts: dict[str, Any] = {
        "folder": str(output),
        "items": counts["produced"],
        "withheld": counts["withheld"],
        "manifest_sha256": produced.digest,
        "matched": manifest["matched"],
        "hits": counts["hit"],
        "family": counts["family"],
        "context": counts["context"],
        "parts_withheld": counts["parts_withheld"],
        "erased": counts["erased"],
        "unreadable": counts["unreadable"],
        "numbers": manifest["numbers"],
        "position": manifest["position"],
        "complete": manifest["complete"],
        "faults": manifest["faults"],
    }
    numbers = manifest["numbers"]
    words = [
        f"{output}: {counts['produced']} items handed over, {counts['withheld']} withheld, {counts['erased']} erased"
        + (f", numbered {numbers['first']} to {numbers['last']}." if numbers else "."),
        f"{manifest['matched']} events matched in all events up to {manifest['position']}.",
        *(f"NOT COMPLETE: {fault}" for fault in manifest["faults"]),
        f"SHA-256 of the manifest {produced.digest}",
    ]
    return Answer(facts=facts, words="\n".join(words))
