"""Each clause of the definition of a fact, in each language, and what a text may do to the finder."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from audit.language.facts.find import facts

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


def found(text: str, kind: str, *, language: str | None = None, region: str | None = None) -> list[tuple[str, str]]:
    read = facts(text, language=language, at=WEDNESDAY, region=region)
    return [(fact.text, fact.normal) for fact in read if fact.kind == kind]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It has been down since Tuesday.", "2026-03-03"),
        ("Please come on Tuesday.", "2026-03-10"),
        ("Neveikia nuo antradienio.", "2026-03-03"),
        ("Atvykite antradienį.", "2026-03-10"),
        ("Не работи от вторник.", "2026-03-03"),
        ("Елате във вторник.", "2026-03-10"),
        ("Не работает со вторника.", "2026-03-03"),
        ("Приезжайте во вторник.", "2026-03-10"),
        ("周二就断了。", "2026-03-03"),
        ("请周二来。", "2026-03-10"),
    ],
)
def test_a_weekday_is_the_next_one_unless_the_verb_is_past(text: str, day: str) -> None:
    assert [normal for _, normal in found(text, "date")] == [day]


@pytest.mark.parametrize("text", ["in a week", "po savaitės", "след седмица", "через неделю", "一周后"])
def test_in_a_week_is_a_day(text: str) -> None:
    assert found(text, "date") == [(text, "2026-03-11")]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("from March 9 to March 12", "2026-03-09/2026-03-12"),
        ("nuo kovo 9 iki 12 d.", "2026-03-09/2026-03-12"),
        ("от 9 до 12 март", "2026-03-09/2026-03-12"),
        ("с 9 по 12 марта", "2026-03-09/2026-03-12"),
        ("3月9日至12日", "2026-03-09/2026-03-12"),
    ],
)
def test_two_days_joined_are_from_and_to(text: str, normal: str) -> None:
    assert [written for _, written in found(text, "date")] == [normal]


@pytest.mark.parametrize(
    "text",
    [
        "every Monday, on Mondays, for 5 days, since 2019, in March, in March 2025",
        "kas pirmadienį, pirmadieniais, per 5 d., nuo 2019 m., kovo mėnesį",
        "всеки понеделник, за 5 дни, от 2019, през март",
        "по понедельникам, каждый понедельник, за 5 дней, с 2019 года, в марте",
        "每周一，5天，2019年，三月份",
    ],
)
def test_recurring_days_and_durations_and_bare_months_are_no_days(text: str) -> None:
    assert found(text, "date") == []


@pytest.mark.parametrize(
    ("text", "span", "normal"),
    [
        ("come at half past six", "half past six", "06:30"),
        ("ateikite pusę septynių", "pusę septynių", "06:30"),
        ("елате в шест и половина", "шест и половина", "06:30"),
        ("приходите в полседьмого", "полседьмого", "06:30"),
        ("без четверти пять", "без четверти пять", "04:45"),
        ("下午三点半来", "下午三点半", "15:30"),
        ("周六上午10点", "上午10点", "10:00"),
        ("at 8 in the morning", "8 in the morning", "08:00"),
        ("expect me by 3.", "3", "03:00"),
        ("nuo 9 iki 17 val.", "9 iki 17 val.", "09:00/17:00"),
        ("с 9 до 18 часов", "9 до 18 часов", "09:00/18:00"),
        ("tomorrow evening at 8.", "8", "20:00"),
    ],
)
def test_a_time_keeps_its_preposition_outside(text: str, span: str, normal: str) -> None:
    assert found(text, "time") == [(span, normal)]


@pytest.mark.parametrize(
    "text", ["I waited 2 hours.", "Laukiau 2 valandas.", "Чаках 2 часа.", "Ждал 2 часа.", "等了两个小时。", "有一点慢"]
)
def test_a_duration_is_no_time(text: str) -> None:
    assert found(text, "time") == []


@pytest.mark.parametrize(
    ("text", "span", "normal"),
    [
        ("it was 12,50 € then", "12,50 €", "EUR 12.50"),
        ("pay $1,250.50 now", "$1,250.50", "USD 1250.50"),
        ("fifty dollars", "fifty dollars", "USD 50.00"),
        ("penkiasdešimt eurų", "penkiasdešimt eurų", "EUR 50.00"),
        ("45 Lt", "45 Lt", "LTL 45.00"),
        ("сто рублей", "сто рублей", "RUB 100.00"),
        ("двайсет и пет лева", "двайсет и пет лева", "BGN 25.00"),
        ("五十块", "五十块", "CNY 50.00"),
        ("两百五十元", "两百五十元", "CNY 250.00"),
        ("1 250,00 eur", "1 250,00 eur", "EUR 1250.00"),
        ("EUR 12.50", "EUR 12.50", "EUR 12.50"),
        ("5 рублей 20 копеек", "5 рублей 20 копеек", "RUB 5.20"),
        ("20-30 euros", "20-30 euros", "EUR 20.00/EUR 30.00"),
    ],
)
def test_money_is_an_amount_with_its_currency(text: str, span: str, normal: str) -> None:
    assert found(text, "money") == [(span, normal)]


@pytest.mark.parametrize("text", ["20 %", "100 Mbps", "three rooms", "三块电池", "3单元", "三元桥", "100 Мбит/с"])
def test_percentages_and_speeds_and_counts_are_no_money(text: str) -> None:
    assert found(text, "money") == []


@pytest.mark.parametrize(
    ("text", "language", "region", "normal"),
    [
        ("call 8 612 34567", "en", "LT", "+37061234567"),
        ("tel. 8 612 34567", "lt", None, "+37061234567"),
        ("+44 20 7946 0958", "lt", "LT", "+442079460958"),
        ("0044 20 7946 0958", "lt", "LT", "+442079460958"),
        ("тел. 0888 123 456", "bg", None, "+359888123456"),
        ("8 (912) 345-67-89", "ru", None, "+79123456789"),
        ("电话13812345678", "zh", None, "+8613812345678"),
        ("510-838-1131", "en", None, "+15108381131"),
    ],
)
def test_a_phone_number_is_read_where_it_belongs(text: str, language: str, region: str | None, normal: str) -> None:
    assert [number for _, number in found(text, "phone", language=language, region=region)] == [normal]


def test_two_phone_numbers_side_by_side_are_two() -> None:
    assert [text for text, _ in found("010-68352453 010-68312517", "phone")] == ["010-68352453", "010-68312517"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Where is order 4471-2093?", "4471-2093"),
        ("užsakymo nr. LT-2024/551", "LT-2024/551"),
        ("поръчка № 778899", "778899"),
        ("заказ № 88-1234", "88-1234"),
        ("订单号是20240305001", "20240305001"),
        ("error E-104", "E-104"),
        ("ошибка 651", "651"),
        ("account LT12 1000 0111 0100 1000 now", "LT12 1000 0111 0100 1000"),
    ],
)
def test_an_identifier_is_the_value_without_its_label(text: str, value: str) -> None:
    assert [written for written, _ in found(text, "identifier")] == [value]


@pytest.mark.parametrize(
    "text", ["card ending in 4242", "PIN 1234", "version 10.4.2", "IP 192.168.1.1:8080", "port 8080", "尾号4242的卡"]
)
def test_card_endings_and_pins_and_versions_and_machines_are_no_identifiers(text: str) -> None:
    assert facts(text, at=WEDNESDAY) == []


@pytest.mark.parametrize(
    "text", ["I walked down Oxford Street.", "Ėjau Vilniaus gatve.", "по улице Ленина", "路过长安街"]
)
def test_a_street_merely_mentioned_is_no_address(text: str) -> None:
    assert found(text, "address") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mr. Henderson called", ["Henderson"]),
        ("Jonai, ačiū", ["Jonai"]),
        ("Иване, благодаря", ["Иване"]),
        ("Позвоните Анне", ["Анне"]),
        ("请找李先生", ["李"]),
        ("my name is anna", ["anna"]),
        ("The technician called", []),
        ("Line disturbed, 85 Old Ferry Road", []),
        ("Mate, the router is dead", []),
        ("Dear Fennmoor team,", []),
        ("Dear Anna, the staff was kind", ["Anna"]),
        ("Gerbiami Fennmoor darbuotojai,", []),
    ],
)
def test_a_person_is_a_name_without_its_title(text: str, names: list[str]) -> None:
    assert [name for name, _ in found(text, "person")] == names


def test_offsets_count_code_points_of_the_text_as_it_is() -> None:
    text = "😀 кафе\u0301 й и\u0306 — $5, +370 612 34567"
    for fact in facts(text, at=WEDNESDAY):
        assert text[fact.start : fact.end] == fact.text
    assert [fact.text for fact in facts(text, at=WEDNESDAY)] == ["$5", "+370 612 34567"]


def test_facts_do_not_overlap_and_stand_in_their_order() -> None:
    text = "Order 4471-2093: call +370 612 34567 on March 5th at 5 pm, $20, code 4711, dog in the yard, a@b.lt"
    read = facts(text, at=WEDNESDAY)
    assert all(first.end <= last.start for first, last in pairwise(read))
    assert facts(text, at=WEDNESDAY) == read


def test_without_a_day_to_count_from_a_relative_day_has_no_normal_form() -> None:
    assert [(fact.text, fact.normal) for fact in facts("tomorrow, March 5th")] == [
        ("tomorrow", ""),
        ("March 5th", "--03-05"),
    ]


def test_days_that_do_not_exist_are_no_days() -> None:
    assert found("31.02.2026, February 30th, 99/99/2026", "date") == []


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "İ" * 9, "\u0301", "١٢٣٤", "１２：３０"])
def test_rubbish_is_read_without_complaint(text: str) -> None:
    assert all(text[fact.start : fact.end] == fact.text for fact in facts(text, at=WEDNESDAY))


@pytest.mark.parametrize("piece", ["1", "1 ", "1-", "12:", "+1 ", "a@", "пять ", "市", "five hundred ", "Ab ", "LT12 "])
def test_no_text_makes_the_reading_explode(piece: str) -> None:
    # Were the work to grow with the square of the length, this would not end in a coffee break.
    assert len(facts(piece * (20_000 // len(piece)), at=WEDNESDAY)) <= 20_000
