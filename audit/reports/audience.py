"""Who may have what: the events, and the parts of events, that are not handed out to an audience, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.domain import (
    access,
    conversation,
    custody,
    customer,
    directory,
    hand_over,
    hit_review,
    lost_fact,
    posting,
    production,
    promise,
    record_request,
    review,
    saved_search,
    service_level,
    ticket,
    withholding,
)
from audit.domain import call as calls
from audit.domain import work_order as orders
from audit.reports.model import Audience

if TYPE_CHECKING:
    from collections.abc import Collection

    from audit.domain.event import Event

NOTE: Final = "internal-note"
REVIEW: Final = "quality-review"
JUDGEMENT: Final = "internal-judgement"
STAFF_FIELD: Final = "staff-field"
SOURCE_FIELD: Final = "source-field"
ACCESS: Final = "access-record"
CUSTODY: Final = "custody"
THIRD_PERSON: Final = "third-person"
PRIVILEGE: Final = "legal-privilege"
UNCLASSIFIED: Final = "unclassified"

COUNTED: Final[frozenset[type[Event]]] = frozenset(
    {
        customer.CustomerSeen,
        customer.TieCorrected,
        custody.DeliveryReceived,
        custody.DeliveryRead,
        custody.RetentionClassSet,
        custody.ErasureNarrowed,
        custody.ErasureExecuted,
        custody.ErasureReceipt,
        custody.WordsResealed,
        custody.KeyEpochRetired,
        custody.CheckpointPublished,
        custody.LogKeyRotated,
        custody.ArchiveContinued,
        record_request.RecordCompiled,
        hand_over.LinkMade,
        hand_over.LinkUsed,
        posting.LetterPrepared,
        posting.LetterHandedOver,
        posting.LetterSettled,
        saved_search.SearchAlerted,
        service_level.LevelsIssued,
        calls.QueueStateChanged,
        production.ProductionNumbered,
        directory.StaffSeen,
        directory.UserRegistered,
        directory.UserRetired,
        directory.UserSecretSet,
        directory.UserKeyMade,
        directory.UserKeyEnded,
    }
)
"""Housekeeping: nothing in it is to be read, so that it is only counted, by kind."""

_FROM_CUSTOMERS: Final[dict[type[Event], str]] = {
    conversation.NoteWritten: NOTE,
    ticket.TicketBounced: REVIEW,
    ticket.TicketAccepted: REVIEW,
    lost_fact.LossDismissed: REVIEW,
    lost_fact.LossReinstated: REVIEW,
    review.TicketReviewed: REVIEW,
    review.ConversationReviewed: REVIEW,
    review.ReviewDisputed: REVIEW,
    review.ReviewDisputeAnswered: REVIEW,
    review.SampleDrawn: REVIEW,
    review.SearchHitTagged: REVIEW,
    hit_review.SearchHitUntagged: REVIEW,
    hit_review.SearchHitCommented: REVIEW,
    hit_review.SearchHitAssigned: REVIEW,
    hit_review.SearchHitDecided: REVIEW,
    ticket.TicketJudgedRepeat: JUDGEMENT,
    ticket.TicketJudgedNew: JUDGEMENT,
    promise.PromiseSuggested: JUDGEMENT,
    promise.PromiseDismissed: JUDGEMENT,
    record_request.ItemWithheld: JUDGEMENT,
    record_request.ItemRestored: JUDGEMENT,
    withholding.WithholdingPlaced: JUDGEMENT,
    withholding.WithholdingLifted: JUDGEMENT,
    record_request.RedactionChecked: JUDGEMENT,
    record_request.RecordApproved: JUDGEMENT,
}
_FROM_ALL_BUT_AUTHORITIES: Final[dict[type[Event], str]] = {
    access.RecordViewed: ACCESS,
    access.SearchMade: ACCESS,
    access.RecordExported: ACCESS,
    access.AccessRefused: ACCESS,
    access.SignedIn: ACCESS,
    saved_search.SearchSaved: CUSTODY,
    saved_search.SearchChanged: CUSTODY,
    saved_search.SearchDropped: CUSTODY,
    custody.HoldPlaced: CUSTODY,
    custody.HoldReleased: CUSTODY,
    custody.ErasureAsked: CUSTODY,
    custody.SpanErasureAsked: CUSTODY,
    custody.ErasureIdentified: CUSTODY,
    custody.ErasureRefused: CUSTODY,
    custody.ItemRefused: CUSTODY,
    custody.DeliveryRejected: CUSTODY,
}
_FOR_CUSTOMERS: Final[frozenset[type[Event]]] = frozenset(
    {
        customer.CustomerNamed,
        customer.ContactPointAdded,
        customer.ContactPointRemoved,
        customer.AccountTied,
        customer.LanguagePreferred,
        customer.CustomersLinked,
        customer.CustomersUnlinked,
        customer.RepresentativeAuthorised,
        customer.RepresentativeRevoked,
        conversation.ConversationOpened,
        conversation.ParticipantJoined,
        conversation.ParticipantLeft,
        conversation.MessagePosted,
        conversation.MessageEditedAtSource,
        conversation.MessageDeletedAtSource,
        conversation.AttachmentKept,
        conversation.TranscriptSent,
        conversation.ConversationEnded,
        conversation.SatisfactionRated,
        conversation.ConversationMissing,
        calls.CallOffered,
        calls.PromptPlayed,
        calls.InputGiven,
        calls.CallRungUnanswered,
        calls.CallAnswered,
        calls.CallHeld,
        calls.CallResumed,
        calls.CallTransferred,
        calls.CallAbandoned,
        calls.CallEnded,
        calls.CallbackAsked,
        calls.RecordingNoticeGiven,
        calls.RecordingKept,
        ticket.TicketOpened,
        ticket.TicketReworded,
        ticket.TicketFieldChanged,
        ticket.TicketPrioritised,
        ticket.TicketAssigned,
        ticket.TicketAcknowledged,
        ticket.TicketUpdatedByContact,
        ticket.TicketTied,
        ticket.TicketResolved,
        ticket.OutcomeTold,
        ticket.TicketReopened,
        ticket.TicketClosed,
        ticket.TicketEscalated,
        ticket.TicketReadBack,
        orders.WorkOrderIssued,
        orders.WorkOrderReworded,
        orders.WorkOrderFieldChanged,
        orders.WorkOrderScheduled,
        orders.TechnicianAssigned,
        orders.VisitStarted,
        orders.WorkOrderReportedUnclear,
        orders.WorkOrderFinished,
        orders.WorkOrderSigned,
        orders.FollowUpMade,
        orders.WorkOrderCancelled,
        orders.PriceQuoted,
        orders.ChargeMade,
        promise.PromiseMade,
        promise.PromiseExtended,
        promise.PromiseKept,
        promise.PromiseBroken,
        promise.PromiseWithdrawn,
        promise.PromiseDisputed,
        record_request.RecordRequested,
        record_request.RequestAcknowledged,
        record_request.RequesterVerified,
        record_request.RequestEscalated,
        record_request.RequestExtended,
        record_request.RecordDelivered,
        record_request.RequestRefused,
        record_request.InternalReviewAsked,
        record_request.StatementDisputed,
        posting.LetterAnswered,
    }
)
"""What a customer may have. An event that stands nowhere on this page is not handed out to customers."""

_STAFF_PARTS: Final[dict[type[Event], frozenset[str]]] = {
    customer.CustomersLinked: frozenset({"reason"}),
    customer.CustomersUnlinked: frozenset({"reason"}),
    ticket.TicketOpened: frozenset({"fields"}),
    orders.WorkOrderIssued: frozenset({"fields"}),
    promise.PromiseKept: frozenset({"note"}),
    record_request.RequestEscalated: frozenset({"reason"}),
    record_request.RequesterVerified: frozenset({"evidence"}),
}
_OPEN_FIELDS: Final = frozenset({"status", "priority", "subject", "category", "type", "due", "due_at", "scheduled_for"})
"""Fields of a helpdesk whose changes a customer may see; all others are for the staff to work with."""


_BOUND: Final = {
    Audience.CUSTOMER: frozenset(withholding.WHOM),
    Audience.INTERNAL: frozenset({withholding.FROM_READERS, withholding.FROM_EXPORTS}),
    Audience.REGULATOR: frozenset({withholding.FROM_EXPORTS}),
}
"""Withholdings from whom are heeded for each audience: what no reader may see goes to no customer either."""


def withheld_because(event: Event, audience: Audience) -> str | None:
    """Return why this audience does not get the event, by its kind alone, or None where it does."""
    kind = type(event)
    if audience is Audience.REGULATOR:
        return None
    if reason := _FROM_ALL_BUT_AUTHORITIES.get(kind):
        return reason
    if audience is Audience.INTERNAL:
        return None
    return _from_customer(event, kind)


def staff_parts(event: Event, audience: Audience) -> dict[str, str]:
    """Return the personal parts of an event that are not for this audience although the event is, and why."""
    if audience is not Audience.CUSTOMER:
        return {}
    return {"extra": SOURCE_FIELD} | dict.fromkeys(_STAFF_PARTS.get(type(event), ()), STAFF_FIELD)


def heeds(reason: str, audience: Audience) -> bool:
    """Return whether a decision to withhold for this reason binds the audience."""
    if audience is Audience.INTERNAL:
        return False
    return audience is Audience.CUSTOMER or reason == PRIVILEGE


def binds(whom: Collection[str], audience: Audience) -> bool:
    """Return whether a withholding from these is heeded in a record for this audience."""
    return not _BOUND[audience].isdisjoint(whom)


def _from_customer(event: Event, kind: type[Event]) -> str | None:
    if reason := _FROM_CUSTOMERS.get(kind):
        return reason
    if kind not in _FOR_CUSTOMERS:
        return UNCLASSIFIED
    changed = isinstance(event, ticket.TicketFieldChanged | orders.WorkOrderFieldChanged)
    if changed and getattr(event, "field", "").lower() not in _OPEN_FIELDS:
        return STAFF_FIELD
    return None


def classified() -> frozenset[type[Event]]:
    """Return every kind of event somebody has thought about; a test compares it with the catalogue."""
    return COUNTED | _FOR_CUSTOMERS | _FROM_CUSTOMERS.keys() | _FROM_ALL_BUT_AUTHORITIES.keys()
