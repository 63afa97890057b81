"""Tickets, work orders and bills, as the helpdesk, the field service and the accounts record them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.sample.facts import hundredths

if TYPE_CHECKING:
    from audit.sample.people import Person
    from audit.sample.story import Line
    from audit.sample.talk import Talk

_CATEGORIES = {
    "net": "internet",
    "heat": "heating",
    "tel": "telephone and television",
    "billing": "billing",
    "delivery": "delivery",
    "cancellation": "cancellation",
    "sales": "sales",
    "record": "record request",
}
_PRIORITIES = ("low", "normal", "high")


class Ticket:
    """A ticket of a story: of a fault, written down well or badly, or ``about`` something else."""

    def __init__(self, talk: Talk, *, good: bool = True, about: str = "") -> None:
        self.story = story = talk.story
        self.id = f"T-{story.numbers.next('ticket')}"
        self._changes = 0
        facts = story.facts
        facts["ticket"] = self.id
        topic = facts["topic"]
        subjects, texts = _lists(topic, about, good=good)
        story.pause(20, 300)
        self.line = self._write(
            "ticket",
            self.id,
            conversation=talk.id,
            subject=facts.draw(subjects),
            text=facts.draw(texts),
            fields={
                "category": _CATEGORIES[about or topic],
                "priority": story.dice.pick(_PRIORITIES),
                "channel": talk.channel,
            },
        )

    def change(self, field: str, value: str, **more: object) -> None:
        """Let the agent at hand set a field: status, assignee, priority or any other."""
        self._change(field=field, value=value, **more)

    def reword(self, text: str) -> None:
        """Let the agent at hand replace the whole text."""
        self._change(text=text)

    def acknowledge(self, talk: Talk) -> None:
        """Tell the customer the number of the ticket and by when an answer is due."""
        talk.mail_from_agent("acknowledged")
        talk.end("sent")
        self._change(field="status", value="acknowledged", due=self.story.planned_moment())

    def note(self, phrase: str = "note") -> None:
        """Let the agent at hand add an internal note."""
        self._changes += 1
        self._write("note", f"{self.id}-{self._changes}", ticket=self.id, text=self.story.facts.draw(phrase))

    def resolve(self, *, close: bool = True) -> None:
        self.change("status", "resolved")
        if close:
            self.story.pause(600, 7200)
            self.change("status", "closed")

    def _change(self, **fields: object) -> None:
        self.story.pause(15, 900)
        self._changes += 1
        self._write("ticket_change", f"{self.id}-{self._changes}", ticket=self.id, **fields)

    def _write(self, kind: str, ident: str, **fields: object) -> Line:
        agent = self.story.agent
        return self.story.write(kind, "helpdesk", ident, **fields, author=agent.name, author_id=agent.id)


class WorkOrder:
    """A work order made from a ticket, as good as the ticket or as bad."""

    def __init__(self, ticket: Ticket, *, good: bool) -> None:
        self.story = story = ticket.story
        self.id = f"WO-{story.numbers.next('work order')}"
        self.ticket = ticket
        self._changes = 0
        story.facts["wo"] = self.id
        story.pause(120, 1800)
        self._write(
            "work_order",
            self.id,
            ticket=ticket.id,
            text=story.facts.draw("order_good" if good else "order_bad"),
            technician=story.technician.id,
            technician_name=story.technician.name,
            scheduled=story.planned_moment(),
        )

    def change(self, field: str, value: str) -> None:
        self._change(field=field, value=value)

    def reword(self, text: str) -> None:
        self._change(text=text)

    def report_unclear(self) -> None:
        """Let the technician say what the order does not tell."""
        technician = self.story.technician
        reason = self.story.facts.draw("unclear")
        self._change(field="unclear", value=reason, **_by(technician))

    def done(self, findings: str, *, part: bool, signed_by: Person | None) -> None:
        """Let the technician finish the visit with findings drawn from the named list."""
        story = self.story
        minutes = story.dice.between(15, 110)
        story.now += minutes * 60
        story.facts["minutes"] = str(minutes)
        self._changes += 1
        self._write(
            "work_order_done",
            f"{self.id}-{self._changes}",
            work_order=self.id,
            findings=story.facts.draw(findings),
            parts=[story.facts["part"]] if part else [],
            minutes=minutes,
            **({"signed_by": signed_by.name} if signed_by else {}),
            **_by(story.technician),
        )

    def _change(self, **fields: object) -> None:
        self.story.pause(60, 900)
        self._changes += 1
        self._write("work_order_change", f"{self.id}-{self._changes}", work_order=self.id, **fields)

    def _write(self, kind: str, ident: str, **fields: object) -> Line:
        return self.story.write(kind, "field", ident, **fields)


def _by(technician: Person) -> dict[str, object]:
    return {"role": "technician", "author": technician.name, "author_id": technician.id}


def charge(work: Ticket | WorkOrder, basis: str, price: str, *, quoted: bool = False) -> None:
    """Put a price on a ticket or a work order: ``price`` names the fact, ``quoted`` a price told beforehand."""
    story = work.story
    story.pause(30, 600)
    amount = hundredths(story.facts, price)
    sign = "-" if basis == "credit" else ""
    story.write(
        "charge",
        "billing",
        f"B-{story.numbers.next('charge'):07d}",
        **{"ticket" if isinstance(work, Ticket) else "work_order": work.id},
        amount=f"{sign}{amount // 100}.{amount % 100:02d}",
        currency=story.customer.region.currency,
        basis=basis,
        text=story.facts.draw(_CHARGE_TEXTS[basis]),
        quoted=quoted,
    )


def _lists(topic: str, about: str, *, good: bool) -> tuple[str, str]:
    """Return the names of the lists a ticket's subject and text are drawn from."""
    if about:
        return f"about_{about}", f"case_{about}"
    if good:
        return f"ticket_subject_{topic}", "ticket_good"
    return f"ticket_bad_{topic}", f"ticket_bad_{topic}"


_CHARGE_TEXTS = {
    "call-out fee": "charge_callout",
    "hourly": "charge_hourly",
    "credit": "charge_credit",
    "flat": "charge_flat",
    "value-based": "charge_value",
    "commission": "charge_commission",
}
