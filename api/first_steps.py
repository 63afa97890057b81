"""First steps: what a newcomer does in an archive that is still empty, by their role, until it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from api.doors import ADMINISTRATORS, IMPORTERS
from api.navigation import N_
from audit.bootstrap.users import registered
from audit.projections.deliveries import Deliveries
from audit.projections.search.looks import Looks

if TYPE_CHECKING:
    from audit.bootstrap.house import House

_YOUNG: Final = 500
"""So many looks later nobody is a newcomer here."""


class Step(NamedTuple):
    """One step: what to do (a message), where, and whether it is done. ``sample`` offers the made-up company."""

    label: str
    done: bool
    path: str | None = None
    hint: str = ""
    sample: bool = False


def first_steps(house: House, role: str) -> list[Step]:
    """Return the steps of somebody in this role; none once all are done, or long ago."""
    if role not in ADMINISTRATORS | IMPORTERS:
        return []
    with house.views.reading(Deliveries) as (db, deliveries):
        brought = bool(deliveries.newest(db, limit=1))
    steps = [*(_administering(house) if role in ADMINISTRATORS else ())]
    if role in IMPORTERS:
        steps += _reading(house, brought=brought)
    elif steps:
        steps.append(_HAND_OVER._replace(done=brought))
    return [] if all(step.done for step in steps) else steps


_HAND_OVER: Final = Step(
    N_("Sign out, and sign in again as the supervisor"),
    done=False,
    hint=N_("An administrator reads nobody's words and brings nothing in: a supervisor goes on from here."),
)


def _administering(house: House) -> list[Step]:
    others = any(one["role"] == "supervisor" and one["secret"] and not one["retired"] for one in registered(house))
    hint = N_("Their password is shown once: write it down.")
    return [Step(N_("Register a supervisor"), others, "/users", hint)]


def _reading(house: House, *, brought: bool) -> list[Step]:
    with house.views.reading(Looks) as (db, looks):
        if looks.are_at_least(db, _YOUNG):
            return []
        seen = looks.newest(db, limit=_YOUNG)
    return [
        Step(
            N_("Bring in a file"),
            brought,
            "/imports",
            N_("Chats, mails, tables, calls, or a zip of them. Or begin with a company that does not exist:"),
            sample=True,
        ),
        Step(N_("Search for a word"), any(one.how == "searched" for one in seen), "/search" if brought else None),
        Step(
            N_("Open a customer, and take their record"),
            any(one.how == "exported" or one.what == "record" for one in seen),
            "/customers" if brought else None,
        ),
    ]
