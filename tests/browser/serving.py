"""A house behind a real server and in a real browser."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.app import create_app
from api.serving import listening, server_of
from tests.api.pages import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from audit.bootstrap.house import House


@contextmanager
def served(house: House) -> Iterator[str]:
    """Serve the pages of a house on a free port of this machine and give their address."""
    with listening(0) as doorway:
        server = server_of(create_app(house), slow_seconds=house.settings.slow_seconds)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [doorway]}, name="served pages")
        thread.start()
        try:
            yield f"http://127.0.0.1:{doorway.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def sign_in(page: Page, address: str, login: str, *, why: str | None = "case 12") -> None:
    """Sign in as a person would, and say why one reads."""
    page.goto(f"{address}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=secret]", SECRET)
    page.click("main form button")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    if why:
        page.goto(f"{address}/purpose")
        page.fill("[name=why]", why)
        page.click("main form button")
