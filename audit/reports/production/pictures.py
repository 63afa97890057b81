"""Pictures of items for load files: each printed with its number on every page, one PDF for each page."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from audit.reports.pdf import render_page
from audit.reports.press import HOUSE_FONTS
from audit.reports.printable import Printer
from audit.reports.production.model import Fate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.reports.press import Press
    from audit.reports.production.model import Item

MOST_PRINTED: Final = 20_000
"""Characters of a text that are printed; a picture of more says where the rest stands."""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STYLE: Final = """
@page { size: A4; margin: 18mm 18mm 20mm 18mm;
  @bottom-right { content: string(number); font: 9pt "Noto Sans" }
  @bottom-left { content: string(note); font: 7.5pt "Noto Sans"; color: #444 } }
html { font: 10pt/1.4 "Noto Sans", "Noto Sans CJK SC", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Symbols2",
  "Noto Sans Symbols", "Noto Sans Math"; overflow-wrap: anywhere }
body { margin: 0 }
section { break-before: page }
h1 { font-size: 12pt; margin: 0 0 3mm; string-set: number content(); bookmark-level: 1 }
.note { string-set: note content() }
p { margin: 0 }
.fact { font-size: 8.5pt; color: #333 }
.text { margin-top: 4mm; border-top: .5pt solid #999; padding-top: 3mm }
.line { white-space: pre-wrap; min-height: 1em }
.rtl { direction: rtl; text-align: right }
.frame { display: inline-block; border: .5pt solid #111; font: 7pt/1.2 "Noto Sans Mono"; padding: 0 .6mm;
  direction: ltr; white-space: nowrap }
"""


def pictures(items: Sequence[Item], press: Press) -> list[list[bytes]]:
    """Return for each item its pages, as PDFs of one page. Raises what the paper's engine raises."""
    if not items:
        return []
    made = render_page(lambda unprintable: _html(items, unprintable), _moment(items), press=press)
    return _parted(made.pdf, len(items))


def _moment(items: Sequence[Item]) -> datetime:
    return max((item.recorded_at for item in items if item.recorded_at), default=_LONG_AGO)


def _parted(pdf: bytes, count: int) -> list[list[bytes]]:
    """Return the pages of each item: its bookmark stands on its first."""
    reader = PdfReader(io.BytesIO(pdf))
    firsts = [reader.get_destination_page_number(mark) for mark in reader.outline if not isinstance(mark, list)]
    assert len(firsts) == count, "each item has one heading"
    bounds = [first for first in firsts if first is not None] + [len(reader.pages)]
    return [[_alone(reader, page) for page in range(first, bounds[at + 1])] for at, first in enumerate(bounds[:-1])]


def _alone(reader: PdfReader, number: int) -> bytes:
    """Return one page as a document, with the fonts that it uses alone: those of all would be most of its bytes."""
    page, writer, written = reader.pages[number], PdfWriter(), io.BytesIO()
    contents, resources = page.get_contents(), page["/Resources"]
    assert contents is not None, "the engine draws something on each page"
    assert isinstance(resources, DictionaryObject), "the engine names the fonts of each page"
    drawn, fonts = contents.get_data(), resources["/Font"]
    assert isinstance(fonts, DictionaryObject), "as above"
    used = DictionaryObject({name: fonts.raw_get(name) for name in fonts if name.encode() in drawn})
    page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/Font"): used})
    writer.add_page(page)
    writer.write(written)
    return written.getvalue()


def _html(items: Sequence[Item], unprintable: frozenset[int]) -> str:
    printer = Printer(HOUSE_FONTS.cover, unprintable)
    sections = Markup("\n").join(_section(item, printer) for item in items)
    return Markup(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{}</title><style>{}</style></head>'
        "<body>{}</body></html>"
    ).format(items[0].number, Markup(_STYLE), sections)  # noqa: S704  # our own style sheet


def _section(item: Item, printer: Printer) -> Markup:
    facts = Markup().join(Markup('<p class="fact">{}</p>').format(printer.line(fact)) for fact in _facts(item))
    lines = Markup().join(
        Markup('<p class="line {}">{}</p>').format(way, line) for line, way in printer.lines(_printed(item))
    )
    note = f"{item.standing.value}, {item.fate.value}"
    return Markup('<section><h1>{}</h1><p class="fact note">{}</p>{}<div class="text">{}</div></section>').format(
        escape(item.number), note, facts, lines
    )


def _printed(item: Item) -> str:
    said = item.said
    if len(said) <= MOST_PRINTED:
        return said
    return f"{said[:MOST_PRINTED]}\n[{len(said) - MOST_PRINTED} more characters stand in the text of {item.number}]"


def _facts(item: Item) -> Iterator[str]:
    """Yield what stands over the words; of what is not handed out, nothing."""
    if item.fate is not Fate.PRODUCED:
        return
    said = [("Kind", item.kind), ("At", item.at.isoformat() if item.at else None), ("Role", item.role)]
    said += [("Author", item.author), ("Channel", item.channel), ("Conversation", item.conversation)]
    said += [("Customer", item.customer), ("Ticket", item.ticket), ("Work order", item.work_order)]
    said += [("Subject", item.subject)]
    if item.attached is not None:
        said += [("File", item.attached.name), ("Media type", item.attached.media_type)]
        said += [("SHA-256", item.attached.digest), ("Not here", item.attached.missing)]
    yield from (f"{name}: {value[:500]}" for name, value in said if value)
