"""A delivery: a file is brought, read item by item into the archive, and accounted for to the last item."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from audit.domain.custody import DeliveryRead, DeliveryReceived, DeliveryRejected
from audit.domain.errors import NotFound, Unreadable, WrongUse
from audit.domain.event import Event, Personal
from audit.intake.accounting import Accounting, Progress
from audit.intake.appending import Appending, Batch, Told
from audit.intake.cards import masked
from audit.intake.holding import Limits
from audit.intake.looking import Look, look_at
from audit.intake.mails.charsets import whole
from audit.intake.opening import held_by
from audit.intake.source import Delivered, Reading, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audit.archive.archive import Archive
    from audit.domain.actor import Actor
    from audit.intake.holding import Held
    from audit.intake.source import Source

OnProgress = Callable[[Progress], None]
_UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How files are brought in. ``secret`` is the archive's for recognising a file; ``format`` skips recognition.

    ``tell`` hears of every item what became of it.
    """

    secret: bytes
    clock: Callable[[], datetime]
    format: str | None = None
    reading: Reading = field(default_factory=Reading)
    limits: Limits = field(default_factory=Limits)
    new_id: Callable[[], UUID] = uuid4
    tell: Callable[[Told], None] | None = None


class Importer:
    """Brings files into the archive. Bringing the same file again adds nothing but that it came again."""

    def __init__(self, archive: Archive, sources: Sequence[Source], options: Options) -> None:
        self._archive = archive
        self._options = options
        self._sources = [one for one in sources if options.format in {None, one.name}]
        self._taken: set[str] = set()
        if not self._sources:
            names = ", ".join(source.name for source in sources)
            raise WrongUse(f"There is no format {options.format!r}: give one of {names}.")

    def bring(self, paths: Path | Iterable[Path], by: Actor, on_progress: OnProgress | None = None) -> Accounting:
        """Read files, folders and zips. Raises ``NotFound`` for a path that is not there, before anything is read."""
        total, strangers = Accounting(), []
        tell = on_progress or (lambda _: None)
        self._taken.clear()
        with ExitStack() as zips:
            for held in self._held([paths] if isinstance(paths, Path) else list(paths), zips):
                look = look_at(held, self._options.secret)
                if look.amiss is None and self._source_of(look) is None:
                    strangers.append(look)
                else:
                    total += self._deliver(look, by, tell)
            # A file nobody knows may be an attachment that another one names: so these are judged last.
            for look in strangers:
                if look.held.place not in self._taken:
                    total += self._deliver(look, by, tell)
        total.must_add_up()
        return total

    def _held(self, paths: Sequence[Path], zips: ExitStack) -> Iterator[Held]:
        missing = next((path for path in paths if not path.exists()), None)
        if missing is not None:
            raise NotFound(f"There is no {missing}: give the path of a file or a folder.")
        for path in paths:
            yield from held_by(path, self._options.limits, zips)

    def _source_of(self, look: Look) -> Source | None:
        if look.amiss is not None:
            return None
        if self._options.format is not None:
            return self._sources[0]
        path = PurePosixPath(look.held.name)
        return next((source for source in self._sources if source.recognises(path, look.beginning)), None)

    def _deliver(self, look: Look, by: Actor, tell: OnProgress) -> Accounting:
        source, delivery = self._source_of(look), str(self._options.new_id())
        decide = partial(self._decide, delivery, by)
        decide(_received(look, source))
        batch = Batch(
            delivery=delivery,
            format=source.name if source else _UNKNOWN,
            mac=look.mac or delivery,
            clock=self._options.clock,
            keep_raw=self._options.reading.keep_raw,
            tell=self._options.tell,
        )
        appending = Appending(self._archive, batch)
        progress = partial(Progress, name=look.held.name, format=source.name if source else None)
        rejected = None
        try:
            self._read(look, source, appending, lambda: tell(progress(accounting=appending.accounting)))
        except Unreadable as amiss:
            rejected = str(amiss)
            self._keep_rejected(look, appending, rejected)
        done = appending.accounting
        done.must_add_up()
        read = DeliveryRead(found=done.found, new=done.new, known=done.known, refused=done.refused)
        decide(DeliveryRejected(reason=rejected) if rejected else read)
        tell(progress(accounting=done, rejected=rejected, over=True))
        return done

    def _read(self, look: Look, source: Source | None, appending: Appending, tell: Callable[[], None]) -> None:
        """Read a file into the archive. What was appended before it turned out ``Unreadable`` stays."""
        if look.amiss is not None:
            raise Unreadable(look.amiss)
        if source is None:
            raise Unreadable("No importer knows this kind of file: name its format, or convert it to onrecord.ndjson.")
        held = look.held
        delivered = Delivered(
            name=held.name, open=held.open, beside=partial(self._beside, held), reading=self._options.reading
        )
        try:
            for one in source.read(delivered):
                if appending.add(one):
                    look.must_lie_still()
                    appending.append()
                    tell()
            look.must_lie_still()
        except Unreadable:
            appending.append()
            raise
        appending.append()

    def _beside(self, held: Held, relative: str) -> bytes:
        content, place = held.beside(relative)
        self._taken.add(place)
        return content

    def _keep_rejected(self, look: Look, appending: Appending, reason: str) -> None:
        """Count a file of which nothing more can be read as one item, and keep its beginning with the reason."""
        appending.add(Refusal("file", reason, look.beginning))
        appending.append()

    def _decide(self, delivery: str, by: Actor, event: Event) -> None:
        self._archive.decide(("delivery", delivery), _goes_on, lambda _: event, by)


def _goes_on(_state: None, _event: Event) -> None:
    """Fold a delivery: nothing that is noted about one forbids what comes next."""


def _received(look: Look, source: Source | None) -> DeliveryReceived:
    return DeliveryReceived(
        format=source.name if source else _UNKNOWN,
        importer_version=source.version if source else 0,
        name=Personal(masked(whole(look.held.name))),
        mac=look.mac,
        length=look.length,
    )
