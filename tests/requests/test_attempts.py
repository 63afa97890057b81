"""An agent, a customer and an administrator try to get around the rules: all refused, all on record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from audit.bootstrap import delivering, posting, requesting
from audit.bootstrap.requesting import Asking
from audit.bootstrap.transcripts import Wanted, prepare_transcript
from audit.domain.errors import AuditError
from audit.domain.record_request import ItemWithheld, RecordRequested
from tests.requests.given import (
    ADMINISTRATOR,
    AGENT,
    CUSTOMER,
    DAUGHTER,
    PROMISED,
    REGINA,
    REGINAS_MAIL,
    STRANGER,
    SUPERVISOR,
    acknowledged,
    approved,
    neighbours_number,
    position_of,
    ready,
    stage,
    turned_away,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

    Try = Callable[[], object]

SENDER: Final = "post@example.com"
LATER: Final = date(2026, 5, 1)


def _ways(house: House, by: Actor, at: dict[str, str]) -> dict[str, Try]:
    """Return what each of them tries; what an agent may do by right is not among these."""
    fresh, made, done, letter, token = at["fresh"], at["ready"], at["approved"], at["letter"], at["token"]
    item, theirs = neighbours_number(house), position_of(house, "Labas.")
    return {
        "verify somebody they know": lambda: requesting.verify(house, fresh, by, how="vouched"),
        "verify once more": lambda: requesting.verify(house, made, by, how="vouched"),
        "take more time": lambda: requesting.extend(house, fresh, by, due=LATER, reason="no time"),
        "compile": lambda: requesting.compile_record(house, fresh, by),
        "withhold our promise": lambda: requesting.withhold(
            house, made, by, ItemWithheld(position=position_of(house, PROMISED), reason="investigation")
        ),
        "withhold a stretch": lambda: requesting.withhold(house, made, by, item),
        "withhold of another's record": lambda: requesting.withhold(
            house, made, by, ItemWithheld(position=theirs, reason="third-person")
        ),
        "read as the second person": lambda: requesting.check(house, made, by),
        "approve": lambda: requesting.approve(house, made, by),
        "approve what is not compiled": lambda: requesting.approve(house, fresh, by),
        "approve a digest of their own": lambda: requesting.approve(house, made, by, digest="0" * 64),
        "refuse in the company's name": lambda: requesting.refuse(house, made, by, ground="excessive", reason="no"),
        "print what is approved": lambda: delivering.for_print(house, done, by),
        "print what is not": lambda: delivering.for_print(house, made, by),
        "make a link": lambda: delivering.make_link(house, done, by),
        "make a link for ever": lambda: delivering.make_link(house, done, by, hours=10**6),
        "mail it home": lambda: delivering.post(house, done, "me@example.net", None, by),
        "mail it to the customer": lambda: delivering.post(house, done, REGINAS_MAIL, None, by),
        "say it was handed over": lambda: delivering.printed(house, done, by),
        "use a spent link": lambda: delivering.collect(house, token),
        "guess a link": lambda: delivering.collect(house, "A" * 43),
        "act on a request that is not": lambda: requesting.dispute(house, "0", by, position=1, text="no"),
        "dispute in another's record": lambda: requesting.dispute(house, made, by, position=theirs, text="no"),
        "ask for an unknown customer": lambda: _ask(house, by, "cust-404"),
        "ask without authority": lambda: _ask(house, by, REGINA, DAUGHTER),
        "ask for their neighbour": lambda: _ask(house, by, STRANGER, REGINA),
        "acknowledge again": lambda: requesting.acknowledge(house, fresh, by, received=LATER, law="lgpd"),
        "review without an answer": lambda: requesting.ask_review(house, fresh, by, reason="quick"),
        "send a transcript home": lambda: prepare_transcript(house, Wanted("c1", "me@example.net", SENDER), by),
        "send it elsewhere": lambda: prepare_transcript(
            house, Wanted("c1", "me@example.net", SENDER, elsewhere=True), by
        ),
        "settle a letter": lambda: posting.settle(house, letter, by, arrived=True, reason="I think so"),
    }


def test_every_way_around_is_refused_and_recorded(small: House) -> None:
    at = {"fresh": acknowledged(small), "ready": ready(small, redacted=True), "approved": approved(small)}
    at["letter"] = prepare_transcript(small, Wanted("c1", REGINAS_MAIL, SENDER), AGENT)
    at["token"] = delivering.make_link(small, at["approved"], SUPERVISOR).token
    delivering.collect(small, at["token"])
    stages = {name: stage(small, at[name]) for name in ("fresh", "ready", "approved")}
    for by in (AGENT, CUSTOMER, ADMINISTRATOR):
        ways = _ways(small, by, at)
        assert len(ways) >= 20
        for way, attempted in ways.items():
            before = turned_away(small)
            assert _refused(attempted), f"a {by.role} could {way}"
            (*known, last) = turned_away(small)
            assert known == before, f"a {by.role} tried to {way}: recorded once"
            assert last[0] in {by.role, "system"}, way
    assert {name: stage(small, at[name]) for name in stages} == stages


def _refused(attempted: Try) -> bool:
    try:
        attempted()
    except AuditError:
        return True
    return False


def _ask(house: House, by: Actor, customer: str, representative: str | None = None) -> str:
    asked = RecordRequested(scope="all")
    return requesting.ask(house, Asking(customer=customer, asked=asked, representative=representative), by)
