"""The pages of the record as HTML, filled in from the model and the fixed phrases of its language."""

from __future__ import annotations

import re
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from audit.reports.drawing import drawing
from audit.reports.edition import PAPERS, Edition
from audit.reports.fonts import Fonts, engine
from audit.reports.printable import Printer
from audit.reports.wording import Wording, wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.reports.model import CustomerRecord, Words

_TEMPLATES: Final = files("audit.reports") / "templates"
PARTS: Final = (
    "read", "verify", "overview", "promises", "contacts", "tickets", "work_orders", "calls", "others", "withheld",
    "annex",
)  # fmt: skip
"""The parts of the document, in their order."""
_ONLY_FIRST: Final = ("read", "verify", "overview")
_ONLY_LAST: Final = ("withheld",)
_DRAWN_TOGETHER: Final = 3
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Part(NamedTuple):
    """A part of the document, with its number, and whether it stands in this volume."""

    name: str
    number: int
    title: str
    is_here: bool


def page(record: CustomerRecord, fonts: Fonts, unprintable: frozenset[int], edition: Edition) -> str:
    """Return the whole document as HTML. ``unprintable`` are code points the engine has no glyph for.

    Of a volume the record holds what stands in it; its parts and things are numbered as in the whole.
    """
    phrases = wording(record.cover.language_asked)
    printer = Printer(fonts.cover, unprintable)
    parts = _parts(record, edition, phrases)
    environment = _environment()
    return environment.get_template("record.html").render(
        record=record,
        cover=record.cover,
        edition=edition,
        volume=edition.volume,
        say=phrases.say,
        paper=partial(_paper, phrases),
        wording=phrases,
        parts=[one for one in parts if one.is_here],
        part={one.name: one for one in parts},
        period=period(record, phrases),
        engine=engine(fonts),
        drawing=edition.drawing or drawing(record),
        code=_code(record, edition, phrases),
        style=Markup(_style(phrases, edition)),  # noqa: S704  # our own style sheet; nothing of the customer's is in it
        line=printer.line,
        echo=Printer(fonts.cover, unprintable).line,
        lines=printer.lines,
        plain=printer.plain,
        replaced=printer.replaced,
        ranges=ranges,
        language=_language,
    )


def period(record: CustomerRecord, phrases: Wording) -> str:
    """Return the period asked for, in words."""
    since, until = record.cover.since, record.cover.until
    if since and until:
        return phrases.say("period_between", since=phrases.date(since), until=phrases.date(until))
    if since:
        return phrases.say("period_since", since=phrases.date(since))
    if until:
        return phrases.say("period_until", until=phrases.date(until))
    return phrases.say("period_all", until=record.cover.as_of.printed)


def ranges(numbers: Iterable[int]) -> str:
    """Return ascending numbers with runs of three or more drawn together: 1, 4–6, 9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) >= _DRAWN_TOGETHER else ", ".join(map(str, run)) for run in runs)


def _parts(record: CustomerRecord, edition: Edition, phrases: Wording) -> tuple[Part, ...]:
    """Return all parts with their numbers, those too that stand in other volumes."""
    volume = edition.volume
    absent = set() if record.others or volume.count > 1 else {"others"}
    named = [name for name in PARTS if name not in absent]
    return tuple(
        Part(name, number, phrases.part(name), _is_here(name, record, edition)) for number, name in enumerate(named, 1)
    )


def _is_here(name: str, record: CustomerRecord, edition: Edition) -> bool:
    volume = edition.volume
    if volume.count == 1 or name == "annex":
        return True
    if name in _ONLY_FIRST:
        return volume.is_first
    return volume.is_last if name in _ONLY_LAST else bool(getattr(record, name))


def _code(record: CustomerRecord, edition: Edition, phrases: Wording) -> Markup:
    """Return the QR code of the evidence as SVG, nothing where there is none."""
    if edition.proof is None:
        return Markup()
    drawn = segno.make_qr(edition.short_form(record.cover.position), error="m")
    svg = drawn.svg_inline(scale=3, border=4, title=phrases.code("slip", "qr-alt"))
    return Markup(svg)  # noqa: S704  # segno drew it from our own text


def _paper(phrases: Wording, name: str, **values: object) -> str:
    return phrases.code("paper", name).format(**values)


def _style(phrases: Wording, edition: Edition) -> str:
    style = (_TEMPLATES / "record.css").read_text(encoding="utf-8")
    return style.replace('"page_of"', _counter(phrases)).replace('"paper"', PAPERS[edition.paper])


def _counter(phrases: Wording) -> str:
    """Return "page 1 of 2" as CSS content; the phrase decides where the numbers stand."""
    marked = phrases.say("page_of", page="\0page\0", pages="\0pages\0").split("\0")
    return " ".join(f"counter({one})" if at % 2 else f'"{one}"' for at, one in enumerate(marked))


def _language(words: Words) -> str:
    """Return the language of the words where it is known, as a tag that may stand in HTML."""
    return words.language if words.language and _TAG.fullmatch(words.language) else ""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("audit.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
