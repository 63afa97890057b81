"""What stands in the bar at the top, in this order, for those who may go there."""

from __future__ import annotations

from typing import Final, NamedTuple


class Place(NamedTuple):
    """A page one goes to often: what it is called (a message for translation) and its door."""

    label: str
    door: str


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message that is translated later
    """Mark a message for translation."""
    return message


PLACES: Final = (
    Place(N_("Search"), "search"),
    Place(N_("Customers"), "customers"),
    Place(N_("Desk"), "desk"),
    Place(N_("Work orders"), "work-orders"),
    Place(N_("Promises"), "promises"),
    Place(N_("Record requests"), "requests"),
    Place(N_("Service level"), "levels"),
    Place(N_("Reviews"), "reviews"),
    Place(N_("Imports"), "imports"),
    Place(N_("Holds"), "holds"),
    Place(N_("Erasures"), "erasures"),
    Place(N_("Who looked"), "access"),
    Place(N_("Log"), "log"),
    Place(N_("Users"), "users"),
    Place(N_("Settings"), "settings"),
)

ROLES: Final = (
    N_("operator"),
    N_("customer"),
    N_("representative"),
    N_("agent"),
    N_("technician"),
    N_("supervisor"),
    N_("compliance officer"),
    N_("data protection officer"),
    N_("auditor"),
    N_("administrator"),
    N_("service"),
)
"""What roles are called on the pages."""
