"""Recording: the record of one customer made from the archive, counted once more, printed, and sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from audit.bootstrap.sealing_papers import seal_paper
from audit.bootstrap.withheld import must_see_all
from audit.reports.bundling import bundle_for
from audit.reports.customer_record import compile_record
from audit.reports.edition import Edition
from audit.reports.gathering import Gathered, gather
from audit.reports.model import Audience, CustomerRecord, Scope
from audit.reports.press import Press
from audit.reports.printing import print_record
from audit.reports.reconciling import must_be_reconciled

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for: whose record, for whom, in which language, over which days, as of which event."""

    customer: str
    audience: Audience = Audience.CUSTOMER
    language: str = "en"
    since: date | None = None
    until: date | None = None
    position: int | None = None
    paper: str = "A4"


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A record, and all that its evidence is made from. ``counted`` says that the log itself has no other event."""

    wanted: Wanted
    gathered: Gathered
    scope: Scope
    record: CustomerRecord
    counted: bool


@dataclass(frozen=True, kw_only=True)
class Signers:
    """How papers are sealed: not at all, by the archive, and by somebody beside it whose key is in a file."""

    seals: bool = True
    countersignature: Path | None = None
    passphrase: str | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A file of a record as it is handed out, with the digest it had before it was signed."""

    content: bytes
    pages: int
    number: int
    count: int
    unsigned_sha256: str
    evidence: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def compiled(house: House, by: Actor, wanted: Wanted, *, counted: Callable[[str], set[int]] | None = None) -> Compiled:
    """Make the record. The views must have been brought to the head.

    It is counted once more against the log, and NotReconciled is raised where that differs; where events cannot be read
    it says itself that it is not complete. ``counted`` comes from ``counting``.
    """
    gathered = gather(house.archive, house.views, wanted.customer, position=wanted.position)
    if wanted.audience is Audience.REGULATOR:
        must_see_all(house, by, [one.position for one in gathered.records])
    house.log.cover(gathered.position)
    scope = Scope(
        customers=gathered.customers,
        position=gathered.position,
        as_of=gathered.as_of,
        origin=house.origin,
        zone=house.settings.zone,
        audience=wanted.audience,
        language=wanted.language,
        since=wanted.since,
        until=wanted.until,
    )
    record = compile_record(gathered.records, scope, staff=gathered.staff)
    must_be_reconciled(house.archive, wanted.customer, gathered, record, counted=counted)
    return Compiled(wanted=wanted, gathered=gathered, scope=scope, record=record, counted=record.complete)


def evidence_of(house: House, made: Compiled) -> bytes:
    """Return the evidence for the whole record."""
    return bundle_for(house, made.gathered, made.scope)


def printed(house: House, made: Compiled, signers: Signers, *, press: Press | None = None) -> list[Paper]:
    """Return the files of the record, sealed as is wished; ``press`` is one that prints others too."""
    if press is None:
        with Press() as own:
            return printed(house, made, signers, press=own)
    bundle = partial(bundle_for, house, made.gathered, made.scope)
    volumes = print_record(
        made.record,
        lambda only, unprinted: bundle(only=only, unprinted=unprinted),
        press,
        edition=Edition(paper=made.wanted.paper, counted=made.counted),
    )
    return [
        Paper(
            content=_sealed(house, one.rendered.pdf, signers),
            pages=one.rendered.pages,
            number=one.number,
            count=one.count,
            unsigned_sha256=one.rendered.sha256,
            evidence=one.evidence,
        )
        for one in volumes
    ]


def _sealed(house: House, pdf: bytes, signers: Signers) -> bytes:
    if not signers.seals:
        return pdf
    return seal_paper(house, pdf, countersignature=signers.countersignature, passphrase=signers.passphrase)
