"""Card numbers and their codes at the door, with what only looks like them."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.domain.conversation import AttachmentKept, MessagePosted
from audit.domain.custody import DeliveryReceived, ItemRefused
from audit.intake.card_codes import holds_card_code
from audit.intake.cards import masked
from audit.intake.door import admitted
from audit.intake.mail import Mail
from audit.intake.ndjson import Ndjson
from audit.intake.source import Found, Refusal
from tests.intake.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.intake.bringing import Desk

VISA = "4111111111111111"
SHOWN = "411111******1111"

CARDS = {
    "4111111111111111": "411111******1111",
    "5555555555554444": "555555******4444",
    "2223003122003222": "222300******3222",
    "378282246310005": "378282*****0005",
    "30569309025904": "305693****5904",
    "6011111111111117": "601111******1117",
    "3530111333300000": "353011******0000",
    "6212345678900000003": "621234*********0003",
    "2200000000000004": "220000******0004",
}


@pytest.mark.parametrize(("number", "shown"), CARDS.items())
def test_a_card_number_keeps_its_first_six_and_last_four(number: str, shown: str) -> None:
    assert masked(f"it is {number}, thank you") == f"it is {shown}, thank you"


@pytest.mark.parametrize(
    "written",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111–1111–1111–1111",
        "４１１１１１１１１１１１１１１１",
        "41111111 11111111",
        "4111  1111  1111  1111",
        "4111.1111.1111.1111",
        "4111/1111/1111/1111",
        "4111_1111_1111_1111",
        "4111 - 1111 - 1111 - 1111",
        "4111\t1111\t1111\t1111",
        "4111 1111\n1111 1111",
        "4111\u200b1111\u200b1111\u200b1111",
        "41\u200b11 1111 11\u00ad11 1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "４１１１－１１１１－１１１１－１１１１",
        "4111\u30001111\u30001111\u30001111",
        "4111\u22121111\u22121111\u22121111",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "٤١١١١١١١١١١١١١١١",
        "۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱",
        "4111,1111,1111,1111",
        "4111*1111*1111*1111",
        "4111|1111|1111|1111",
        "41111111-11111111",
        "4111111-111111111",
        "411111111111-1111",
    ],
)
def test_however_it_is_grouped_a_card_number_is_found(written: str) -> None:
    assert masked(written) == SHOWN


@pytest.mark.parametrize(
    "text",
    [
        "my card {} please",
        "kortelės numeris {}",
        "номер на картата {}",
        "номер карты: {}",
        "我的信用卡号{}谢谢",
        "order 12-77 was paid by card {}",
        "({})",
        "card={};exp=12/27",
        "{} 12/27",
        "17 {}",
        "x{}",
        "nr{}",
        "{}x",
        "карта{}",
        "卡{}号",
    ],
)
def test_a_card_number_is_found_among_other_words_and_numbers(text: str) -> None:
    for written in (VISA, "4111 1111 1111 1111"):
        assert masked(text.format(written)) == text.format(SHOWN)


@pytest.mark.parametrize(
    "text",
    [
        "order 4111111111111111",
        "order number: 4111 1111 1111 1111",
        "užsakymas Nr. 4111111111111111",
        "поръчка № 4111111111111111",
        "заказ 4111111111111111",
        "订单号：4111111111111111",
        "paid by card; tracking number 4111111111111111",
    ],
)
def test_an_order_number_that_passes_for_a_card_is_left_alone(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # its check digit is wrong
        "1234567812345670",  # no card begins so
        "41111111111111111111",  # too long
        "a4111111111111111",
        "4111111111111111f3",
        "+4111111111111111",
        "411 111 111 111 1111",  # no card is grouped so
        "4222222222222",  # thirteen digits number goods, too
        "DE44 4111 1111 1111 1111 00",
        "LT12 1000 0111 0100 1000",
        "LT601010012345678901",
        "order4111111111111111",
        "sn4111111111111111",
        "e4111111111111111e",
        "41111111-1111-1111-a111-111111111111",
        "readings 4111, 1111, 1111, 1111",
        "4111-11111111-1111",
        "2026-11-22, 10:30, 4111, room 1111",
        "+370 600 12345, +370 600 54321",
        "2026-03-01 10:00:00 860123456",
        "",
    ],
)
def test_what_is_no_card_number_is_left_alone(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("name", ["{}.pdf", "scan_{}.pdf", "card{}.txt", "({}).jpg"])
def test_a_card_number_in_a_file_name_or_a_subject_is_masked(name: str) -> None:
    content = b64encode(b"nothing").decode()
    one = door(kind="attachment", of="m0", name=name.format(VISA), base64=content)
    assert isinstance(one, Found)
    event = one.item.facts[0].event
    assert isinstance(event, AttachmentKept)
    assert event.name is not None
    assert event.name.value == name.format(SHOWN)
    two = door(kind="ticket", subject=name.format(VISA), text="hello")
    assert isinstance(two, Found)
    assert VISA not in str(vars(two.item.facts[0].event)["subject"].value)


@pytest.mark.parametrize(
    "text", ["1 " * 9_000 + "x", "4" * 20_000, "4111 " * 9_000, "1 1\n" * 4_000, "cvv : " * 9_000, "pin 123 " * 9_000]
)
def test_a_page_of_digits_is_looked_through_once(text: str) -> None:
    masked(text)
    holds_card_code(text)


def test_thirteen_digits_are_a_card_where_cards_are_spoken_of() -> None:
    assert masked("visa 4222222222222") == "visa 422222***2222"


def test_two_card_numbers_in_a_row_are_both_masked() -> None:
    assert masked("4111 1111 1111 1111 5555 5555 5555 4444") == f"{SHOWN} 555555******4444"


@given(st.text())
def test_any_text_is_survived_and_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
    holds_card_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "CVV 123",
        "my cvc is 1234",
        "cvc2: 123",
        "123 is my CVV",
        "CVV kodas 123",
        "kortelės saugos kodas 123",
        "картата ми, код за сигурност 123",
        "ПИН кодът на картата е: ПИН 1234",
        "пин-код карты 1234",
        "код безопасности на карте 123",
        "信用卡安全码是123",
        "银行卡密码123456",
        "校验码 123",
        "the PIN of my card is PIN 1234",
        "4111 1111 1111 1111, security code 123",
        "ＣＶＶ：１２３",
        "C V V 123",
        "c.v.v. 123",
        "СVV 123",
        "CV\u200bV 12\u200b3",
        "CVV 1 2 3",
        "CVV:\n123",
        "cvvCode: 123",
        "cardCvv: 123",
        "CVN 123",
        "the csc of my visa card: csc 123",
        '{"cvv":123}',
        "my cvv is 123",
        "„CVV kodas 123“",
        "код 123 на обороте",
        "код 123 на обратной стороне карты",
        "три цифры сзади 123",
        "кодът на гърба 123",
        "kodas kitoje pusėje 123",
        "the code is on the back: the code on the back is 123",
        "背面三位数 123",
        "安全码 123",
        "123 — мой cvv",
        "cvv? 123",
        "CVV one two three",
        "cvv: один два три",
        "cvv trys vienas du keturi",
        "CVV 一二三",
        "PIN 1234",
        "my pin is 1234",
        "PIN kodas yra 1234",
        "ПИН 1234",
        "ПИН-код: 1234",
    ],
)
def test_a_code_of_a_card_is_found_in_five_languages(text: str) -> None:
    assert holds_card_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "the CVV was refused",
        "door PIN 1234",
        "your verification code is 483920",
        "验证码 483920",
        "We never ask for your CVV. Call 1855.",
        "the check of the CVV costs 100 EUR",
        "CVV-check 1.500",
        "saugos kodas durims 1234",
        "pin 123 of the connector",
        "spinning 1234 cards",
        "the parcel locker opens with PIN 1234",
        "paštomatas, PIN kodas 1234",
        "постамат: ПИН 1234",
        "快递 PIN 1234",
        "SIM PIN 1234",
        "PIN 12 of the connector",
        "pin 2024-03-01",
        "安全码 483920",
        "order 123, code 4567",
        "код 123 на обороте счётчика",
        "the code 1234 on the back of the router",
        "flat 123, entrance code 12",
        "三位数 123",
        "the cvv is one of three",
        "call 8 600 12 345",
    ],
)
def test_what_is_no_code_of_a_card_is_taken(text: str) -> None:
    assert not holds_card_code(text)


LINE: dict[str, Any] = {"kind": "message", "source": "chat", "id": "m1", "customer": "c", "at": "2026-03-01T10:00:00Z"}


def door(**fields: Any) -> Found | Refusal:
    (one,) = read(Ndjson(), json.dumps(LINE | fields).encode() + b"\n")
    return admitted(one)


def words(one: Found | Refusal) -> MessagePosted:
    assert isinstance(one, Found)
    event = one.item.facts[0].event
    assert isinstance(event, MessagePosted)
    return event


def test_an_item_without_cards_passes_as_it_is() -> None:
    (one,) = read(Ndjson(), json.dumps(LINE | {"text": "hello 12345"}).encode() + b"\n")
    assert admitted(one) is one


def test_words_and_normal_form_are_masked_alike() -> None:
    one = door(text=f"take {VISA}")
    assert words(one).text.value == f"take {SHOWN}"
    assert isinstance(one, Found)
    assert VISA.encode() not in one.item.normal
    assert SHOWN.encode() in one.item.normal


def test_unknown_fields_are_masked_however_deep_they_lie() -> None:
    one = door(text="hello", payment={"number": 4111111111111111, "tries": [VISA]}, order_number=VISA)
    extra = words(one).extra
    assert extra is not None
    assert extra.value == {"payment": {"number": SHOWN, "tries": [SHOWN]}, "order_number": VISA}


def test_a_code_in_an_unknown_field_refuses_the_item_and_keeps_nothing_of_it() -> None:
    one = door(text="hello", payment={"cvv": "123"})
    assert isinstance(one, Refusal)
    assert one.raw == b""
    assert one.reason.startswith("line 1: it holds the verification code or PIN of a card")


def test_an_attachment_that_is_text_is_masked_and_measured_anew() -> None:
    content = b64encode(f"card {VISA}\n".encode()).decode()
    one = door(kind="attachment", of="m0", name="a.txt", base64=content)
    assert isinstance(one, Found)
    event = one.item.facts[0].event
    assert isinstance(event, AttachmentKept)
    assert event.content is not None
    assert event.content.value == f"card {SHOWN}\n".encode()
    assert event.length == len(event.content.value)


def mail(body: str, *headers: str) -> bytes:
    return "\r\n".join(
        [
            "From: a@example.com",
            "To: help@example.org",
            "Subject: Hello",
            "Message-ID: <1@example.com>",
            *headers,
            "",
            body,
        ]
    ).encode()


def test_a_mail_that_was_masked_keeps_no_raw_bytes() -> None:
    encoded = b64encode(f"my card: {VISA}".encode()).decode()
    date = "Date: Sun, 1 Mar 2026 10:00:00 +0000"
    (one,) = read(Mail(), mail(encoded, date, "MIME-Version: 1.0", "Content-Transfer-Encoding: base64"))
    posted = next(
        fact.event
        for fact in (one.item.facts if isinstance(one, Found) else ())
        if isinstance(fact.event, MessagePosted)
    )
    assert posted.raw is not None
    kept = admitted(one)
    assert isinstance(kept, Found)
    events = [fact.event for fact in kept.item.facts]
    (posted,) = [event for event in events if isinstance(event, MessagePosted)]
    assert (posted.text.value, posted.raw) == (f"my card: {SHOWN}", None)


def test_a_card_number_in_the_source_of_a_page_leaves_no_page() -> None:
    date = "Date: Sun, 1 Mar 2026 10:00:00 +0000"
    page = "<p>my card <b>4111&nbsp;1111&nbsp;1111&nbsp;1111</b></p>"
    (one,) = read(Mail(), mail(page, date, "MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8"))
    kept = admitted(one)
    assert isinstance(kept, Found)
    (posted,) = [fact.event for fact in kept.item.facts if isinstance(fact.event, MessagePosted)]
    assert posted.html is None
    assert SHOWN in str(posted.text.value)


@pytest.mark.parametrize("transfer", ["8bit", "base64"])
def test_a_refused_mail_with_a_card_number_is_kept_without_its_bytes(transfer: str) -> None:
    body = f"my card: {VISA}"
    written = b64encode(body.encode()).decode() if transfer == "base64" else body
    (one,) = read(Mail(), mail(written, f"Content-Transfer-Encoding: {transfer}"))
    assert isinstance(one, Refusal)
    assert one.raw
    kept = admitted(one)
    assert isinstance(kept, Refusal)
    assert (kept.raw, kept.reason) == (b"", one.reason)


def test_the_same_file_with_a_card_number_is_known_again_and_nothing_of_it_is_stored(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / f"{VISA}.ndjson"
    lines = [LINE | {"text": f"take {VISA}"}, LINE | {"id": "m2", "text": "CVV 123"}, LINE | {"id": "m3", "text": "a"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    first, second = desk.bring(path), desk.bring(path)
    assert (first.new, first.known, first.refused) == (2, 0, 1)
    assert (second.new, second.known, second.refused) == (0, 2, 1)
    assert {event.raw for event in desk.events(ItemRefused)} == {None}
    assert {event.name.text for event in desk.events(DeliveryReceived)} == {f"{SHOWN}.ndjson"}
    assert {event.text.text for event in desk.events(MessagePosted)} == {f"take {SHOWN}", "a"}
