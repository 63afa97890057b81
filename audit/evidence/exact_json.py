"""JSON that can be read in one way only: UTF-8, no member twice, no number that is not JSON's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from audit.evidence.errors import Malformed
from audit.evidence.notation import bytes_of, shown, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_json(content: bytes, what: str) -> Any:
    """Return what the bytes say; ``what`` names them in the message of Malformed."""
    try:
        return json.loads(text_of(content), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as reason:
        raise Malformed(
            f"{what} is not JSON that can be read in one way only: take it as it was handed out."
        ) from reason


def must_have(members: Mapping[str, Any], wanted: frozenset[str], also: frozenset[str], what: str) -> None:
    """Raise Malformed unless the object has all wanted members, and beside them none but those also allowed."""
    if missing := sorted(wanted - members.keys()):
        raise Malformed(f"{what} has no member {shown(missing[0])}: take the file as it was handed out.")
    if strange := sorted(members.keys() - wanted - also):
        raise Malformed(f"{what} has a member that does not belong there, {shown(strange[0])}: it was added.")


def object_of(value: Any, what: str) -> dict[str, Any]:
    """Return the value if it is an object."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} is no object: take the file as it was handed out.")
    return value


def list_of(value: Any, what: str) -> list[Any]:
    """Return the value if it is a list."""
    if not isinstance(value, list):
        raise Malformed(f"{what} is no list: take the file as it was handed out.")
    return value


def string_of(value: Any, what: str) -> str:
    """Return the value if it is text that UTF-8 can write."""
    try:
        if isinstance(value, str):
            value.encode()
            return value
    except UnicodeEncodeError:
        pass
    raise Malformed(f"{what} is no text: take the file as it was handed out.")


def count_of(value: Any, what: str) -> int:
    """Return the value if it is a whole number that every reader of JSON can hold: from 0 to 2**53 - 1."""
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise Malformed(f"{what} is no whole number from 0 on: take the file as it was handed out.")
    return value


def base64_in(value: Any, what: str) -> bytes:
    """Return the bytes a text of base64 stands for."""
    return bytes_of(string_of(value, what))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands there twice")
    return members


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number in JSON")
