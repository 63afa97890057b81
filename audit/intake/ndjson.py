"""onrecord.ndjson, our own interchange: one JSON object a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.domain.witnessed import Witnessed
from audit.intake import strict_json
from audit.intake.interchange.attachments import attachment
from audit.intake.interchange.calls import call
from audit.intake.interchange.conversations import conversation, message, message_delete, message_edit, note
from audit.intake.interchange.customers import customer
from audit.intake.interchange.line import Line
from audit.intake.interchange.tickets import ticket, ticket_change
from audit.intake.interchange.work_orders import charge, work_order, work_order_change, work_order_done
from audit.intake.lines import LINE_MAX, RawLine, lines
from audit.intake.source import Found, NotTaken, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import PurePath

    from audit.intake.interchange.telling import Telling
    from audit.intake.source import Delivered

NORMAL_VERSION = 1
_NAMING = frozenset({"kind", "source", "id", "at"})
_LOOKED_AT = 20
_KINDS: dict[str, Callable[[Line], Telling]] = {
    "message": message,
    "message_edit": message_edit,
    "message_delete": message_delete,
    "conversation": conversation,
    "call": call,
    "customer": customer,
    "ticket": ticket,
    "ticket_change": ticket_change,
    "work_order": work_order,
    "work_order_change": work_order_change,
    "work_order_done": work_order_done,
    "charge": charge,
    "note": note,
}


class Ndjson:
    """Reads our interchange. A line that is not what it should be is refused; the rest of the file goes on."""

    name: ClassVar[str] = "onrecord.ndjson"
    version: ClassVar[int] = 1

    def __init__(self, line_max: int = LINE_MAX) -> None:
        self._line_max = line_max

    def recognises(self, path: PurePath, beginning: bytes) -> bool:
        """Say yes to a file called .ndjson, and to any other when one of its first lines is ours."""
        if path.suffix.lower() == ".ndjson":
            return True
        first = beginning.removeprefix(b"\xef\xbb\xbf").split(b"\n", _LOOKED_AT)[:_LOOKED_AT]
        return any(_is_ours(line) for line in first)

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]:
        with delivery.open() as file:
            for line in lines(file, self._line_max):
                if line.too_long or line.content.strip(b" \t\r"):
                    yield self._one(line, delivery)

    def _one(self, line: RawLine, delivery: Delivered) -> Found | Refusal:
        place = f"line {line.number}"
        try:
            item = self._item(line, delivery.beside)
        except NotTaken as amiss:
            return Refusal(place, f"{place}: {amiss}", line.content)
        return Found(place, item, 2 * line.length)

    def _item(self, line: RawLine, beside: Callable[[str], bytes]) -> Item:
        if line.too_long:
            raise NotTaken(f"it is {line.length} bytes long, more than {self._line_max}; only its beginning is kept")
        fields = _fields(line)
        normal = strict_json.canonical({name: value for name, value in fields.items() if name != "seq"})
        return item_of(fields, beside, normal=normal, normal_version=NORMAL_VERSION)


def item_of(fields: Mapping[str, Any], beside: Callable[[str], bytes], *, normal: bytes, normal_version: int) -> Item:
    """Return the item that the fields of a line tell. Raises ``NotTaken`` with what is missing or contradictory."""
    told = _told(Line(fields), beside)
    return Item(
        name=ItemName(told.line.kind, told.line.source, told.line.id, told.line.revision),
        normal=normal,
        normal_version=normal_version,
        facts=_with_rest(told),
        staff=tuple(told.staff),
    )


def _fields(line: RawLine) -> dict[str, Any]:
    try:
        text = line.content.decode()
    except UnicodeDecodeError as error:
        raise NotTaken(f"it is not UTF-8 (at byte {error.start + 1})") from None
    try:
        fields = strict_json.parse(text)
    except NotTaken as amiss:
        if not line.ended:
            raise NotTaken(f"the file ends in the middle of it, or {amiss}") from None
        raise
    if not isinstance(fields, dict):
        raise NotTaken("it is no JSON object")
    return fields


def _told(line: Line, beside: Callable[[str], bytes]) -> Telling:
    if line.kind == "attachment":
        return attachment(line, beside)
    known = _KINDS.get(line.kind)
    if known is None:
        raise NotTaken("kind is none of " + ", ".join(sorted({*_KINDS, "attachment"})))
    return known(line)


def _with_rest(told: Telling) -> tuple[Fact, ...]:
    """Return the facts, the first of which carries the fields nobody asked for."""
    first, *others = told.facts
    rest = told.line.rest()
    if rest is None:
        return (first, *others)
    assert isinstance(first.event, Witnessed), "what a source tells is witnessed"
    return (replace(first, event=replace(first.event, extra=rest)), *others)


def _is_ours(line: bytes) -> bool:
    try:
        fields = strict_json.parse(line.decode())
    except (NotTaken, UnicodeDecodeError):
        return False
    return isinstance(fields, dict) and fields.keys() >= _NAMING
