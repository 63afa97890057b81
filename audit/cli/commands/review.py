"""``onrecord review``: the elements of a good call, the machine's marks beside people's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import reviewing
from audit.bootstrap.desk import require
from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.cli.days import day
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import WrongUse
from audit.domain.wording import require_code
from audit.language.elements.scorecard import scored
from audit.projections.directory import Directory
from audit.projections.reviews import Reviews, agreements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding
    from audit.domain.actor import Actor
    from audit.projections.reviews import Review

Conversation = Annotated[str, typer.Argument(help="The id of a conversation.", show_default=False)]
Id = Annotated[str, typer.Argument(help="The id of a review.", show_default=False)]
Met = Annotated[
    list[str] | None,
    typer.Option("--met", help="ELEMENT=EVENT: an element, and the event whose line shows it; may be given again."),
]
Note = Annotated[str | None, typer.Option("--note", help="What is to be said with it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.", show_default=False)]
Outcome = Annotated[str, typer.Option("--outcome", help="upheld or overturned.", show_default=False)]
Size = Annotated[int, typer.Option("--size", min=1, help="How many conversations to draw.")]
Seed = Annotated[str | None, typer.Option("--seed", help="A code the chance is made of; drawn where none is given.")]
Agent = Annotated[str | None, typer.Option("--agent", help="Only conversations of this agent.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day, like 2026-03-01.")]
Until = Annotated[str | None, typer.Option("--to", help="The last day.")]
Reviewer = Annotated[str, typer.Argument(help="The login of a reviewer.", show_default=False)]
Other = Annotated[str, typer.Argument(help="The login of another.", show_default=False)]


def show(session: Session, conversation: Conversation) -> Answer:
    """Show the machine's marks of a conversation, each with its line, and people's beside them.

    Further: review mark, dispute, answer, sample, list, agreement.
    """
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        place = house.archive.names.tie("conversation", conversation)
        heard = reviewing.heard(house, by, place)
        card = reviewing.scorecard(session.settings.scorecard)
        score = scored(heard.marks, card.card)
        with house.views.reading(Reviews) as (db, reviews):
            told = reviews.of(db, place)
        names, hiding = _names(house), hiding_from_reader(house, by.role)
        facts: dict[str, Any] = {
            "conversation": conversation,
            "position": position,
            "machine": reviewing.machine_marks(heard.marks, heard.entries),
            "score": {
                "points": score.points,
                "out_of": score.out_of,
                "failed": list(score.failed),
                "card": card.card.name,
                "version": card.version,
            },
            "reviews": [_facts(one, names, hiding) for one in told],
        }
        _looked(house, by, "review", len(told) + 1, position, conversation)
    return Answer(facts=facts, words="\n".join(_lines(facts)))


def mark(session: Session, conversation: Conversation, met: Met = None, note: Note = None) -> Answer:
    """Mark the elements of a conversation; those not named are absent. The machine's marks stay beside."""
    found: dict[str, list[int]] = {}
    for one in met or ():
        element, _, event = one.partition("=")
        if not event.isdecimal():
            raise WrongUse(f"--met {one} names no line: write it like greeting=1234.")
        found.setdefault(element, []).append(int(event))
    with session.house() as house:
        written = reviewing.mark(house, session.actor(house), conversation, met=found, note=note)
    facts = {"review": written, "conversation": conversation, "met": sorted(found)}
    return Answer(facts=facts, words=f"The review {written} is recorded: {', '.join(sorted(found)) or 'nothing'} met.")


def dispute(session: Session, review: Id, reason: Reason) -> Answer:
    """Dispute a review of one's own conversation."""
    with session.house() as house:
        reviewing.dispute(house, session.actor(house), review, reason)
    return Answer(facts={"review": review, "disputed": True}, words="The dispute is recorded beside the review.")


def answer(session: Session, review: Id, outcome: Outcome, reason: Reason) -> Answer:
    """Answer a dispute: the review is upheld, or overturned and no longer counts."""
    with session.house() as house:
        reviewing.answer(house, session.actor(house), review, outcome=outcome, reason=reason)
    return Answer(facts={"review": review, "outcome": outcome}, words=f"The review is {outcome}.")


def sample(  # one parameter for each option
    session: Session,
    *,
    size: Size = 10,
    seed: Seed = None,
    agent: Agent = None,
    from_: Since = None,
    to: Until = None,
) -> Answer:
    """Draw conversations for review: those whose SHA-256 of SEED:EVENT comes first."""
    if seed is not None:
        require_code(seed, "the seed")
    between = (day(from_, "--from"), day(to, "--to"))
    with session.house() as house:
        by = session.actor(house)
        drawn, event = reviewing.draw(
            house, by, size=size, seed=seed, agent=agent, between=between, zone=session.settings.zone
        )
        records = house.archive.read_at(drawn.drawn)
        named = [_conversation_of(record) for record in records]
        _looked(house, by, "sample", len(named), drawn.as_of, None)
    facts = {
        "event": event,
        "seed": drawn.seed,
        "population": drawn.population,
        "position": drawn.as_of,
        "drawn": list(drawn.drawn),
        "conversations": named,
    }
    said = f"Seed {drawn.seed}: {len(named)} of {drawn.population} conversations, events up to {drawn.as_of}."
    return Answer(facts=facts, words="\n".join([said, *(str(one) for one in named)]))


