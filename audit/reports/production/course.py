"""The course of a production: page by page from the plan to items, and from items to evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from audit.domain.errors import Refused
from audit.evidence.bundle import make_bundle, trusting, verify_bundle
from audit.evidence.errors import NotProven, OutsideTree
from audit.evidence.note import Note
from audit.projections.ties import Ties
from audit.reports.production.items import Items
from audit.reports.production.model import Fate, Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.archive.archive import Archive
    from audit.archive.log.log import Log
    from audit.evidence.bundle import Evidence
    from audit.projections.families import Family
    from audit.projections.views import Views
    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Plan, Terms

_PAGE: Final = 500
_BUNDLE_EVENTS: Final = 2_000
_BUNDLE_BYTES: Final = 32 * 1024 * 1024


class Holding(Protocol):
    """The part of the house a production is taken from."""

    @property
    def archive(self) -> Archive: ...

    @property
    def log(self) -> Log: ...

    @property
    def views(self) -> Views: ...


class Course:
    """Goes through a plan and keeps account: what was read, whose it is, and which bundle proves it."""

    def __init__(self, holding: Holding, planned: Plan, terms: Terms, folder: Folder) -> None:
        self.listed: list[Item] = []
        self.persons: set[str] = set()
        self.checkpoint = holding.log.cover(planned.position) if planned.families else None
        self._log, self._planned, self._terms, self._folder = holding.log, planned, terms, folder
        self._items = Items(holding.archive, holding.views, Ties, planned)
        self._bundled: dict[int, str] = {}
        self._waiting: list[Evidence] = []
        self._size = 0
        self._bundles = 0

    def pages(self) -> Iterator[list[Family]]:
        """Yield the families, so many at a time that their words fit into memory."""
        page: list[Family] = []
        size = 0
        for family in self._planned.families:
            if page and size + len(family.members) > _PAGE:
                yield page
                page, size = [], 0
            page.append(family)
            size += len(family.members)
        if page:
            yield page

    def read(self, families: Sequence[Family]) -> Iterator[tuple[int, tuple[Item, ...]]]:
        """Yield each family read and proven, with the place of its head."""
        blanks: list[Item] = []
        place = len(self.listed)
        for family in families:
            head = self._terms.number(place + len(blanks))
            for member in family.members:
                number, standing = self._terms.number(place + len(blanks)), self._planned.standing[member]
                blanks.append(Item(number=number, family=head, event=member, standing=standing, fate=Fate.PRODUCED))
        read = self._items.read([(blank.event, blank) for blank in blanks])
        start = 0
        for family in families:
            some = read[start : start + len(family.members)]
            yield place + start, tuple(item for item, _ in some)
            self._take(some)
            start += len(family.members)

    def finish_evidence(self) -> None:
        """Write what was not yet bundled."""
        if self._waiting:
            self._bundle()

    def evidence_of(self, event: int) -> str | None:
        return self._bundled.get(event)

    def _take(self, read: Sequence[tuple[Item, Evidence | None]]) -> None:
        for item, evidence in read:
            self.listed.append(_without_words(item))
            if item.customer:
                self.persons.add(item.customer)
            if evidence is not None:
                self._waiting.append(evidence)
                self._size += len(evidence.leaf or b"") + sum(len(one.value) for one in evidence.opened.values())
        if len(self._waiting) >= _BUNDLE_EVENTS or self._size >= _BUNDLE_BYTES:
            self._bundle()

    def _bundle(self) -> None:
        log, checkpoint = self._log, self.checkpoint
        assert checkpoint is not None, "there is something to prove"
        self._bundles += 1
        path = f"{beneath(self._terms.format)}evidence/bundle-{self._bundles:04}.json"
        try:
            key = log.key_history().in_force(checkpoint.size).key
            note = Note.parse(checkpoint.note.encode())
            content = make_bundle(note, key, checkpoint.size, self._waiting, log.hash_at)
            verify_bundle(content, trusting([str(key)]))
        except (NotProven, OutsideTree) as fault:
            raise Refused(f"No evidence can be handed out: {fault} If in doubt, run onrecord verify.") from fault
        self._folder.write(path, content)
        self._bundled |= {one.index + 1: path for one in self._waiting}
        self._waiting, self._size = [], 0


def beneath(format_: str) -> str:
    """Return where the files of a form lie: a bag keeps what it carries apart from what describes it."""
    return "data/" if format_ == "bagit" else ""


def _without_words(item: Item) -> Item:
    """Return what the manifest lists of an item, so that the words of a production need not all stay in memory."""
    return Item(
        number=item.number, family=item.family, event=item.event, standing=item.standing, fate=item.fate,
        reason=item.reason, kind=item.kind, cuts=item.cuts, leaf=item.leaf,
    )  # fmt: skip
