"""What was said in Lithuanian, Russian and Chinese is found again by a word of it, on both engines."""

from __future__ import annotations

from itertools import islice, pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from audit.domain.conversation import MessagePosted
from audit.language.words import tokens
from audit.projections.search.find import Asked, search
from tests.archive.house import new_house
from tests.intake.bringing import Desk
from tests.real.mapped import crosswoz, ud, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House

_SAID = 500
_LONG_ENOUGH = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path, shared_data: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    house = new_house(tmp_path / "house", url)
    desk = Desk(house)
    for name, lines in (("ud", ud(shared_data)), ("crosswoz", islice(crosswoz(shared_data), 200))):
        path = tmp_path / f"{name}.ndjson"
        write(path, lines)
        assert desk.bring(path).refused == 0
    house.follower.catch_up()
    yield house
    house.close()


def _word(text: str, dice: Random) -> str | None:
    """Return a word of the text as a searcher would type it: of Chinese two characters that stand together."""
    found = [token for token in tokens(text) if token.text.isalpha()]
    pairs = [
        text[one.start : two.end]
        for one, two in pairwise(found)
        if one.end == two.start and len(one.text) == len(two.text) == 1
    ]
    words = pairs or [text[one.start : one.end] for one in found if one.end - one.start >= _LONG_ENOUGH]
    return dice.choice(words) if words else None


def test_500_messages_are_found_again_by_a_word_of_theirs(house: House) -> None:
    dice = Random(7)  # noqa: S311  # a choice that can be repeated, not a secret
    sought = []
    for record in house.archive.read(0, 5_000):
        event = getattr(record, "event", None)
        if isinstance(event, MessagePosted) and event.text.text and (word := _word(event.text.text, dice)):
            sought.append((record.position, event.language, word))
    dice.shuffle(sought)
    languages = {language for _, language, _ in sought[:_SAID]}
    assert (len(sought[:_SAID]), languages) == (_SAID, {"lt", "ru", "zh"})
    for position, _, word in sought[:_SAID]:
        hits = search(house.views, Asked(query=word, limit=5_000)).hits
        assert position in {hit.event for hit in hits}, word
