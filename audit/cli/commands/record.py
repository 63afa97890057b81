"""``onrecord record``: everything the archive holds of one customer, or of many, as documents or as data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.recording import Paper, Signers, Wanted, compiled, evidence_of, printed
from audit.cli.commands.record_batch import print_batch
from audit.cli.commands.record_files import named, volumes_manifest
from audit.cli.days import day
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session, say
from audit.cli.writing import write_whole
from audit.domain.access import RecordExported
from audit.domain.errors import WrongUse
from audit.reports.model import Audience
from audit.reports.package import data_files, packed
from audit.reports.record_json import record_json

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.bootstrap.recording import Compiled
    from audit.domain.actor import Actor


class PaperSize(StrEnum):
    """The papers one can print on."""

    A4 = "A4"
    LETTER = "Letter"


Customer = Annotated[str | None, typer.Argument(help="The id of a customer.", show_default=False)]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="FILE.pdf to print, FILE.json for data, FILE.zip for both.")
]
For = Annotated[Audience, typer.Option("--audience", help="Whom it is made for: this decides what goes in.")]
Language = Annotated[str, typer.Option("--language", help="The language of the paper: en, lt, bg, ru, zh.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day, like 2026-03-01.")]
Until = Annotated[str | None, typer.Option("--to", help="The last day, included.")]
Position = Annotated[int | None, typer.Option("--position", min=1, help="As known at this event; the head by default.")]
Size = Annotated[PaperSize, typer.Option("--paper", help="The size of the paper.")]
Unsigned = Annotated[bool, typer.Option("--unsigned", help="Leave out the signature: the same bytes every time.")]
Counter = Annotated[
    Path | None,
    typer.Option(
        "--countersign", help="A supervisor's key and certificate (PKCS 12, PEM); ONRECORD_COUNTERSIGN_PASSPHRASE."
    ),
]
Batch = Annotated[Path | None, typer.Option("--batch", help="A file with the id of a customer on each line.")]
Folder = Annotated[Path | None, typer.Option("-d", "--directory", help="With --batch: where the files go.")]
Processes = Annotated[
    int | None, typer.Option("--processes", min=1, help="With --batch; one for each core by default.")
]

_ENDINGS = (".pdf", ".json", ".zip")


@dataclass(frozen=True, kw_only=True)
class _Made:
    """The files that are written, the first of them the one that was asked for."""

    files: dict[Path, bytes]
    papers: list[Paper]

    @property
    def main(self) -> bytes:
        return next(iter(self.files.values()))


def record(  # noqa: PLR0913, PLR0917  # the words of the command line are the contract
    session: Session,
    customer: Customer = None,
    output: Output = None,
    audience: For = Audience.CUSTOMER,
    language: Language = "en",
    since: Since = None,
    until: Until = None,
    position: Position = None,
    paper: Size = PaperSize.A4,
    unsigned: Unsigned = False,
    countersign: Counter = None,
    batch: Batch = None,
    directory: Folder = None,
    processes: Processes = None,
) -> Answer:
    """Write the record of a customer: all that was said, done and promised, with nothing left out unnamed."""
    passphrase = os.environ.get("ONRECORD_COUNTERSIGN_PASSPHRASE")
    signers = Signers(seals=not unsigned, countersignature=countersign, passphrase=passphrase)
    if unsigned and countersign:
        raise WrongUse("--unsigned and --countersign exclude each other: give one of them.")
    wanted = Wanted(
        customer=customer or "",
        audience=audience,
        language=language,
        since=day(since, "--from"),
        until=day(until, "--to"),
        position=position,
        paper=paper.value,
    )
    if batch is not None:
        if customer or output or directory is None:
            raise WrongUse("--batch FILE goes with -d FOLDER, and without a customer or -o.")
        return print_batch(session, batch, directory, wanted, signers, processes)
    if not customer or output is None or directory or processes:
        raise WrongUse("Name a customer and -o FILE.pdf; or many with --batch FILE -d FOLDER.")
    if output.suffix not in _ENDINGS:
        raise WrongUse(f"{output} must end in .pdf to print, in .json for the data, or in .zip for both.")
    return _one(session, wanted, output, signers)


def _one(session: Session, wanted: Wanted, output: Path, signers: Signers) -> Answer:
    with session.house() as house:
        # Whose signature stands beside the archive's is no business of who only may print.
        by = session.second_person(house) if signers.countersignature else session.actor(house)
        session.caught_up(house)
        made = compiled(house, by, wanted)
        done = _make(house, made, output, signers)
        house.archive.note(_exported(made, by, output, done.main), by, ties=[("customer", wanted.customer)])
        for path, content in reversed(done.files.items()):
            write_whole(path, content)
        return _answer(made, done, output)


def _make(house: House, made: Compiled, output: Path, signers: Signers) -> _Made:
    if output.suffix == ".json":
        return _Made(files={output: record_json(made.record)}, papers=[])
    say("Setting the pages…")
    papers = printed(house, made, signers)
    if output.suffix == ".zip":
        names = {path.name: one.content for path, one in named(Path("record.pdf"), papers).items()}
        files = data_files(made.record, evidence_of(house, made), house.archive.names.tie)
        return _Made(files={output: packed({**names, **files})}, papers=papers)
    files_of = {path: one.content for path, one in named(output, papers).items()}
    if len(papers) > 1:
        files_of[output.with_suffix(".manifest.json")] = volumes_manifest(named(output, papers))
    return _Made(files=files_of, papers=papers)


def _exported(made: Compiled, by: Actor, output: Path, content: bytes) -> RecordExported:
    counts = made.record.counts
    return RecordExported(
        what="record",
        format=output.suffix[1:],
        audience=made.wanted.audience.value,
        count=counts.total,
        withheld=counts.withheld,
        position=made.gathered.position,
        digest=sha256(content).hexdigest(),
        why=purpose(by),
    )


def _answer(made: Compiled, done: _Made, output: Path) -> Answer:
    counts, papers = made.record.counts, done.papers
    digest = sha256(done.main).hexdigest()
    pages = sum(one.pages for one in papers) or None
    facts: dict[str, Any] = {
        "file": str(output),
        "files": [str(one) for one in done.files],
        "pages": pages,
        "volumes": [
            {"number": one.number, "pages": one.pages, "sha256": one.sha256, "unsigned_sha256": one.unsigned_sha256}
            for one in papers
        ],
        "events": counts.total,
        "shown": counts.shown,
        "withheld": counts.withheld,
        "erased": counts.erased,
        "complete": made.record.complete,
        "counted": made.counted,
        "position": made.gathered.position,
        "sha256": digest,
        "unsigned_sha256": papers[0].unsigned_sha256 if papers else digest,
    }
    printed_on = f"{pages} pages, " if pages else ""
    volumes = f" in {len(papers)} volumes" if len(papers) > 1 else ""
    words = (
        f"{output}: {printed_on}{counts.total} events of this customer up to event {made.gathered.position}{volumes}; "
        f"{counts.shown} shown, {counts.withheld} withheld, {counts.erased} erased, {counts.counted} only counted.\n"
        f"SHA-256 {digest}"
    )
    if made.counted:
        words += f"\nCounted once more against the log itself: 1…{counts.total}, none missing."
    else:
        words += "\nNOT COMPLETE: some events cannot be read; run onrecord verify."
    return Answer(facts=facts, words=words)
