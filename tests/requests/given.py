"""A house with people in their roles, a customer with a promise in their chat, and short words to act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.bootstrap import requesting, requesting_release
from audit.bootstrap.requesting import Asking
from audit.bootstrap.requesting_steps import request_of
from audit.domain.access import AccessRefused
from audit.domain.actor import Actor
from audit.domain.conversation import ConversationEnded, ConversationOpened, MessagePosted, NoteWritten
from audit.domain.customer import ContactPointAdded, CustomerNamed
from audit.domain.event import Damaged, Personal
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.domain.record_request import ItemWithheld, RecordRequested
from audit.projections.requests import Requests
from tests.archive.house import BEGINNING

if TYPE_CHECKING:
    from datetime import date

    from audit.bootstrap.house import House
    from audit.domain.event import Event, Record

AGENT: Final = Actor(login="petras", role="agent")
OPERATOR: Final = Actor(login="operator", role="operator")
ADMINISTRATOR: Final = Actor(login="admin", role="administrator")
CUSTOMER: Final = Actor(login="regina", role="customer")
SUPERVISOR: Final = Actor(login="simona", role="supervisor")
OTHER_SUPERVISOR: Final = Actor(login="saulius", role="supervisor")
COMPLIANCE: Final = Actor(login="jonas", role="compliance officer")

REGINA, DAUGHTER, STRANGER = "cust-1", "cust-2", "cust-3"
REGINAS_MAIL, DAUGHTERS_MAIL = "regina@example.org", "dalia@example.org"
NEIGHBOUR = "8 612 34567"
TOLD = f"Kaimyno telefonas {NEIGHBOUR}, jei manęs nebus."
PROMISED = "Kitą mėnesį grąžinsime jums 100 dolerių kreditą."


def told(house: House) -> None:
    """Bring in what happened: a chat in Lithuanian with a promise, a note, and three customers."""
    chat = (("customer", REGINA), ("conversation", "c1"))
    said: list[tuple[Event, str, tuple[tuple[str, str], ...]]] = [
        (ConversationOpened(channel="chat", direction="inbound"), "customer", chat),
        (_message(TOLD), "customer", chat),
        (_message(PROMISED), "agent", chat),
        (NoteWritten(text=Personal("Klientė nervinga.")), "agent", chat),
        (ConversationEnded(outcome="done"), "system", chat),
        (_message("Labas."), "customer", (("customer", STRANGER), ("conversation", "c9"))),
    ]
    for customer, name, mail in (
        (REGINA, "Regina Pavyzdė", REGINAS_MAIL),
        (DAUGHTER, "Dalia Pavyzdė", DAUGHTERS_MAIL),
        (STRANGER, "Kitas Žmogus", "kitas@example.net"),
    ):
        said.append((CustomerNamed(name=Personal(name)), "system", (("customer", customer),)))
        said.append((ContactPointAdded(kind="email", value=Personal(mail)), "system", (("customer", customer),)))
    house.archive.append_new([_item(number, *one) for number, one in enumerate(said)])
    house.follower.catch_up()


def asked(house: House, *, by: Actor = AGENT, customer: str = REGINA, representative: str | None = None) -> str:
    asking = Asking(customer=customer, asked=RecordRequested(scope="all", language="lt"), representative=representative)
    return requesting.ask(house, asking, by)


def acknowledged(house: House, *, representative: str | None = None) -> str:
    """Ask and acknowledge; return the request."""
    request = asked(house, representative=representative)
    requesting.acknowledge(house, request, AGENT, received=today(house), law="gdpr")
    return request


def ready(house: House, *, redacted: bool = False) -> str:
    """Bring a request to where only the second person's part is missing."""
    request = acknowledged(house)
    requesting.verify(house, request, SUPERVISOR, how="identity-card")
    if redacted:
        requesting_release.withhold(house, request, SUPERVISOR, neighbours_number(house))
    requesting_release.compile_record(house, request, SUPERVISOR)
    return request


def approved(house: House) -> str:
    request = ready(house)
    requesting_release.approve(house, request, SUPERVISOR)
    return request


def neighbours_number(house: House) -> ItemWithheld:
    start = TOLD.index(NEIGHBOUR)
    return ItemWithheld(
        position=position_of(house, TOLD), reason="third-person", part="text", start=start, end=start + len(NEIGHBOUR)
    )


def position_of(house: House, text: str) -> int:
    return next(one.position for one in records(house) if getattr(one.event, "text", None) == Personal(text))


def today(house: House) -> date:
    return house.world.clock().astimezone(house.settings.zone).date()


def stage(house: House, request: str) -> str:
    return request_of(house, request).stage


def listed(house: House) -> int:
    with house.views.reading(Requests) as (db, view):
        return len(view.all(db))


def records(house: House) -> list[Record]:
    return [one for one in house.archive.read(0, 10_000) if not isinstance(one, Damaged)]


def turned_away(house: House) -> list[tuple[str, str, str]]:
    """Return who was turned away from what, and why: role, what, reason."""
    return [
        (one.stamp.role, one.event.what, one.event.reason)
        for one in records(house)
        if isinstance(one.event, AccessRefused)
    ]


def _message(text: str) -> MessagePosted:
    return MessagePosted(text=Personal(text), channel="chat", language="lt")


def _item(number: int, event: Event, role: str, ties: tuple[tuple[str, str], ...]) -> Item:
    fact = Fact(event=event, at=BEGINNING.replace(day=1, hour=1, minute=number), role=role, ties=ties)
    return Item(
        name=ItemName("fact", "made-up", f"f{number}"), normal=f"f{number}".encode(), normal_version=1, facts=(fact,)
    )
