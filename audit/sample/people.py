"""The made-up customers and staff, each told by a number alone, so that nobody has to be remembered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from audit.sample.dice import Dice
from audit.sample.regions import Region, region_of
from audit.sample.speech import Facts, phrases

# Two names written from right to left turn up among the customers again and again.
_RIGHT_TO_LEFT = (("ليان البحّارة-فنمور", "ليان", True), ("ברוך נהר-בדוי", "ברוך", False))
_ROUND, _FIRST = 97, 6
_MAILBOXES = ("heron", "lantern", "kiln", "juniper", "otter", "quill", "saddle", "thimble", "willow", "yarrow")
_DOMAINS = ("example.com", "example.org", "example.net", "post.example")
_PRIME = 1_000_003
STAFF = 40


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks: a customer, a relative, one of the staff."""

    id: str
    name: str
    hail: str
    female: bool


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with everything that stays the same from contact to contact."""

    number: int
    person: Person
    region: Region
    phones: tuple[str, str]
    mail: str
    address: str
    town: str
    access: str
    account: str
    careless: bool


def customer(number: int, seed: int) -> Customer:
    """Return the customer of that number in the company grown from the seed."""
    dice = Dice((seed + 1) * _PRIME + number)
    region = region_of(number)
    facts = Facts(dice, phrases(region.language).lists, PLACES)
    return Customer(
        number=number,
        person=_customer_person(number, dice, region),
        region=region,
        phones=region.phone(dice),
        mail=f"{dice.pick(_MAILBOXES)}.{number}@{dice.pick(_DOMAINS)}",
        address=facts.draw("addresses"),
        town=facts["town"],
        access=facts.draw("access"),
        account=f"AC-{1_000_000 + number}",
        careless=dice.chance(0.3),
    )


def named(ident: str, dice: Dice, region: Region, *, female: bool) -> Person:
    """Return somebody with a name of the region."""
    pairs = phrases(region.language).pairs
    given, hail = dice.pick(pairs["women" if female else "men"])
    surname = dice.pick(pairs["surnames"])[0 if female else 1]
    if region.language == "zh":
        return Person(ident, surname + given, surname + hail, female)
    return Person(ident, f"{given} {surname}", hail, female)


@lru_cache(maxsize=STAFF * 16)
def colleague(language: str, number: int, *, technician: bool = False) -> Person:
    """Return one of the staff: known by first name, the same in every story and from every seed."""
    post = "tech" if technician else "agent"
    dice = Dice(number * _PRIME + sum(map(ord, post + language)))
    female = not technician and dice.chance(0.5)
    pairs = phrases(language).pairs
    name, _ = dice.pick(pairs["women" if female else "men"])
    if language == "zh":
        name = dice.pick(pairs["surnames"])[0] + name
    return Person(f"{post}-{language}-{number:02d}", name, name, female)


def _customer_person(number: int, dice: Dice, region: Region) -> Person:
    ident = f"cust-{number}"
    if number % _ROUND == _FIRST:
        name, hail, female = _RIGHT_TO_LEFT[number // _ROUND % len(_RIGHT_TO_LEFT)]
        return Person(ident, name, hail, female)
    return named(ident, dice, region, female=dice.chance(0.5))


PLACES = {
    "house": lambda facts: str(facts.dice.between(1, 148)),
    "flat": lambda facts: str(facts.dice.between(1, 96)),
    "floor": lambda facts: str(facts.dice.between(2, 9)),
    "neighbour": lambda facts: str(facts.dice.between(1, 96)),
    "gate": lambda facts: facts.dice.digits(4),
    "postcode": lambda facts: facts.dice.digits(5),
    "short_postcode": lambda facts: facts.dice.digits(4),
    "street": lambda facts: facts.draw("streets"),
    "town": lambda facts: facts.draw("towns"),
}
