"""What holds for every answer: headers that bind the browser, and limits on what comes in."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from api.navigation import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Refuse = Callable[[Request, tuple[int, str], Mapping[str, int]], ASGIApp]

BODY_MAX: Final = 2_000_000
UPLOAD_MAX: Final = 500_000_000
_UPLOADS: Final = ("/imports", "/api/v1/items")
SLOWEST_BYTES: Final = 1_000
"""What a slow line brings in a second: whoever sends less for long is not waited for."""
FROM_ELSEWHERE: Final = 403, N_("This was sent from another site: open our page and do it there.")
TOO_LARGE: Final = 413, N_("This is longer than {megabytes} MB: send less at once.")
TOO_SLOW: Final = 408, N_("The rest did not come in time: send it again.")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class _TooLarge(Exception):
    """More came than is taken."""


class _TooSlow(Exception):
    """The next piece did not come in time."""


class Guards:
    """Refuses what other sites send in a visitor's name, what is too large and what is too slow.

    ``refuse`` makes the answer to a refused request; ``slow_seconds`` is how long a body may keep us waiting beyond
    what it takes on a slow line.
    """

    def __init__(self, app: ASGIApp, *, refuse: Refuse, slow_seconds: float) -> None:
        self._app = app
        self._refuse = refuse
        self._slow_seconds = slow_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, guarded = Headers(scope=scope), _guarding(send)
        if scope["method"] not in _SAFE and _from_elsewhere(headers):
            await self._refuse(Request(scope), FROM_ELSEWHERE, {})(scope, receive, guarded)
            return
        most = UPLOAD_MAX if scope["path"].startswith(_UPLOADS) else BODY_MAX
        try:
            await self._app(scope, self._measured(receive, headers, most), guarded)
        except _TooLarge:
            await self._refuse(Request(scope), TOO_LARGE, {"megabytes": most // 1_000_000})(scope, receive, guarded)
        except _TooSlow:
            await self._refuse(Request(scope), TOO_SLOW, {})(scope, receive, guarded)

    def _measured(self, receive: Receive, headers: Headers, most: int) -> Receive:
        announced, came, waited, whole = headers.get("content-length", "0"), 0, 0.0, False

        async def measured() -> Message:
            nonlocal came, waited, whole
            if whole:
                # What is waited for from here on is only that the browser leaves.
                return await receive()
            if announced.isdecimal() and int(announced) > most:
                raise _TooLarge
            began = monotonic()
            try:
                allowed = self._slow_seconds + came / SLOWEST_BYTES - waited
                message = await asyncio.wait_for(receive(), allowed)
            except TimeoutError:
                raise _TooSlow from None
            waited += monotonic() - began
            came += len(message.get("body", b""))
            if came > most:
                raise _TooLarge
            whole = not message.get("more_body")
            return message

        return measured


def _from_elsewhere(headers: Headers) -> bool:
    """Say whether a browser sends this for another site (Fetch Metadata, else Origin against Host)."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc != headers.get("host", "")
    except ValueError:
        # No browser sends this of itself.
        return True


def _guarding(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded
