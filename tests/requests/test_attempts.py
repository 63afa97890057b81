"""An agent, an administrator and a customer try to get around the rules: all refused, all on record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from audit.bootstrap import delivering, requesting
from audit.bootstrap.requesting import Asking
from audit.bootstrap.transcripts import Wanted, prepare_transcript
from audit.domain import hand_over
from audit.domain.actor import HOUSE
from audit.domain.errors import AuditError
from audit.domain.record_request import RecordRequested
from tests.requests.commands import Commands
from tests.requests.given import (
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
    position_of,
    ready,
    stage,
    turned_away,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from audit.bootstrap.house import House

SENDER: Final = "post@example.com"
STAFF: Final = (("petras", "agent"), ("admin", "administrator"))


@pytest.fixture
def at(small: House) -> dict[str, str]:
    """Requests at three stages, and a letter that waits."""
    return {
        "fresh": acknowledged(small),
        "made": acknowledged(small),
        "done": approved(small),
        "letter": prepare_transcript(small, Wanted("c1", REGINAS_MAIL, SENDER), AGENT),
        "ours": str(position_of(small, PROMISED)),
        "theirs": str(position_of(small, "Labas.")),
    }


def _ways_of_staff(at: dict[str, str]) -> dict[str, str]:
    fresh, made, done, ours, theirs = at["fresh"], at["made"], at["done"], at["ours"], at["theirs"]
    return {
        "verify somebody they know": f"request verify {fresh} --how vouched",
        "verify once more": f"request verify {made} --how vouched",
        "take more time": f"request extend {fresh} --due 2026-05-01 --reason busy",
        "compile": f"request compile {fresh}",
        "withhold our promise": f"request withhold {made} --event {ours} --reason investigation",
        "withhold a stretch of it": f"request withhold {made} --event {ours} --reason ours --part text --stretch 0-5",
        "withhold of another's record": f"request withhold {made} --event {theirs} --reason third-person",
        "give withheld words free": f"request restore {made} --event {ours} --reason ours",
        "read as the second person": f"request check {made}",
        "approve": f"request approve {made}",
        "approve what is not compiled": f"request approve {fresh}",
        "approve a digest of their own": f"request approve {made} --digest {'0' * 64}",
        "refuse in the company's name": f"request refuse {made} --ground excessive --reason no",
        "print what is approved": f"request release {done} -o home.pdf",
        "print what is not": f"request release {made} -o home.pdf",
        "make a link": f"request release {done} --link",
        "make a link for ever": f"request release {done} --link --hours 1000000",
        "mail it home": f"request release {done} --mail me@example.net",
        "mail a link to the customer": f"request release {done} --mail {REGINAS_MAIL} --link-at https://x.example",
        "say it was handed over": f"request release {done} --handed-over",
        "guess a link": f"request collect {'A' * 43} -o home.pdf",
        "dispute in another's record": f"request dispute {made} --event {theirs} --text no",
        "act on a request that is not": "request dispute 0 --event 1 --text no",
        "ask without authority": f"request ask {REGINA} --representative {DAUGHTER}",
        "review without an answer": f"request review {fresh} --reason quick",
        "settle a letter": f"outbox settle {at['letter']} --reason think",
        "send a transcript elsewhere": "transcript c1 --to me@example.net --elsewhere",
        "withdraw a promise": "promise withdraw 0 --reason no",
        "take the supervisor's secret": "users secret simona",
        "make a supervisor": "users add another --role supervisor",
        "act as the supervisor": f"request approve {made} --as simona",
        "act as nobody known": f"request approve {made} --as nobody",
    }


_BY_RIGHT: Final = {"agent": (), "administrator": ("take the supervisor's secret", "make a supervisor")}
"""What they may do: registering is the administrator's work, and is on record as theirs."""


