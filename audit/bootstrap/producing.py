"""Producing: what a search finds is planned, numbered, written into a folder, recorded, and closed with its proof."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from audit.bootstrap.house import read_log_key
from audit.bootstrap.withheld import hiding_from_exporter, hiding_from_reader
from audit.domain import production
from audit.domain.access import RecordExported
from audit.domain.errors import NotAllowed, WrongUse
from audit.domain.event import Personal, Record
from audit.domain.hit_review import OUTCOMES
from audit.projections.search.find import Asked
from audit.projections.search.index import Index
from audit.projections.ties import Ties
from audit.reports.bundling import bundle_of
from audit.reports.production.closing import close_production
from audit.reports.production.first_page import Exported
from audit.reports.production.folder import new_folder
from audit.reports.production.model import Terms
from audit.reports.production.planning import Wanted, plan
from audit.reports.production.producing import produce

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.reports.production.folder import Folder
    from audit.reports.production.model import Plan
    from audit.reports.production.producing import Produced

FORMS: Final = ("ndjson", "eml", "vcon", "edrm", "loadfile", "csv", "bagit")
"""The forms in which items are written."""
LOADFILE: Final = "loadfile"
MAY_EXPORT: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer"})
_LISTED: Final = 200


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be handed over, and how; ``position`` None is the head."""

    query: str
    form: str = "ndjson"
    prefix: str = "REC"
    context: int = 0
    tag: str | None = None
    decided: str | None = None
    position: int | None = None
    images: bool = True
    paper: bool = True


def planned(house: House, by: Actor, order: Order) -> Plan:
    """Return what an order would hand over; the views must have been brought to the head.

    Raises NotAllowed for who does not hand records over, WrongUse for what cannot be ordered.
    """
    if by.role not in MAY_EXPORT:
        raise NotAllowed(f"A {by.role} does not hand records over: ask one of {', '.join(sorted(MAY_EXPORT))}.")
    production.require_prefix(order.prefix)
    if order.form not in FORMS:
        raise WrongUse(f"There is no form {order.form}: take one of {', '.join(FORMS)}.")
    if order.decided is not None and order.decided not in OUTCOMES:
        raise WrongUse(f"--decided {order.decided} is no decision: take one of {', '.join(OUTCOMES)}.")
    head = min(house.views.position(Index.name), house.views.position(Ties.name))
    upto = head if order.position is None else order.position
    if upto > head:
        raise WrongUse(f"There is no event {upto}: the archive ends at {head}.")
    wanted = Wanted(
        asked=_asked(house, order, upto),
        position=upto,
        tag=order.tag,
        decided=order.decided,
        context=order.context,
        hidden=hiding_from_exporter(house, by.role).by_position,
        unsearchable=hiding_from_reader(house, by.role).positions,
    )
    return plan(house.views, wanted, tie=house.archive.names.tie)


def hand_over(  # where to, what, and how one hears of it
    house: House,
    by: Actor,
    order: Order,
    output: Path,
    *,
    will: Plan,
    progress: Callable[[int], AbstractContextManager[Callable[[int], None]]],
) -> Produced:
    """Write what was planned into a new folder, record that it was handed over, and close it with its proof."""
    with new_folder(output) as folder:
        terms = Terms(
            query=order.query,
            format=order.form,
            prefix=order.prefix,
            first=_numbered(house, by, will, order),
            origin=house.origin,
            log_key=str(read_log_key(house.settings).verifier),
            by=by.login,
            role=by.role,
            why=by.why,
            zone=house.settings.zone,
            filters={name: value for name, value in (("tag", order.tag), ("decision", order.decided)) if value},
            context=order.context,
            images=order.images and order.form == LOADFILE,
            paper=order.paper,
        )
        with progress(will.count) as on_progress:
            produced = produce(house, will, terms, folder, on_progress)
        _record(house, by, folder, produced)
    return produced


def _asked(house: House, order: Order, upto: int) -> Asked:
    return Asked(query=order.query, zone=house.settings.zone, now=_recorded_at(house, upto))


def _recorded_at(house: House, position: int) -> datetime | None:
    """Return when an event was recorded: from there "the last 30 days" of a search are counted."""
    found = house.archive.read_at([position])
    return found[0].stamp.recorded_at if found and isinstance(found[0], Record) else None


def _numbered(house: House, by: Actor, will: Plan, order: Order) -> int:
    """Return the number of the first item: the same items keep the numbers they were given before."""
    if not will.count:
        return 1
    listed = "".join(f"{','.join(map(str, family.members))};" for family in will.families)
    digest = sha256(listed.encode()).hexdigest()
    first = 0

    def decision(state: production.Numbering | None) -> tuple[production.ProductionNumbered, ...]:
        nonlocal first
        first = production.first_number(state, digest=digest, count=will.count)
        return production.number(
            state, digest=digest, count=will.count, position=will.position, query=Personal(order.query)
        )

    house.archive.decide(("production", order.prefix), production.evolve, decision, by)
    return first


def _record(house: House, by: Actor, folder: Folder, produced: Produced) -> None:
    """Record the production, and write what can only be written then: nobody has seen any of it yet."""
    manifest: dict[str, Any] = produced.manifest
    counts = produced.counts
    exported = RecordExported(
        what="production",
        format=manifest["as_format"],
        count=counts["produced"],
        withheld=counts["withheld"],
        position=manifest["position"],
        digest=produced.digest,
        why=Personal(by.why) if by.why else None,
        persons=Personal(sorted(produced.persons), apart=len(produced.persons) > _LISTED) if produced.persons else None,
    )
    event = house.archive.note(exported, by)
    (record,) = house.archive.read_at([event])
    assert isinstance(record, Record), "it was just written"
    bundle = bundle_of(house, [event], _nothing).content
    told = Exported(event, record.stamp.recorded_at.isoformat(), produced.digest)
    close_production(folder, produced, told, key=read_log_key(house.settings), export_bundle=bundle)


def _nothing(_: object) -> frozenset[str]:
    return frozenset()
