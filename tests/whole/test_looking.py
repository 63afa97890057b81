"""Who looked is known: a command that shows anybody's words first records who looked, or it shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.cli.register import COMMANDS
from audit.domain.access import RecordExported, RecordViewed, SearchMade
from audit.projections.customers import Customers
from tests.archive.recorders.places import behind_our_back
from tests.whole.company import records

if TYPE_CHECKING:
    from pathlib import Path

    from audit.domain.event import Record
    from tests.whole.commands import Place

# How each command that shows people's words is asked, on the made-up company.
READING: dict[str, tuple[str, ...]] = {
    "deliveries": (),
    "search": ("a*",),
    "looked": ("cust-1",),
    "attachments": ("--unread",),
    "timeline": ("c-0000001",),
    "customers": (),
    "record": ("cust-1", "-o", "record.json"),
    "searches list": (),
    "tags list": (),
    "draw": ("a*", "--size", "2"),
    "tickets": (),
    "ticket show": ("T-100234",),
    "ticket compare": ("T-100234",),
    "order show": ("WO-20017",),
    "feedback": (),
    "levels": (),
    "volume": (),
    "review": ("c-0000057",),
    "review sample": ("--size", "2"),
    "review list": (),
    "review agreement": ("ona", "tomas"),
    "export": ("a*", "-o", "production"),
    "prove": ("40", "-o", "bundle.json"),
    "requests": (),
    "outbox list": (),
    "hold list": (),
    "erase": (),
    "withhold list": (),
    "users list": (),
    "users keys": (),
    "promises": ("--find",),
    "prices": (),
    "authority list": (),
}
# What shows counts, names of views, digests, or what was just typed. (Pages and doors have tests of their own.)
SHOWING_NOBODY = {
    "init",
    "import",
    "follow",
    "rebuild",
    "verify",
    "seal",
    "checkpoint",
    "sample",
    "read",
    "serve",
    "doctor",
    "witness",
    "searches save",
    "searches change",
    "searches drop",
    "searches check",
    "tags add",
    "tags remove",
    "tags comment",
    "tags assign",
    "tags decide",
    "ticket read-back",
    "ticket bounce",
    "ticket rewrite",
    "ticket accept",
    "ticket escalate",
    "ticket repeat",
    "ticket new",
    "ticket dismiss",
    "ticket reinstate",
    "order unclear",
    "order sign",
    "review mark",
    "review dispute",
    "review answer",
    "hold place",
    "hold release",
    # These need a request or a letter; that they record who looks is shown in tests/requests and tests/post.
    "request ask",
    "request show",
    "request acknowledge",
    "request verify",
    "request extend",
    "request withhold",
    "request restore",
    "request dispute",
    "request compile",
    "request check",
    "request approve",
    "request release",
    "request collect",
    "request refuse",
    "request review",
    "transcript",
    "outbox send",
    "outbox settle",
    "withhold place",
    "withhold lift",
    "retention set",
    "retention list",
    "dispose",
    "keys list",
    "keys rotate",
    "keys retire",
    "keys recovery",
    "keys recover",
    "backup",
    "restore",
    "users add",
    "users secret",
    "users retire",
    "users key",
    "users end-key",
}
# What shows something that must be decided first: tests/promises sees to it that looking is recorded.
SHOWING_WHAT_WAS_DECIDED = {
    "promise confirm",
    "promise add",
    "promise dismiss",
    "promise keep",
    "promise extend",
    "promise withdraw",
    "promise dispute",
    "promise break",
    "slip",
    "authority add",
    "authority revoke",
}
ASKED_WITHOUT_WORDS = ["checkpoint", "doctor", "keys list", "rebuild", "retention list", "seal", "verify"]
ACCESS = (RecordViewed, SearchMade, RecordExported)


def test_every_command_is_known_to_show_words_or_not_to() -> None:
    """A new command belongs into one of the two lists above."""
    assert COMMANDS.keys() == READING.keys() | SHOWING_NOBODY | SHOWING_WHAT_WAS_DECIDED
    assert READING.keys().isdisjoint(SHOWING_NOBODY)


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("full", ["sqlite"], indirect=True)
def test_a_reading_command_records_who_looked_and_why(full: Place, name: str) -> None:
    before = _records(full)
    ended = full.run(*name.split(), *READING[name], "--json", "--why", "a question of the customer")
    assert ended.code == 0, ended.err
    looked = [one for one in _records(full)[len(before) :] if isinstance(one.event, ACCESS)]
    assert len(looked) == 1
    (one,) = looked
    assert isinstance(one.event, ACCESS)
    assert one.event.why is not None
    assert one.event.why.text == "a question of the customer"
    assert one.event.position == len(before)
    with full.house() as house:
        assert one.stamp.actor == house.archive.names.tie("staff", "operator")


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("full", ["sqlite"], indirect=True)
def test_where_looking_cannot_be_recorded_nothing_is_shown(full: Place, name: str) -> None:
    topics = ", ".join(f"'{kind.TOPIC}'" for kind in ACCESS)
    behind_our_back(
        full.database,
        f"CREATE TRIGGER refusing BEFORE INSERT ON events WHEN NEW.topic IN ({topics})"
        " BEGIN SELECT RAISE(FAIL, 'the disk is full'); END",
    )
    running = full.start(*name.split(), *READING[name], "--json")
    ended = running.ended()
    assert ended.code == 1
    assert ended.out == ""
    assert [file.name for file in running.output.iterdir() if file.name not in {"out", "err"}] == []


@pytest.mark.parametrize("name", [*ASKED_WITHOUT_WORDS, "import", "follow"])
@pytest.mark.parametrize("full", ["sqlite"], indirect=True)
def test_what_shows_nobody_names_nobody(full: Place, name: str, company: Path) -> None:
    words = {"import": (str(company),), "follow": ("--once",)}.get(name, ())
    ended = full.run(*name.split(), *words, "--json")
    with full.house() as house, house.views.reading(Customers) as (db, customers):
        found = customers.find(db, "", limit=100)
    assert len(found) > 10
    named = {word for one in found for word in (*one.names, *(contact.value for contact in one.contacts))}
    assert [word for word in named if word in ended.out + ended.err] == []


def _records(place: Place) -> list[Record]:
    with place.house() as house:
        return records(house)
