"""Reading JSON Lines with a reader of texts: one line in, one line out, whatever the line holds.

It imports a reader when it is asked for one, so that a pipe starts at once.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[["Line"], dict[str, Any]]

KINDS: Final = ("facts", "promises", "elements")
_HALF_A_PAIR: Final = re.compile("[\ud800-\udfff]")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """What is asked about: a text, with what is known of it."""

    id: Any
    text: str
    language: str | None
    at: datetime | None
    region: str | None

    @property
    def readable(self) -> str:
        """Return the text with halves of surrogate pairs replaced one for one: no library takes them."""
        return _HALF_A_PAIR.sub("\ufffd", self.text)


class BadLineError(ValueError):
    """A line cannot be read; the message says why and what to write instead."""


def read_lines(kind: str, source: BinaryIO, *, out: BinaryIO, said: TextIO, at_once: bool = False) -> int:
    """Write one line for each that is not blank, and return how many could not be read.

    Such a line is named on ``said`` by its number and answered by its id and the error, so that the count stays equal.
    ``at_once`` hands over each answer as soon as it is there.
    """
    reader = reader_of(kind)
    bad = 0
    for number, raw in enumerate(source, 1):
        if not raw.strip():
            continue
        answer = _answer(raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw, reader)
        if "error" in answer:
            bad += 1
            said.write(f"onrecord: line {number}: {answer['error']}\n")
        out.write(_written(answer))
        if at_once:
            out.flush()
    out.flush()
    return bad


def reader_of(kind: str) -> Reader:
    """Return the reader of one of ``KINDS``."""
    return {"facts": _facts, "promises": _promises, "elements": _elements}[kind]()


def _answer(raw: bytes, reader: Reader) -> dict[str, Any]:
    known: dict[str, Any] = {"id": None}
    try:
        given = _parsed(raw)
        known["id"] = given.get("id")
        return known | reader(_line(given))
    except BadLineError as error:
        return known | {"error": str(error)}
    except Exception as defect:  # noqa: BLE001  # a defect of ours on one line must not cost the lines after it
        return known | {"error": f"the reader failed on this line ({type(defect).__name__}): report it with the text."}


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        given = json.loads(raw.decode())
    except UnicodeDecodeError:
        raise BadLineError("this is not UTF-8: write the file in UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadLineError('this is not JSON: write one object a line, as {"id": "1", "text": "..."}.') from None
    if not isinstance(given, dict):
        raise BadLineError('this is no object: write {"id": "1", "text": "..."}.')
    return given


def _line(given: dict[str, Any]) -> Line:
    text = given.get("text")
    if not isinstance(text, str):
        raise BadLineError('there is no text: give it as a string under "text".')
    return Line(given.get("id"), text, _word(given, "lang"), _time(given.get("at")), _word(given, "region"))


def _word(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise BadLineError(
            f'"{name}" is no string: write a code such as {"lt" if name == "lang" else "LT"}, or leave it out.'
        )
    return (value or "").strip() or None


def _time(value: Any) -> datetime | None:
    """Return an aware time; one without an offset counts as UTC."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadLineError('"at" is no time: write it as 2026-03-01T10:00:00Z.') from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _written(answer: dict[str, Any]) -> bytes:
    words = json.dumps(answer, ensure_ascii=False)
    if _HALF_A_PAIR.search(words):
        words = json.dumps(answer)
    return words.encode() + b"\n"


def _facts() -> Reader:
    from audit.language.facts.find import facts  # noqa: PLC0415  # only who asks for facts waits for their lexicons

    def read(line: Line) -> dict[str, Any]:
        found = facts(line.readable, language=line.language, at=line.at, region=line.region)
        return {
            "facts": [
                {
                    "kind": fact.kind,
                    "text": line.text[fact.start : fact.end],
                    "start": fact.start,
                    "end": fact.end,
                    "normal": fact.normal,
                }
                for fact in found
            ]
        }

    return read


def _promises() -> Reader:
    from audit.language.commitments.find import commitment  # noqa: PLC0415  # as above

    def read(line: Line) -> dict[str, Any]:
        found = commitment(line.readable, language=line.language)
        return {name: getattr(found, name) for name in ("promise", "who", "deadline", "amount", "conditional")}

    return read


def _elements() -> Reader:
    from audit.language.elements.find import elements  # noqa: PLC0415  # as above

    def read(line: Line) -> dict[str, Any]:
        return {"elements": [element.name for element in elements(line.readable, language=line.language)]}

    return read
