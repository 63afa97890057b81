"""The record of a customer on paper: an archival PDF, the same bytes for the same record."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from audit.reports.edition import Edition, Proof
from audit.reports.fonts import require_libraries
from audit.reports.page import page
from audit.reports.press import HOUSE_FONTS, USUAL, EngineFailed, Press, too_large
from audit.reports.record_json import edition_json
from audit.reports.signature_fields import COUNTERSIGNATURE, SEAL
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.reports.fonts import Fonts
    from audit.reports.model import CustomerRecord
    from audit.reports.press import Limits

EVIDENCE: Final = "evidence.json"
DATA: Final = "record.json"
_ATTEMPTS: Final = 4
"""Each further attempt replaces characters the fonts claim to have and the engine then did not find."""


@dataclass(frozen=True)
class Attached:
    """A file to go with the document."""

    name: str
    description: str
    content: bytes


@dataclass(frozen=True)
class Rendered:
    """A document as made; ``sha256`` in hexadecimal. ``costs`` is what the child process had taken by then."""

    pdf: bytes
    pages: int
    sha256: str
    costs: Mapping[str, float] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a document is beside its HTML: the one moment it bears, its files, its empty fields for signatures."""

    made: datetime
    attachments: Sequence[Attached] = ()
    fields: Sequence[tuple[str, str]] = ()


def render(  # each has a use of its own, and most are left out
    record: CustomerRecord,
    *,
    attachments: Sequence[Attached] = (),
    edition: Edition | None = None,
    limits: Limits = USUAL,
    fonts: Fonts = HOUSE_FONTS,
    press: Press | None = None,
) -> Rendered:
    """Return the record as PDF/A-3a with PDF/UA tags, its data attached, with empty fields for signatures.

    Where evidence is attached, the pages say how it is checked. Raises PaperUnavailable when libraries or fonts are
    missing, RecordTooLarge beyond the limits, and EngineFailed when the engine complains of anything.
    """
    edition = edition or Edition()
    if evidence := next((one for one in attachments if one.name == EVIDENCE), None):
        edition = replace(edition, proof=Proof.of(evidence.content))
    data = Attached(DATA, "The record as data: what these pages are made from.", edition_json(record, edition))
    say = wording(record.cover.language_asked)
    fields = [
        (SEAL, say.code("paper", "seal-field")),
        (COUNTERSIGNATURE, say.code("paper", "countersignature-field")),
    ]
    with ExitStack() as at_end:
        press = press or at_end.enter_context(Press(limits, fonts, each=1))
        return _printed(
            lambda unprintable: page(record, press.fonts, unprintable, edition),
            Sheet(made=record.cover.as_of.at, attachments=[*attachments, data], fields=fields),
            press,
        )


def render_page(  # noqa: PLR0913  # each has a use of its own, and most are left out
    make: Callable[[frozenset[int]], str],
    made: datetime,
    *,
    attachments: Sequence[Attached] = (),
    fields: Sequence[tuple[str, str]] = (),
    limits: Limits = USUAL,
    fonts: Fonts = HOUSE_FONTS,
    press: Press | None = None,
) -> Rendered:
    """Return any page as PDF/A-3a: ``make`` gives its HTML without the code points that the engine has no glyph for.

    ``made`` is the one moment the document bears, ``fields`` its empty fields for signatures. Raises as ``render``.
    """
    with ExitStack() as at_end:
        press = press or at_end.enter_context(Press(limits, fonts, each=1))
        return _printed(make, Sheet(made=made, attachments=attachments, fields=fields), press)


def _printed(make: Callable[[frozenset[int]], str], sheet: Sheet, press: Press) -> Rendered:
    require_libraries()
    unprintable: frozenset[int] = frozenset()
    for _ in range(_ATTEMPTS):
        head, pdf = press.answer(_job(make(unprintable), sheet))
        if head.get("error") != "glyphs":
            return _checked(head, pdf)
        unprintable |= frozenset(head["unknown"])
    raise EngineFailed(f"The fonts have no glyph for {_codes(unprintable)}; reinstall the Noto fonts and try again.")


def _job(html: str, sheet: Sheet) -> dict[str, Any]:
    enclosed = [
        {"name": one.name, "description": one.description, "content": b64encode(one.content).decode()}
        for one in sheet.attachments
    ]
    return {"html": html, "made": sheet.made.isoformat(), "attachments": enclosed, "fields": list(sheet.fields)}


def _checked(head: dict[str, Any], pdf: bytes) -> Rendered:
    match head.get("error"):
        case None:
            return Rendered(pdf, head["pages"], hashlib.sha256(pdf).hexdigest(), head["costs"])
        case "memory":
            raise too_large()
        case _:
            raise EngineFailed(f"The engine for paper complains, report it to us: {'; '.join(head['said'])}.")


def _codes(code_points: frozenset[int]) -> str:
    return ", ".join(f"U+{one:04X}" for one in sorted(code_points))
