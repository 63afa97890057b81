"""``onrecord slip``: one page that proves one promise, to hand to the customer."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.bootstrap.promising_decisions import SPEAKS, must_be
from audit.bootstrap.promising_slip import gather_slip
from audit.bootstrap.sealing_papers import seal_paper
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session, say
from audit.cli.writing import write_whole
from audit.domain.access import RecordExported
from audit.domain.errors import WrongUse
from audit.reports.slip import render_slip

if TYPE_CHECKING:
    from audit.bootstrap.promising_slip import Gathered
    from audit.reports.pdf import Rendered


class Paper(StrEnum):
    """The sizes of paper a slip is made for."""

    A4 = "A4"
    LETTER = "Letter"


Promise = Annotated[str, typer.Argument(metavar="PROMISE", help="Its id, from onrecord promises.", show_default=False)]
Output = Annotated[Path, typer.Option("-o", "--output", help="FILE.pdf, the file to write.")]
Language = Annotated[str, typer.Option("--language", help="The language of the paper: en, lt, bg, ru, zh.")]
Size = Annotated[Paper, typer.Option("--paper", help="The size of the paper.")]
Position = Annotated[int | None, typer.Option("--position", min=1, help="As known at this event; the head by default.")]
Unsigned = Annotated[bool, typer.Option("--unsigned", help="Leave out the signature: the same bytes every time.")]
Around = Annotated[int, typer.Option("--around", min=0, max=5, help="How many lines before and after are shown.")]


def slip(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    promise: Promise,
    output: Output,
    language: Language = "en",
    paper: Size = Paper.A4,
    position: Position = None,
    around: Around = 2,
    unsigned: Unsigned = False,
) -> Answer:
    """Write one page that shows a promise in the words in which it was given, with the proof attached."""
    if output.suffix != ".pdf":
        raise WrongUse(f"{output} must end in .pdf: a slip is paper.")
    with session.house() as house:
        by = session.actor(house)
        must_be(house, by, SPEAKS, "slip")
        session.caught_up(house)
        gathered = gather_slip(house, promise, by, position=position, around=around)
        say("Setting the page…")
        rendered = render_slip(gathered.slip, gathered.evidence, language=language, paper=paper.value)
        content = rendered.pdf if unsigned else seal_paper(house, rendered.pdf)
        digest = sha256(content).hexdigest()
        exported = RecordExported(
            what="slip",
            format="pdf",
            count=gathered.events,
            withheld=gathered.withheld,
            position=gathered.position,
            digest=digest,
            why=purpose(by),
        )
        ties = [("promise", gathered.slip.id)] if gathered.customer is None else [("customer", gathered.customer)]
        house.archive.note(exported, by, ties=ties)
        write_whole(output, content)
    return _answer(output, gathered, rendered, digest)


def _answer(output: Path, gathered: Gathered, rendered: Rendered, digest: str) -> Answer:
    evidence = sha256(gathered.evidence).hexdigest()
    facts = {
        "file": str(output),
        "promise": gathered.slip.id,
        "position": gathered.position,
        "events": gathered.events,
        "withheld": gathered.withheld,
        "sha256": digest,
        "unsigned_sha256": rendered.sha256,
        "evidence_sha256": evidence,
        "code": gathered.slip.short_form(evidence),
    }
    words = f"{output}: one page, {gathered.events} events proven up to {gathered.position}.\nSHA-256 {digest}"
    return Answer(facts=facts, words=words)
