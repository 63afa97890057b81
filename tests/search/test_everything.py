"""Everything that can be brought in, a made-up company beside it, and a thousand questions: all three answers agree."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from itertools import chain, islice
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

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
from audit.projections.search.query import MOST_WORDS, And, Fuzzy, Not, Or, Pattern, QueryError
from audit.sample.company import write as write_company
from tests.archive.house import new_house
from tests.projections.search.oracle import Spoken
from tests.projections.search.questions import FORMS, Corpus, question
from tests.real.mapped import SETS, write
from tests.search.material import texts
from tests.search.postings import Postings
from tests.whole.company import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.projections.search.kinds import Told
    from audit.projections.search.query import Node

pytestmark = pytest.mark.long

_QUESTIONS = 1_000
_SANDBOX = Sandbox()
_STATES = {MessageEditedAtSource: "edited", MessageDeletedAtSource: "deleted", AttachmentKept: "attachment"}
_FIELDS = {"customer": "customer", "representative": "customer", "recipient": "customer"}
_FIELDS |= {"conversation": "conversation", "ticket": "ticket", "work_order": "order"}


@pytest.fixture
def houses(tmp_path: Path, shared_data: Path, postgres_url: str) -> Iterator[dict[str, House]]:
    """The same files brought into an archive on each engine."""
    write(tmp_path / "dialogues.ndjson", chain.from_iterable(lines(shared_data) for lines in SETS.values()))
    write(tmp_path / "texts.ndjson", texts(shared_data))
    write_company(tmp_path / "company.ndjson", messages=1_500, seed=4)
    written = [tmp_path / f"{name}.ndjson" for name in ("dialogues", "texts", "company")]
    real = [shared_data / name for name in ("email", "vcon")]
    with ExitStack() as at_end:
        made = {}
        for engine, url in (("sqlite", None), ("postgresql", postgres_url)):
            house = made[engine] = new_house(tmp_path / engine, url)
            at_end.callback(house.close)
            filled(house, *written, *real)
        yield made


def test_a_thousand_questions_have_one_answer(houses: dict[str, House]) -> None:
    random = Random(11)  # noqa: S311  # it must give the same each time
    records = [one for one in houses["sqlite"].archive.read(0, 1_000_000) if isinstance(one, Record)]
    with_words = [one for one in records if (told := _told(one)) and told.spoken]
    spoken = _spoken(with_words, records)
    assert any(one.event.TOPIC == AttachmentKept.TOPIC for one in with_words)
    assert len(spoken) > 25_000
    texts_said = Postings(spoken)
    corpus = _corpus(random, with_words)
    asked = [form(random, corpus) for form in FORMS for _ in range(10)]
    asked += [question(random, corpus, depth=2) for _ in range(_QUESTIONS - len(asked))]
    reached: Counter[str] = Counter()
    different: list[str] = []
    for number, query in enumerate(asked):
        found = _found(query, texts_said)
        for engine, house in houses.items():
            answer = _answer(house, query, ranked=number % 10 == 0 and found is not None and len(found) < 500)
            different += [f"{engine}: {query}: {each}" for each in _differences(answer, found)]
            reached[answer.said] += 1
        reached["told apart"] += isinstance(found, list) and 0 < len(found) < len(spoken)
    print(f"{len(spoken):,} texts, {len(asked):,} questions, {dict(reached)}, different: {len(different)}")  # noqa: T201  # the figures are wanted
    assert different == []
    assert reached["told apart"] > _QUESTIONS // 3


class _Answer(NamedTuple):
    """What an engine says: every position, the page of the newest, how many in all, and what is ranked."""

    said: str
    positions: list[int]
    page: list[int]
    total: int
    ranked: set[int] | None


def _found(query: str, said: Postings) -> list[Spoken] | None:
    """Return what the texts say; None for a word that stands for too many."""
    tree = parse(query)
    return None if _stands_for_too_many(tree, said) else said.found(tree)


def _stands_for_too_many(node: Node, said: Postings) -> bool:
    match node:
        case And(children=children) | Or(children=children):
            return any(_stands_for_too_many(child, said) for child in children)
        case Not(child=child):
            return _stands_for_too_many(child, said)
        case Fuzzy() | Pattern():
            return len(said.meant(node)) > MOST_WORDS
        case _:
            return False


def _answer(house: House, query: str, *, ranked: bool) -> _Answer:
    where: Any = {"tie": house.archive.names.tie}
    try:
        positions, _ = everything(house.views, Asked(query=query), **where)
    except QueryError:
        return _Answer("refused", [], [], 0, None)
    page = search(house.views, Asked(query=query, limit=20), **where)
    by_relevance = search(house.views, Asked(query=query, limit=500, sort="relevance"), **where) if ranked else None
    best = {hit.event for hit in by_relevance.hits} if by_relevance else None
    return _Answer("answered", positions, [hit.event for hit in page.hits], page.total, best)


def _differences(answer: _Answer, found: list[Spoken] | None) -> Iterator[str]:
    if found is None or answer.said == "refused":
        if found is not None or answer.said != "refused":
            yield f"{answer.said}, with {'too many words' if found is None else len(found)} in the texts"
        return
    truth = {text.position for text in found}
    newest = [text.position for text in sorted(found, key=lambda text: (text.at, text.position), reverse=True)]
    if answer.positions != sorted(truth):
        missed, added = truth - set(answer.positions), set(answer.positions) - truth
        yield f"missed {sorted(missed)[:10]}, too many {sorted(added)[:10]}"
    if answer.total != len(truth):
        yield f"counts {answer.total} of {len(truth)}"
    if answer.page != newest[:20]:
        yield f"shows {answer.page}, not {newest[:20]}"
    if answer.ranked not in (None, truth):
        yield "ranks others than it finds"


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
