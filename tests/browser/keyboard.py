"""Somebody who has no mouse: everything is reached by Tab, and where the focus is can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.browser.person import Person

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_STOPS_MOST: Final = 400
_IS_FOCUSED: Final = "one => one === document.activeElement"
_IS_IN_GROUP: Final = "one => one.type === 'radio' && document.activeElement.name === one.name"
_SHOWS_FOCUS: Final = (
    "one => getComputedStyle(one).outlineStyle !== 'none' && getComputedStyle(one).outlineWidth !== '0px'"
)


class ByKeyboard(Person):
    """A person who acts by keys alone."""

    def click(self, on: Locator) -> None:
        """Press Enter on a link, a button or what folds something open, and let the page that follows come whole."""
        self._reach(on.first)
        # Not by the keyboard itself: only so is a page waited for that begins to come.
        on.first.press("Enter")
        self.page.wait_for_load_state()

    def fill(self, field: Locator, value: str) -> None:
        """Write over what stands in a field; a day is written in its parts, month first as this browser shows it."""
        self._reach(field)
        if field.get_attribute("type") == "date":
            year, month, day = value.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(value)
        assert field.input_value() == value

    def choose_in(self, field: Locator, option: str) -> None:
        """Go down a list until the option is chosen."""
        self._reach(field)
        self.page.keyboard.press("Home")
        while field.locator("option:checked").inner_text() != option:
            self.page.keyboard.press("ArrowDown")

    def check(self, box: Locator) -> None:
        self._reach(box)
        self.page.keyboard.press("Space")
        assert box.is_checked()

    def _reach(self, on: Locator) -> None:
        """Press Tab until the focus is there, and expect it to be seen."""
        on.wait_for()
        for _ in range(_STOPS_MOST):
            if on.evaluate(_IS_FOCUSED):
                assert on.evaluate(_SHOWS_FOCUS), f"the focus cannot be seen: {on}"
                return
            if on.evaluate(_IS_IN_GROUP):
                self.page.keyboard.press("ArrowDown")
            else:
                self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead there: {on}")
