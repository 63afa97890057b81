"""Custody: what came in, what is held, what is kept how long, what was erased, what proof left the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.domain.event import Event, Personal


@dataclass(frozen=True, kw_only=True)
class DeliveryReceived(Event):
    """A file, a mail or a webhook's body came in; ``mac`` recognises it when it comes again."""

    TOPIC = "delivery.received"
    OWN_KEY = True
    format: str
    importer_version: int
    name: Personal
    mac: str
    length: int | None = None


@dataclass(frozen=True, kw_only=True)
class ItemRefused(Event):
    """One item was not taken: ``place`` is its line or part, ``reason`` names nobody, ``raw`` is the item itself."""

    TOPIC = "item.refused"
    OWN_KEY = True
    place: str
    reason: str
    raw: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryRead(Event):
    """Every item is accounted for: found = new + known + refused."""

    TOPIC = "delivery.read"
    found: int
    new: int
    known: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class DeliveryRejected(Event):
    """Nothing of it could be read."""

    TOPIC = "delivery.rejected"
    reason: str


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Event):
    """Nothing that the hold covers may be erased: the persons and cases in the ties, and what ``query`` finds.

    ``persons`` is the list of customer ids as written, ``cases`` that of [kind, id] of conversations, tickets and work
    orders; ``since`` and ``until`` narrow it to those days.
    """

    TOPIC = "hold.placed"
    OWN_KEY = True
    title: Personal
    query: Personal | None = None
    persons: Personal | None = None
    since: date | None = None
    until: date | None = None
    reason: Personal | None = None
    cases: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class HoldReleased(Event):
    TOPIC = "hold.released"
    OWN_KEY = True
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class RetentionClassSet(Event):
    """Words of this class must be kept ``keep_days`` and must be gone after ``limit_days``; None is without limit."""

    TOPIC = "retention-class.set"
    name: str
    keep_days: int
    limit_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Event):
    """Somebody is to be forgotten (the tie ``customer``); ``ground`` is a code, ``reason`` the words behind it."""

    TOPIC = "erasure.asked"
    ground: str
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SpanErasureAsked(Event):
    """A third person named in somebody else's words is to be forgotten there: [start, end) of a ``part``.

    The stretch is in code points of the event at ``position``, whose stream is the tie ``of``.
    """

    TOPIC = "erasure.span-asked"
    position: int
    part: str
    start: int
    end: int
    ground: str
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ErasureIdentified(Event):
    """It was made sure that who is to be forgotten is who asks, or may ask; ``how`` is a code."""

    TOPIC = "erasure.identified"
    how: str
    statement: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ErasureNarrowed(Event):
    """Words of these retention classes stay, because a duty to keep them runs until a day; the rest goes."""

    TOPIC = "erasure.narrowed"
    classes: tuple[str, ...]
    until: date
    keys: int
    events: int


@dataclass(frozen=True, kw_only=True)
class ErasureRefused(Event):
    TOPIC = "erasure.refused"
    ground: str
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class ErasureExecuted(Event):
    """The only authority under which sealed words may be missing.

    ``keys`` are key ids, ``spans`` the positions as ``audit.domain.spans`` writes them. A large erasure is several of
    these on one stream: all but the last have ``continues``.
    """

    TOPIC = "erasure.executed"
    keys: tuple[str, ...]
    spans: tuple[str, ...]
    ground: str
    continues: bool = False


@dataclass(frozen=True, kw_only=True)
class ErasureReceipt(Event):
    """The erasure is done: what was destroyed, which views were purged, where residue was looked for and found.

    ``kept`` are the retention classes that stay because a duty to keep them runs.
    """

    TOPIC = "erasure.receipted"
    keys: int
    positions: int
    views: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    residue: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WordsResealed(Event):
    """A copy of the personal parts of the event at ``position``, under the key of the person in the ties.

    ``words`` is a JSON object by field name; ``cut`` are the stretches left out, ``field:start-end`` in code points;
    ``reason`` is shared-key or third-person.
    """

    TOPIC = "words.resealed"
    position: int
    reason: str
    words: Personal
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KeyEpochRetired(Event):
    TOPIC = "key-epoch.retired"
    epoch: int


@dataclass(frozen=True, kw_only=True)
class LogKeyRotated(Event):
    """The log is signed by another key from here on; ``note`` names the old and the new vkey, and both signed it."""

    TOPIC = "log-key.rotated"
    note: str


@dataclass(frozen=True, kw_only=True)
class CheckpointPublished(Event):
    """A checkpoint was handed over outside: ``root`` in base64 as the checkpoint writes it, ``where`` a code."""

    TOPIC = "checkpoint.published"
    size: int
    root: str
    where: str


@dataclass(frozen=True, kw_only=True)
class ArchiveContinued(Event):
    """The first event of an archive that goes on from a restored one under a new origin."""

    TOPIC = "archive.continued"
    origin: str
    size: int
    root: str
