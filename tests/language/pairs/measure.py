"""Prints the table of docs/search-languages.md: ``python -m tests.language.pairs.measure``."""

from __future__ import annotations

import sys

from tests.language.pairs.judge import LANGUAGES, pairs, wrong

HEAD = "| language | must find | found | must not find | found all the same | wrong |\n" + "| --- " * 6 + "|\n"


def table() -> str:
    return HEAD + "".join(row(language) for language in LANGUAGES)


def row(language: str) -> str:
    all_pairs, amiss = pairs(language), wrong(language)
    wanted = sum(pair.finds for pair in all_pairs)
    unwanted = len(all_pairs) - wanted
    missed = sum(pair.finds for pair in amiss)
    false = len(amiss) - missed
    named = ", ".join(f"{pair.sought} {'→' if pair.finds else '⇥'} {pair.text}" for pair in amiss) or "none"
    cells = (language, wanted, f"{1 - missed / wanted:.2f}", unwanted, f"{false / unwanted:.2f}", named)
    return "".join(f"| {cell} " for cell in cells).replace("\n", " ") + "|\n"


if __name__ == "__main__":
    sys.stdout.write(table())
