"""The text of an HTML page, as a reader sees it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from audit.projections.attachments.charsets import decoded

_DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_HEAD: Final = 4_096
_UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "svg", "math"})
# Within a line: everything else begins a new one.
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span"}
    | {"strong", "sub", "sup", "tt", "u", "wbr"}
)
_SPACES: Final = re.compile(r"[ \t\r\f\v\xa0]+")
_LINES: Final = re.compile(r" ?\n[ \n]*")


def page_text(content: bytes, named: str | None = None) -> str:
    """Return the words of a page. Raises NotRead where its bytes are no text."""
    declared = _DECLARED.search(content[:_HEAD])
    return words_of(decoded(content, named or (declared.group(1).decode() if declared else None)))


def words_of(page: str) -> str:
    """Return what a page shows, and what its pictures and links say to those who cannot see them."""
    parser = _Words()
    parser.feed(page)
    parser.close()
    return _LINES.sub("\n", _SPACES.sub(" ", "".join(parser.pieces))).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen is None and tag in _UNSEEN:
            self._unseen = tag
        if tag not in _INLINE:
            self.pieces.append("\n")
        self.pieces += [f" {value} " for name, value in attrs if name in {"alt", "title"} and value]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        if tag not in _INLINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self.pieces.append(data)
