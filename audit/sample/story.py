"""One customer's story as it is told: its clock, its facts, its people, and the lines written so far."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from audit.sample.dice import Dice
from audit.sample.facts import MAKERS
from audit.sample.people import STAFF, colleague, named
from audit.sample.speech import Facts, phrases
from audit.sample.zones import HOUR, at_local, local_day, written

if TYPE_CHECKING:
    from datetime import date

    from audit.sample.people import Customer, Person

Line = dict[str, object]
_SUNDAY = 6
_FIRST_NUMBERS = {"ticket": 100_233, "work order": 20_016}


class Numbers(Counter[str]):
    """What the company counts through: tickets, work orders, conversations."""

    def __init__(self) -> None:
        super().__init__(_FIRST_NUMBERS)

    def next(self, thing: str) -> int:
        self[thing] += 1
        return self[thing]


class Story:
    """Lines are written in the order of their times; ``messages`` counts those of kind ``message``."""

    def __init__(self, customer: Customer, dice: Dice, numbers: Numbers, day: date) -> None:
        self.customer = customer
        self.dice = dice
        self.numbers = numbers
        self.zone = customer.region.zone
        self.language = customer.region.language
        self.now = at_local(day, dice.between(8 * HOUR, 19 * HOUR), self.zone)
        self.lines: list[tuple[int, Line]] = []
        self.messages = 0
        self.facts = self._first_facts()
        self.technician = colleague(self.language, dice.between(1, STAFF), technician=True)
        self.facts["tech"] = self.technician.name
        self.meet_agent()
        self.agent = self.meet_agent()
        self.facts["past"] = self._spoken_day(day - timedelta(days=dice.between(2, 20)))
        self.plan(days=2)

    def write(self, kind: str, source: str, ident: str, **fields: object) -> Line:
        """Write a line about the customer at the present moment of the story."""
        line: Line = {
            "kind": kind,
            "source": source,
            "id": ident,
            "at": written(self.now, self.zone),
            "customer": self.customer.person.id,
            **fields,
        }
        self.lines.append((self.now, line))
        return line

    def write_customer(self, **fields: object) -> None:
        """Write the customer as the register of customers knows them now."""
        facts = self.facts
        self.write(
            "customer",
            "crm",
            self.customer.person.id,
            name=facts["name"],
            contacts=[
                {"kind": "phone", "value": facts["phone"]},
                {"kind": "email", "value": facts["mail"]},
                {"kind": "address", "value": facts["address"]},
            ],
            accounts=[facts["account"]],
            language=self.language,
            **fields,
        )

    def written_now(self) -> str:
        return written(self.now, self.zone)

    def meet_agent(self) -> Person:
        """Let another of the agents take over; the one before becomes the colleague people speak of."""
        before = self.facts.get("agent", "")
        self.agent = self._anybody_but(before)
        self.facts["agent"] = self.agent.name
        self.facts["agent2"] = before
        return self.agent

    def call_in_colleague(self) -> Person:
        """Return somebody else of the staff, a specialist or a supervisor, whom the next phrases name."""
        person = self._anybody_but(self.agent.name)
        self.facts["agent2"] = person.name
        return person

    def daughter(self) -> Person:
        """Return the customer's daughter, who speaks for him: the same in every story of his."""
        customer = self.customer
        dice = Dice(sum(map(ord, customer.person.name)) * STAFF + customer.number)
        person = named(f"rep-{customer.number}", dice, customer.region, female=True)
        self.facts["rep"] = person.name
        self.facts["rep_phone"] = customer.region.phone(dice)[0]
        return person

    def move_house(self) -> None:
        """Give the customer another address and number, for the rest of this story."""
        self.facts["address"] = self.facts.draw("addresses")
        self.facts["phone"] = self.customer.region.phone(self.dice)[0]

    def next_revision(self) -> str:
        return f"r{self.numbers.next('revision'):06d}"

    def exchange(self, name: str) -> tuple[str, str]:
        """Return what the customer says and what is answered: a pair of the named list."""
        self.facts["a"] = "а" if self.customer.person.female else ""
        said, answer = self.facts.another(name, phrases(self.language).pairs[name])
        return self.facts.fill(said), self.facts.fill(answer)

    def file(self, *, bill: bool) -> tuple[str, str]:
        """Return the name and the content of a file: the bill, or any."""
        files = phrases(self.language).pairs["files"]
        name, content = files[0] if bill else self.dice.pick(files)
        return self.facts.fill(name), content % self.facts

    def pause(self, low: int, high: int) -> None:
        """Let so many seconds pass."""
        self.now += self.dice.between(low, high)

    def later(self, days: int) -> None:
        """Go on in opening hours, one to so many days later, and not on a Sunday (that can take a day more)."""
        day = self._open_day(self.dice.between(1, days))
        self.now = at_local(day, self.dice.between(8 * HOUR, 17 * HOUR), self.zone)

    def plan(self, days: int) -> None:
        """Fix a visit or a deadline, one to so many days ahead, so that what is said and what happens agree."""
        self._planned = self._open_day(self.dice.between(1, days))
        half_hours = self.dice.between(16, 31)
        self._planned_second = half_hours * HOUR // 2
        minutes = "30" if half_hours % 2 else "00"
        self.facts["t1"] = f"{half_hours // 2}:{minutes}"
        self.facts["t2"] = f"{half_hours // 2 + 2}:{minutes}"
        self.facts["date"] = self._spoken_day(self._planned)
        self.facts["day"] = phrases(self.language).lists["weekdays"][self._planned.weekday()]

    def planned_day_comes(self) -> None:
        self.facts["past"] = self._spoken_day(local_day(self.now, self.zone))
        arrival = at_local(self._planned, self._planned_second + self.dice.between(0, HOUR), self.zone)
        self.now = max(arrival, self.now + HOUR)

    def planned_date(self) -> str:
        return self._planned.isoformat()

    def planned_moment(self) -> str:
        return written(at_local(self._planned, self._planned_second, self.zone), self.zone)

    def _anybody_but(self, name: str) -> Person:
        while True:
            person = colleague(self.language, self.dice.between(1, STAFF))
            if person.name != name:
                return person

    def _open_day(self, days: int) -> date:
        day = local_day(self.now, self.zone) + timedelta(days=days)
        return day + timedelta(days=1) if day.weekday() == _SUNDAY else day

    def _spoken_day(self, day: date) -> str:
        lists = phrases(self.language).lists
        self.facts["month"] = lists["months"][day.month - 1]
        self.facts["number"] = str(day.day)
        return self.facts.draw("dates")

    def _first_facts(self) -> Facts:
        customer = self.customer
        facts = Facts(self.dice, phrases(self.language).lists, MAKERS)
        facts.update(
            language=self.language,
            name=customer.person.name,
            first=customer.person.hail,
            phone=self.dice.pick(customer.phones),
            mail=customer.mail,
            address=customer.address,
            access=customer.access,
            town=customer.town,
            account=customer.account,
            a="",
        )
        return facts
