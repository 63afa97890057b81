"""The facts of a story that come from nowhere but chance: numbers, codes, devices, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.people import PLACES
from audit.sample.regions import COMPANY, REGIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.sample.regions import Region
    from audit.sample.speech import Facts

TOPICS = ("net", "heat", "tel")
DEVICES = {
    "net": ("Zubra R7", "Zubra R9 Plus", "Polnor M2", "Lumo Hub 4", "Wisp-11"),
    "heat": ("Kaldera 24C", "Kaldera 32-S", "Termovela T200", "Ugnelis K-18", "Wisp Thermo 3"),
    "tel": ("Fonolux 320", "Fonolux 5 Senior", "Tellavox TX4", "Lumo Box TV", "Polnor VA-2"),
}
_CODES = ("E-{}", "F{}", "ERR {}", "LOS-{}", "0x{}A")
_ORDERS = ("FM-{}-K", "ORD-2026/{}", "FM{}", "{}-FM")
_CREDITS = (20, 30, 40, 50, 60, 80, 100, 120, 150)
# Prices in hundredths of a leading currency, lowest and highest, before the region's scale.
_PRICES = {"fee": (1900, 6900), "rate": (3500, 8500), "amount": (900, 9900), "total": (10100, 38900)}


def written_price(facts: Facts, price: str) -> str:
    """Return the price of that name as it is written in texts."""
    return _region(facts).price(hundredths(facts, price))


def hundredths(facts: Facts, price: str) -> int:
    """Return the price of that name as a number, for the bill."""
    return int(facts[f"{price}_hundredths"])


def _price(price: str) -> Callable[[Facts], str]:
    low, high = _PRICES[price]

    def made(facts: Facts) -> str:
        return str(facts.dice.between(low // 50, high // 50) * 50 * _region(facts).scale)

    return made


def _region(facts: Facts) -> Region:
    return REGIONS[facts["language"]]


def _credit_hundredths(facts: Facts) -> str:
    return str(facts.dice.pick(_CREDITS) * 100 * _region(facts).scale)


def _credit(facts: Facts) -> str:
    return facts.dice.pick(_region(facts).round_money).format(hundredths(facts, "credit") // 100)


MAKERS: Mapping[str, Callable[[Facts], str]] = {
    **PLACES,
    "company": lambda _: COMPANY,
    "topic": lambda facts: facts.dice.pick(TOPICS),
    "device": lambda facts: facts.dice.pick(DEVICES[facts["topic"]]),
    "symptom": lambda facts: facts.draw("symptom_" + facts["topic"]),
    "detail": lambda facts: facts.draw("detail_" + facts["topic"]),
    "part": lambda facts: facts.draw("part_" + facts["topic"]),
    "since": lambda facts: facts.draw("since"),
    "code_seen": lambda facts: facts.draw("code_seen"),
    "serial": lambda facts: f"{facts.dice.pick('BKTVZ')}{facts.dice.digits(8)}",
    "code": lambda facts: facts.dice.pick(_CODES).format(facts.dice.digits(3)),
    "order": lambda facts: facts.dice.pick(_ORDERS).format(facts.dice.digits(6)),
    "contract": lambda facts: f"C-{facts.dice.between(2017, 2026)}-{facts.dice.digits(5)}",
    "tracking": lambda facts: f"FMX{facts.dice.digits(9)}{facts['language'].upper()}",
    "minutes": lambda facts: str(facts.dice.between(12, 59)),
    "phone_wrong": lambda facts: _region(facts).phone(facts.dice)[0],
    "rep_phone": lambda facts: _region(facts).phone(facts.dice)[0],
    "credit_hundredths": _credit_hundredths,
    "credit": _credit,
    **{f"{price}_hundredths": _price(price) for price in _PRICES},
    "fee": lambda facts: written_price(facts, "fee"),
    "rate": lambda facts: written_price(facts, "rate"),
    "amount": lambda facts: written_price(facts, "amount"),
    "total": lambda facts: written_price(facts, "total"),
}
