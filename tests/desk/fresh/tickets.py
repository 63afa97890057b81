"""``python -m tests.desk.fresh.tickets a``: a fact taken out of each ticket of a fresh set, what is listed."""

from __future__ import annotations

import random
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.desk.generated import KINDS_OF, Made
from tests.desk.measure import measure_of

if TYPE_CHECKING:
    from tests.desk.measure import Measured

LANGUAGES = ("en", "lt", "bg", "ru", "zh")
NUMBER = 200
_PARTS = ("opening", "person", "phone", "address", "access", "identifier", "time")


def fresh(name: str, number: int) -> Made:
    """Return a ticket of a set; it depends on its number alone."""
    dice = random.Random(f"{name}{number}")  # noqa: S311  # made-up tickets need no secrets
    language = LANGUAGES[number % len(LANGUAGES)]
    words = _words(name)[language]
    values = {
        "person": dice.choice(words["names"]),
        "phone": dice.choice(words["numbers"]).format(dice.randint(1000, 9999) if language != "en" else _fiction(dice)),
        "address": dice.choice(words["streets"]).format(dice.randint(2, 99)),
        "identifier": f"{dice.choice(('KZ', 'H4', 'NV'))}{dice.randint(100000, 999999)}",
    }
    device = dice.choice(words["devices"])
    said, written = {}, {}
    for part in _PARTS:
        first, second = dice.choice(words[part]).split(" | ")
        said[part], written[part] = (
            pattern.replace("{}", values.get(part, "")).replace("{device}", device) for pattern in (first, second)
        )
    if language == "zh":
        # Chinese parts its clauses by signs alone: without one, figures would run into each other.
        written = {part: text if text.endswith("。") else f"{text}。" for part, text in written.items()}
    order = list(_PARTS[1:])
    dice.shuffle(order)
    lines = (said["opening"], *(said[part] for part in order))
    return Made(number, language, lines, ("?",) * len(lines), written, {part: said[part] for part in order})


def measured(name: str, number: int = NUMBER) -> Measured:
    """Measure a set."""
    return measure_of([fresh(name, one) for one in range(number)], list(KINDS_OF))


def _fiction(dice: random.Random) -> int:
    return dice.randint(100, 999)


@cache
def _words(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))


def main() -> int:
    """Print the table of a set."""
    found = measured(sys.argv[1])
    for key, count in sorted(found.made.items()):
        sys.stdout.write(f"{key[0]} {key[1]:12} {found.listed[key]:4} of {count}\n")
    sys.stdout.write(f"deletions listed: {found.recall:.3f} of {found.made.total()} (aim 0.95)\n")
    sys.stdout.write(f"false alarms: {found.alarms_a_ticket:.3f} a ticket (aim at most 0.1)\n")
    for line in found.wrong if "-v" in sys.argv else ():
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
