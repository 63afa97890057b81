"""``onrecord record``: everything the archive holds of one customer, as a document or as data."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.days import day
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session, say
from audit.cli.writing import write_whole
from audit.domain.access import RecordExported
from audit.domain.errors import WrongUse
from audit.reports.bundling import attached, bundle_for
from audit.reports.customer_record import compile_record
from audit.reports.gathering import gather
from audit.reports.model import Audience, Scope
from audit.reports.pdf import render
from audit.reports.record_json import record_json

if TYPE_CHECKING:
    from audit.reports.model import CustomerRecord

Customer = Annotated[str, typer.Argument(help="The id of a customer.", show_default=False)]
Output = Annotated[Path, typer.Option("-o", "--output", help="FILE.pdf to print, FILE.json for the data alone.")]
For = Annotated[Audience, typer.Option("--audience", help="Whom it is made for: this decides what goes in.")]
Language = Annotated[str, typer.Option("--language", help="The language of the paper: en, lt, bg, ru, zh.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day, like 2026-03-01.")]
Until = Annotated[str | None, typer.Option("--to", help="The last day, included.")]
Position = Annotated[int | None, typer.Option("--position", min=1, help="As known at this event; the head by default.")]


@dataclass(frozen=True, kw_only=True)
class _Made:
    content: bytes
    pages: int | None


def record(  # noqa: PLR0913, PLR0917  # the words of the command line are the contract
    session: Session,
    customer: Customer,
    output: Output,
    audience: For = Audience.CUSTOMER,
    language: Language = "en",
    since: Since = None,
    until: Until = None,
    position: Position = None,
) -> Answer:
    """Write the record of a customer: all that was said, done and promised, with nothing left out unnamed."""
    if output.suffix not in {".pdf", ".json"}:
        raise WrongUse(f"{output} must end in .pdf to print or in .json for the data.")
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        gathered = gather(house.archive, house.views, customer, position=position)
        house.log.cover(gathered.position)
        scope = Scope(
            customers=gathered.customers,
            position=gathered.position,
            as_of=gathered.as_of,
            origin=house.origin,
            zone=session.settings.zone,
            audience=audience,
            language=language,
            since=day(since, "--from"),
            until=day(until, "--to"),
        )
        compiled = compile_record(gathered.records, scope, staff=gathered.staff)
        evidence = bundle_for(house, gathered, scope) if output.suffix == ".pdf" else None
        made = _make(compiled, evidence)
        digest = sha256(made.content).hexdigest()
        exported = RecordExported(
            what="record",
            format=output.suffix[1:],
            audience=audience.value,
            count=compiled.counts.total,
            withheld=compiled.counts.withheld,
            position=gathered.position,
            digest=digest,
            why=purpose(by),
        )
        house.archive.note(exported, by, ties=[("customer", customer)])
        write_whole(output, made.content)
        return _answer(compiled, made, output, digest)


def _make(compiled: CustomerRecord, evidence: bytes | None) -> _Made:
    if evidence is None:
        return _Made(content=record_json(compiled), pages=None)
    say("Setting the pages…")
    rendered = render(compiled, attachments=[attached(evidence)])
    return _Made(content=rendered.pdf, pages=rendered.pages)


def _answer(compiled: CustomerRecord, made: _Made, output: Path, digest: str) -> Answer:
    counts = compiled.counts
    facts: dict[str, Any] = {
        "file": str(output),
        "pages": made.pages,
        "events": counts.total,
        "shown": counts.shown,
        "withheld": counts.withheld,
        "erased": counts.erased,
        "complete": compiled.complete,
        "position": compiled.cover.position,
        "sha256": digest,
        "unsigned_sha256": digest,
    }
    pages = f"{made.pages} pages, " if made.pages else ""
    words = (
        f"{output}: {pages}{counts.total} events of this customer up to event {compiled.cover.position}; "
        f"{counts.shown} shown, {counts.withheld} withheld, {counts.erased} erased, {counts.counted} only counted.\n"
        f"SHA-256 {digest}"
    )
    if not compiled.complete:
        words += "\nNOT COMPLETE: some events cannot be read; run onrecord verify."
    return Answer(facts=facts, words=words)
