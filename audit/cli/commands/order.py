"""``onrecord order``: the technician's eye, exactly what the work order says and nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from audit.bootstrap import desk as deciding
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.projections.withholdings import of_part, shown

Id = Annotated[str, typer.Argument(help="The id of a work order.", show_default=False)]
Because = Annotated[str, typer.Option("--reason", help="What cannot be found in it.", show_default=False)]
Signed = Annotated[str, typer.Option("--signed-by", help="Who signs.", show_default=False)]
Commit = Annotated[str, typer.Option("--commit", help="The commitment of the text that was shown.", show_default=False)]


def show(session: Session, order: Id) -> Answer:
    """Show a work order as the technician sees it."""
    with session.house() as house:
        by = session.actor(house)
        deciding.admit(house, by, deciding.READERS | {"technician"}, "look at work orders")
        position = session.caught_up(house)
        now, hiding = deciding.order_standing(house, order), hiding_from_reader(house, by.role)
        hidden = hiding.of(now.wording.event)
        text = shown(now.wording.text or "", of_part(hidden, "text")).text
        subject = shown(now.wording.subject or "", of_part(hidden, "subject")).text
        viewed = RecordViewed(what="work order", count=1, position=position, why=purpose(by))
        owners = [("customer", tied) for kind, tied, _ in now.case.ties if kind == "customer"]
        house.archive.note(viewed, by, ties=[("work_order", order), *owners])
    facts = {"work_order": order, "subject": subject or None, "text": text, "commit": now.commit, "position": position}
    return Answer(facts=facts, words="\n".join(filter(None, (subject, text))))


def unclear(session: Session, order: Id, reason: Because) -> Answer:
    """Report that nobody can work by a work order."""
    with session.house() as house:
        deciding.report_unclear(house, session.actor(house), order, reason=reason)
    return Answer(facts={"work_order": order, "unclear": True}, words="Recorded: the work order is unclear.")


def sign(session: Session, order: Id, signed_by: Signed, commit: Commit) -> Answer:
    """Record who signed the work order; the signature binds the text that was shown."""
    with session.house() as house:
        deciding.sign(house, session.actor(house), order, signed_by=signed_by, commit=commit)
    return Answer(
        facts={"work_order": order, "commit": commit}, words="The signature is recorded with the text it is under."
    )
