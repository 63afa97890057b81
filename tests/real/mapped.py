"""Real dialogues and sentences, mapped to lines of our interchange: each set has its own small function."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Line = dict[str, Any]
_DAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


def sgd(folder: Path) -> Iterator[Line]:
    """Schema-guided dialogues: a turn is a message; the first call of a service opens a ticket."""
    for file in ("dev_dialogues_005.json", "train_dialogues_100.json"):
        for place, dialogue in enumerate(_json(folder / "sgd" / file)):
            name = f"{file[:3]}-{dialogue['dialogue_id']}"
            turns = [(turn["speaker"] == "USER", turn["utterance"]) for turn in dialogue["turns"]]
            yield from _conversation("sgd", name, place, turns, "en")
            called = [frame for turn in dialogue["turns"] for frame in turn["frames"] if "service_call" in frame]
            for frame in called[:1]:
                yield _line("ticket", "sgd", f"T-{name}", place, len(turns)) | {
                    "conversation": name,
                    "customer": f"cust-{name}",
                    "subject": frame["service"],
                    "fields": frame["service_call"],
                }


def crosswoz(folder: Path) -> Iterator[Line]:
    """Chinese dialogues between a person and a guide."""
    for place, (name, dialogue) in enumerate(_json(folder / "crosswoz" / "val_first40.json").items()):
        turns = [(turn["role"] == "usr", turn["content"]) for turn in dialogue["messages"]]
        yield from _conversation("crosswoz", name, place, turns, "zh")


def tm4(folder: Path) -> Iterator[Line]:
    """Orders at a counter; customers are called after playing cards."""
    for place, dialogue in enumerate(_json(folder / "tm4" / "data_07_first150.json")):
        turns = [(turn["speaker"].lower() == "user", turn["text"]) for turn in dialogue["utterances"]]
        yield from _conversation("tm4", dialogue["conversation_id"], place, turns, "en")


def ud(folder: Path) -> Iterator[Line]:
    """Sentences of two treebanks, each text a conversation of one voice."""
    for language, file in (("lt", "first200_lt_alksnis-ud-test.conllu"), ("ru", "first200_ru_gsd-ud-test.conllu")):
        written = (folder / "ud" / file).read_text(encoding="utf-8").splitlines()
        texts = [line.removeprefix("# text = ") for line in written if line.startswith("# text = ")]
        yield from _conversation("ud", language, 0, [(True, text) for text in texts], language)


SETS: dict[str, Callable[[Path], Iterator[Line]]] = {"sgd": sgd, "crosswoz": crosswoz, "tm4": tm4, "ud": ud}


def write(path: Path, lines: Iterator[Line]) -> int:
    """Write lines to a file; return how many there are."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            count += file.write(json.dumps(line, ensure_ascii=False) + "\n") > 0
    return count


def _conversation(source: str, name: str, place: int, turns: list[tuple[bool, str]], language: str) -> Iterator[Line]:
    tied = {"customer": f"cust-{name}"}
    yield _line("conversation", source, name, place, 0) | tied | {"channel": "chat", "direction": "inbound"}
    for seq, (asking, text) in enumerate(turns):
        who = {"role": "customer"} if asking else {"role": "agent", "author": "Desk", "author_id": f"desk-{place % 5}"}
        said = {"conversation": name, "seq": seq, "text": text, "language": language, "channel": "chat"}
        yield _line("message", source, f"{name}-{seq}", place, seq) | tied | said | who


def _line(kind: str, source: str, name: str, place: int, seq: int) -> Line:
    at = _DAY + timedelta(hours=place, seconds=10 * seq)
    return {"kind": kind, "source": source, "id": name, "at": at.isoformat()}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
