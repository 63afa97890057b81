"""The words of an HTML page, without its tags: what is searched where a mail has no plain text."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

HTML_MAX = 2 * 1024 * 1024
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "hr", "h1", "h2", "h3", "h4", "pre"}
)
_GAPS = re.compile(r"[ \t\r\f\v\xa0]+")
_TAG = re.compile(r"<[^<>]*>")
_EMPTY = re.compile(r"\s*\n\s*\n\s*")


def html_text(html: str) -> str:
    """Return the text of a page; beyond 2 million characters nobody reads on, and neither do we."""
    page = html[:HTML_MAX].replace("\r", "")
    reader = _Reader()
    try:
        reader.feed(page)
    except (AssertionError, ValueError):
        # The parser of the library gives up on some broken declarations: then whatever is in angle brackets goes.
        return _tidy(_TAG.sub(" ", page))
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        # A head that is never closed ends where the body begins.
        self._unseen = 0 if tag == "body" else self._unseen + (tag in _UNSEEN)
        if tag in _BLOCKS:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in _BLOCKS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._parts.append(data)

    def text(self) -> str:
        # Ours, not close(): that takes quadratic time over what was opened and never closed.
        rest = "" if self._unseen else unescape(_TAG.sub(" ", self.rawdata))
        return _tidy("".join((*self._parts, rest)))


def _tidy(text: str) -> str:
    lines = _GAPS.sub(" ", text).split("\n")
    return _EMPTY.sub("\n\n", "\n".join(line.strip() for line in lines)).strip()
