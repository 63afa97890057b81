"""Customers, as our interchange writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from audit.domain.customer import AccountTied, ContactPointAdded, CustomerNamed, CustomerSeen, LanguagePreferred
from audit.domain.event import Personal
from audit.intake.interchange.line import CODE_MAX, short
from audit.intake.interchange.telling import Telling, telling
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from audit.intake.interchange.line import Line

_PHONE = re.compile(r"\+?[\d\s()./-]{5,}")


def customer(line: Line) -> Telling:
    """``contacts`` and ``accounts`` hold texts, or objects with a ``kind`` and a ``value``."""
    told = telling(line, customer=line.id)
    told.add(CustomerSeen())
    name = line.text("name")
    if name is not None:
        told.add(CustomerNamed(name=Personal(name)))
    for entry in line.entries("contacts"):
        kind, value = _entry("contacts", entry)
        told.add(ContactPointAdded(kind=kind or contact_kind(value), value=Personal(value)))
    for entry in line.entries("accounts"):
        kind, value = _entry("accounts", entry)
        told.add(AccountTied(account=Personal(value), kind=kind))
    language = line.code("language")
    if language is not None:
        told.add(LanguagePreferred(language=language))
    return told


def contact_kind(value: str) -> str:
    """Return what kind of contact point a text is by its look."""
    if "@" in value:
        return "email"
    return "phone" if _PHONE.fullmatch(value) else "other"


def _entry(name: str, entry: Any) -> tuple[str | None, str]:
    if isinstance(entry, str):
        return None, entry
    if not isinstance(entry, dict) or not entry.keys() <= {"kind", "value"}:
        raise NotTaken(f"{name} holds something that is neither text nor a kind with a value")
    kind, value = entry.get("kind"), entry.get("value")
    if not isinstance(value, str) or not isinstance(kind, str | None):
        raise NotTaken(f"{name} holds something whose kind or value is no text")
    return short(f"{name} kind", kind, CODE_MAX), value
