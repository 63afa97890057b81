"""Customers and staff: known by a number, invented, out of everybody's way."""

from __future__ import annotations

import re

import pytest

from audit.sample.dice import Dice
from audit.sample.people import STAFF, Customer, colleague, customer
from audit.sample.regions import LANGUAGES, REGIONS

CROWD = [customer(number, 9) for number in range(1, 701)]
# No numbering plan has given these out: 555-01xx is for fiction, the other first digits are unused.
NOBODYS = re.compile(
    r"\+1 \(\d{3}\) 555-01\d\d|\d{3}-555-01\d\d|\+3702\d{7}|\+370 2\d\d \d{5}|\+359 10\d \d{3} \d{3}|010\d \d{3} \d{3}"
    r"|\+7 \(2\d\d\) \d{3}-\d\d-\d\d|8 2\d\d \d{3} \d\d \d\d|\+86 10 0\d{3} \d{4}|010-0\d{3}-\d{4}"
)


def test_a_customer_is_known_by_the_number_alone() -> None:
    assert customer(17, 9) == customer(17, 9)
    assert customer(17, 9) != customer(17, 10)
    assert customer(17, 9).person.id == "cust-17"


@pytest.mark.parametrize("who", CROWD[:100], ids=lambda who: who.person.id)
def test_nobody_real_is_reached_at_a_made_up_address(who: Customer) -> None:
    assert all(NOBODYS.fullmatch(phone) for phone in who.phones)
    assert re.fullmatch(r"\w+\.\d+@(example\.(com|org|net)|post\.example)", who.mail)


def test_mail_addresses_and_accounts_belong_to_one_customer_each() -> None:
    assert len({who.mail for who in CROWD}) == len({who.account for who in CROWD}) == len(CROWD)


def test_customers_speak_every_language_and_live_in_its_region() -> None:
    assert {who.region.language for who in CROWD} == set(REGIONS) == set(LANGUAGES)


def test_names_from_right_to_left_come_in_hebrew_and_arabic() -> None:
    names = " ".join(who.person.name for who in CROWD)
    assert re.search("[\u05d0-\u05ea]", names)
    assert re.search("[\u0621-\u064a]", names)


def test_the_same_colleague_is_meant_by_the_same_number() -> None:
    for language in REGIONS:
        staff = {colleague(language, number) for number in range(1, STAFF + 1)}
        assert len({person.id for person in staff}) == STAFF
        assert len({person.name for person in staff}) > 3


def test_prices_are_written_as_the_region_writes_them() -> None:
    written = {language: region.price(123450) for language, region in REGIONS.items()}
    assert written == {
        "en": "$1234.50",
        "lt": "1234,50 Eur",
        "bg": "1234,50 €",
        "ru": "1234,50 руб.",
        "zh": "1234.50元",
    }


def test_both_spellings_of_a_number_name_the_same_number() -> None:
    for region in REGIONS.values():
        first, second = region.phone(Dice(5))
        assert re.sub(r"\D", "", first).endswith(re.sub(r"\D", "", second)[-7:])