def listed(session: Session) -> Answer:
    """List reviews and samples; agents see reviews of their own conversations."""
    with session.house() as house:
        by = session.actor(house)
        require(by, reviewing.READERS, "look at reviews")
        position = session.caught_up(house)
        with house.views.reading(Reviews) as (db, reviews):
            told, samples = reviews.all(db), reviews.drawn(db)
        if by.role == "agent":
            own = reviewing.own_conversations(house, by)
            told, samples = [one for one in told if one.conversation.hex in own], []
        names, hiding = _names(house), hiding_from_reader(house, by.role)
        facts: dict[str, Any] = {
            "position": position,
            "reviews": [_facts(one, names, hiding) for one in told],
            "samples": [
                {"event": one.event, "at": one.at.isoformat(), "seed": one.seed, "drawn": list(one.drawn)}
                | {"population": one.population, "as_of": one.as_of}
                for one in samples
            ],
        }
        _looked(house, by, "reviews", len(told), position, None)
    words = [_line(one) for one in facts["reviews"]] or ["no reviews"]
    return Answer(facts=facts, words="\n".join(words))


def agreement(session: Session, reviewer: Reviewer, other: Other) -> Answer:
    """Tell how far two reviewers agree about each element: Cohen's kappa, with the number it rests on."""
    with session.house() as house:
        by = session.actor(house)
        require(by, reviewing.JUDGES | {"auditor"}, "compare reviewers")
        position = session.caught_up(house)
        tie = house.archive.names.tie
        with house.views.reading(Reviews) as (db, reviews):
            found = agreements(reviews.all(db), tie("staff", reviewer), tie("staff", other))
        _looked(house, by, "agreement", len(found), position, None)
    rows = [
        {
            "element": one.element,
            "n": one.n,
            "same": one.same,
            "kappa": None if one.kappa is None else round(float(one.kappa), 4),
            "few": one.few,
        }
        for one in found
    ]
    return Answer(facts={"position": position, "agreement": rows}, words="\n".join(map(_spoken_agreement, rows)))


def _conversation_of(record: Any) -> str | None:
    stamp = getattr(record, "stamp", None)
    if stamp is None:
        return None
    tie = stamp.tie("conversation")
    return stamp.written("conversation") or (str(tie) if tie else None)


def _looked(house: House, by: Actor, what: str, count: int, position: int, conversation: str | None) -> None:
    viewed = RecordViewed(what=what, count=count, position=position, why=purpose(by))
    house.archive.note(viewed, by, [("conversation", conversation)] if conversation else [])


def _names(house: House) -> Mapping[UUID, str]:
    with house.views.reading(Directory) as (db, directory):
        return directory.names(db)


def _facts(one: Review, names: Mapping[UUID, str], hiding: Hiding) -> dict[str, Any]:
    return {
        "review": one.id,
        "event": one.event,
        "at": one.at.isoformat(),
        "by": None if one.by is None else names.get(one.by, str(one.by)),
        "rubric": one.rubric,
        "met": list(one.met),
        "absent": list(one.absent),
        "lines": [
            {**line, "text": shown_words(line.get("text"), line.get("position", 0), hiding)} for line in one.lines
        ],
        "note": shown_words(one.note, one.event, hiding),
        "disputed": one.disputed,
        "counts": one.counts,
        "steps": [
            {"kind": step.kind, "at": step.at.isoformat(), "outcome": step.outcome}
            | {"by": None if step.by is None else names.get(step.by, str(step.by))}
            | {"reason": shown_words(step.text, step.event, hiding)}
            for step in one.steps
        ],
    }


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    for one in facts["machine"]:
        because = f" ({one['because']})" if one["because"] else ""
        yield f"{one['element']}: {one['verdict']}{because}"
        yield from (f"    event {line['position']}: {line['text']}" for line in one["lines"])
    score = facts["score"]
    failed = f"; required and absent: {', '.join(score['failed'])}" if score["failed"] else ""
    yield f"the machine's score {score['points']} of {score['out_of']} by the card {score['card']}{failed}"
    yield from map(_line, facts["reviews"])


def _line(one: Mapping[str, Any]) -> str:
    state = "" if one["counts"] else ", overturned"
    state += ", disputed" if one["disputed"] else ""
    note = f": {one['note']}" if one["note"] else ""
    return f"review {one['review']} by {one['by']}: met {', '.join(one['met']) or 'nothing'}{state}{note}"


def _spoken_agreement(one: Mapping[str, Any]) -> str:
    if not one["n"]:
        return f"{one['element']}: nothing both have reviewed"
    value = (
        "not defined (both gave one and the same mark throughout)" if one["kappa"] is None else f"{one['kappa']:.2f}"
    )
    few = " - few: no judgement rests on this" if one["few"] else ""
    return f"{one['element']}: kappa {value}, {one['same']} of {one['n']} alike{few}"
