"""The verifier's page as somebody uses it."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload

from tests.evidence.bundles import Verdict

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request

    from tests.evidence.bundles import Case

_DROP = """([name, content]) => {
    const file = new File([Uint8Array.from(atob(content), one => one.charCodeAt(0))], name);
    const held = new DataTransfer();
    held.items.add(file);
    byId("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
}"""
_CONTRAST = """selector => {
    const light = colour => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(one => one / 255);
        const [r, g, b] = parts.map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ink = light(getComputedStyle(document.querySelector(selector)).color);
    const paper = light(getComputedStyle(document.body).backgroundColor);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
}"""


class VerifyPage:
    """Fills in the form and reads what is said; remembers what the page asked for and complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._asked)
        page.on("console", self._complained)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)

    def judge(self, case: Case) -> Verdict:
        """Give the page what is trusted and the file, and return its verdict."""
        before = self._runs()
        self.page.evaluate("() => { byId('bundle').value = ''; }")
        self.page.locator("#trusted").evaluate("(field, text) => { field.value = text; }", case.trusted)
        chosen = FilePayload(name="bundle.json", mimeType="application/json", buffer=case.content)
        self.page.set_input_files("#bundle", chosen)
        return self._verdict_after(before)

    def judge_dropped(self, case: Case) -> Verdict:
        """Drop the file on the page instead of choosing it."""
        before = self._runs()
        self.page.locator("#trusted").evaluate("(field, text) => { field.value = text; }", case.trusted)
        self.page.evaluate(_DROP, ["bundle.json", b64encode(case.content).decode()])
        return self._verdict_after(before)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def contrast(self, selector: str) -> float:
        """Return the contrast of the first such text against the page, as WCAG 2.2 defines it."""
        return float(self.page.evaluate(_CONTRAST, selector))

    def _runs(self) -> int:
        return int(self.page.evaluate("Number(document.body.dataset.checked ?? 0)"))

    def _verdict_after(self, before: int) -> Verdict:
        self.page.wait_for_function("before => Number(document.body.dataset.checked ?? 0) > before", arg=before)
        return Verdict(str(self.page.locator("#verdict").get_attribute("data-status")))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _complained(self, message: ConsoleMessage) -> None:
        self.complaints.append(message.text)
