"""Addresses of mail as people give them: one each, in any script, and nothing hidden in them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from audit.domain.errors import WrongUse

_LOCAL_LONGEST: Final = 64
_LONGEST: Final = 254
_LOCAL: Final = re.compile(r"[^\s@<>()\[\]:;,\\\"]+")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NAME_LONGEST: Final = 100


class Address(NamedTuple):
    """``local`` as written, ``domain`` as the network spells it (IDNA)."""

    local: str
    domain: str

    @property
    def spec(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether a server must speak SMTPUTF8 for it (RFC 6531)."""
        return not self.local.isascii()


def address(written: str) -> Address:
    """Read one address. Raises WrongUse for what is none, or hides something that would begin another header."""
    local, sign, domain = written.strip().rpartition("@")
    plain = not any(_is_hidden(one) for one in written.strip())
    if not (sign and plain and _is_local(local)):
        raise WrongUse("This is no address of mail: write one like ona@example.com, without a name.")
    spelled = _domain(domain)
    found = Address(unicodedata.normalize("NFC", local), spelled)
    if len(found.spec.encode()) > _LONGEST:
        raise WrongUse("This address is longer than any can be: look at it again.")
    return found


def same(one: str, other: str) -> bool:
    """Say whether two addresses are the same mailbox for us: capital letters do not count."""
    try:
        first, second = address(one), address(other)
    except WrongUse:
        return False
    return (first.local.casefold(), first.domain) == (second.local.casefold(), second.domain)


def plain(words: str, longest: int = _NAME_LONGEST) -> str:
    """Return words for a header: no line ends, no control signs, nothing that turns the direction of what follows."""
    kept = "".join(" " if _is_hidden(one) else one for one in words)
    # The library would decode an encoded word (RFC 2047) that somebody wrote as their name, line ends and all.
    return " ".join(kept.replace("=?", "= ?").split())[:longest].strip()


def _is_local(local: str) -> bool:
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return bool(_LOCAL.fullmatch(local)) and not dots and len(local.encode()) <= _LOCAL_LONGEST


def _domain(written: str) -> str:
    try:
        spelled = written.encode("idna").decode().lower()
    except UnicodeError:
        spelled = ""
    labels = spelled.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004  # a name and what it is under
        raise WrongUse("The part of the address behind the @ is no domain: write one like example.com.")
    return spelled


def _is_hidden(sign: str) -> bool:
    """Say whether a sign is a control, a line end, a mark of direction, half a character, or unassigned."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
