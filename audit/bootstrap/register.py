"""The register of views and of formats: one line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.intake.cdr import Cdr
from audit.intake.mail import Mail
from audit.intake.mbox import Mbox
from audit.intake.ndjson import Ndjson
from audit.intake.queue_log import QueueLog
from audit.intake.table import Table
from audit.intake.vcon import Vcon
from audit.projections.authority import Authority
from audit.projections.customers import Customers
from audit.projections.deliveries import Deliveries
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory
from audit.projections.erasures import Erasures
from audit.projections.holds import Holds
from audit.projections.levels.view import Levels
from audit.projections.outbox import Outbox
from audit.projections.prices import Prices
from audit.projections.promises import Promises
from audit.projections.requests import Requests
from audit.projections.retention import Retention
from audit.projections.reviews import Reviews
from audit.projections.saved_searches import SavedSearches
from audit.projections.search.index import Index
from audit.projections.search.looks import Looks
from audit.projections.tags import Tags
from audit.projections.tickets import Tickets
from audit.projections.ties import Ties
from audit.projections.timeline import Timeline
from audit.projections.withholdings import Withholdings
from audit.projections.work_orders import WorkOrders

if TYPE_CHECKING:
    from audit.intake.source import Source
    from audit.projections.projection import Projection

PROJECTIONS: Final[tuple[type[Projection], ...]] = (
    Ties,
    Directory,
    Timeline,
    Customers,
    Tickets,
    WorkOrders,
    Desk,
    Levels,
    Reviews,
    Deliveries,
    Holds,
    Retention,
    Withholdings,
    Requests,
    Outbox,
    Erasures,
    SavedSearches,
    Tags,
    Promises,
    Prices,
    Authority,
    Index,
    Looks,
)
SOURCES: Final[tuple[Source, ...]] = (Ndjson(), Vcon(), Mail(), Mbox(), QueueLog(), Cdr(), Table())
