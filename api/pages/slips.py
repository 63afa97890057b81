"""Making a slip: the page that proves one promise, sealed, once that it is handed out is on record."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from api.wording import LANGUAGES
from audit.bootstrap.promising_slip import gather_slip
from audit.bootstrap.sealing_papers import seal_paper
from audit.domain.access import RecordExported
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.reports.slip import PAPERS, render_slip

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

__all__ = ["LANGUAGES_OF_PAPER", "PAPERS", "made_slip"]
LANGUAGES_OF_PAPER: Final = LANGUAGES
_AROUND: Final = 2


def made_slip(house: House, written: str, by: Actor, *, language: str, paper: str) -> bytes:
    """Return the sealed slip of a promise."""
    if paper not in PAPERS or language not in LANGUAGES_OF_PAPER:
        raise WrongUse(f"A slip is printed on {' or '.join(PAPERS)}, in one of {', '.join(LANGUAGES_OF_PAPER)}.")
    house.follower.catch_up()
    gathered = gather_slip(house, written, by, position=None, around=_AROUND)
    rendered = render_slip(gathered.slip, gathered.evidence, language=language, paper=paper)
    content = seal_paper(house, rendered.pdf)
    exported = RecordExported(
        what="slip",
        format="pdf",
        count=gathered.events,
        withheld=gathered.withheld,
        position=gathered.position,
        digest=sha256(content).hexdigest(),
        why=Personal(by.why) if by.why else None,
    )
    ties = [("promise", gathered.slip.id)] if gathered.customer is None else [("customer", gathered.customer)]
    house.archive.note(exported, by, ties=ties)
    return content
