"""The transcript of one conversation for whoever took part in it: as text, as HTML, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from audit.domain.fact import STAFF_ROLES
from audit.language.detect import language_of
from audit.reports.fonts import Fonts
from audit.reports.pdf import render_page
from audit.reports.printable import Printer, direction
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from audit.projections.timeline import Entry
    from audit.reports.wording import Wording

SAID: Final = frozenset({"message", "prompt", "input"})
"""Kinds of lines that were said between the two sides; notes of the staff are not among them."""
_FONTS: Final = Fonts()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing somebody said; ``text`` is None where the words are erased or only a sign was given."""

    number: int
    when: str
    who: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """A conversation for its participant. ``as_of`` is the one moment it bears beside those of its lines."""

    conversation: str
    title: str
    intro: str
    withheld: str
    language: str
    zone: str
    as_of: datetime
    lines: tuple[Line, ...]


def transcript_of(
    conversation: str, entries: Iterable[Entry], *, language: str, zone: ZoneInfo, as_of: datetime
) -> Transcript:
    """Return the transcript of lines that are already as their reader may have them."""
    phrases = wording(language)
    return Transcript(
        conversation=conversation,
        title=phrases.code("letter", "title"),
        intro=phrases.code("letter", "intro"),
        withheld=phrases.code("letter", "withheld"),
        language=phrases.language,
        zone=zone.key or "UTC",
        as_of=as_of,
        lines=tuple(_line(one, phrases, zone) for one in entries if one.kind in SAID),
    )


def as_text(transcript: Transcript) -> str:
    """Return the transcript as plain text, every line with its time, and its number to be asked about."""
    said = [f"#{one.number}  {one.when}  {one.who}:\n{one.text or '[…]'}\n" for one in transcript.lines]
    head = f"{transcript.title} ({transcript.conversation})\n{transcript.intro}\n{transcript.withheld}\n"
    return "\n".join([head, *said])


def as_html(transcript: Transcript) -> str:
    """Return the transcript as one page of HTML without anything that would be fetched."""
    return _page(transcript, lambda text: Markup("<br>").join(map(escape, text.splitlines())), escape)


def as_pdf(transcript: Transcript) -> bytes:
    """Return the transcript on paper. Raises as ``render_page`` does."""

    def made(unprintable: frozenset[int]) -> str:
        printer = Printer(_FONTS.cover, unprintable)
        return _page(transcript, lambda text: Markup("<br>").join(one for one, _ in printer.lines(text)), printer.line)

    return render_page(made, transcript.as_of).pdf


def _page(transcript: Transcript, lines: object, line: object) -> str:
    return (
        _environment()
        .get_template("transcript.html")
        .render(it=transcript, lines=lines, line=line, direction=direction, language=_language)
    )


def _line(entry: Entry, phrases: Wording, zone: ZoneInfo) -> Line:
    side = "staff" if entry.role in STAFF_ROLES else "customer"
    return Line(
        number=entry.event,
        when=phrases.moment(entry.at, zone),
        who=entry.author or phrases.code("letter", side),
        text=entry.text,
    )


def _language(text: str | None) -> str:
    return language_of(text or "") or ""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("audit.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
