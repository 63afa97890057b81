"""The ledger of promises as somebody may read it: the line with what stood around it, its day, and what it came to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from audit.bootstrap.promising import zones_of
from audit.bootstrap.promising_decisions import sum_of_words
from audit.bootstrap.withheld import shown_entries
from audit.domain.fact import STAFF_ROLES
from audit.language.commitments.find import commitment
from audit.projections.prices import CHARGED, CREDIT, FINISHED, VISIT, Prices, same_amount
from audit.projections.promises import Promised, Promises, Step
from audit.projections.ties import Ties
from audit.projections.timeline import Timeline
from audit.projections.withholdings import of_part, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding
    from audit.projections.prices import Price
    from audit.projections.timeline import Entry

_AROUND: Final = 2
_SHOWING: Final = 5
_COMPENSATION: Final = re.compile(
    r"\bcompensat\w*|\brefund\w*|\breimburs\w*|\bcredit(?:ed|s)?\b|\bdiscount\w*|\bmoney back\b|\bgoodwill\b|\bwaive\w*"
    r"|\b(?:want|get|give|pay|have)\b[^.!?]{0,40}\bback\b"
    r"|kompens\w*|grąžin\w*|gražin\w*|nuolaid\w*|atlygin\w*"
    r"|компенс\w*|обезщет\w*|възстанов\w*|отстъпк\w*|върн\w*|възмез\w*|возмест\w*|возмещ\w*|возврат\w*|верн\w*|скидк\w*"
    r"|赔偿|补偿|赔付|退款|退钱|返还|返现|折扣|优惠|减免",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the conversation as it may be shown; ``text`` is None where it is erased."""

    event: int
    at: datetime
    role: str
    author: str | None
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Showing:
    """An event that may show that the promise was kept, and the code of why it is thought so."""

    event: int
    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A promise in the ledger, its words as somebody may read them.

    ``status`` is suggested, dismissed, open, kept, late (kept after its day), broken, withdrawn or disputed. ``due_at``
    is the end of its day in the customer's zone. ``asked`` are lines in which the customer wants compensation,
    ``offered`` those in which our side names one.
    """

    promise: Promised
    status: str
    line: str | None
    wording: str | None
    deadline: str | None
    amount: str | None
    currency: str | None
    due_at: datetime | None
    overdue: bool
    zone: str
    steps: tuple[Step, ...]
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()
    asked: tuple[Line, ...] = ()
    offered: tuple[Line, ...] = ()
    showing: tuple[Showing, ...] = ()
    withheld: int = 0


def ledger(house: House, hiding: Hiding, *, only: Sequence[Promised] | None = None) -> list[Entered]:
    """Return promises as somebody may read them; all there are where none are named. The views are at the head."""
    with house.views.reading(Promises) as (db, promises):
        found = promises.all(db) if only is None else list(only)
    zones = zones_of(house, found)
    with house.views.reading(Timeline) as (db, timeline):
        talks = timeline.read_all(db, {one.conversation for one in found if one.conversation is not None})
    now = house.world.clock()
    entered = []
    for one in found:
        zone = zones[one.stream]
        entries = talks.get(one.conversation, []) if one.conversation is not None else []
        due_at = _end_of_day(one, zone)
        texts = _texts(one, hiding)
        before, after = _around(one, entries, hiding)
        asked, offered = _compensation(entries, hiding)
        entered.append(
            Entered(
                promise=one,
                status=_status(house, one, due_at),
                **texts,
                due_at=due_at,
                overdue=one.status == "open" and due_at is not None and now >= due_at,
                zone=str(zone),
                steps=tuple(_shown_step(step, hiding) for step in one.steps),
                before=before,
                after=after,
                asked=asked,
                offered=offered,
                showing=_showing(house, one, entries) if one.status == "open" else (),
                withheld=sum(bool(hiding.of(step.event)) for step in one.steps),
            )
        )
    return entered


def _texts(one: Promised, hiding: Hiding) -> dict[str, str | None]:
    said = next((step for step in reversed(one.steps) if step.kind == "suggested"), None)
    made = next((step for step in reversed(one.steps) if step.kind == "open"), None)
    deadline, named = one.deadline, one.amount_words
    if said is not None:
        deadline = _shown(deadline, said.event, "deadline", hiding)
        shown_sum = _shown(named, said.event, "amount", hiding)
        named = named if shown_sum == named else None
    amount, currency = (one.amount, one.currency) if one.amount else sum_of_words(named, one.language)
    if made is not None and of_part(hiding.of(made.event), "wording"):
        # The sum stands in clear beside the wording: where that is withheld it would say it once more.
        amount, currency = None, None
    return {
        "line": _shown(said.words, said.event, "line", hiding) if said is not None else None,
        "wording": _shown(made.words, made.event, "wording", hiding) if made is not None else None,
        "deadline": deadline,
        "amount": amount,
        "currency": currency,
    }


def _shown(words: str | None, event: int, part: str, hiding: Hiding) -> str | None:
    hidden = of_part(hiding.of(event), part)
    return words if words is None or not hidden else shown(words, hidden).text


def _shown_step(step: Step, hiding: Hiding) -> Step:
    if not hiding.of(step.event):
        return step
    words = _shown(step.words, step.event, step.part or "", hiding)
    return type(step)(**{**vars(step), "words": words, "note": _shown(step.note, step.event, "note", hiding)})


def _end_of_day(one: Promised, zone: object) -> datetime | None:
    if one.due is None:
        return None
    try:
        day = one.due + timedelta(days=1)
    except OverflowError:
        return None
    return datetime.combine(day, time(), tzinfo=zone)  # type: ignore[arg-type]  # a zone of the settings or of a stamp


def _status(house: House, one: Promised, due_at: datetime | None) -> str:
    if one.disputed:
        return "disputed"
    if one.status == "kept" and due_at is not None and one.kept_by is not None:
        shown_by = house.archive.read_closed(one.kept_by - 1, 1)
        if shown_by and getattr(shown_by[0], "stamp", None) and shown_by[0].stamp.happened_at >= due_at:  # type: ignore[union-attr]  # a damaged one has no stamp
            return "late"
    return one.status


def _around(one: Promised, entries: Sequence[Entry], hiding: Hiding) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the spoken lines before and after the text a promise rests on, as somebody may read them."""
    spoken = [entry for entry in entries if entry.kind == "message"]
    place = next((n for n, each in enumerate(spoken) if _is_of(each, one.quoted)), None)
    if place is None:
        return (), ()
    before, after = spoken[max(0, place - _AROUND) : place], spoken[place + 1 : place + 1 + _AROUND]
    return _lines(before, hiding), _lines(after, hiding)


