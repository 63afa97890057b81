"""``onrecord request release`` and what follows: handing an approved record over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.bootstrap import delivering
from audit.cli.commands.request import Id, actor_for, one_shown
from audit.cli.session import Answer, Session
from audit.cli.writing import write_whole
from audit.domain.errors import WrongUse
from audit.reports.post.smtp import relay_of

if TYPE_CHECKING:
    from audit.bootstrap.delivering_files import Handed

Mail = Annotated[str | None, typer.Option("--mail", help="Send it to this address, with the record attached.")]
Linked = Annotated[
    str | None, typer.Option("--link-at", help="With --mail: send a link to our pages, which are there.")
]
Link = Annotated[bool, typer.Option("--link", help="Print a link's token: it works once.")]
Hours = Annotated[int, typer.Option("--hours", help="How long the link is open.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write FILE.pdf for the printers.")]
HandedOver = Annotated[bool, typer.Option("--handed-over", help="It was posted on paper or given into their hand.")]
Token = Annotated[str, typer.Argument(metavar="TOKEN", help="The token of a link.", show_default=False)]
Into = Annotated[Path, typer.Option("-o", "--output", help="Where to write the record.")]


def release(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    request: Id,
    mail: Mail = None,
    link_at: Linked = None,
    link: Link = False,
    hours: Hours = delivering.USUAL_HOURS,
    output: Output = None,
    handed_over: HandedOver = False,
) -> Answer:
    """Hand over the approved record in one way: by mail, by a link, or as a file for the printers."""
    if sum((mail is not None, link, output is not None, handed_over)) != 1:
        raise WrongUse("Choose one way: --mail ADDRESS, --link, -o FILE.pdf, or --handed-over.")
    with session.house() as house:
        by = actor_for(session, house, "release", request)
        more: dict[str, object] = {}
        code = 0
        if mail is not None:
            posted = delivering.post(house, request, mail, relay_of(os.environ), by, link_at=link_at)
            more = {"letter": posted.letter, "outcome": posted.outcome.outcome, "answer": posted.outcome.answer}
            code = 0 if posted.outcome.outcome == "accepted" else 1
        elif link:
            made = delivering.make_link(house, request, by, hours=hours)
            more = {"token": made.token, "expires_at": made.expires_at.isoformat()}
        elif output is not None:
            document = delivering.for_print(house, request, by)
            written = _written(output, document)
            more = {"file": str(written), "sha256": document.signed_digest, "unsigned_sha256": document.digest}
        else:
            delivering.printed(house, request, by)
        answer = one_shown(house, by, request)
    words = "\n".join([answer.words, *(f"{name}: {value}" for name, value in more.items())])
    return Answer(facts=answer.facts | more, words=words, code=code)


def collect(session: Session, token: Token, output: Into) -> Answer:
    """Collect a record with the token of a link, as its page does: once."""
    with session.house() as house:
        request, document = delivering.collect(house, token, session.actor(house))
        written = _written(output, document)
    facts = {
        "file": str(written),
        "sha256": document.signed_digest,
        "unsigned_sha256": document.digest,
        "request": request.id,
        "pages": document.pages,
    }
    return Answer(facts=facts, words=f"{written}: {document.pages} pages. The link is spent.")


def _written(output: Path, handed: Handed) -> Path:
    """Write what is handed out; several volumes are a zip, whatever ending was asked for."""
    file = output.with_suffix(Path(handed.name).suffix)
    write_whole(file, handed.content)
    return file
