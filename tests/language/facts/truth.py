"""What the real dialogues and our own lines say is a fact: the truth the finder is measured against."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = Path(__file__).parent / "lines"
LANGUAGES = ("en", "lt", "bg", "ru", "zh")
WRITTEN_AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""When all of our own lines are taken to be written: a Wednesday."""
_SGD_AT = datetime(2019, 3, 1, 12, tzinfo=UTC)

_SGD_KINDS = (
    (re.compile(r"(?:^|_)date$"), "date"),
    (re.compile(r"^(?!transfer_|wait_|approximate_).*(?:^|_)time$"), "time"),
    (re.compile(r"phone_number$"), "phone"),
    (re.compile(r"^(?:street_address|address|address_of_location|venue_address|property_address)$"), "address"),
    (re.compile(r"price|amount|balance|fare|rent|fee"), "money"),
    (
        re.compile(
            r"^(?:recipient_name|contact_name|recipient_account_name|receiver|directed_by|director|starring|actors)$"
        ),
        "person",
    ),
)
_HAS_CURRENCY = re.compile(r"[$€£]|dollars?|bucks?|euros?|pounds?", re.IGNORECASE)
_ZH_KINDS = {"电话": "phone", "地址": "address", "价格": "money", "门票": "money", "人均消费": "money"}


@dataclass(frozen=True)
class Mark:
    """A fact somebody marked; ``normal`` is None where the source does not say."""

    kind: str
    start: int
    end: int
    normal: str | None


@dataclass(frozen=True)
class Line:
    """A text with the facts that stand in it and the kinds its source marks at all."""

    text: str
    language: str
    at: datetime
    marks: tuple[Mark, ...]
    kinds: frozenset[str]


def own_lines(language: str) -> Iterator[Line]:
    """Yield the lines written for this measure, by which the finder was mended."""
    yield from _written(f"{language}.jsonl", language)


def held_out_lines(language: str) -> Iterator[Line]:
    """Yield the lines that were kept back until a round of mending had ended."""
    yield from _written(f"held_out_{language}.jsonl", language)


def _written(name: str, language: str) -> Iterator[Line]:
    for written in (LINES / name).read_text("utf-8").splitlines():
        line = json.loads(written)
        marks, place = [], 0
        for kind, text, normal in line["facts"]:
            place = line["text"].index(text, place)
            marks.append(Mark(kind, place, place + len(text), normal))
            place += len(text)
        kinds = frozenset(
            {"phone", "email", "money", "date", "time", "identifier", "address", "access", "device", "person"}
        )
        yield Line(line["text"], language, WRITTEN_AT, tuple(marks), kinds)


def sgd(path: Path, *, speaker: str) -> Iterator[Line]:
    """Yield the turns of a Schema-Guided Dialogue file, with the slots that are facts."""
    for dialogue in json.loads(path.read_text("utf-8")):
        for turn in dialogue["turns"]:
            if turn["speaker"] == speaker:
                marks = dict.fromkeys(mark for frame in turn["frames"] for mark in _sgd_marks(turn["utterance"], frame))
                kinds = frozenset({"date", "time", "phone", "address", "money", "person"})
                yield Line(turn["utterance"], "en", _SGD_AT, tuple(marks), kinds)


def _sgd_marks(text: str, frame: dict[str, Any]) -> Iterator[Mark]:
    canonical = {
        value: known
        for action in frame["actions"]
        for value, known in zip(action.get("values", ()), action.get("canonical_values", ()), strict=True)
    }
    for slot in frame.get("slots", ()):
        kind = next((kind for pattern, kind in _SGD_KINDS if pattern.search(slot["slot"])), None)
        value = text[slot["start"] : slot["exclusive_end"]]
        if kind is None or (kind == "money" and not _HAS_CURRENCY.search(value)):
            continue
        normal = canonical.get(value) if kind in {"date", "time"} else None
        yield Mark(kind, slot["start"], slot["exclusive_end"], normal)


def crosswoz(path: Path) -> Iterator[Line]:
    """Yield the messages of a CrossWOZ file, with the values said in them that are facts."""
    for dialogue in json.loads(path.read_text("utf-8")).values():
        for message in dialogue["messages"]:
            marks = dict.fromkeys(mark for act in message["dialog_act"] for mark in _zh_marks(message["content"], act))
            yield Line(message["content"], "zh", WRITTEN_AT, tuple(marks), frozenset({"phone", "address", "money"}))


def _zh_marks(text: str, act: list[str]) -> Iterator[Mark]:
    kind = _ZH_KINDS.get(act[2])
    if kind is None:
        return
    for value in re.split(r"\s+(?=\d)", re.sub(r"\s*-\s*", "-", act[3])) if kind == "phone" else [act[3]]:
        # „1000元以上“ is a condition; the sum in it is 1000元.
        written = re.sub(r"以[上下]$", "", value.strip())
        if kind == "money" and written.isdecimal():
            written += "元"
        if not written or written not in text or (kind == "money" and "元" not in written):
            continue
        start = text.index(written)
        yield Mark(kind, start, start + len(written), None)
