"""A house with Regina's case and people in their roles, and its pages in the browsers of those who work there."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from audit.bootstrap.house import World
from audit.bootstrap.promising import find_promises
from audit.bootstrap.receiving import bring
from tests.api.pages import registered
from tests.archive.house import new_house, repeated, ticking
from tests.browser.keyboard import ByKeyboard
from tests.browser.person import Person
from tests.browser.serving import served
from tests.requests.given import OPERATOR
from tests.requests.story import LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from playwright.sync_api import Browser

    from audit.bootstrap.house import House
    from tests.browser.manners import Manner

NOW: Final = datetime(2026, 3, 10, 9, tzinfo=UTC)
ROLES: Final = {
    "petras": "agent",
    "simona": "supervisor",
    "saulius": "supervisor",
    "jonas": "compliance officer",
    "daiva": "data protection officer",
    "tomas": "technician",
}
"""Who works in the office."""


def office(folder: Path, lines: Iterable[dict[str, Any]] = LINES) -> House:
    """Return a house into which these lines came, on a day of March."""
    house = new_house(folder / "archive", world=World(clock=ticking(NOW), random=repeated()))
    file = folder / "chats.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    bring(house, [file], OPERATOR)
    house.follower.catch_up()
    find_promises(house)
    house.follower.catch_up()
    return house


class Office:
    """The pages while they are served, and who sits before them."""

    def __init__(self, browser: Browser, house: House, manner: Manner, address: str, leaving: ExitStack) -> None:
        self._browser, self._house, self._manner, self._leaving = browser, house, manner, leaving
        self.address = address
        self._people: list[Person] = []

    def comes(self, login: str, why: str | None = None) -> Person:
        """Let somebody of the house come in."""
        registered(self._house, login, ROLES[login])
        person = self.opens_a_browser()
        person.come_in(login, why)
        return person

    def opens_a_browser(self) -> Person:
        kind = ByKeyboard if self._manner.keys else Person
        person = kind(self._browser, self.address, self._manner)
        self._leaving.callback(person.close)
        self._people.append(person)
        return person

    def tell(self) -> None:
        """Tell what stands before each person, for whoever reads why a story ended early."""
        for one in self._people:
            print(one.page.url, one.page.inner_text("body")[:2_000], sep="\n")  # noqa: T201 - shown with a failure


@contextmanager
def opened(browser: Browser, house: House, manner: Manner) -> Iterator[Office]:
    """Serve the pages of a house to whoever comes."""
    with served(house) as address, ExitStack() as leaving:
        pages = Office(browser, house, manner, address, leaving)
        try:
            yield pages
        except BaseException:
            pages.tell()
            raise
