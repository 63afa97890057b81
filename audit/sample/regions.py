"""The five regions the company serves: their clocks, their money, and telephone numbers nobody can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.sample.zones import Zone

if TYPE_CHECKING:
    from audit.sample.dice import Dice

COMPANY = "Fennmoor"


@dataclass(frozen=True, slots=True)
class Region:
    """How one region writes; ``round_money`` takes whole tens only: no noun beside them needs another ending."""

    language: str
    zone: Zone
    currency: str
    money: str
    round_money: tuple[str, str]
    phones: tuple[str, str]
    scale: int = 1
    decimal: str = "."
    space: str = " "

    def price(self, cents: int) -> str:
        """Return the amount as people of the region write it."""
        return self.money.format(f"{cents // 100}{self.decimal}{cents % 100:02d}")

    def phone(self, dice: Dice) -> tuple[str, str]:
        """Return one made-up number in two spellings, the international one first."""
        digits = str(dice.between(2, 9)) + dice.digits(8)
        first, second = self.phones
        return first.format(*digits), second.format(*digits)


# 555-0100 to 555-0199 are reserved for fiction; the other four lie in ranges that no numbering plan has given out.
REGIONS = {
    region.language: region
    for region in (
        Region(
            "en",
            Zone(-5, "america"),
            "USD",
            "${}",
            ("{} dollars", "${}"),
            ("+1 ({0}{1}{2}) 555-01{3}{4}", "{0}{1}{2}-555-01{3}{4}"),
        ),
        Region(
            "lt",
            Zone(2, "europe"),
            "EUR",
            "{} Eur",
            ("{} eurų", "{} Eur"),
            ("+370 2{1}{2} {3}{4}{5}{6}{7}", "+3702{1}{2}{3}{4}{5}{6}{7}"),
            decimal=",",
        ),
        Region(
            "bg",
            Zone(2, "europe"),
            "EUR",
            "{} €",
            ("{} евро", "{} €"),
            ("+359 10{1} {2}{3}{4} {5}{6}{7}", "010{1} {2}{3}{4} {5}{6}{7}"),
            decimal=",",
        ),
        Region(
            "ru",
            Zone(3),
            "RUB",
            "{} руб.",
            ("{} рублей", "{} руб."),
            ("+7 (2{1}{2}) {3}{4}{5}-{6}{7}-{8}{0}", "8 2{1}{2} {3}{4}{5} {6}{7} {8}{0}"),
            scale=80,
            decimal=",",
        ),
        Region(
            "zh",
            Zone(8),
            "CNY",
            "{}元",
            ("{}元", "¥{}"),
            ("+86 10 0{1}{2}{3} {4}{5}{6}{7}", "010-0{1}{2}{3}-{4}{5}{6}{7}"),
            scale=8,
            space="",
        ),
    )
}

# Who a customer number speaks, in turn; English and Lithuanian come oftener.
LANGUAGES = ("en", "lt", "bg", "ru", "zh", "lt", "en", "lt", "ru", "en", "zh", "bg", "lt", "en")


def region_of(number: int) -> Region:
    return REGIONS[LANGUAGES[number % len(LANGUAGES)]]
