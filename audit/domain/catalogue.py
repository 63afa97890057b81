"""Every event there is, by its stored topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.domain import (
    access,
    call,
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
    work_order,
)
from audit.domain.errors import Unreadable

if TYPE_CHECKING:
    from audit.domain.event import Event

_CUSTOMER: Final[tuple[type[Event], ...]] = (
    customer.CustomerSeen,
    customer.CustomerNamed,
    customer.ContactPointAdded,
    customer.ContactPointRemoved,
    customer.AccountTied,
    customer.LanguagePreferred,
    customer.CustomersLinked,
    customer.CustomersUnlinked,
    customer.RepresentativeAuthorised,
    customer.RepresentativeRevoked,
    customer.TieCorrected,
)
_CONVERSATION: Final[tuple[type[Event], ...]] = (
    conversation.ConversationOpened,
    conversation.ParticipantJoined,
    conversation.ParticipantLeft,
    conversation.MessagePosted,
    conversation.MessageEditedAtSource,
    conversation.MessageDeletedAtSource,
    conversation.NoteWritten,
    conversation.AttachmentKept,
    conversation.TranscriptSent,
    conversation.ConversationEnded,
    conversation.SatisfactionRated,
    conversation.ConversationMissing,
)
_CALL: Final[tuple[type[Event], ...]] = (
    call.CallOffered,
    call.PromptPlayed,
    call.InputGiven,
    call.CallRungUnanswered,
    call.CallAnswered,
    call.CallHeld,
    call.CallResumed,
    call.CallTransferred,
    call.CallAbandoned,
    call.CallEnded,
    call.CallbackAsked,
    call.RecordingNoticeGiven,
    call.RecordingKept,
    call.QueueStateChanged,
)
_TICKET: Final[tuple[type[Event], ...]] = (
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
    ticket.TicketBounced,
    ticket.TicketAccepted,
    ticket.TicketJudgedRepeat,
    ticket.TicketJudgedNew,
)
_WORK_ORDER: Final[tuple[type[Event], ...]] = (
    work_order.WorkOrderIssued,
    work_order.WorkOrderReworded,
    work_order.WorkOrderFieldChanged,
    work_order.WorkOrderScheduled,
    work_order.TechnicianAssigned,
    work_order.VisitStarted,
    work_order.WorkOrderReportedUnclear,
    work_order.WorkOrderFinished,
    work_order.WorkOrderSigned,
    work_order.FollowUpMade,
    work_order.WorkOrderCancelled,
    work_order.PriceQuoted,
    work_order.ChargeMade,
)
_PROMISE: Final[tuple[type[Event], ...]] = (
    promise.PromiseSuggested,
    promise.PromiseMade,
    promise.PromiseDismissed,
    promise.PromiseExtended,
    promise.PromiseKept,
    promise.PromiseBroken,
    promise.PromiseWithdrawn,
    promise.PromiseDisputed,
)
_REVIEW: Final[tuple[type[Event], ...]] = (
    lost_fact.LossDismissed,
    lost_fact.LossReinstated,
    review.TicketReviewed,
    review.ConversationReviewed,
    review.ReviewDisputed,
    review.ReviewDisputeAnswered,
    review.SampleDrawn,
    review.SearchHitTagged,
    hit_review.SearchHitUntagged,
    hit_review.SearchHitCommented,
    hit_review.SearchHitAssigned,
    hit_review.SearchHitDecided,
    service_level.LevelsIssued,
)
_SEARCHING: Final[tuple[type[Event], ...]] = (
    saved_search.SearchSaved,
    saved_search.SearchChanged,
    saved_search.SearchDropped,
    saved_search.SearchAlerted,
    production.ProductionNumbered,
)
_RECORD_REQUEST: Final[tuple[type[Event], ...]] = (
    record_request.RecordRequested,
    record_request.RequestAcknowledged,
    record_request.RequesterVerified,
    record_request.RequestEscalated,
    record_request.RequestExtended,
    record_request.RecordCompiled,
    record_request.ItemWithheld,
    record_request.ItemRestored,
    record_request.RedactionChecked,
    record_request.RecordApproved,
    record_request.RecordDelivered,
    record_request.RequestRefused,
    record_request.InternalReviewAsked,
    record_request.StatementDisputed,
    hand_over.LinkMade,
    hand_over.LinkUsed,
    posting.LetterPrepared,
    posting.LetterHandedOver,
    posting.LetterAnswered,
    posting.LetterSettled,
)
_CUSTODY: Final[tuple[type[Event], ...]] = (
    custody.DeliveryReceived,
    custody.ItemRefused,
    custody.DeliveryRead,
    custody.DeliveryRejected,
    custody.HoldPlaced,
    custody.HoldReleased,
    custody.RetentionClassSet,
    custody.ErasureAsked,
    custody.SpanErasureAsked,
    custody.ErasureIdentified,
    custody.ErasureRefused,
    custody.ErasureNarrowed,
    custody.ErasureExecuted,
    custody.ErasureReceipt,
    custody.WordsResealed,
    withholding.WithholdingPlaced,
    withholding.WithholdingLifted,
    custody.KeyEpochRetired,
    custody.LogKeyRotated,
    custody.CheckpointPublished,
    custody.ArchiveContinued,
)
_ACCESS: Final[tuple[type[Event], ...]] = (
    access.RecordViewed,
    access.SearchMade,
    access.RecordExported,
    access.AccessRefused,
    access.SignedIn,
)
_DIRECTORY: Final[tuple[type[Event], ...]] = (
    directory.StaffSeen,
    directory.UserRegistered,
    directory.UserRetired,
    directory.UserSecretSet,
    directory.UserKeyMade,
    directory.UserKeyEnded,
)

_ALL: Final = (
    *_CUSTOMER,
    *_CONVERSATION,
    *_CALL,
    *_TICKET,
    *_WORK_ORDER,
    *_PROMISE,
    *_REVIEW,
    *_SEARCHING,
    *_RECORD_REQUEST,
    *_CUSTODY,
    *_ACCESS,
    *_DIRECTORY,
)

EVENTS: Final[dict[str, type[Event]]] = {event.TOPIC: event for event in _ALL}


def event_class(topic: str) -> type[Event]:
    """Return the event stored under this topic, or raise ``Unreadable`` when this version knows none."""
    try:
        return EVENTS[topic]
    except KeyError:
        raise Unreadable(f"This version knows no event called {topic!r}; read the archive with a newer one.") from None
