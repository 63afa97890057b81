"""Where words were found: the kinds of the search index and their parts, in the visitor's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.navigation import N_

if TYPE_CHECKING:
    from api.wording import Wording
    from audit.reports.wording import Wording as Paper

PLACES: Final = {
    "message": N_("message"),
    "edit": N_("edited message"),
    "deletion": N_("deleted message"),
    "note": N_("note"),
    "rating": N_("rating"),
    "attachment": N_("file"),
    "conversation": N_("conversation"),
    "call": N_("call"),
    "recording": N_("recording"),
    "ticket": N_("ticket"),
    "work_order": N_("work order"),
    "charge": N_("charge"),
    "customer": N_("customer"),
    "promise": N_("promise"),
    "review": N_("review"),
    "request": N_("request"),
}


def place(say: Wording, paper: Paper, code: str) -> str:
    """Return how a place is called: the kind, and the part of it where the code names one."""
    kind, _, part = code.partition(" ")
    called = str(say(PLACES.get(kind, kind)))
    return f"{called}: {paper.field(part).lower()}" if part else called
