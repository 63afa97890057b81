"""``onrecord erase``: forget a person, by two; or one stretch of somebody else's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.archive.erasure.resealing import Stretch
from audit.bootstrap import erasing
from audit.bootstrap.erasing_mentions import mentions_of
from audit.bootstrap.returning import returned
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.erasure import VOUCHED
from audit.domain.errors import NotAllowed, WrongUse
from audit.projections.erasures import Erasure, Erasures, Returned

if TYPE_CHECKING:
    from audit.bootstrap.erasing import Forgotten
    from audit.bootstrap.erasing_mentions import Mentions
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

Customer = Annotated[str | None, typer.Argument(help="The id of a customer.", show_default=False)]
Ground = Annotated[str | None, typer.Option("--ground", help="Why: a code like asked-by-person, or words.")]
Identified = Annotated[str | None, typer.Option("--identified", help="How it is known who asks; else you vouch.")]
Unidentified = Annotated[bool, typer.Option("--unidentified", help="It is not known yet: see --identify.")]
Cut = Annotated[
    str | None, typer.Option("--cut", metavar="EVENT:PART:START-END", help="Only this, about a third person.")
]
Execute = Annotated[str | None, typer.Option("--execute", metavar="ID", help="Execute what somebody else asked for.")]
Partial = Annotated[bool, typer.Option("--partial", help="What a duty keeps stays; the rest goes.")]
Identify = Annotated[str | None, typer.Option("--identify", metavar="ID", help="Record how it was made sure who asks.")]
How = Annotated[str | None, typer.Option("--how", help="A code like passport-shown, or words.")]
Refuse = Annotated[str | None, typer.Option("--refuse", metavar="ID", help="Refuse it, on a --ground.")]

_MAY_NOT_ASK = frozenset({"administrator", "customer", "representative", "service", "technician"})
_RESIDUE_LEFT = 1
_SPAN_PARTS = 3


def erase(  # noqa: PLR0913, PLR0917  # the words of the command line
    session: Session,
    customer: Customer = None,
    ground: Ground = None,
    cut: Cut = None,
    identified: Identified = None,
    unidentified: Unidentified = False,
    identify: Identify = None,
    how: How = None,
    refuse: Refuse = None,
    execute: Execute = None,
    partial: Partial = False,
) -> Answer:
    """Ask to forget a person; --execute ID --as OTHER does it; with neither, list what was asked.

    Everything about the person is destroyed for ever: their keys, words and files, here and in every view. It is
    refused while a legal hold or a duty to keep covers any of it.
    """
    asking = [customer, cut, ground if refuse is None else None, identified, unidentified or None]
    steps = [step for step in (execute, identify, refuse) if step is not None]
    if len(steps) > 1 or (steps and any(asking)) or (customer is not None and cut is not None):
        raise WrongUse("Do one step at a time: ask for a CUSTOMER or a --cut, --identify, --refuse or --execute an ID.")
    if partial and execute is None:
        raise WrongUse("--partial goes with --execute: whoever executes decides that the rest goes.")
    with session.house() as house:
        if execute is not None:
            return done(erasing.execute(house, execute, session.second_person(house), partly=partial))
        by = session.actor(house)
        if identify is not None or refuse is not None:
            return _stepped(house, by, identify, refuse, how if identify is not None else ground)
        if customer is None and cut is None:
            return _listed(session, house, by)
        if ground is None:
            raise WrongUse("Say why with --ground: a code like asked-by-person, or words.")
        _must_be_allowed(by)
        known = None if unidentified else identified or VOUCHED
        if cut is not None:
            return _asked(erasing.ask_cut(house, _stretch(cut), ground, by, identified=known), known, None)
        assert customer is not None, "there is a customer or a cut"
        written = erasing.ask(house, customer, ground, by, identified=known)
        return _asked(written, known, mentions_of(house, customer))


def done(forgotten: Forgotten) -> Answer:
    """Say what an erasure did; what is left of the words makes it fail, loudly."""
    kept = forgotten.narrowed
    facts: dict[str, Any] = {
        "erasure": forgotten.erasure,
        "stage": "receipted",
        "erased_keys": forgotten.keys,
        "events": forgotten.positions,
        "named_elsewhere": forgotten.named_elsewhere,
        "complete": kept is None,
        "kept_classes": list(kept.classes) if kept else [],
        "kept_until": kept.until.isoformat() if kept else None,
        "kept_events": kept.events if kept else 0,
        "residue": list(forgotten.residue),
    }
    words = f"Forgotten: {forgotten.keys} keys destroyed, the words of {forgotten.positions} events are gone."
    if kept:
        words += (
            f"\nNOT ALL OF IT: {kept.events} events of class {', '.join(kept.classes)} stay, "
            f"because they must be kept until {kept.until}; ask again then."
        )
    if forgotten.named_elsewhere:
        words += f"\n{forgotten.named_elsewhere} events name them and stay: they hold the words of others."
    if forgotten.residue:
        words += f"\nRESIDUE in {', '.join(forgotten.residue)}: end what reads them, then run onrecord rebuild."
    return Answer(facts=facts, words=words, code=_RESIDUE_LEFT if forgotten.residue else 0)


def _asked(written: str, known: str | None, mentions: Mentions | None) -> Answer:
    facts: dict[str, Any] = {"erasure": written, "stage": "asked", "erased_keys": 0, "residue": []}
    words = f"Asked as {written}. "
    if known is None:
        words += f"Make sure who asks: onrecord erase --identify {written} --how TEXT. Then a"
    else:
        words += "A"
    words += f" second person executes it: onrecord erase --execute {written} --as OTHER"
    if mentions is not None:
        # Where, and never what stands there: nobody's words are shown by asking.
        facts["mentions"] = [
            {"event": one.event, "part": one.part, "start": one.start, "end": one.end} for one in mentions.found
        ]
        facts["mentions_complete"] = mentions.complete
    if mentions is not None and mentions.found:
        places = ", ".join(f"{one.event}:{one.part}:{one.start}-{one.end}" for one in mentions.found)
        words += (
            f"\nThey may be named in the words of others, which stay: {places}{'' if mentions.complete else ', …'}\n"
            "Look there, and where it is they, use onrecord withhold place, or onrecord erase --cut."
        )
    return Answer(facts=facts, words=words)


def _stepped(house: House, by: Actor, identify: str | None, refuse: str | None, said: str | None) -> Answer:
    _must_be_allowed(by)
    written = identify or refuse or ""
    if not said:
        raise WrongUse("Say how it was made sure who asks, with --how." if identify else "Say why, with --ground.")
    if identify is not None:
        erasing.identify(house, identify, said, by)
        return Answer(facts={"erasure": written, "stage": "identified"}, words=f"{written}: it is known who asks.")
    ground = erasing.refuse(house, written, said, by)
    return Answer(facts={"erasure": written, "stage": "refused", "ground": ground}, words=f"{written} is refused.")


def _must_be_allowed(by: Actor) -> None:
    if by.role in _MAY_NOT_ASK:
        raise NotAllowed(f"A {by.role} asks for no erasure and decides about none: ask a data protection officer.")


def _stretch(written: str) -> Stretch:
    pieces = written.split(":")
    start, dash, end = pieces[-1].partition("-")
    numbers = [pieces[0], start, end]
    if len(pieces) != _SPAN_PARTS or not dash or not all(one.isascii() and one.isdecimal() for one in numbers):
        raise WrongUse(f"{written} is no place in an event: write it as EVENT:PART:START-END, like 17:text:4-9.")
    return Stretch(int(numbers[0]), pieces[1], int(start), int(end))


def _listed(session: Session, house: House, by: Actor) -> Answer:
    position = session.caught_up(house)
    with house.views.reading(Erasures) as (db, view):
        found = view.all(db)
    back = returned(house)
    shown = persons(sorted({one.customer for one in found if one.customer}))
    viewed = RecordViewed(what="erasures", count=len(found), position=position, why=purpose(by), persons=shown)
    house.archive.note(viewed, by)
    facts = {
        "position": position,
        "erasures": [_facts(one) for one in found],
        "returned": [{"customer": str(one.customer), "event": one.first, "items": one.items} for one in back],
    }
    lines = [*map(_line, found), *map(_alarm, back)]
    return Answer(facts=facts, words="\n".join(lines) or "No erasure was asked for.")


def _facts(one: Erasure) -> dict[str, Any]:
    return {
        "erasure": one.id,
        "event": one.event,
        "asked_at": one.asked_at.isoformat(),
        "customer": one.customer,
        "cut": one.cut,
        "ground": one.ground,
        "stage": one.stage,
        "identified": one.identified,
        "erased_keys": one.keys,
        "kept_classes": list(one.kept),
    }


def _line(one: Erasure) -> str:
    kept = f", {' '.join(one.kept)} KEPT" if one.kept else ""
    about = one.cut or one.customer or "[erased]"
    return f"{one.id or '[erased]'}  {about}  {one.ground}  {one.stage}  {one.keys} keys{kept}"


def _alarm(one: Returned) -> str:
    return (
        f"ALARM: somebody who was forgotten is in {one.items} new items, the first is event {one.first}: "
        "see where they came from, and ask for a new erasure if they may not stay."
    )