def _is_of(entry: Entry, quoted: int | None) -> bool:
    return quoted is not None and (entry.event == quoted or quoted in {version.event for version in entry.versions})


def _lines(entries: Sequence[Entry], hiding: Hiding) -> tuple[Line, ...]:
    return tuple(
        Line(event=one.event, at=one.at, role=one.role, author=one.author, text=one.text)
        for one in shown_entries(entries, hiding)
    )


def _compensation(entries: Sequence[Entry], hiding: Hiding) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    asked, offered = [], []
    for entry in entries:
        if entry.kind != "message" or not entry.text or not _COMPENSATION.search(entry.text):
            continue
        if entry.role not in STAFF_ROLES:
            asked.append(entry)
        elif commitment(entry.text).promise or sum_of_words(entry.text, None)[0]:
            offered.append(entry)
    return _lines(asked, hiding), _lines(offered, hiding)


def _showing(house: House, one: Promised, entries: Sequence[Entry]) -> tuple[Showing, ...]:
    """Return events after the promise that may show it was kept, the most telling ones first."""
    since = one.quoted or one.first
    found: list[Showing] = []
    if one.customer is not None:
        with house.views.reading(Ties) as (db, ties):
            persons = ties.same_person(db, one.customer)
        with house.views.reading(Prices) as (db, prices):
            deeds = [each for each in prices.all(db, persons) if each.event > since]
        found += [Showing(event=each.event, at=each.at, why=why) for each in deeds if (why := _why(each, one))]
    later = [each for each in entries if each.kind == "message" and each.role in STAFF_ROLES and each.event > since]
    found += [Showing(event=each.event, at=each.at, why="message") for each in later]
    order = {"credit-of-that-sum": 0, "visit-on-the-day": 1, "visit": 2, "message": 3}
    return tuple(sorted(found, key=lambda each: (order[each.why], each.at))[:_SHOWING])


def _why(deed: Price, one: Promised) -> str | None:
    amount, currency = (one.amount, one.currency) if one.amount else sum_of_words(one.amount_words, one.language)
    if deed.kind == CHARGED and deed.basis == CREDIT and amount is not None:
        matches = deed.currency == currency and same_amount(deed.amount, amount)
        return "credit-of-that-sum" if matches else None
    if deed.kind in {VISIT, FINISHED}:
        return "visit-on-the-day" if one.due is not None and deed.at.date() == one.due else "visit"
    return None
