"""When which story begins with whom, and the lines of all of them in the order of time."""

from __future__ import annotations

from datetime import timedelta
from heapq import heappop, heappush, heapreplace
from typing import TYPE_CHECKING

from audit.sample.arcs.contacts import filler, question
from audit.sample.arcs.register import ARCS, Arc
from audit.sample.dice import Dice
from audit.sample.people import customer
from audit.sample.story import Numbers, Story
from audit.sample.zones import day_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from audit.sample.people import Customer
    from audit.sample.story import Line

DAYS = 365
_NEWCOMERS = 0.6
_QUESTION = next(arc for arc in ARCS if arc.tell is question)
# So many lines wait in memory at most; beyond that the earliest goes out although an earlier one may yet come.
_WAITING_MAX = 40_000

Begun = tuple[int, Story]


class Company:
    """A company in its year: stories begin one after the other until the messages are used up."""

    def __init__(self, messages: int, seed: int, end: date) -> None:
        self._messages = messages
        self._told = 0
        self._seed = seed
        self._end = end
        self._dice = Dice(seed)
        self._numbers = Numbers()
        self._customers = 0
        self._deck = self._dice.shuffled(ARCS)
        self._all_cards = [arc for arc in ARCS for _ in range(arc.cards)]

    def stories(self) -> Iterator[Begun]:
        """Yield every story, told to its end, with the second before which no later story begins."""
        while self._told < self._messages:
            day = self._today()
            story = self._story(day)
            self._told += story.messages
            yield day_start(day), story

    def _today(self) -> date:
        passed = DAYS * self._told // self._messages
        return self._end - timedelta(days=DAYS - 1 - passed)

    def _story(self, day: date) -> Story:
        newcomer = self._customers == 0 or self._dice.chance(_NEWCOMERS)
        who = customer(self._number(newcomer=newcomer), self._seed)
        arc = self._deal(who, (self._end - day).days, newcomer=newcomer)
        dice = Dice(self._dice.between(0, 2**52))
        story = self._begin(who, dice, day, newcomer=newcomer)
        arc.tell(story)
        left = self._messages - self._told
        if story.messages <= left:
            return story
        last = self._begin(who, dice, day, newcomer=newcomer)
        filler(last, left)
        return last

    def _begin(self, who: Customer, dice: Dice, day: date, *, newcomer: bool) -> Story:
        story = Story(who, dice, self._numbers, day)
        if newcomer:
            story.write_customer()
        return story

    def _number(self, *, newcomer: bool) -> int:
        """Return a customer's number: the next one, or one known, the early ones oftener."""
        if newcomer:
            self._customers += 1
            return self._customers
        return 1 + int(self._customers * self._dice.random() ** 2)

    def _deal(self, who: Customer, days: int, *, newcomer: bool) -> Arc:
        """Return the uppermost card that suits; the first deck holds every story once, later ones hold their shares."""
        if not self._deck:
            self._deck = self._dice.shuffled(self._all_cards)
        for place in range(len(self._deck) - 1, -1, -1):
            if _suits(self._deck[place], who, newcomer=newcomer):
                arc = self._deck.pop(place)
                return arc if arc.days <= days else _QUESTION
        return _QUESTION


def in_order(begun: Iterable[Begun]) -> Iterator[Line]:
    """Merge the stories' lines by time; what comes before the beginning of the next story can go out."""
    heap: list[tuple[int, int, int, Story]] = []
    waiting = 0
    for serial, (start, story) in enumerate(begun):
        heappush(heap, (story.lines[0][0], serial, 0, story))
        waiting += len(story.lines)
        while heap and (heap[0][0] < start or waiting > _WAITING_MAX):
            yield _earliest(heap)
            waiting -= 1
    while heap:
        yield _earliest(heap)


def _earliest(heap: list[tuple[int, int, int, Story]]) -> Line:
    _, serial, place, story = heap[0]
    line = story.lines[place][1]
    following = place + 1
    if following < len(story.lines):
        heapreplace(heap, (story.lines[following][0], serial, following, story))
    else:
        heappop(heap)
    return line


def _suits(arc: Arc, who: Customer, *, newcomer: bool) -> bool:
    if arc.whom == "men":
        return not who.person.female
    return newcomer or arc.whom != "newcomers"
