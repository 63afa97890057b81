"""mbox: many mails in one file, each after a line that begins with From (RFC 4155)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, ClassVar, NamedTuple

from audit.domain.errors import Unreadable
from audit.intake.lines import LINE_MAX
from audit.intake.mail import one_mail
from audit.intake.mails.message import MAIL_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from audit.intake.source import Delivered, Found, Refusal

# A sentence may begin with From too: the line that parts two mails has a time and a year.
_BEGINS = re.compile(rb"From [^\r\n]{0,500}\d\d:\d\d[^\r\n]{0,200}\d{4}[^\r\n]{0,200}\r?\n?$")
_QUOTED = re.compile(rb">+From ")


class _Mail(NamedTuple):
    line: int
    raw: bytes


class Mbox:
    """Reads a mailbox. Quoted lines (>From) are unquoted once, as the mboxrd variant writes them."""

    name: ClassVar[str] = "mbox"
    version: ClassVar[int] = 1

    def recognises(self, path: PurePath, beginning: bytes) -> bool:
        del path
        return beginning.startswith(b"From ") and _BEGINS.match(beginning.split(b"\n", 1)[0]) is not None

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]:
        with delivery.open() as file:
            if not file.readline(LINE_MAX).startswith(b"From "):
                raise Unreadable("It is no mbox: it does not begin with a From line.")
            for number, mail in enumerate(_mails(file), 1):
                yield one_mail(f"message {number} (line {mail.line})", mail.raw, delivery.reading)


def _mails(file: BinaryIO) -> Iterator[_Mail]:
    """Yield the mails after the first From line; of one that is too long, a little more than is allowed."""
    number, begun, blank = 1, 1, False
    content = bytearray()
    while line := file.readline(LINE_MAX):
        number += line.endswith(b"\n")
        if blank and _BEGINS.match(line):
            yield _Mail(begun, _without_last_line(content))
            content, begun = bytearray(), number
        elif len(content) <= MAIL_MAX:
            content += line[1:] if _QUOTED.match(line) else line
        blank = line in {b"\n", b"\r\n"}
    yield _Mail(begun, _without_last_line(content))


def _without_last_line(content: bytearray) -> bytes:
    """Return a mail without the blank line that ends it in an mbox."""
    raw = bytes(content)
    return raw.removesuffix(b"\n").removesuffix(b"\r") if raw.endswith((b"\n\n", b"\r\n\r\n")) else raw
