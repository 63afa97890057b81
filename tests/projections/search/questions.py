"""Questions as people would type them, of every form, made up from a seed about the words of a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

DATES = (
    "at:2026-01",
    "at:2025",
    "at:[2026-01-10 to 2026-03]",
    "at:{2026 to]",
    "at:2026-02-03",
    "at:>2026-01-15",
    "at:<=2026-02",
    'at:">2026-01-05T10:30"',
)
AMOUNTS = (
    "amount:100",
    "amount:>50",
    "amount:<=99.99",
    "amount:[50 to 100]",
    "amount:{50EUR to 100]",
    "amount:EUR",
    'amount:"12.50 EUR"',
    "amount:$20",
    "amount:[to 10]",
)
STATES = ("is:edited", "is:deleted", "has:attachment", "has:ATTACHMENT")


@dataclass(frozen=True)
class Corpus:
    """What can be asked about: words that stand there, fields with their values, and numbers of all kinds."""

    words: Sequence[str]
    fields: Sequence[tuple[str, str]]
    numbers: Sequence[str]


def question(random: Random, corpus: Corpus, depth: int = 3) -> str:
    """Return a query."""
    if depth == 0 or random.random() < 0.25:
        return random.choice(FORMS)(random, corpus)
    parts = [question(random, corpus, depth - 1) for _ in range(random.choice([2, 2, 3]))]
    shape = random.choice(["and", "AND", "OR", "NOT", "ANDNOT"])
    if shape == "NOT":
        return f"NOT ({parts[0]})"
    if shape == "ANDNOT":
        return f"(({parts[0]}) ANDNOT ({parts[1]}))"
    return "(" + (" " if shape == "and" else f" {shape} ").join(parts) + ")"


def word(random: Random, corpus: Corpus) -> str:
    return random.choice(corpus.words)


def letters(random: Random, corpus: Corpus) -> str:
    """Return a word of letters alone, long enough to be bent."""
    return random.choice([each for each in corpus.words if each.isalpha() and len(each) > 3 and each < "\u2000"])


def prefix(random: Random, corpus: Corpus) -> str:
    whole = letters(random, corpus)
    return whole[: random.randint(1, len(whole))] + "*"


def fuzzy(random: Random, corpus: Corpus) -> str:
    bent = list(letters(random, corpus))
    edits = random.choice([1, 2])
    for _ in range(random.choice([0, 1, 2])):
        place = random.randrange(len(bent))
        bent[place] = random.choice(["", "a", "о", bent[place] * 2])
    whole = "".join(bent)
    return f"{whole}~{'' if edits == 1 else 2}" if len(whole) > edits + 1 else whole or "a"


def pattern(random: Random, corpus: Corpus) -> str:
    whole = list(letters(random, corpus))
    place = random.randrange(1, len(whole) - 1)
    whole[place] = random.choice(["?", "*"])
    return random.choice(["", "", "*"]) + "".join(whole)


def quoted(random: Random, corpus: Corpus) -> str:
    return '"' + " ".join(word(random, corpus) for _ in range(random.choice([1, 2, 3]))) + '"'


def near(random: Random, corpus: Corpus) -> str:
    words = " ".join(word(random, corpus) for _ in range(random.choice([2, 2, 3])))
    return f'"{words}"~{random.choice([1, 2, 5, 30])}'


def field(random: Random, corpus: Corpus) -> str:
    name, value = random.choice(corpus.fields)
    other = random.choice([each for each in corpus.fields if each[0] == name])[1]
    if random.random() < 0.2:
        return f'{name}:("{value}" OR "{other}")'
    return f'{name}:"{random.choice([value, value.upper() if name != "kind" else value])}"'


def identifier(random: Random, corpus: Corpus) -> str:
    return f'identifier:"{random.choice(corpus.numbers)}"'


def number(random: Random, corpus: Corpus) -> str:
    return random.choice(corpus.numbers).replace(" ", "")


def date(random: Random, _: Corpus) -> str:
    return random.choice(DATES)


def amount(random: Random, _: Corpus) -> str:
    return random.choice(AMOUNTS)


def state(random: Random, _: Corpus) -> str:
    return random.choice(STATES)


FORMS: tuple[Callable[[Random, Corpus], str], ...] = (
    word,
    word,
    word,
    prefix,
    fuzzy,
    pattern,
    quoted,
    near,
    field,
    field,
    identifier,
    number,
    date,
    amount,
    state,
)
