"""The judged lines: those written for it, and those of real dialogues by reference, never copied."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

HERE: Final = Path(__file__).resolve().parent / "lines"
LANGUAGES: Final = ("en", "lt", "bg", "ru", "zh")
_TURNS: Final = {"sgd": ("turns", "utterance"), "crosswoz": ("messages", "content")}


@dataclass(frozen=True)
class Judged:
    """A line, the elements it has, those about which people may differ, and whether it is held out."""

    language: str
    text: str
    has: frozenset[str]
    open: frozenset[str]
    held_out: bool


def written(language: str) -> list[Judged]:
    """Return the lines written for a language; of the first file every second one is held out."""
    return [
        *_file(language, language, held_out=lambda number: number % 2 == 1),
        *_file(f"{language}-later", language, held_out=lambda _: False),
        *_file(f"{language}-trades", language, held_out=lambda _: False),
        *unseen(language),
    ]


def unseen(language: str) -> list[Judged]:
    """Return the lines of a language with which no sign was ever mended."""
    return _file(f"{language}-unseen", language, held_out=lambda _: True)


def _file(name: str, language: str, *, held_out: Callable[[int], bool]) -> list[Judged]:
    lines = (HERE / f"{name}.txt").read_text("utf-8").splitlines()
    parted = [line.split(" | ", 1) for line in lines if line and not line.startswith("#")]
    return [_judged(language, labels, text, held_out=held_out(number)) for number, (labels, text) in enumerate(parted)]


def _judged(language: str, labels: str, text: str, *, held_out: bool) -> Judged:
    names = frozenset(labels.replace("-", "").split(",")) - {""}
    has = frozenset(name for name in names if not name.startswith("?"))
    return Judged(language, text, has, frozenset(name[1:] for name in names - has), held_out)


def real(shared_data: Path) -> list[Judged]:
    """Return the lines of real dialogues that ``lines/real.txt`` refers to, all held out."""
    found: list[Judged] = []
    for row in (HERE / "real.txt").read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            labels, language, file, dialogue, turn = row.split()
            text = _text(shared_data, file, dialogue, int(turn))
            found.append(_judged(language, labels, text, held_out=True))
    return found


def _text(shared_data: Path, file: str, dialogue: str, turn: int) -> str:
    dialogues: Any = json.loads((shared_data / file).read_text("utf-8"))
    if isinstance(dialogues, list):
        dialogues = {one["dialogue_id"]: one for one in dialogues}
    turns, words = _TURNS[file.partition("/")[0]]
    return str(dialogues[dialogue][turns][turn][words])
