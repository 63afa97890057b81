"""A small story that touches every view: a customer, a chat, a call, a ticket, a visit, a delivery."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from audit.domain import call, conversation, custody, customer, directory, ticket, work_order
from audit.domain.event import Personal
from tests.projections.given import MORNING, Log

ONA: Final = ("customer", "cust-7")
BORIS: Final = ("customer", "boris@example.com")
CHAT: Final = ("conversation", "c1")
CALL: Final = ("conversation", "c2")
TICKET: Final = ("ticket", "T-100")
VISIT: Final = ("work_order", "WO-5")
RASA: Final = ("staff", "a012")


def told() -> Log:
    """Return the log of the story."""
    log = Log()
    people(log)
    chat(log)
    fault(log)
    return log


def people(log: Log) -> None:
    seen = ("customer", "cust-7")
    log.tell(customer.CustomerSeen(), ONA, item=seen)
    log.tell(customer.CustomerNamed(name=Personal("Ona Žukauskienė")), ONA, item=seen)
    log.tell(customer.ContactPointAdded(kind="phone", value=Personal("+370 600 00 007")), ONA, item=seen)
    log.tell(customer.ContactPointAdded(kind="email", value=Personal("ona@example.com")), ONA, item=("customer", "2"))
    log.tell(customer.AccountTied(account=Personal("LT-77/001")), ONA, item=seen)
    log.tell(customer.LanguagePreferred(language="lt"), ONA, item=seen)
    log.tell(directory.StaffSeen(name=Personal("Rasa Sample")), RASA, item=("staff", "a012"), role="system")


def chat(log: Log) -> None:
    log.tell(
        conversation.ConversationOpened(channel="chat", direction="inbound"), ONA, CHAT, item=("conversation", "c1")
    )
    log.say("My internet is broken since Monday", ONA, CHAT, item=("message", "m1"))
    log.say("I will credit you 100 dollars", ONA, CHAT, item=("message", "m2"), role="agent", actor=RASA)
    edit = conversation.MessageEditedAtSource(text=Personal("My internet is broken since Tuesday"))
    log.tell(edit, CHAT, of=("message", "m1"), item=("message_edit", "x1"))
    log.tell(conversation.MessageDeletedAtSource(), of=("message", "m2"), item=("message_delete", "x2"))
    log.tell(conversation.NoteWritten(text=Personal("Caller is \0 angry")), CHAT, role="agent", actor=RASA)
    log.tell(conversation.AttachmentKept(name=Personal("router.jpg")), ONA, CHAT, of=("message", "m1"))
    log.say("Здравствуйте, пропал интернет", BORIS, CALL, item=("message", "m3"))
    log.tell(call.CallOffered(queue="support"), BORIS, CALL, item=("call", "k1"))
    log.tell(call.CallEnded(outcome="answered"), BORIS, CALL, item=("call", "k1"))


def fault(log: Log) -> None:
    opened = ticket.TicketOpened(
        subject=Personal("Net"),
        text=Personal("net broken"),
        fields=Personal({"area": "north"}),
        priority="low",
        category="fault",
    )
    log.tell(opened, ONA, CHAT, TICKET, item=("ticket", "T-100"), role="agent", actor=RASA)
    log.tell(ticket.TicketReworded(text=Personal("No sync on line since Tuesday")), TICKET, role="agent", actor=RASA)
    log.tell(ticket.TicketPrioritised(priority="high"), TICKET)
    log.tell(ticket.TicketAssigned(team="field"), TICKET, RASA)
    log.tell(ticket.TicketFieldChanged(field="area", value=Personal("south")), TICKET)
    log.tell(work_order.WorkOrderIssued(text=Personal("Swap the router")), TICKET, VISIT, item=("work_order", "WO-5"))
    log.tell(work_order.TechnicianAssigned(), VISIT, ("technician", "t9"))
    log.tell(work_order.WorkOrderReportedUnclear(reason=Personal("which router?")), VISIT)
    finished = work_order.WorkOrderFinished(findings=Personal("cable cut"), parts=Personal(["cable"]), minutes=45)
    log.tell(finished, VISIT, role="technician")
    log.tell(work_order.WorkOrderSigned(signed_by=Personal("Ona"), commit="c" * 64), VISIT)
    log.tell(work_order.ChargeMade(amount="20.00", currency="EUR", basis="call-out-fee"), VISIT, ONA)
    log.tell(ticket.TicketResolved(resolution=Personal("cable replaced")), TICKET)
    received = custody.DeliveryReceived(
        format="onrecord.ndjson", importer_version=1, name=Personal("a.ndjson"), mac="m"
    )
    log.tell(received, ("delivery", "d1"), item=("delivery", "d1"), at=MORNING + timedelta(hours=9))
    log.tell(custody.ItemRefused(place="line 3", reason="no time zone"), ("delivery", "d1"))
    log.tell(custody.DeliveryRead(found=3, new=1, known=1, refused=1), ("delivery", "d1"))
