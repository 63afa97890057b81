"""Mail: one message in a file of its own, as RFC 5322 has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from audit.domain.errors import Unreadable
from audit.intake.mails.message import MAIL_MAX, mail_item
from audit.intake.source import KEPT_OF_LONG, Found, NotTaken, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from audit.intake.source import Delivered, Reading

_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_KNOWN = re.compile(
    rb"^(from|to|date|subject|received|message-id|return-path|mime-version|content-type|delivered-to|x-[a-z-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNS = 3


class Mail:
    """Reads one mail."""

    name: ClassVar[str] = "mail"
    version: ClassVar[int] = 1

    def recognises(self, path: PurePath, beginning: bytes) -> bool:
        """Say yes to a file called .eml, and to any other that begins with a header as mail has it."""
        if path.suffix.lower() == ".eml":
            return bool(beginning)
        header = re.split(rb"\r?\n\r?\n", beginning, maxsplit=1)[0]
        return _FIELD.match(header) is not None and len({sign.lower() for sign in _KNOWN.findall(header)}) >= _SIGNS

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]:
        with delivery.open() as file:
            raw = file.read(MAIL_MAX + 1)
            if len(raw) > MAIL_MAX:
                raise Unreadable(f"It is longer than {MAIL_MAX} bytes: no mail is.")
        if not re.search(rb"^[!-9;-~]{1,100}[ \t]*:", raw[: 1024 * 1024], re.MULTILINE):
            raise Unreadable("It has no header as mail has it.")
        yield one_mail("message", raw, delivery.reading)


def one_mail(place: str, raw: bytes, reading: Reading) -> Found | Refusal:
    """Return the mail as an item, or why it is refused."""
    if len(raw) > MAIL_MAX:
        return Refusal(
            place, f"{place}: it is longer than {MAIL_MAX} bytes; only its beginning is kept", raw[:KEPT_OF_LONG]
        )
    try:
        return Found(place, mail_item(raw, reading), 3 * len(raw))
    except NotTaken as amiss:
        return Refusal(place, f"{place}: {amiss}", raw)
