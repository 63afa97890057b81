"""The labelled lines, their texts taken from the shared data where a line only points there."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent / "lines"
LANGUAGES = ("en", "lt", "bg", "ru", "zh")


class Line(NamedTuple):
    id: str
    text: str
    held_out: bool
    promise: bool
    who: str
    deadline: str | None
    amount: str | None
    conditional: bool


def labelled(language: str, shared_data: Path | None) -> Iterator[Line]:
    """Yield the labelled lines of a language; those of the shared data only where it is there."""
    for written in (HERE / f"{language}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(written)
        text = row.get("text") or (_text(shared_data, row["from"]) if shared_data is not None else None)
        if text is not None:
            names = ("promise", "who", "deadline", "amount", "conditional")
            yield Line(row["id"], text, row["half"] == "held-out", *(row[name] for name in names))


def _text(shared_data: Path, reference: list[Any]) -> str:
    file, dialogue, turn = reference
    return _TURNS[file.partition("/")[0]](_read(shared_data / file), dialogue, turn)


@cache
def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _taskmaster(read: Any, dialogue: str, turn: int) -> str:
    found = next(each for each in read if each["conversation_id"] == dialogue)
    return str(next(each["text"] for each in found["utterances"] if each["index"] == turn))


def _schema_guided(read: Any, dialogue: str, turn: int) -> str:
    return str(next(each for each in read if each["dialogue_id"] == dialogue)["turns"][turn]["utterance"])


def _action_based(read: Any, dialogue: str, turn: int) -> str:
    return str(next(each for each in read if str(each["convo_id"]) == dialogue)["original"][turn][1])


def _crosswoz(read: Any, dialogue: str, turn: int) -> str:
    return str(read[dialogue]["messages"][turn]["content"])


def _vcon(read: Any, kind: str, turn: int) -> str:
    body = next(each["body"] for each in read["analysis"] if each["type"] == kind)
    return re.split(r"\n+", body["transcript"] if isinstance(body, dict) else body)[turn]


_TURNS: dict[str, Callable[[Any, str, int], str]] = {
    "tm4": _taskmaster,
    "sgd": _schema_guided,
    "abcd": _action_based,
    "crosswoz": _crosswoz,
    "vcon": _vcon,
}
