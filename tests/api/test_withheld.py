from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.api.pages import Browser, signed_in
from tests.erasure.test_withheld_from_commands import WORD, decided, withhold_every
from tests.erasure.test_withheld_from_commands import house as house  # noqa: PLC0414  # a fixture
from tests.erasure.test_withheld_from_commands import onrecord as onrecord  # noqa: PLC0414  # so with this one

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.bootstrap.house import House

_LINK = re.compile(r'href="(/[^"#]*)')


def walked(browser: Browser) -> dict[str, str]:
    """Return every page one comes to by links from the start, by its path."""
    waiting, found = ["/", f"/search?q={WORD}", "/search?q=NOT+qqq"], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(("/static", "/verifier")):
            continue
        answer = browser.client.get(path)
        found[path] = answer.text if "text/html" in answer.headers.get("content-type", "") else ""
        waiting += map(unescape, _LINK.findall(found[path]))
    return found


@pytest.mark.long
def test_no_page_shows_a_withheld_word_to_an_agent(house: House, onrecord: Callable[..., str]) -> None:
    decided(house, onrecord)
    house.follower.catch_up()
    browser = signed_in(house, "agent", why=None)
    showing = {path for path, text in walked(browser).items() if WORD in text}
    assert {"tickets", "work-orders", "conversations", "customers"} <= {path.split("/")[1] for path in showing}
    withhold_every(house)
    left = {path for path, text in walked(browser).items() if WORD in text.replace(f"q={WORD}", "")}
    assert {path for path in left if not path.startswith("/search")} == set()
