"""The made-up company "Fennmoor Net & Heat": its year with its customers as lines of ``onrecord.ndjson``.

Every line has ``kind``, ``source``, ``id``, ``at`` (with the offset of the customer's zone) and ``customer``. Beside:

====================  ==========================================================================================
kind                  fields
====================  ==========================================================================================
``customer``          name, contacts[{kind (phone, email, address), value}], accounts[], language; revision (when told
                      anew); of a relative: represents (a customer), scope
``conversation``      channel, direction, purpose, ended_at, outcome, rating{score, out_of, comment}; on_behalf_of (a
                      customer) with representative (who speaks for them). ``at`` is the opening
``call``              conversation, direction, queue, offered_at, answered_at (absent: given up), ended_at, outcome
``message``           conversation, channel, direction, role, author, author_id, text, language, seq; subject (mail);
                      on_behalf_of (a representative's words: ``customer`` owns them, author_id is who spoke)
``message_edit``      conversation, of (a message), text, role, author, author_id
``message_delete``    conversation, of (a message), role, author, author_id
``attachment``        conversation, of (a message), name, media_type, sha256 (of the content), base64, role, author,
                      author_id
``note``              conversation or ticket, text, author, author_id
``ticket``            conversation, subject, text, fields{category, priority, channel}, author, author_id
``ticket_change``     ticket, author, author_id, and either field and value, or text (the whole text anew). field is
                      status (acknowledged with due, a time; escalated with level and escalated_to; resolved, closed,
                      reopened), assignee (with assignee_name), priority, contact (a repeated contact: its channel,
                      with its conversation), due, cancelled_on
``work_order``        ticket, text, technician (an id), technician_name, scheduled
``work_order_change`` work_order, and either field and value, or text. field is status (started) or unclear (value:
                      what the technician misses, with role, author, author_id)
``work_order_done``   work_order, findings, parts[], minutes, signed_by (a name; absent: nobody signed), role, author,
                      author_id
``charge``            ticket or work_order, amount ("12.50", a credit negative), currency, basis (hourly, value-based,
                      flat, commission, call-out fee, credit), text, quoted (true: a price told beforehand, not billed)
====================  ==========================================================================================

The ``id`` of customer, conversation, ticket and work order lines is the archive-wide id. Now and then a message has
further fields, as real systems add them. All names, places, devices and numbers are invented; mail addresses use
domains kept for examples, telephone numbers lie in ranges that are reserved for fiction or that nobody is given.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from json import JSONEncoder
from typing import TYPE_CHECKING

from audit.sample.schedule import Company, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LAST_DAY = date(2026, 9, 30)
_PROGRESS_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """What was written: messages, lines of every kind together, and lines by kind."""

    messages: int
    lines: int
    kinds: dict[str, int] = field(default_factory=dict)


def lines(messages: int, seed: int, *, end: date = LAST_DAY) -> Iterator[dict[str, object]]:
    """Return the lines of one year, oldest first, exactly so many of them messages; the same for the same seed.

    Far above a million messages the order is only nearly that of time; within a story it always is.
    Raises ``ValueError`` when asked for less than one message.
    """
    if messages < 1:
        raise ValueError(f"A company of {messages} messages cannot be made: ask for at least one message.")
    return in_order(Company(messages, seed, end).stories())


def write(path: Path, *, messages: int, seed: int, progress: Callable[[int], None] | None = None) -> Counts:
    """Write the company as NDJSON; ``progress`` is told now and then how many messages are written, at last all."""
    encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    company = lines(messages, seed)
    kinds: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in company:
            file.write(encode(line) + "\n")
            kind = str(line["kind"])
            kinds[kind] += 1
            if progress and kind == "message" and kinds[kind] % _PROGRESS_EVERY == 0:
                progress(kinds[kind])
    if progress:
        progress(kinds["message"])
    return Counts(messages=kinds["message"], lines=kinds.total(), kinds=dict(kinds))
