"""Views of a real archive: what is brought in is what is read, and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.domain.conversation import MessageEditedAtSource, MessagePosted
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item, StaffMember
from audit.domain.names import ItemName
from audit.projections.follow import Follower
from audit.projections.search.find import Asked, search
from audit.projections.search.index import Index
from audit.projections.timeline import Timeline
from tests.archive.house import new_archive
from tests.projections.given import MORNING, PROJECTIONS, opened

if TYPE_CHECKING:
    from pathlib import Path

TIES = (("customer", "cust-7"), ("conversation", "c1"))


def item(name: ItemName, fact: Fact, *staff: StaffMember) -> Item:
    return Item(name=name, normal=repr(name).encode(), normal_version=1, facts=(fact,), staff=staff)


def test_the_views_of_an_archive(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    message = ItemName("message", "chat", "m1")
    rasa = StaffMember(id="a012", name="Rasa Sample")
    said = Fact(
        event=MessagePosted(text=Personal("I will credit you 100 dollars"), channel="chat"),
        at=MORNING,
        role="agent",
        actor=("staff", "a012"),
        ties=TIES,
    )
    edited = Fact(event=MessageEditedAtSource(text=Personal("I will credit you 10 dollars")), at=MORNING, of=message)
    # The edit arrives first: it names nothing but its message.
    archive.append_new([item(ItemName("message_edit", "chat", "x1"), edited), item(message, said, rasa)])
    with opened(tmp_path / "views.db", [*PROJECTIONS, Index]) as views:
        assert Follower(archive, views).catch_up() == archive.head().size
        assert views.alarms() == []
        with views.reading(Timeline) as (db, timeline):
            (entry,) = timeline.read(db, archive.names.tie("conversation", "c1"))
        assert (entry.author, entry.text) == ("Rasa Sample", "I will credit you 10 dollars")
        hits = search(views, Asked(query='"100 dollars" agent:a012')).hits
        assert [hit.conversation for hit in hits] == ["c1"]
    archive.close()
