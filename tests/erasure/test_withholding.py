"""Words that are withheld are not shown, not handed out and not found, and stand where they stood."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from audit.bootstrap import withheld
from audit.domain.conversation import AttachmentKept, MessagePosted
from audit.domain.customer import TieCorrected
from audit.domain.errors import NotFound
from audit.domain.event import Personal, Record
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.domain.withholding import StretchUnclear, WithholdingPlaced
from audit.projections.search.find import Asked, search
from audit.projections.timeline import Timeline
from audit.projections.withholdings import Hidden, Withholdings, hides_all, of_part, shown
from audit.reports.customer_record import compile_record
from audit.reports.gathering import gather
from audit.reports.model import Audience, CustomerRecord, Scope
from audit.reports.record_json import record_json
from tests.archive.house import BEGINNING
from tests.archive.items import edit, message
from tests.erasure.forgetting import ME, ONA, findings, forget, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House

_SAID = "My neighbour Kazlauskas is deaf."
_STRETCH = (13, 23)


def _placed(position: int, *, whom: Sequence[str] = ("readers",), whole: bool = False) -> WithholdingPlaced:
    start, end = _STRETCH
    return WithholdingPlaced(
        position=position,
        reason="third-person",
        whom=tuple(whom),
        part=None if whole else "text",
        start=None if whole else start,
        end=None if whole else end,
        note=Personal("He asked us to."),
    )


def _told(house: House) -> int:
    house.archive.append_new([message(1, _SAID), message(2, "Else.")])
    house.follower.catch_up()
    return next(one.position for one in records(house) if isinstance(one.event, MessagePosted))


def _lines(house: House, role: str) -> list[tuple[str | None, list[str | None]]]:
    hiding = withheld.hiding_from_reader(house, role)
    with house.views.reading(Timeline) as (db, view):
        entries = view.read(db, house.archive.names.tie("conversation", "c1"))
    return [(one.text, [each.text for each in one.versions]) for one in withheld.shown_entries(entries, hiding)]


def _total(house: House, query: str, role: str) -> int:
    hidden = withheld.hiding_from_reader(house, role).positions
    return search(house.views, Asked(query=query), hidden=hidden).total


def _record(house: House, audience: Audience, customer: str = ME) -> CustomerRecord:
    house.follower.catch_up()
    gathered = gather(house.archive, house.views, customer)
    scope = Scope(
        customers=gathered.customers,
        position=gathered.position,
        as_of=gathered.as_of,
        origin=house.origin,
        zone=ZoneInfo("UTC"),
        audience=audience,
    )
    return compile_record(gathered.records, scope, staff=gathered.staff)


# -- a text without what is withheld --


def test_a_stretch_is_replaced_by_a_sign_and_marks_move_with_the_words() -> None:
    hidden = [Hidden("third-person", "text", 13, 23)]
    text, marks = shown(_SAID, hidden, [(3, 12), (13, 23), (20, 26), (27, 31)])
    assert text == "My neighbour [withheld: third-person] is deaf."
    assert [text[start:end] for start, end in marks] == ["neighbour", "deaf"]


@pytest.mark.parametrize(
    ("hidden", "text"),
    [
        ([], "abcdef"),
        ([Hidden("x")], "[withheld: x]"),
        ([Hidden("x", "text")], "[withheld: x]"),
        ([Hidden("x", "text", 0, 2), Hidden("y", "text", 4, 6)], "[withheld: x]cd[withheld: y]"),
        ([Hidden("x", "text", 0, 3), Hidden("y", "text", 2, 5)], "[withheld: x]f"),
        ([Hidden("x", "text", 0, 2), Hidden("y", "text", 2, 4)], "[withheld: x][withheld: y]ef"),
        ([Hidden("x", "text", 4, 99)], "[withheld: x]"),
        ([Hidden("x", "text", 4, 4)], "[withheld: x]"),
        ([Hidden("x", "text", 0, None)], "[withheld: x]"),
    ],
)
def test_what_does_not_fit_hides_all_and_what_overlaps_is_one(hidden: list[Hidden], text: str) -> None:
    assert shown("abcdef", hidden).text == text


def test_code_points_are_counted_whatever_the_script() -> None:
    assert shown("שלום 😀 Ona", [Hidden("x", "text", 5, 6)]).text == "שלום [withheld: x] Ona"
    assert of_part([Hidden("x", "text"), Hidden("y")], "author") == [Hidden("y")]
    assert hides_all([Hidden("x", "text"), Hidden("y")])


# -- readers --


def test_a_reader_neither_sees_nor_finds_nor_counts_a_withheld_word(house: House) -> None:
    at = _told(house)
    written, repeated = withheld.place(house, _placed(at), ONA)
    assert repeated == []
    sign = "My neighbour [withheld: third-person] is deaf."
    assert _lines(house, "agent") == [(sign, [sign]), ("Else.", ["Else."])]
    assert _lines(house, "compliance officer")[0] == (_SAID, [_SAID])
    assert [_total(house, "Kazlauskas", role) for role in ("agent", "operator", "data protection officer")] == [0, 0, 1]
    assert _total(house, "Else", "agent") == 1
    withheld.lift(house, written, "He agreed.", ONA)
    assert _lines(house, "agent")[0] == (_SAID, [_SAID])
    assert _total(house, "Kazlauskas", "agent") == 1
    assert not findings(house)


def test_what_belongs_to_a_withheld_message_is_withheld_and_repeated_words_are_named(house: House) -> None:
    at = _told(house)
    kept = AttachmentKept(name=Personal("Kazlauskas.txt"), content=Personal(b"x"))
    fact = Fact(event=kept, at=BEGINNING, ties=(("conversation", "c1"),), of=ItemName("message", "chat", "m1"))
    house.archive.append_new(
        [
            edit(1, "Kazlauskas is deaf, not me."),
            Item(name=ItemName("attachment", "chat", "x"), normal=b"x", normal_version=1, facts=(fact,)),
        ]
    )
    house.follower.catch_up()
    _, repeated = withheld.place(house, _placed(at), ONA)
    assert [(one.part, one.start, one.end) for one in repeated] == [("name", 0, 10), ("text", 0, 10)][::-1]
    withheld.place(house, _placed(at, whole=True), ONA)
    first = _lines(house, "agent")[0]
    assert first == ("[withheld: third-person]", ["[withheld: third-person]"] * 2)
    assert not [line for line in _lines(house, "agent") if "Kazlauskas" in str(line)]
    assert _total(house, "Kazlauskas", "agent") == 0


def test_what_is_not_there_is_not_withheld(house: House) -> None:
    at = _told(house)
    with pytest.raises(NotFound):
        withheld.place(house, _placed(999), ONA)
    with pytest.raises(StretchUnclear):
        withheld.place(house, WithholdingPlaced(position=at, reason="x", whom=("readers",), part="subject"), ONA)
    with pytest.raises(NotFound):
        withheld.lift(house, "0123", "why", ONA)


# -- records and evidence --


@pytest.mark.parametrize(
    ("whom", "heeding"),
    [
        ("customer-record", {Audience.CUSTOMER}),
        ("readers", {Audience.CUSTOMER, Audience.INTERNAL}),
        ("exports", {Audience.CUSTOMER, Audience.INTERNAL, Audience.REGULATOR}),
    ],
)
def test_a_record_is_without_what_is_withheld_from_its_audience(
    house: House, whom: str, heeding: set[Audience]
) -> None:
    written, _ = withheld.place(house, _placed(_told(house), whom=[whom]), ONA)
    for audience in Audience:
        record = _record(house, audience)
        assert (b"Kazlauskas" not in record_json(record)) == (audience in heeding), audience
        assert ([(one.code, one.field) for one in record.withheld_parts] == [("third-person", "text")]) == (
            audience in heeding
        )
    withheld.lift(house, written, "He agreed.", ONA)
    assert b"Kazlauskas" in record_json(_record(house, Audience.CUSTOMER))


def test_a_whole_event_is_absent_and_listed_with_its_reason(house: House) -> None:
    at = _told(house)
    withheld.place(house, _placed(at, whole=True, whom=["customer-record"]), ONA)
    record = _record(house, Audience.CUSTOMER)
    assert b"deaf" not in record_json(record)
    assert ("third-person", (at,)) in [(one.code, one.numbers) for one in record.withheld]
    assert json.loads(record_json(record))["counts"]["withheld"] >= 1


def test_it_is_withheld_whoever_it_turns_out_to_belong_to(house: House) -> None:
    at = _told(house)
    withheld.place(house, _placed(at, whom=["customer-record"]), ONA)
    corrected = TieCorrected(position=at, kind="customer")
    house.archive.note(corrected, ONA, ties=[("customer", "cust-9")])
    record = record_json(_record(house, Audience.CUSTOMER, "cust-9"))
    assert b"deaf" in record
    assert b"Kazlauskas" not in record


def test_evidence_opens_no_part_in_which_something_is_withheld(house: House) -> None:
    at = _told(house)
    withheld.place(house, _placed(at, whom=["exports"]), ONA)
    hiding = withheld.hiding_from(house, "exports")
    assert withheld.opened(hiding, at, ["text", "author"]) == {"author"}
    assert withheld.opened(hiding, at + 1, ["text", "author"]) == {"text", "author"}
    withheld.place(house, _placed(at, whom=["exports"], whole=True), ONA)
    assert withheld.opened(withheld.hiding_from(house, "exports"), at, ["text", "author"]) == frozenset()


# -- and erasure --


def test_a_withholding_outlives_the_words_and_its_own_go_with_them(house: House) -> None:
    at = _told(house)
    withheld.place(house, _placed(at), ONA)
    assert forget(house).residue == ()
    with house.views.reading(Withholdings) as (db, view):
        (one,) = view.in_force(db)
    assert (one.position, one.note, one.hidden.reason) == (at, None, "third-person")
    assert all(isinstance(one, Record) for one in house.archive.read(0, 100))
    assert not findings(house)
