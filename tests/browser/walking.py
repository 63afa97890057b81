"""A walk over all pages, as a person goes: from the start, by the links that stand there."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types

from api.doors import DOORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Page

WIDTHS = (320, 2560)
"""The narrowest and the widest screen that must do (CSS pixels)."""
SCHEMES = ("light", "dark")
_BYTES_MAX = 100_000


class Wrong(NamedTuple):
    """Something that must not be on a page."""

    path: str
    what: str


def door_of(path: str) -> str | None:
    """Return the name of the door a path leads to."""
    for door in DOORS:
        if door.method == "GET" and re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", door.path), path):
            return door.name
    return None


def walk(page: Page, address: str, *, each: int = 2) -> Iterator[tuple[str, str]]:
    """Open page after page by the links of those before; yield door and path of each while it is shown.

    Behind one door, ``each`` pages are walked.
    """
    waiting, seen, walked = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        door = door_of(urlsplit(path).path)
        if door is None or walked[door] == each:
            continue
        walked[door] += 1
        if not _opened(page, address + path):
            continue
        yield door, path
        for link in _links(page, address):
            if link not in seen:
                seen.add(link)
                waiting.append(link)


def _opened(page: Page, url: str) -> bool:
    """Go to a page; say whether it is one, and not a file that is handed out."""
    head = page.request.get(url, headers={"Accept": "text/html"})
    if not head.headers.get("content-type", "").startswith("text/html"):
        return False
    page.goto(url)
    return True


def _links(page: Page, address: str) -> list[str]:
    hrefs: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    return [href.removeprefix(address).split("#")[0] for href in hrefs if href.startswith(address + "/")]


def barriers(page: Page, schemes: Iterable[str] = SCHEMES) -> Iterator[str]:
    """Say what axe finds on the page (WCAG 2.2 AA) in these colour schemes."""
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two literals
        for one in Axe().run(page).response["violations"]:
            places = [node["html"] for node in one["nodes"][:2]]
            yield f"{scheme}: {one['id']} {places}"


def too_wide(page: Page) -> Iterator[str]:
    """Say at which widths the page is wider than the screen."""
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        reaches = page.evaluate("document.documentElement.scrollWidth")
        if reaches > width:
            yield f"is {reaches} px wide on a screen of {width}"
    if before:
        page.set_viewport_size(before)


def too_heavy(page: Page) -> Iterator[str]:
    """Say when the page itself is heavier than it may be."""
    size = len(page.content().encode())
    if size > _BYTES_MAX:
        yield f"weighs {size} bytes"
