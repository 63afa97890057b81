"""The envelope of a vCon: plain, signed (RFC 7515) or encrypted (RFC 7516)."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from typing import Any, NamedTuple

from audit.domain.errors import Unreadable
from audit.intake import strict_json
from audit.intake.source import NotTaken


class Letter(NamedTuple):
    """A vCon out of its envelope. ``signed`` is the envelope as received, where there was a signature on it."""

    fields: dict[str, Any]
    signed: bytes | None = None


def opened(raw: bytes) -> Letter:
    """Return the vCon. Raises ``Unreadable`` for what is none, ``NotTaken`` for one we cannot open."""
    fields = _object(raw)
    if "ciphertext" in fields:
        raise NotTaken("it is encrypted: decrypt it with its key and bring what comes out")
    if "payload" not in fields:
        return Letter(_vcon(fields))
    payload = fields["payload"]
    if not isinstance(payload, str) or not fields.keys() & {"signatures", "signature"}:
        raise Unreadable("It has a payload but no signature: it is no vCon.")
    try:
        content = base64url(payload)
    except NotTaken:
        raise Unreadable("Its signed payload is not base64url: it is no vCon.") from None
    return Letter(_vcon(_object(content)), signed=raw)


def base64url(text: str) -> bytes:
    """Return what is encoded (RFC 4648 section 5), with or without padding. Raises ``NotTaken`` when nothing is."""
    written = "".join(text.split()).rstrip("=").replace("+", "-").replace("/", "_")
    try:
        content = urlsafe_b64decode(written.encode("ascii") + b"=" * (-len(written) % 4))
    except (binascii.Error, ValueError):
        raise NotTaken("its body is not base64url") from None
    if len(content) != len(written) * 3 // 4:
        # The library passes over what is no base64; nothing may be passed over here.
        raise NotTaken("its body is not base64url")
    return content


def _object(raw: bytes) -> dict[str, Any]:
    try:
        fields = strict_json.parse(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("It is not UTF-8: it is no vCon.") from None
    except NotTaken as amiss:
        raise Unreadable(f"It is no vCon: {amiss}.") from None
    if not isinstance(fields, dict):
        raise Unreadable("It is no JSON object: it is no vCon.")
    return fields


def _vcon(fields: dict[str, Any]) -> dict[str, Any]:
    if not fields.keys() & {"vcon", "parties", "dialog"}:
        raise Unreadable("It has neither parties nor dialog: it is no vCon.")
    return fields