@pytest.mark.long
def test_whatever_staff_try_by_command_is_refused_and_recorded(
    small: House, at: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at["made"] = ready(small, redacted=True)
    commands = _commands(small, capsys)
    for name, value in (("HOST", "127.0.0.1"), ("PORT", "1"), ("FROM", SENDER)):
        monkeypatch.setenv(f"ONRECORD_SMTP_{name}", value)
    stages = {name: stage(small, at[name]) for name in ("fresh", "made", "done")}
    for login, role in STAFF:
        ways = {way: words for way, words in _ways_of_staff(at).items() if way not in _BY_RIGHT[role]}
        assert len(ways) >= 20
        for way, words in ways.items():
            before = len(turned_away(small))
            said = commands(login, *words.split())
            assert (said.code, said.facts) == (1, None), f"a {role} could {way}: {said}"
            told = turned_away(small)[before:]
            assert [one[0] in {role, "unproven", "unknown"} for one in told] == [True], f"{way}: {told}"
    assert {name: stage(small, at[name]) for name in stages} == stages
    assert not sorted(small.settings.folder.parent.glob("**/home.pdf"))


def test_whatever_a_customer_tries_with_links_and_requests_is_refused_and_recorded(
    small: House, at: dict[str, str]
) -> None:
    now = small.world.clock()
    tokens = {name: _link(small, at["done"], name, now) for name in ("spent", "old", "other")}
    stages = {name: stage(small, at[name]) for name in ("fresh", "made", "done")}
    collect = partial(delivering.collect, small)
    done, made, theirs = at["done"], at["made"], int(at["theirs"])
    ways: dict[str, Callable[[], object]] = {
        "use a spent link": lambda: collect(tokens["spent"]),
        "use an old link": lambda: collect(tokens["old"]),
        "use a link to another record": lambda: collect(tokens["other"]),
        "guess a link": lambda: collect("A" * 43),
        "give no link": lambda: collect(""),
        "cut a link": lambda: collect(tokens["other"][:-1]),
        "lengthen a link": lambda: collect(tokens["other"] + "A"),
        "swap its letters": lambda: collect(tokens["other"].swapcase()),
        "break its letters": lambda: collect("\ud800" + tokens["other"]),
        "climb out of it": lambda: collect("../../seal.pem"),
        "name the request": lambda: collect(done),
        "name what is kept of a link": lambda: collect(delivering.name_of(tokens["other"])),
        "ask for another's record": lambda: _ask(small, STRANGER),
        "ask for a neighbour": lambda: _ask(small, STRANGER, REGINA),
        "ask for nobody": lambda: _ask(small, "cust-404"),
        "verify themselves": lambda: requesting.verify(small, at["fresh"], CUSTOMER, how="vouched"),
        "dispute in another's record": lambda: requesting.dispute(small, made, CUSTOMER, position=theirs, text="no"),
        "make a link themselves": lambda: delivering.make_link(small, done, CUSTOMER),
        "have it mailed home": lambda: delivering.post(small, done, REGINAS_MAIL, None, CUSTOMER),
        "print it": lambda: delivering.for_print(small, done, CUSTOMER),
        "say they have it": lambda: delivering.printed(small, done, CUSTOMER),
        "get a transcript": lambda: prepare_transcript(small, Wanted("c1", REGINAS_MAIL, SENDER), CUSTOMER),
    }
    assert len(ways) >= 20
    for way, attempted in ways.items():
        before = len(turned_away(small))
        with pytest.raises(AuditError):
            attempted()
        told = turned_away(small)[before:]
        assert [one[0] in {"customer", "system"} for one in told] == [True], f"{way}: {told}"
    assert {name: stage(small, at[name]) for name in stages} == stages


def _link(house: House, request: str, name: str, now: datetime) -> str:
    """Record a link as it would be: spent, past its time, or to a record that is no longer the newest."""
    token = f"token-{name}".ljust(43, "x")
    ties = [("request", request)]
    ends = now if name == "old" else now.replace(year=now.year + 1)
    subject = ("link", delivering.name_of(token))
    made = partial(hand_over.make, digest="0" * 64, expires_at=ends)
    house.archive.decide(subject, hand_over.evolve, made, SUPERVISOR, ties=ties)
    if name == "spent":
        house.archive.decide(subject, hand_over.evolve, partial(hand_over.use, now=now), HOUSE, ties=ties)
    house.follower.catch_up()
    return token


def _commands(house: House, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Return the command line of the house, in which the staff have their roles and secrets."""
    settings = house.settings
    place = [
        "--data",
        str(settings.folder),
        *(["--database-url", settings.database_url] if settings.database_url else []),
    ]
    commands = Commands(capsys, place)
    for login, role in (*STAFF, ("simona", "supervisor")):
        secret = commands.done("operator", "users", "add", login, "--role", role)["secret"]
        if login != "simona":
            commands.secrets[login] = secret
    return commands


def _ask(house: House, customer: str, representative: str | None = None) -> str:
    asked = RecordRequested(scope="all")
    return requesting.ask(house, Asking(customer=customer, asked=asked, representative=representative), CUSTOMER)
