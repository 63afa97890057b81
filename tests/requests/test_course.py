"""A request runs its course in a house: by roles, by two persons, to an answer on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from audit.bootstrap import delivering, requesting, requesting_release
from audit.bootstrap.promising_authority import Granted, NotAuthorised, authorise, revoke
from audit.bootstrap.requesting_document import RecordChanged
from audit.bootstrap.requesting_regimes import regime, regimes
from audit.bootstrap.requesting_steps import request_of
from audit.bootstrap.withheld import hiding_from
from audit.domain.access import RecordExported
from audit.domain.errors import NotAllowed, NotFound, Refused, WrongUse
from audit.domain.hand_over import LinkExpired, LinkSpent
from audit.domain.record_request import RecordDelivered, RequestEscalated, StatementDisputed
from audit.domain.request_course import FirstMonthOver
from audit.domain.request_release import NotWithheld, Place, RequestNotYetApproved, SecondReaderNeeded
from audit.domain.withholding import FROM_CUSTOMER, FROM_READERS
from audit.projections.alarms import alarms, level_of
from audit.projections.requests import Requests
from audit.reports.reconciling import NotReconciled
from tests.archive.recorders.places import behind_our_back
from tests.erasure.forgetting import forget
from tests.requests.given import (
    AGENT,
    COMPLIANCE,
    DAUGHTER,
    OTHER_SUPERVISOR,
    PROMISED,
    REGINA,
    STRANGER,
    SUPERVISOR,
    TOLD,
    acknowledged,
    approved,
    asked,
    neighbours_number,
    position_of,
    ready,
    records,
    stage,
    today,
    turned_away,
)

if TYPE_CHECKING:
    from pathlib import Path

    from audit.bootstrap.house import House


def test_a_request_goes_from_asking_to_the_requesters_hand(small: House) -> None:
    request = acknowledged(small)
    assert sum(isinstance(one.event, RequestEscalated) for one in records(small)) == 1
    requesting.verify(small, request, SUPERVISOR, how="identity-card", evidence="seen at the counter")
    document = requesting_release.compile_record(small, request, SUPERVISOR)
    requesting_release.approve(small, request, SUPERVISOR)
    assert delivering.for_print(small, request, SUPERVISOR).digest == document.digest
    delivering.printed(small, request, SUPERVISOR)
    assert stage(small, request) == "delivered"
    (handed,) = [one.event for one in records(small) if isinstance(one.event, RecordDelivered)]
    assert handed.digest == document.digest
    assert any(isinstance(one.event, RecordExported) for one in records(small))
    with small.views.reading(Requests) as (db, view):
        before = view.all(db)
    small.follower.rebuild("requests")
    with small.views.reading(Requests) as (db, view):
        assert view.all(db) == before


def test_the_law_gives_the_day_and_more_time_once(small: House) -> None:
    request = asked(small)
    requesting.acknowledge(small, request, AGENT, received=date(2026, 1, 31), law="ccpa")
    assert request_of(small, request).due == date(2026, 3, 17)
    with pytest.raises(Refused):
        requesting.extend(small, request, SUPERVISOR, due=date(2026, 5, 2), reason="many letters")
    requesting.extend(small, request, SUPERVISOR, due=date(2026, 5, 1), reason="many letters")
    assert request_of(small, request).due == date(2026, 5, 1)
    late = asked(small)
    requesting.acknowledge(small, late, AGENT, received=date(2026, 1, 31), law="gdpr")
    assert request_of(small, late).due == date(2026, 2, 28)
    with pytest.raises(FirstMonthOver):
        requesting.extend(small, late, SUPERVISOR, due=date(2026, 4, 1), reason="many letters")


def test_laws_come_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "laws.toml"
    file.write_text("[ours]\ndays = 10\n")
    assert regime("ours", file).due(date(2026, 1, 1)) == date(2026, 1, 11)
    assert "gdpr" in regimes(file)
    for wrong in ("[ours]\ndays = 0\n", "[ours]\nweeks = 1\n", "[ours]\ndays = true\n", "ours = 1\n", "["):
        file.write_text(wrong)
        with pytest.raises(WrongUse):
            regimes(file)
    with pytest.raises(WrongUse):
        regime("nowhere")


def test_what_presses_is_told_before_its_day(small: House) -> None:
    request = acknowledged(small)
    with small.views.reading(Requests) as (db, view):
        found = view.all(db)
    due = request_of(small, request).due
    assert due is not None
    for left, level in ((15, None), (14, "coming"), (7, "soon"), (3, "urgent"), (0, "today"), (-1, "overdue")):
        assert level_of(left) == level
        told = alarms(found, due - timedelta(days=left))
        assert [(one.level, one.days_left) for one in told] == ([(level, left)] if level else [])
    asked(small)
    with small.views.reading(Requests) as (db, view):
        assert [one.level for one in alarms(view.all(db), today(small) + timedelta(days=3))] == ["unacknowledged"]


def test_requests_stand_in_their_queues_by_what_presses(house: House) -> None:
    told, refused, untold = acknowledged(house), asked(house, customer=DAUGHTER), asked(house, customer=STRANGER)
    requesting.refuse(house, refused, OTHER_SUPERVISOR, ground="unfounded", reason="nothing is meant")
    due = request_of(house, told).due
    assert due is not None

    def queue(name: str, day: date, **more: Any) -> list[str | None]:
        with house.views.reading(Requests) as (db, view):
            return [one.id for one in view.pressing(db, name, day, limit=9, **more)]

    assert queue("waiting", due) == [untold, told]
    assert queue("all", due) == [untold, told, refused]
    assert queue("all", due, after=1) == [told, refused]
    assert queue("answered", due) == [refused]
    assert (queue("overdue", due), queue("overdue", due + timedelta(days=1))) == ([], [told])
    assert queue("all", due, customers=[house.archive.names.tie("customer", DAUGHTER)]) == [refused]


@pytest.mark.long
def test_where_something_is_withheld_a_second_person_reads_it_and_does_not_approve(house: House) -> None:
    request = ready(house, redacted=True)
    with pytest.raises(SecondReaderNeeded):
        requesting_release.approve(house, request, OTHER_SUPERVISOR)
    with pytest.raises(requesting_release.SamePerson):
        requesting_release.check(house, request, SUPERVISOR)
    requesting_release.check(house, request, OTHER_SUPERVISOR)
    with pytest.raises(requesting_release.SamePerson):
        requesting_release.approve(house, request, OTHER_SUPERVISOR)
    requesting_release.approve(house, request, SUPERVISOR)
    assert stage(house, request) == "approved"
    assert [reason for _, _, reason in turned_away(house)] == ["second-reader-needed", "same-person", "same-person"]


def test_what_is_withheld_is_not_in_the_record_and_is_listed_with_its_reason(small: House) -> None:
    request = ready(small, redacted=True)
    requesting_release.check(small, request, COMPLIANCE)
    requesting_release.approve(small, request, SUPERVISOR)
    document = delivering.for_print(small, request, SUPERVISOR)
    (part,) = [one for one in document.record.withheld_parts if one.code == "third-person"]
    assert part.field == "text"
    assert b"612 34567" not in document.content
    assert "internal-note" in {one.code for one in document.record.withheld}


def test_what_was_withheld_is_given_free_with_a_reason_and_read_by_a_second_person(small: House) -> None:
    item = neighbours_number(small)
    request, later = acknowledged(small), acknowledged(small)
    requesting_release.withhold(small, request, SUPERVISOR, item)
    place = Place.of(item)
    with pytest.raises(NotWithheld):
        requesting_release.restore(small, later, SUPERVISOR, place._replace(start=0), reason="he agreed")
    requesting_release.restore(small, later, SUPERVISOR, place, reason="the neighbour agreed in writing")
    with pytest.raises(NotWithheld):
        requesting_release.restore(small, request, SUPERVISOR, place, reason="once more")
    requesting.verify(small, later, SUPERVISOR, how="identity-card")
    document = requesting_release.compile_record(small, later, SUPERVISOR)
    words = [one.text for contact in document.record.contacts for entry in contact.entries for one in entry.words]
    assert TOLD in words
    assert hiding_from(small, FROM_CUSTOMER).of(item.position) == ()
    with pytest.raises(SecondReaderNeeded):
        requesting_release.approve(small, later, OTHER_SUPERVISOR)
    with pytest.raises(requesting_release.SamePerson):
        requesting_release.check(small, later, SUPERVISOR)
    requesting_release.check(small, later, COMPLIANCE)
    requesting_release.approve(small, later, SUPERVISOR)


def test_what_a_request_withholds_goes_to_the_customer_by_no_other_way(small: House) -> None:
    item = neighbours_number(small)
    requesting_release.withhold(small, acknowledged(small), SUPERVISOR, item)
    (hidden,) = hiding_from(small, FROM_CUSTOMER).of(item.position)
    assert (hidden.reason, hidden.part, hidden.start, hidden.end) == ("third-person", "text", item.start, item.end)
    assert hiding_from(small, FROM_READERS).of(item.position) == ()


def test_a_disputed_statement_stands_beside_the_original(small: House) -> None:
    request = acknowledged(small)
    position = position_of(small, PROMISED)
    requesting.dispute(small, request, AGENT, position=position, text="Žadėjo šį mėnesį.")
    (disputed, at) = next(
        (one.event, one.position) for one in records(small) if isinstance(one.event, StatementDisputed)
    )
    assert disputed.commit is not None
    requesting.verify(small, request, SUPERVISOR, how="identity-card")
    document = requesting_release.compile_record(small, request, SUPERVISOR)
    entries = [entry for contact in document.record.contacts for entry in contact.entries]
    assert [entry.disputed_by for entry in entries if entry.number == position] == [(at,)]


@pytest.mark.long
def test_somebody_else_asks_only_with_an_authority_that_still_holds(small: House) -> None:
    with pytest.raises(NotAuthorised):
        asked(small, representative=DAUGHTER)
    authorise(small, REGINA, DAUGHTER, Granted(scope="record"), SUPERVISOR)
    request = acknowledged(small, representative=DAUGHTER)
    requesting.verify(small, request, SUPERVISOR, how="identity-card")
    requesting_release.compile_record(small, request, SUPERVISOR)
    revoke(small, REGINA, DAUGHTER, "they parted", SUPERVISOR)
    with pytest.raises(NotAuthorised):
        requesting_release.approve(small, request, SUPERVISOR)
    authorise(small, REGINA, DAUGHTER, Granted(scope="record"), SUPERVISOR)
    requesting_release.approve(small, request, SUPERVISOR)
    revoke(small, REGINA, DAUGHTER, "they parted", SUPERVISOR)
    with pytest.raises(NotAuthorised):
        delivering.make_link(small, request, SUPERVISOR)
    assert {reason for _, _, reason in turned_away(small)} == {"not-authorised"}


def test_a_link_works_once_and_for_a_time(small: House) -> None:
    request = approved(small)
    with pytest.raises(delivering.LinkTooLong):
        delivering.make_link(small, request, SUPERVISOR, hours=0)
    link = delivering.make_link(small, request, SUPERVISOR)
    assert len(link.token) == 43
    assert stage(small, request) == "approved"
    _, document = delivering.collect(small, link.token)
    assert document.content.startswith(b"%PDF")
    assert stage(small, request) == "delivered"
    with pytest.raises(LinkSpent):
        delivering.collect(small, link.token)
    for wrong in ("", link.token[:-1], link.token.swapcase(), "\ud800", "../../etc"):
        with pytest.raises(NotFound):
            delivering.collect(small, wrong)
    assert link.token not in repr(small.archive.read(0, 10_000))
    for record in records(small):
        assert link.token not in str(vars(record.event)) + str(record.stamp.ids and record.stamp.ids.value)


@pytest.mark.long
def test_a_refused_request_comes_back_by_an_internal_review(small: House) -> None:
    request = approved(small)
    link = delivering.make_link(small, request, SUPERVISOR)
    requesting.refuse(small, request, SUPERVISOR, ground="excessive", reason="the third this month")
    with pytest.raises(Refused):
        delivering.collect(small, link.token)
    requesting.ask_review(small, request, AGENT, reason="she is not content")
    assert stage(small, request) == "review"
    with pytest.raises(RequestNotYetApproved):
        delivering.collect(small, link.token)
    requesting_release.compile_record(small, request, SUPERVISOR)
    requesting_release.approve(small, request, SUPERVISOR)
    with pytest.raises(LinkExpired):
        delivering.collect(small, link.token)


@pytest.mark.long
def test_an_erasure_before_the_hand_over_stops_it(small: House) -> None:
    request = approved(small)
    link = delivering.make_link(small, request, SUPERVISOR)
    forget(small, REGINA)
    small.follower.catch_up()
    assert request_of(small, request).customer is None
    with pytest.raises((NotFound, Refused)):
        delivering.collect(small, link.token)
    with pytest.raises(Refused):
        delivering.make_link(small, request, SUPERVISOR)


def test_a_record_calls_itself_complete_only_when_the_log_has_no_more(embedded: House) -> None:
    request = acknowledged(embedded)
    views = embedded.settings.folder / "views.db"
    position = position_of(embedded, PROMISED)
    behind_our_back(str(views), f"DELETE FROM ties WHERE position = {position}")  # noqa: S608  # a number of ours
    with pytest.raises(NotReconciled, match=f"first is event {position}"):
        requesting_release.compile_record(embedded, request, SUPERVISOR)
    embedded.follower.rebuild("ties")
    assert requesting_release.compile_record(embedded, request, SUPERVISOR).record.complete


def test_an_event_that_cannot_be_read_makes_no_complete_record(embedded: House) -> None:
    request = acknowledged(embedded)
    archive = str(embedded.settings.folder / "archive.db")
    position = position_of(embedded, PROMISED)
    behind_our_back(archive, "DROP TRIGGER events_no_update")
    behind_our_back(archive, f"UPDATE events SET state = x'00' WHERE position = {position}")  # noqa: S608  # a number of ours
    with pytest.raises(Refused):
        requesting_release.compile_record(embedded, request, SUPERVISOR)


@pytest.mark.long
def test_a_record_that_is_no_longer_what_was_approved_is_not_handed_out(small: House) -> None:
    request = approved(small)
    requesting_release.compile_record(small, request, SUPERVISOR)
    with pytest.raises((RecordChanged, RequestNotYetApproved)):
        delivering.for_print(small, request, SUPERVISOR)


def test_an_agent_who_tries_is_refused_and_on_record(small: House) -> None:
    request = ready(small)
    with pytest.raises(NotAllowed):
        requesting_release.approve(small, request, AGENT)
    assert turned_away(small) == [("agent", "request-approve", "not-allowed")]
