"""What the interchange asks of a line, written down anew for the tests: kinds, fields, forms."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import datetime
from hashlib import sha256

Line = dict[str, object]

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
MONEY = re.compile(r"-?\d+\.\d\d")
CHANNELS = {
    "phone",
    "chat",
    "email",
    "sms",
    "messenger",
    "social",
    "forum",
    "web form",
    "self-service",
    "in person",
    "letter",
}
ROLES = {"customer", "representative", "agent", "specialist", "supervisor", "technician", "bot", "system"}
PURPOSES = {"service", "follow-up", "feedback after visit", "welcome", "sales", "callback", "complaint"}
BASES = {"hourly", "value-based", "flat", "commission", "call-out fee", "credit"}
EVERYWHERE = ("source", "id", "at", "customer")
REQUIRED = {
    "customer": ("name", "contacts", "accounts"),
    "conversation": ("channel", "direction", "purpose"),
    "call": ("conversation", "direction", "queue", "offered_at", "ended_at", "outcome"),
    "message": ("conversation", "channel", "direction", "role", "author", "author_id", "text", "language"),
    "message_edit": ("conversation", "of", "text"),
    "message_delete": ("conversation", "of"),
    "attachment": ("conversation", "of", "name", "media_type", "sha256", "base64"),
    "note": ("text", "author", "author_id"),
    "ticket": ("conversation", "subject", "text", "fields", "author", "author_id"),
    "ticket_change": ("ticket", "author", "author_id"),
    "work_order": ("ticket", "text", "technician", "scheduled"),
    "work_order_change": ("work_order",),
    "work_order_done": ("work_order", "findings", "parts", "minutes"),
    "charge": ("amount", "currency", "basis", "text", "quoted"),
}
CHOICES = {
    "channel": CHANNELS,
    "direction": {"inbound", "outbound"},
    "role": ROLES,
    "purpose": PURPOSES,
    "basis": BASES,
}
TIMES = ("at", "ended_at", "offered_at", "answered_at", "scheduled", "due")


def problems(line: Line) -> list[str]:
    """Return what is wrong with a line; nothing for a good one."""
    kind = str(line.get("kind"))
    if kind not in REQUIRED:
        return [f"no such kind: {kind}"]
    required = EVERYWHERE + REQUIRED[kind]
    return [
        *(f"{name} is missing" for name in required if name not in line),
        *(f"{name} is empty" for name in required if line.get(name) == ""),
        *(
            f"{name} is none of ours: {line[name]}"
            for name, known in CHOICES.items()
            if line.get(name, None) not in {None, *known}
        ),
        *(f"{name} is no time: {line[name]}" for name in TIMES if name in line and not _is_time(line[name])),
        *_problems_of_kind(kind, line),
    ]


def _problems_of_kind(kind: str, line: Line) -> list[str]:
    if kind in {"ticket_change", "work_order_change"} and ("text" in line) == ("field" in line and "value" in line):
        return ["a change has either field and value, or text"]
    if kind == "charge":
        return _problems_of_charge(line)
    if kind == "attachment" and sha256(b64decode(str(line["base64"]))).hexdigest() != line["sha256"]:
        return ["the attachment has another digest"]
    if kind == "note" and ("ticket" in line) == ("conversation" in line):
        return ["a note belongs to a ticket or a conversation"]
    return []


def _problems_of_charge(line: Line) -> list[str]:
    amount = str(line.get("amount"))
    found = [] if MONEY.fullmatch(amount) else [f"amount is no money: {amount}"]
    if amount.startswith("-") != (line.get("basis") == "credit"):
        found.append("credits and only credits are negative")
    if ("ticket" in line) == ("work_order" in line):
        found.append("a charge belongs to a ticket or a work order")
    return found


def _is_time(value: object) -> bool:
    return isinstance(value, str) and bool(TIME.fullmatch(value)) and datetime.fromisoformat(value).tzinfo is not None
