"""Items: what an event says, as far as it is handed out, and with it the evidence that it says so."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from audit.archive.mapper import Disclosed
from audit.domain.conversation import AttachmentKept
from audit.domain.custody import WordsResealed
from audit.domain.directory import StaffSeen, UserRegistered
from audit.domain.event import Damaged, Event, Personal, Record
from audit.evidence.bundle import Evidence
from audit.evidence.bundle_form import Opened
from audit.evidence.hashes import entry_hash
from audit.projections.withholdings import of_part, shown
from audit.reports.production.model import Attached, Fate, Item, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from audit.archive.archive import Archive
    from audit.projections.ties import Ties
    from audit.projections.views import Views
    from audit.projections.withholdings import Hidden

_BODY: Final = ("text", "resolution", "findings", "reason", "comment", "note", "wording")
"""Parts that are the words of an event, the first one there is."""
_OWN_PLACE: Final = frozenset({"subject", "title", "html", "raw", "content", "author", "name", "digest", "media_type"})
_CLEAR_PLACE: Final = frozenset({"channel", "direction", "language", "missing", "length"})
_ONLY_SIZE: Final = ("content",)
"""Parts proven by another part, their digest, so that the evidence need not hold whole files."""
_WHOLE: Final = ("html", "raw")
"""Parts that repeat the words of the others, and are withheld with any of them."""


class Items:
    """Reads the events of a plan and makes items of them; knows the names of staff as of the plan's position."""

    def __init__(self, archive: Archive, views: Views, ties: type[Ties], plan: Plan) -> None:
        self._archive = archive
        self._views = views
        self._ties = ties
        self._plan = plan
        self._names: dict[UUID, str | None] = {}

    def read(self, numbered: Sequence[tuple[int, Item]]) -> list[tuple[Item, Evidence | None]]:
        """Return each of these blank items filled in, with its evidence; None for what cannot be proven."""
        open_ = [event for event, _ in numbered if event not in self._plan.withheld]
        records = {one.position: one for one in self._archive.read_at(sorted(set(open_)))}
        proofs = {one.position: one for one in self._archive.disclose_at(sorted(set(open_)))}
        self._learn_names(records.values())
        return [self._one(blank, records.get(event), proofs.get(event)) for event, blank in numbered]

    def _one(
        self, blank: Item, record: Record | Damaged | None, proof: Disclosed | Damaged | None
    ) -> tuple[Item, Evidence | None]:
        if blank.event in self._plan.withheld:
            withheld = replace(blank, fate=Fate.WITHHELD, reason=self._plan.withheld[blank.event])
            return withheld, Evidence(blank.event - 1)
        if not isinstance(record, Record) or not isinstance(proof, Disclosed):
            amiss = next((one.reason for one in (record, proof) if isinstance(one, Damaged)), "it is not there")
            return replace(blank, fate=Fate.UNREADABLE, reason=amiss), None
        cuts = self._plan.cuts.get(blank.event, ())
        item = replace(self._filled(blank, record, cuts), leaf=entry_hash(proof.leaf).hex())
        return item, _evidence(proof, cuts)

    def _filled(self, blank: Item, record: Record, cuts: tuple[Hidden, ...]) -> Item:
        event, stamp = record.event, record.stamp
        parts = _shown_parts(event, cuts)
        erased = any(isinstance(part, Personal) and part.erased for part in vars(event).values())
        body = next((parts[name] for name in _BODY if isinstance(parts.get(name), str)), None)
        author = parts.get("author")
        return replace(
            blank,
            fate=Fate.ERASED if erased else Fate.PRODUCED,
            kind=event.TOPIC,
            at=stamp.happened_at,
            recorded_at=stamp.recorded_at,
            zone_assumed=stamp.zone_assumed,
            role=stamp.role,
            author=author if isinstance(author, str) else self._names.get(stamp.actor) if stamp.actor else None,
            source=stamp.source,
            channel=_code(event, "channel"),
            direction=_code(event, "direction"),
            language=_code(event, "language"),
            conversation=stamp.written("conversation"),
            conversation_id=_hex(stamp.tie("conversation")),
            customer=stamp.written("customer"),
            ticket=stamp.written("ticket"),
            work_order=stamp.written("work_order"),
            subject=_first_text(parts, "subject", "title"),
            text=body,
            html=_first_text(parts, "html"),
            raw=parts["raw"] if isinstance(parts.get("raw"), bytes) else None,
            fields=_rest(event, parts),
            attached=_attached(event, parts) if isinstance(event, AttachmentKept) else None,
            cuts=cuts,
        )

    def _learn_names(self, records: Iterable[Record | Damaged]) -> None:
        """Look up the names of staff who act here, as known at the position; the newest at its source holds."""
        actors = {one.stamp.actor for one in records if isinstance(one, Record) and one.stamp.actor}
        fresh = actors - self._names.keys()
        if not fresh:
            return
        self._names |= dict.fromkeys(fresh)
        with self._views.reading(self._ties) as (db, ties):
            positions = ties.tied(db, fresh, "staff", upto=self._plan.position)
        told: list[Record] = []
        for start in range(0, len(positions), 500):
            told += [one for one in self._archive.read_at(positions[start : start + 500]) if isinstance(one, Record)]
        for one in sorted(told, key=lambda one: (one.stamp.happened_at, one.stamp.source, one.stream.hex)):
            staff = one.stamp.tie("staff")
            if staff and isinstance(one.event, StaffSeen | UserRegistered) and one.event.name and one.event.name.text:
                self._names[staff] = one.event.name.text


