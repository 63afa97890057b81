"""A slip on paper: one page that shows a promise, where it was said, and how anybody checks it without us."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from audit.domain.errors import Refused
from audit.language.detect import language_of
from audit.reports.bundling import attached
from audit.reports.fonts import Fonts
from audit.reports.pdf import render_page
from audit.reports.printable import Printer, direction
from audit.reports.signature_fields import SEAL
from audit.reports.wording import Wording, wording

if TYPE_CHECKING:
    from audit.reports.pdf import Rendered
    from audit.reports.slip_model import Quote, Slip

PAPERS: Final = ("A4", "Letter")
_TEMPLATES: Final = files("audit.reports") / "templates"
_HOUSE_FONTS: Final = Fonts()


class _Room(NamedTuple):
    """How much of the lines is printed: characters of the line itself on both sides of the promise, of others."""

    said: int
    around: int
    wording: int
    steps: int


_ROOMS: Final = (
    _Room(900, 600, 700, 8),
    _Room(500, 260, 500, 6),
    _Room(260, 120, 300, 4),
    _Room(120, 60, 160, 3),
)


class SlipTooLong(Refused):
    """A slip is one page."""


def render_slip(slip: Slip, evidence: bytes, *, language: str, paper: str = "A4") -> Rendered:
    """Return the slip as PDF/A-3a with PDF/UA tags, its evidence attached, and an empty field for the seal.

    Lines are shortened, and say so, until all stands on one page; raises SlipTooLong where that cannot be.
    """
    digest = sha256(evidence).hexdigest()
    fields = [(SEAL, wording(language).code("paper", "seal-field"))]
    for room in _ROOMS:
        make = partial(_page, _fitted(slip, room), digest, wording(language), paper)
        rendered = render_page(make, slip.as_of, attachments=[attached(evidence)], fields=fields)
        if rendered.pages == 1:
            return rendered
    raise SlipTooLong("The promise does not fit on one page: print the customer's record, which has room for it.")


class _Line(NamedTuple):
    """A piece of a line of a quoted text, and whether it is the promise itself."""

    html: Markup
    marked: bool


def _page(slip: Slip, digest: str, phrases: Wording, paper: str, unprintable: frozenset[int]) -> str:
    printer = Printer(_HOUSE_FONTS.cover, unprintable)
    size = {"A4": "A4", "Letter": "letter"}[paper]
    style = (_TEMPLATES / "slip.css").read_text(encoding="utf-8").replace('"paper"', size)

    def say(name: str, **values: object) -> str:
        return phrases.code("slip", name).format(**values)

    return (
        _environment()
        .get_template("slip.html")
        .render(
            slip=slip,
            say=say,
            wording=phrases,
            digest=digest,
            short=slip.short_form(digest),
            code=Markup(_code(slip.short_form(digest), say("qr-alt"))),  # noqa: S704  # segno drew it from our own text
            style=Markup(style),  # noqa: S704  # our own style sheet; nothing of the customer's is in it
            line=printer.line,
            plain=printer.plain,
            pieces=partial(_pieces, printer),
            direction=direction,
            language=lambda text: language_of(text or "") or "",
            printed=lambda at: phrases.moment(at, slip.zone),
            root=slip.proof.root.hex(),
        )
    )


def _pieces(printer: Printer, quote: Quote) -> list[tuple[str, list[_Line]]]:
    """Return the lines of a quoted text, each with its direction, in pieces in and outside of the promise."""
    text = quote.text or ""
    start, end = quote.mark or (len(text), len(text))
    lines: list[tuple[str, list[_Line]]] = []
    at = 0
    for each in text.split("\n"):
        last = at + len(each)
        cuts = [at, min(max(start, at), last), min(max(end, at), last), last]
        pieces = [
            _Line(printer.line(text[first:second].strip("\r")), n == 1)
            for n, (first, second) in enumerate(pairwise(cuts))
            if first < second
        ]
        lines.append((direction(each), pieces))
        at = last + 1
    return lines


def _fitted(slip: Slip, room: _Room) -> Slip:
    quotes = tuple(_shortened(one, room) for one in slip.quotes)
    words = [replace(one, words=_cut(one.words, room.wording)) for one in slip.steps[-room.steps :]]
    return replace(slip, quotes=quotes, wording=_cut(slip.wording, room.wording), steps=tuple(words))


def _shortened(quote: Quote, room: _Room) -> Quote:
    """Return a quoted text without its far ends; what is left out is marked with […]."""
    text = quote.text
    if text is None:
        return quote
    if quote.mark is None:
        return replace(quote, text=_cut(text, room.said if quote.rests_here else room.around))
    start, end = quote.mark
    first = max(0, start - room.said)
    last = min(len(text), min(end, start + 3 * room.said) + room.said)
    before, after = ("[…] " if first else ""), (" […]" if last < len(text) else "")
    moved = len(before) - first
    mark = (start + moved, min(end, last) + moved)
    return replace(quote, text=before + text[first:last] + after, mark=mark)


def _cut(text: str | None, length: int) -> str | None:
    return text if text is None or len(text) <= length else f"{text[:length]} […]"


def _code(short: str, title: str) -> str:
    drawn = segno.make_qr(short, error="m")
    return str(drawn.svg_inline(scale=3, border=4, title=title))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("audit.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
