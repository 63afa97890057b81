"""The first page of a production as a PDF: the same words as in its other forms, archival, with tags."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from audit.reports.pdf import render_page
from audit.reports.press import HOUSE_FONTS
from audit.reports.printable import Printer, direction
from audit.reports.production.first_page import lines_of

if TYPE_CHECKING:
    from audit.reports.production.first_page import Exported

PAGE_FORMAT: Final = "onrecord-production-page@v1"
_STYLE: Final = """
@page { size: A4; margin: 20mm 20mm 20mm 20mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt "Noto Sans" } }
html { font: 10pt/1.45 "Noto Sans", "Noto Sans CJK SC", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Symbols2",
  "Noto Sans Symbols", "Noto Sans Math"; overflow-wrap: anywhere; color: #111 }
body { margin: 0 }
h1 { font-size: 16pt; line-height: 1.25; margin: 0 0 6mm; padding-bottom: 2mm; border-bottom: 1pt solid #111 }
h2 { font-size: 10pt; margin: 3mm 0 0; break-after: avoid }
p { margin: 0 }
.rtl { direction: rtl; text-align: right }
.frame { display: inline-block; border: .5pt solid #111; font: 7pt/1.2 "Noto Sans Mono"; padding: 0 .6mm;
  direction: ltr; white-space: nowrap }
"""


def paper(manifest: dict[str, Any], exported: Exported) -> bytes:
    """Return the page as PDF/A-3a. Raises what the paper's engine raises."""
    made = render_page(lambda unprintable: _html(manifest, exported, unprintable), datetime.fromisoformat(exported.at))
    return made.pdf


def paper_note_text(origin: str, digest: str, event: int) -> str:
    """Return what the log signs of the page: its SHA-256, given in hexadecimal, and the event it speaks of."""
    return f"{origin}\n{PAGE_FORMAT}\n{b64encode(bytes.fromhex(digest)).decode()}\n{event}\n"


def _html(manifest: dict[str, Any], exported: Exported, unprintable: frozenset[int]) -> str:
    printer = Printer(HOUSE_FONTS.cover, unprintable)
    told = Markup("\n").join(
        Markup('<h2>{}</h2>\n<p class="{}">{}</p>').format(title, direction(text), printer.line(text))
        for title, text in lines_of(manifest, exported)
    )
    name = printer.plain(f"Production from the archive {manifest['origin']}")
    style = Markup(_STYLE)  # noqa: S704  # our own style sheet
    return Markup(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="author" content="{origin}"><meta name="generator" content="On Record">'
        '<meta name="dcterms.created" content="{at}"><meta name="dcterms.modified" content="{at}">'
        "<style>{style}</style></head><body><h1>{name}</h1>{told}</body></html>"
    ).format(name=name, origin=printer.plain(manifest["origin"]), at=exported.at, style=style, told=told)
