"""The outbox: a letter goes once, and one that may have gone waits for a person."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audit.bootstrap import posting
from audit.bootstrap.house import build
from audit.bootstrap.transcripts import (
    AddressUnknown,
    Wanted,
    prepare_by_rule,
    prepare_transcript,
)
from audit.bootstrap.withheld import place
from audit.domain.access import RecordExported
from audit.domain.conversation import TranscriptSent
from audit.domain.errors import NotAllowed, NotFound, WrongUse
from audit.domain.posting import LetterGone, LetterPrepared, LetterRefusedForGood, NothingToSettle, OutcomeUnknown
from audit.domain.withholding import WithholdingPlaced
from audit.projections.outbox import Outbox
from audit.reports.post.smtp import Outcome
from tests.erasure.forgetting import forget
from tests.post.server import Post, served
from tests.requests.given import (
    AGENT,
    CUSTOMER,
    NEIGHBOUR,
    OPERATOR,
    REGINA,
    REGINAS_MAIL,
    SUPERVISOR,
    TOLD,
    position_of,
    records,
    turned_away,
)

if TYPE_CHECKING:
    from audit.bootstrap.house import House

SENDER = "post@example.com"


def _prepared(house: House) -> str:
    return prepare_transcript(house, Wanted("c1", REGINAS_MAIL, SENDER), AGENT)


def _sent(house: House) -> list[bool | None]:
    return [one.event.accepted for one in records(house) if isinstance(one.event, TranscriptSent)]


def _outcome(house: House, letter: str) -> str:
    return posting.letter_of(house, letter).outcome


def test_a_transcript_goes_out_once_and_its_outcome_is_on_record(house: House) -> None:
    post = Post()
    letter = _prepared(house)
    with served(post) as relay:
        assert posting.send(house, letter, relay, AGENT).outcome == "accepted"
        with pytest.raises(LetterGone):
            posting.send(house, letter, relay, AGENT)
    assert len(post.letters) == 1
    assert _sent(house) == [True]
    order = [type(one.event) for one in records(house) if isinstance(one.event, RecordExported | LetterPrepared)]
    assert order == [RecordExported, LetterPrepared]
    with house.views.reading(Outbox) as (db, view):
        before = view.all(db)
    assert before[0].answer == "250 2.0.0 queued as 7"
    house.follower.rebuild("outbox")
    with house.views.reading(Outbox) as (db, view):
        assert view.all(db) == before


def test_a_letter_put_off_is_tried_again_with_the_same_name(small: House) -> None:
    post = Post(to_letter="451 4.3.0 later")
    letter = _prepared(small)
    with served(post) as relay:
        posting.send(small, letter, relay, AGENT)
        assert (_outcome(small, letter), posting.waiting(small)) == ("put-off", [letter])
        post.to_letter = "250 OK"
        posting.send(small, letter, relay, AGENT)
    assert post.letters[0] == post.letters[1]
    assert _sent(small) == [True]


def test_a_letter_refused_for_good_stays_here(small: House) -> None:
    letter = _prepared(small)
    with served(Post(to_address="550 5.1.1 nobody")) as relay:
        posting.send(small, letter, relay, AGENT)
        with pytest.raises(LetterRefusedForGood):
            posting.send(small, letter, relay, AGENT)
    assert (_outcome(small, letter), posting.waiting(small), _sent(small)) == ("refused", [], [False])


def test_a_letter_nobody_knows_of_waits_for_a_person(small: House) -> None:
    post = Post(to_letter=None)
    letter = _prepared(small)
    with served(post) as relay:
        assert posting.send(small, letter, relay, AGENT).outcome == "unknown"
        assert posting.waiting(small) == []
        with pytest.raises(OutcomeUnknown):
            posting.send(small, letter, relay, AGENT)
        with pytest.raises(NotAllowed):
            posting.settle(small, letter, AGENT, arrived=False, reason="she has none")
        posting.settle(small, letter, SUPERVISOR, arrived=False, reason="she has none")
        with pytest.raises(NothingToSettle):
            posting.settle(small, letter, SUPERVISOR, arrived=True, reason="twice")
        post.to_letter = "250 OK"
        assert posting.send(small, letter, relay, AGENT).outcome == "accepted"
    assert len(post.letters) == 2
    assert _sent(small) == [None, False, True]


_KILLED = """
import os, signal, sys
from audit.bootstrap import posting
from audit.bootstrap.house import build
from audit.bootstrap.settings import read_settings
from audit.reports.post.smtp import Relay, hand_over
from tests.requests.given import AGENT
def handing(relay, recipient, mail):
    hand_over(relay, recipient, mail)
    os.kill(os.getpid(), signal.SIGKILL)
