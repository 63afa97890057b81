"""A line of our interchange: its fields, asked for by type, and what nobody asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from audit.domain.event import Personal
from audit.intake.source import NotTaken
from audit.intake.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CODE_MAX = 200
ID_MAX = 1_000
_SEQ_MAX = 2**63
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAMING = frozenset({"kind", "source", "id", "revision", "at", "seq"})


class Line:
    """The fields of one line. What is of the wrong type raises ``NotTaken``; null is as good as absent."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self._taken = set(_NAMING)
        self.kind = self.code("kind") or ""
        self.source = self.code("source") or ""
        self.id = self.id_of("id") or ""
        self.revision = self.id_of("revision")
        at = self.moment("at")
        missing = [name for name in ("kind", "source", "id") if not getattr(self, name)]
        missing += ["at"] if at is None else []
        if at is None or missing:
            raise NotTaken(f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing")
        self.at = at
        self.seq = self.integer("seq")

    def value(self, name: str) -> Any:
        """Return whatever stands in a field, and count it as understood."""
        self._taken.add(name)
        return self._fields.get(name)

    def text(self, name: str) -> str | None:
        if name not in self._fields:
            return None
        found = self.value(name)
        if found is not None and not isinstance(found, str):
            raise NotTaken(f"{name} is not text")
        return found

    def needed(self, name: str) -> str:
        """Return a text, which may be empty but must be there."""
        found = self.text(name)
        if found is None:
            raise NotTaken(f"{name} is missing")
        return found

    def words(self, name: str) -> Personal | None:
        found = self.text(name)
        return None if found is None else Personal(found)

    def code(self, name: str) -> str | None:
        """Return a short text that names nobody and is stored in clear; None for an empty one."""
        if name not in self._fields:
            return None
        return short(name, self.text(name), CODE_MAX)

    def id_of(self, name: str) -> str | None:
        """Return an id; None for an empty one."""
        if name not in self._fields:
            return None
        return short(name, self.text(name), ID_MAX)

    def needed_id(self, name: str) -> str:
        found = self.id_of(name)
        if found is None:
            raise NotTaken(f"{name} is missing")
        return found

    def moment(self, name: str) -> datetime | None:
        written = self.text(name)
        if written is None:
            return None
        try:
            return moment(written).at
        except NotTaken as amiss:
            raise NotTaken(f"{name} {amiss}") from None

    def integer(self, name: str) -> int | None:
        found = self.value(name)
        if found is not None and (type(found) is not int or not -_SEQ_MAX <= found < _SEQ_MAX):
            raise NotTaken(f"{name} is no whole number")
        return found

    def count(self, name: str) -> int | None:
        """Return a whole number that is not negative."""
        found = self.integer(name)
        if found is not None and found < 0:
            raise NotTaken(f"{name} is negative")
        return found

    def flag(self, name: str) -> bool | None:
        found = self.value(name)
        if found is not None and not isinstance(found, bool):
            raise NotTaken(f"{name} is neither true nor false")
        return found

    def fields(self, name: str) -> dict[str, Any] | None:
        """Return a JSON object."""
        found = self.value(name)
        if found is not None and not isinstance(found, dict):
            raise NotTaken(f"{name} is no JSON object")
        return found

    def entries(self, name: str, most: int = 500) -> list[Any]:
        """Return a JSON list; an absent one is empty."""
        found = self.value(name)
        if found is None:
            return []
        if not isinstance(found, list):
            raise NotTaken(f"{name} is no list")
        if len(found) > most:
            raise NotTaken(f"{name} has more than {most} entries")
        return found

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def says(self, name: str, expected: str) -> bool:
        """Say whether a field holds just this text."""
        return bool(self._fields.get(name) == expected)

    def rest(self) -> Personal | None:
        """Return the fields nobody asked for: they are kept as the source wrote them."""
        unknown = {name: found for name, found in self._fields.items() if name not in self._taken}
        return Personal(unknown) if unknown else None


def short(name: str, written: str | None, most: int) -> str | None:
    """Return a short line of text, None for an empty one. Raises ``NotTaken`` for anything else."""
    if not written:
        return None
    if len(written) > most:
        raise NotTaken(f"{name} is longer than {most} characters")
    if _CONTROL.search(written):
        raise NotTaken(f"{name} holds a control character")
    return written
