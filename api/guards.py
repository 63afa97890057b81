"""What holds for every answer: headers that bind the browser, and limits on what comes in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MAX: Final = 2_000_000
UPLOAD_MAX: Final = 500_000_000
_UPLOADS: Final = ("/imports", "/api/v1/items")
_BODY_SECONDS: Final = 30
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
    """Refuses what other sites send in a visitor's name, what is too large and what is too slow."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, guarded = Headers(scope=scope), _guarding(send)
        if scope["method"] not in _SAFE and _from_elsewhere(headers):
            await _problem(403, "This was sent from another site: open our page and do it there.")(
                scope, receive, guarded
            )
            return
        most = UPLOAD_MAX if scope["path"].startswith(_UPLOADS) else BODY_MAX
        try:
            await self._app(scope, _measured(receive, headers, most), guarded)
        except _TooLarge:
            await _problem(413, f"This is longer than {most} bytes: send less at once.")(scope, receive, guarded)
        except _TooSlow:
            await _problem(408, "The rest did not come in time: send it again.")(scope, receive, guarded)


def _from_elsewhere(headers: Headers) -> bool:
    """Say whether a browser sends this for another site (Fetch Metadata, else Origin against Host)."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def _measured(receive: Receive, headers: Headers, most: int) -> Receive:
    announced, came = headers.get("content-length", "0"), 0

    async def measured() -> Message:
        nonlocal came
        if announced.isdecimal() and int(announced) > most:
            raise _TooLarge
        try:
            message = await asyncio.wait_for(receive(), _BODY_SECONDS) if came >= 0 else await receive()
        except TimeoutError:
            raise _TooSlow from None
        came += len(message.get("body", b""))
        if came > most:
            raise _TooLarge
        if not message.get("more_body"):
            # The body is whole: what is waited for from here on is only that the browser leaves.
            came = -1
        return message

    return measured


def _guarding(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded


def _problem(status: int, detail: str) -> JSONResponse:
    problem = {"type": "about:blank", "title": "Refused", "status": status, "detail": detail}
    return JSONResponse(problem, status, media_type="application/problem+json")
