"""Places to come to: from the street or the postcode to the flat and the city, or a pick-up point by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.reading import Reading

_RANK, _LABELLED_RANK = 82, 83


def find_addresses(reading: Reading) -> Iterator[Found]:
    """Yield the addresses a text names."""
    for language in reading.languages:
        words = lexicon(language)
        for kind in ("labelled", "street", "postcode", "pickup"):
            hint, pattern = words.pattern("address", f"{kind}_hint"), words.pattern("address", kind)
            if pattern is None or (kind == "labelled" and language != "zh" and not reading.has_digit):
                continue
            if hint is not None and hint.search(reading.lower) is None:
                continue
            for match in pattern.finditer(reading.plain):
                start = match.start("place") if kind == "labelled" else match.start()
                written = reading.plain[start : match.end()].rstrip(" .,了哦啊呢吧呀的")
                if written:
                    rank = _LABELLED_RANK if kind == "labelled" and language == "zh" else _RANK
                    yield Found("address", start, start + len(written), _normal(written), rank)


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
