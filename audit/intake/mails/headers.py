"""The header of a mail: unfolded and decoded (RFC 5322, RFC 2047), however it was broken."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from datetime import UTC
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from audit.intake.mails.charsets import decoded, whole
from audit.intake.source import NotTaken
from audit.intake.times import Moment, in_range

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from email.message import Message

_FOLD = re.compile(r"[\r\n]+[ \t]*")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]*(?: [^?]*)?)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,990})>")
_UNKNOWN_ZONE = re.compile(r"-0000\s*(\([^()]*\)\s*)?$")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_ADDRESS_MAX = 320


class Address(NamedTuple):
    """A mail address in lower case, and the name beside it, which may be empty."""

    address: str
    name: str


class Header:
    """The fields of a header, by their names."""

    def __init__(self, message: Message) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._fields.setdefault(name.lower(), []).append(str(value))

    def __len__(self) -> int:
        return len(self._fields)

    def text(self, name: str) -> str | None:
        """Return the first field of that name, decoded."""
        written = self._first(name)
        return None if written is None else decoded_words(written).strip()

    def addresses(self, name: str) -> list[Address]:
        """Return the addresses of all fields of that name; what is no address is passed over."""
        written = [unfolded(value) for value in self._fields.get(name, [])]
        try:
            pairs = getaddresses(written)
        except (RecursionError, IndexError):
            return []
        found = (Address(_CONTROL.sub("", address).lower(), decoded_words(shown)) for shown, address in pairs)
        return [one for one in found if "@" in one.address.strip("@") and len(one.address) <= _ADDRESS_MAX]

    def message_ids(self, name: str) -> list[str]:
        """Return message ids without their angle brackets."""
        return _MESSAGE_ID.findall(unfolded(" ".join(self._fields.get(name, []))))

    def message_id(self) -> str | None:
        """Return the id of this mail; one written without brackets is taken as it stands."""
        named = self.message_ids("message-id")
        if named:
            return named[0]
        bare = _CONTROL.sub("", unfolded(self._first("message-id") or "")).strip("<>")[:990]
        return bare or None

    def date(self, zone: tzinfo) -> Moment:
        """Return when it was sent. Raises ``NotTaken`` when it does not say so."""
        written = unfolded(self._first("date") or "").strip()
        if not written:
            raise NotTaken("Date is missing")
        try:
            at = parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            raise NotTaken("Date is no date of RFC 5322") from None
        if at.tzinfo is None and _UNKNOWN_ZONE.search(written):
            # RFC 5322 section 3.3: -0000 is UTC, written where nobody knew the local zone.
            return in_range(Moment(at.replace(tzinfo=UTC)))
        return in_range(Moment(at if at.tzinfo else at.replace(tzinfo=zone), zone_assumed=at.tzinfo is None))

    def _first(self, name: str) -> str | None:
        return next(iter(self._fields.get(name, [])), None)


def unfolded(written: str) -> str:
    """Return a field on one line; bytes beyond ASCII are read as UTF-8 where they are."""
    line = _FOLD.sub(" ", written)
    return decoded(line.encode("utf-8", "surrogateescape")) if not line.isascii() else line


def decoded_words(written: str) -> str:
    """Return a field as people read it; an encoded word that is broken stays as it is written."""
    line = _BETWEEN_WORDS.sub("", unfolded(written))
    return whole("".join(_pieces(line)))


def _pieces(line: str) -> Iterator[str]:
    """Yield plain text and decoded words; neighbours of one charset are decoded together, as characters may be cut."""
    for charset, tokens in groupby(_tokens(line), key=lambda token: token[0]):
        if charset is None:
            yield "".join(text for _, text, _ in tokens)
        else:
            yield decoded(b"".join(content for _, _, content in tokens), charset)


def _tokens(line: str) -> Iterator[tuple[str | None, str, bytes]]:
    end = 0
    for word in _WORD.finditer(line):
        content = _word_bytes(word[2], word[3])
        if content is None:
            continue
        if word.start() > end:
            yield None, line[end : word.start()], b""
        # RFC 2231 section 5: a language may follow the charset after an asterisk.
        yield word[1].partition("*")[0].lower(), "", content
        end = word.end()
    yield None, line[end:], b""


def _word_bytes(encoding: str, text: str) -> bytes | None:
    written = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _QUOTED.sub(lambda code: bytes.fromhex(code[1].decode()), written.replace(b"_", b" "))
    try:
        return b64decode(written + b"=" * (-len(written) % 4))
    except binascii.Error:
        return None
