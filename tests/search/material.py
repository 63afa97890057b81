"""Texts of every other set of the shared data, as notes of our interchange: for what no importer reads yet, too."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Line = dict[str, Any]
_FIRST = datetime(2025, 11, 3, 7, tzinfo=UTC)


def texts(folder: Path) -> Iterator[Line]:
    """Yield each text of the sets that ``tests.real.mapped`` leaves out, half a minute after the one before."""
    numbers = count()
    for name, told in (
        ("abcd", _abcd(folder / "abcd" / "abcd_sample.json")),
        ("abcd-utterances", _utterances(folder / "abcd_utterances" / "Academy-Ex07-High-Coverage.json")),
        ("irc", _irc(folder / "irc")),
        ("i18n", _locale(folder / "i18n" / "chatwoot_lt_activity.yml")),
        ("mattermost", _mattermost(folder / "mattermost" / "export.jsonl")),
        ("slack", _slack(folder / "slack_export")),
        ("tweetsumm", _summaries(folder / "tweetsumm" / "final_valid_tweetsum.jsonl")),
        ("whatsapp", _lines(folder / "whatsapp" / "whatsapp_chat.txt")),
        ("zendesk", _rows(folder / "tickets" / "zendesk_seeds", "*.csv")),
        ("work-orders", _rows(folder / "workorders", "*.csv")),
    ):
        for text, number in zip(told, numbers, strict=False):
            at = _FIRST + timedelta(seconds=30 * number)
            conversation = f"{name}-{number // 25}"
            tied = {"conversation": conversation, "customer": f"cust-{conversation}", "channel": "chat"}
            role = {"role": ("customer", "agent")[number % 2]}
            named = {"kind": "message", "source": name, "id": f"{name}-{number}", "at": at.isoformat()}
            yield named | tied | role | {"text": text}


def _abcd(path: Path) -> Iterator[str]:
    return (text for dialogue in _json(path) for _, text in dialogue["original"])


def _utterances(path: Path) -> Iterator[str]:
    return (example["text"] for example in _json(path)["examples"])


def _irc(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.raw.txt")):
        yield from _lines(path)


def _locale(path: Path) -> Iterator[str]:
    return (line.partition(": ")[2].strip("'\"") for line in _lines(path) if ": " in line)


def _mattermost(path: Path) -> Iterator[str]:
    for line in _lines(path):
        found = json.loads(line)
        told = found.get("post") or found.get("direct_post") or {}
        yield from (one["message"] for one in (told, *(told.get("replies") or ())) if one.get("message"))


def _slack(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.json")):
        yield from (one["text"] for one in _json(path) if one.get("text"))


def _summaries(path: Path) -> Iterator[str]:
    for line in _lines(path):
        yield from (text for note in json.loads(line)["annotations"] for text in note["abstractive"] or ())


def _rows(folder: Path, named: str) -> Iterator[str]:
    for path in sorted(folder.glob(named)):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from ("\n".join(filter(None, row)) for row in csv.reader(file))


def _lines(path: Path) -> Iterator[str]:
    written = path.read_text(encoding="utf-8", errors="replace")
    return (line for line in re.split(r"\r?\n", written) if line.strip())


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
