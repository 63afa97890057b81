"""Places to come to: from the street or the postcode to the flat and the city, or a pick-up point by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.reading import Reading

_RANK = 82


def find_addresses(reading: Reading) -> Iterator[Found]:
    """Yield the addresses a text names."""
    for language in reading.languages:
        words = lexicon(language)
        for kind in ("street", "postcode", "pickup"):
            hint, pattern = words.pattern("address", f"{kind}_hint"), words.pattern("address", kind)
            if pattern is None or (hint is not None and hint.search(reading.lower) is None):
                continue
            for match in pattern.finditer(reading.plain):
                written = match.group().rstrip(" .,")
                if written:
                    yield Found("address", match.start(), match.start() + len(written), _normal(written), _RANK)


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