relay = Relay(host="127.0.0.1", port=int(sys.argv[2]), sender="post@example.com", security="none")
posting.send(build(read_settings({"ONRECORD_DATA": sys.argv[1]})), sys.argv[3], relay, AGENT, handing=handing)
"""


def test_a_sender_killed_after_the_hand_over_never_sends_twice(embedded: House) -> None:
    post = Post()
    letter = _prepared(embedded)
    with served(post) as relay:
        words = [sys.executable, "-c", _KILLED, str(embedded.settings.folder), str(relay.port), letter]
        done = subprocess.run(words, check=False, env=os.environ | {"PYTHONPATH": str(Path.cwd())})  # noqa: S603  # ourselves
        assert done.returncode == -signal.SIGKILL
        assert (_outcome(embedded, letter), posting.waiting(embedded)) == ("unknown", [])
        with closing(build(embedded.settings, world=embedded.world)) as again, pytest.raises(OutcomeUnknown):
            posting.send(again, letter, relay, AGENT)
    assert len(post.letters) == 1
    posting.settle(embedded, letter, OPERATOR, arrived=True, reason="the relay's log says so")
    assert (_outcome(embedded, letter), _sent(embedded)) == ("accepted", [True])


def test_two_who_send_at_once_send_one(small: House) -> None:
    letter = _prepared(small)
    tried: list[int] = []

    def handing(*_: object) -> Outcome:
        if not tried:
            tried.append(1)
            with pytest.raises(OutcomeUnknown):
                posting.send(small, letter, relay, AGENT, handing=handing)
        return Outcome("accepted", "250 OK")

    with served(Post()) as relay:
        posting.send(small, letter, relay, AGENT, handing=handing)
    assert _outcome(small, letter) == "accepted"


def test_a_transcript_holds_no_note_and_nothing_withheld(small: House) -> None:
    start = TOLD.index(NEIGHBOUR)
    placed = WithholdingPlaced(
        position=position_of(small, TOLD),
        reason="third-person",
        whom=("customer-record",),
        part="text",
        start=start,
        end=start + len(NEIGHBOUR),
    )
    place(small, placed, SUPERVISOR)
    letter = _prepared(small)
    (prepared,) = [one.event for one in records(small) if isinstance(one.event, LetterPrepared)]
    said = "".join(part.get_content() for part in message_from_bytes(prepared.mail.value, policy=default).iter_parts())
    assert "[withheld: third-person]" in said
    assert NEIGHBOUR not in said
    assert "nervinga" not in said
    assert "100 dolerių" in said
    assert letter


def test_a_transcript_goes_to_no_strange_address(small: House) -> None:
    for to, refusal in (("eve@example.net", AddressUnknown), ("x\r\nBcc: y@z.example", WrongUse)):
        with pytest.raises(refusal):
            prepare_transcript(small, Wanted("c1", to, SENDER), AGENT)
    with pytest.raises(NotAllowed):
        prepare_transcript(small, Wanted("c1", "eve@example.net", SENDER, elsewhere=True), AGENT)
    with pytest.raises(NotAllowed):
        prepare_transcript(small, Wanted("c1", REGINAS_MAIL, SENDER), CUSTOMER)
    with pytest.raises(NotFound):
        prepare_transcript(small, Wanted("c404", REGINAS_MAIL, SENDER), AGENT)
    assert [reason for _, _, reason in turned_away(small)] == [
        "address-unknown", "not-allowed", "not-allowed", "not-found",
    ]  # fmt: skip
    assert prepare_transcript(small, Wanted("c1", "eve@example.net", SENDER, elsewhere=True), SUPERVISOR)


def test_by_rule_an_ended_chat_is_sent_once(small: House) -> None:
    assert prepare_by_rule(small, {"email"}, SENDER, OPERATOR) == []
    (letter,) = prepare_by_rule(small, {"chat"}, SENDER, OPERATOR)
    assert prepare_by_rule(small, {"chat"}, SENDER, OPERATOR) == []
    assert posting.waiting(small) == [letter]


def test_a_forgotten_person_gets_no_letter_any_more(small: House) -> None:
    letter = _prepared(small)
    forget(small, REGINA)
    with served(Post()) as relay, pytest.raises(posting.LetterErased):
        posting.send(small, letter, relay, AGENT)
    assert REGINAS_MAIL not in str(posting.letters(small))