def _shown_parts(event: Event, cuts: tuple[Hidden, ...]) -> dict[str, Any]:
    """Return the values of the personal parts, with a sign in the place of what is withheld."""
    parts = {name: part.value for name, part in vars(event).items() if isinstance(part, Personal) and not part.erased}
    if isinstance(event, WordsResealed) and isinstance(parts.get("words"), dict):
        parts |= parts.pop("words")
    if cuts:
        parts = {name: _without(value, of_part(cuts, name)) for name, value in parts.items() if name not in _WHOLE}
    return parts


def _without(value: Any, hidden: Sequence[Hidden]) -> Any:
    if not hidden:
        return value
    return shown(value, hidden).text if isinstance(value, str) else None


def _rest(event: Event, parts: Mapping[str, Any]) -> dict[str, object]:
    """Return what else an event says, by field, as JSON can hold it."""
    taken = {*_OWN_PLACE, next((name for name in _BODY if isinstance(parts.get(name), str)), "")}
    rest: dict[str, object] = {
        name: value for name, value in parts.items() if name not in taken and not isinstance(value, bytes)
    }
    if not isinstance(event, AttachmentKept) and isinstance(parts.get("name"), str):
        rest["name"] = parts["name"]
    for one in fields(event):  # type: ignore[arg-type]  # every event class is a dataclass; a test of the house says so
        value = getattr(event, one.name)
        default = None if one.default is MISSING else one.default
        if not isinstance(value, Personal) and value != default and one.name not in {*_OWN_PLACE, *_CLEAR_PLACE}:
            rest[one.name] = _plain(value)
    return dict(sorted(rest.items()))


def _plain(value: Any) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _attached(event: AttachmentKept, parts: Mapping[str, Any]) -> Attached:
    content = parts.get("content")
    withheld = event.content is not None and "content" in parts and content is None
    return Attached(
        name=_first_text(parts, "name"),
        media_type=event.media_type,
        content=content if isinstance(content, bytes) else None,
        missing="withheld" if withheld else event.missing,
        digest=_first_text(parts, "digest"),
    )


def _evidence(proof: Disclosed, cuts: tuple[Hidden, ...]) -> Evidence:
    """Return the evidence that opens what is handed out, and nothing that is withheld."""
    closed = {name for name in proof.said if of_part(cuts, name)} | ({*_WHOLE, "extra"} if cuts else set())
    if "digest" in proof.said:
        closed.update(_ONLY_SIZE)
    opened = {
        name: Opened(salt, words.decode()) for name, (salt, words) in sorted(proof.said.items()) if name not in closed
    }
    return Evidence(proof.position - 1, proof.leaf, opened)


def _first_text(parts: Mapping[str, Any], *names: str) -> str | None:
    return next((parts[name] for name in names if isinstance(parts.get(name), str)), None)


def _code(event: Event, name: str) -> str | None:
    value = getattr(event, name, None)
    return value if isinstance(value, str) else None


def _hex(tied: UUID | None) -> str | None:
    return tied.hex if tied else None
