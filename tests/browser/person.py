"""Somebody in front of a browser: finds fields, links and buttons by what the page calls them in their language."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from api.wording import LANGUAGES, wording
from tests.api.pages import SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.manners import Manner


_PATIENCE_MS = 40_000
expect.set_options(timeout=_PATIENCE_MS)


class Person:
    """One person with a browser of their own. What they look for is named in English and sought in their language."""

    def __init__(self, browser: Browser, address: str, manner: Manner) -> None:
        self._context = browser.new_context(
            locale="en-GB",
            java_script_enabled=manner.script,
            viewport={"width": manner.width, "height": 800},
            reduced_motion="reduce",
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.address = address
        self.language = manner.language
        self._why: str | None = None
        self.page.goto(address)
        self._choose_language()

    def close(self) -> None:
        self._context.close()

    def says(self, message: str, **values: Any) -> str:
        """Return how the pages say an English message in this person's language."""
        return html.unescape(str(wording(self.language)(message, **values)))

    def come_in(self, login: str, why: str | None = None, secret: str = SECRET) -> None:
        """Sign in; ``why`` is written where the role is asked for it."""
        self.follow("Sign in")
        self.write("Name", login)
        self.write("Password", secret)
        self.press("Sign in")
        expect(self.page.get_by_role("button", name=self.says("Sign out"))).to_be_visible()
        self._why = why

    def go(self, place: str) -> None:
        """Go to a place by the bar on top; say why one reads where that is asked."""
        self.click(self.page.locator("header nav").get_by_role("link", name=self.says(place), exact=True))
        self._say_why()

    def _say_why(self) -> None:
        if self._why and self.page.url.partition("?")[0].endswith("/purpose"):
            self.write("Purpose", self._why)
            self.press("Go on")
            assert self._why in self.page.inner_text("aside.purpose")

    # -- how one does it --

    def click(self, on: Locator) -> None:
        """Click, and let the page that follows come whole."""
        on.first.click()
        self.page.wait_for_load_state()

    def fill(self, field: Locator, value: str) -> None:
        field.fill(value)

    def choose_in(self, field: Locator, option: str) -> None:
        field.select_option(label=option)

    def check(self, box: Locator) -> None:
        box.check()

    # -- what one does --

    def follow(self, name: str, **values: Any) -> None:
        """Follow a link by its words."""
        self.click(self.page.get_by_role("link", name=self.says(name, **values), exact=True))

    def follow_to(self, words: str) -> None:
        """Follow a link that holds words from outside, the same in every language."""
        self.click(self.page.locator("main a:not(nav a)").filter(has_text=words))

    def turn_to(self, name: str) -> None:
        """Turn to a queue or filter, whose name may be followed by a number."""
        said = re.compile(rf"^\s*{re.escape(self.says(name))}(\s+\d+)?\s*$")
        self.click(self.page.locator("nav.filters").get_by_role("link").filter(has_text=said))

    def seek(self, query: str | None = None) -> None:
        """Have the search sought, after typing a query where one is given."""
        if query is not None:
            self.fill(self.page.locator("#q"), query)
        self.click(self.page.get_by_role("search").get_by_role("button"))

    def start(self) -> None:
        """Go to the start by the mark in the corner."""
        self.click(self.page.locator("a.mark"))

    def press(self, name: str, place: Locator | None = None) -> None:
        """Press the button of that name."""
        self.click((place or self.page).get_by_role("button", name=self.says(name), exact=True))

    def open(self, name: str, place: Locator | None = None) -> None:
        """Open what lies folded behind a name, if it is closed."""
        said = re.compile(rf"^\s*{re.escape(self.says(name))}\s*$")
        summary = (place or self.main).locator("details > summary").filter(has_text=said).first
        if summary.locator("..").get_attribute("open") is None:
            self.click(summary)

    def write(self, label: str, value: str, place: Locator | None = None) -> None:
        self.fill(self.field(label, place), value)

    def choose(self, label: str, option: str, place: Locator | None = None) -> None:
        self.choose_in(self.field(label, place), self.says(option))

    def tick(self, label: str, place: Locator | None = None) -> None:
        self.check(self.field(label, place))

    def field(self, label: str, place: Locator | None = None) -> Locator:
        """Return the field in sight that has this label, marked as optional or not."""
        said = re.compile(rf"^\s*{re.escape(self.says(label))}(\s*[(（].*[)）])?\s*$")
        return (place or self.main).get_by_label(said).filter(visible=True).first

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def card(self, words: str) -> Locator:
        """Return the card in whose heading these words stand."""
        return self.page.locator("article.card").filter(has=self.page.locator("h2", has_text=words))

    def download(self, button: str) -> Path:
        """Press a button and return the file that comes."""
        with self.page.expect_download() as coming:
            self.press(button)
        return coming.value.path()

    def download_by(self, link: Locator) -> Path:
        with self.page.expect_download() as coming:
            self.click(link)
        return coming.value.path()

    # -- what one sees --

    def sees(self, *words: str, within: str = "main") -> None:
        """Expect words that come from outside and are the same in every language."""
        for one in words:
            expect(self.page.locator(within).first).to_contain_text(one, use_inner_text=True, ignore_case=True)

    def misses(self, *words: str, within: str = "main") -> None:
        """Expect words not to be shown."""
        for one in words:
            expect(self.page.locator(within).first).not_to_contain_text(one, use_inner_text=True, ignore_case=True)

    def reads(self, *messages: str, within: str = "main") -> None:
        """Expect messages of the pages, in this person's language."""
        self.sees(*(self.says(one) for one in messages), within=within)

    def is_not_offered(self, button: str) -> None:
        """Expect neither a button of that name nor a fold that would hold one."""
        said = re.compile(rf"^\s*{re.escape(self.says(button))}\s*$")
        expect(self.page.locator("main").locator("button, summary, a").filter(has_text=said)).to_have_count(0)

    def _choose_language(self) -> None:
        if self.language != "en":
            self.click(self.page.locator("footer").get_by_role("button", name=LANGUAGES[self.language], exact=True))
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
