"""Everything that can be brought in, a made-up company beside it, and a thousand questions: all three answers agree."""

from __future__ import annotations

from itertools import chain, islice
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from audit.domain.conversation import AttachmentKept, MessageDeletedAtSource, MessageEditedAtSource
from audit.domain.event import Record
from audit.language.analysis import analyse
from audit.language.words import tokens
from audit.projections.attachments.sandbox import Sandbox
from audit.projections.search.amounts import amounts_of
from audit.projections.search.attachments import TEXT, fitting
from audit.projections.search.find import Asked, everything, search
from audit.projections.search.grammar import parse
from audit.projections.search.kinds import Part, told_in
from audit.sample.company import write as write_company
from tests.archive.house import new_house
from tests.projections.search.oracle import Spoken, matches
from tests.projections.search.questions import FORMS, Corpus, question
from tests.real.mapped import SETS, write
from tests.whole.company import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.projections.search.kinds import Told

pytestmark = pytest.mark.long

_QUESTIONS = 1_000
_MOST = 1_500
"""Lines of one set of dialogues at most: the oracle looks at every word of every text for every question."""
_SANDBOX = Sandbox()
_STATES = {MessageEditedAtSource: "edited", MessageDeletedAtSource: "deleted", AttachmentKept: "attachment"}
_FIELDS = {"customer": "customer", "representative": "customer", "recipient": "customer"}
_FIELDS |= {"conversation": "conversation", "ticket": "ticket", "work_order": "order"}


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path, shared_data: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    made = new_house(tmp_path / "house", url)
    write(tmp_path / "real.ndjson", chain.from_iterable(islice(lines(shared_data), _MOST) for lines in SETS.values()))
    write_company(tmp_path / "company.ndjson", messages=1_500, seed=4)
    real = [shared_data / name for name in ("email", "vcon")]
    yield filled(made, tmp_path / "real.ndjson", tmp_path / "company.ndjson", *real)
    made.close()


def test_a_thousand_questions_have_one_answer(house: House) -> None:
    random = Random(11)  # noqa: S311  # it must give the same each time
    records = [one for one in house.archive.read(0, 1_000_000) if isinstance(one, Record)]
    with_words = [one for one in records if (told := _told(one)) and told.spoken]
    texts = _spoken(with_words, records)
    assert any(one.event.TOPIC == AttachmentKept.TOPIC for one in with_words)
    corpus = _corpus(random, with_words)
    assert len(texts) > 2_500
    asked = [form(random, corpus) for form in FORMS for _ in range(10)]
    asked += [question(random, corpus, depth=2) for _ in range(_QUESTIONS - len(asked))]
    where: Any = {"tie": house.archive.names.tie}
    told_apart = 0
    for number, query in enumerate(asked):
        tree = parse(query)
        found = [text for text in texts if matches(tree, text)]
        positions, _ = everything(house.views, Asked(query=query), **where)
        assert positions == [text.position for text in found], query
        newest = sorted(found, key=lambda text: (text.at, text.position), reverse=True)
        page = search(house.views, Asked(query=query, limit=20), **where)
        assert page.total == len(found), query
        assert [hit.event for hit in page.hits] == [text.position for text in newest[:20]], query
        if number % 10 == 0 and len(found) < 500:
            ranked = search(house.views, Asked(query=query, limit=500, sort="relevance"), **where)
            assert {hit.event for hit in ranked.hits} == {text.position for text in found}, query
        told_apart += 0 < len(found) < len(texts)
    assert told_apart > _QUESTIONS // 3


def _told(record: Record) -> Told | None:
    """Return what an event tells, of a file its text too: read as the index has it read."""
    event, told = record.event, told_in(record.event)
    content = event.content.value if isinstance(event, AttachmentKept) and event.content is not None else None
    if told is None or not isinstance(event, AttachmentKept) or not isinstance(content, bytes):
        return told
    text = fitting(_SANDBOX.read(content, event.media_type, event.name.text if event.name else None).text)
    return told._replace(spoken=True, parts=(*told.parts, Part(TEXT, text))) if text.strip() else told


def _spoken(with_words: list[Record], records: list[Record]) -> list[Spoken]:
    states: dict[UUID, set[str]] = {}
    for record in records:
        if (of := record.stamp.tie("of")) and (state := _STATES.get(type(record.event))):
            states.setdefault(of, set()).add(state)
    return [_as_spoken(record, states) for record in with_words]


def _as_spoken(record: Record, states: dict[UUID, set[str]]) -> Spoken:
    event, stamp = record.event, record.stamp
    told = _told(record)
    assert told is not None
    fields = {("kind", told.kind), ("role", stamp.role), ("source", stamp.source)}
    fields |= {("channel", channel) for channel in [getattr(event, "channel", None)] if channel}
    assert stamp.ids is not None
    fields |= {(_FIELDS[tie], str(written)) for tie, written in stamp.ids.value if tie in _FIELDS}
    item = record.stream if told.kind in {"message", "note"} or event.TOPIC in _OPENED else None
    if told.kind == "edit":
        item = stamp.tie("of")
    return Spoken(
        position=record.position,
        at=round(stamp.happened_at.timestamp() * 1_000),
        analysis=analyse("\n".join(part.text for part in told.parts)),
        fields=frozenset((name, value.lower()) for name, value in fields),
        amounts=frozenset(amounts_of(event, (part.text for part in told.parts))),
        states=frozenset(states.get(item, ()) if item else ()),
    )


_OPENED = frozenset({"ticket.opened", "work-order.issued", "conversation.opened"})


def _corpus(random: Random, records: list[Record]) -> Corpus:
    """Return words that stand in the texts, and values of the fields of some."""
    words: set[str] = set()
    fields: set[tuple[str, str]] = {("kind", "message"), ("kind", "ticket"), ("role", "agent"), ("channel", "email")}
    numbers: set[str] = set()
    for record in random.sample(records, 400):
        told = _told(record)
        assert told is not None
        assert record.stamp.ids is not None
        text = told.parts[0].text
        found = [text[one.start : one.end] for one in islice(tokens(text), 40)]
        words.update(random.sample(found, min(3, len(found))))
        numbers.update(one for one in found if one.isascii() and one.isdigit() and len(one) < 30)
        fields |= {
            (_FIELDS[tie], written)
            for tie, written in record.stamp.ids.value
            if tie in _FIELDS and '"' not in written and len(written) < 300
        }
    usable = [word for word in sorted(words) if _is_read(word)]
    return Corpus(usable, sorted(fields), [*sorted(number for number in numbers if _is_read(number)), "ORD-2024/00123"])


def _is_read(word: str) -> bool:
    """Say whether a word of a text is one of a query too: AND is not."""
    return word not in {"AND", "OR", "NOT", "ANDNOT", "ANDMAYBE", "REQUIRE"} and len(word) < 60
