"""Where a page ends: a token that goes on from there, in the events as they were when the first page was shown."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from audit.domain.errors import WrongUse

_LONGEST: Final = 400
_LIMIT: Final = 2**63


@dataclass(frozen=True)
class Page:
    """The page after the row ``last``, ``shown`` rows having been before, among the events up to ``position``.

    ``now`` is what „yesterday“ was counted from.
    """

    position: int
    last: int
    shown: int
    now: datetime | None


def token_of(page: Page, search: str) -> str:
    """Return the token of a page; ``search`` is what it belongs to."""
    now = page.now.isoformat() if page.now else None
    told = [page.position, page.last, page.shown, now, _digest(search)]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def page_of(token: str, search: str) -> Page:
    """Read a token. Raises WrongUse for what is none, and for that of another search."""
    try:
        position, last, shown, now, digest = _told(token)
        page = Page(_whole(position), _whole(last), _whole(shown), _moment(now))
    except (ValueError, TypeError, RecursionError):
        raise WrongUse("This is no token of a page: take the one under the page before, or leave it out.") from None
    if digest != _digest(search):
        raise WrongUse("This token is of another search: ask with the same words, kind and order.")
    return page


def _told(token: str) -> list[object]:
    if len(token) > _LONGEST or not token.isascii():
        raise ValueError(token)
    told = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    if not isinstance(told, list):
        raise TypeError(told)
    return told


def _whole(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not -_LIMIT <= number < _LIMIT:
        raise ValueError(number)
    return number


def _moment(written: object) -> datetime | None:
    if written is None:
        return None
    moment = datetime.fromisoformat(str(written))
    if moment.tzinfo is None:
        raise ValueError(written)
    return moment


def _digest(search: str) -> str:
    return sha256(search.encode()).hexdigest()[:16]
