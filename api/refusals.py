"""What the house refuses, in the visitor's language: the archive says it in English, the pages translate it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from api.navigation import N_

if TYPE_CHECKING:
    from api.wording import Wording

REFUSALS: Final = (
    N_("The query is empty: write a word to search for"),
    N_("The query cannot be read: put brackets around what belongs together"),
    N_("These two touch each other: put a space between them, or quote the whole"),
    N_("This bracket is never closed: close it, or quote it"),
    N_("This bracket was never opened: open it, or quote it"),
    N_("There is nothing between these brackets: leave them out, or quote them"),
    N_("{text} needs something to search for after it"),
    N_("{text} needs something to search for before it"),
    N_("NOT NOT says nothing: leave out both"),
    N_("The field {name} has no value: write it right after the colon"),
    N_("A colon inside a word makes a field of it: quote the whole"),
    N_("Signs alone cannot be searched for: write a word"),
    N_("A pattern names at least {least} letters: write more of the word"),
    N_("The range ends before it begins: turn it around"),
    N_("This stands for more than {most} words: write more letters of the one you mean"),
    N_("The query is longer than {most} characters: shorten it"),
    N_("There is a saved search of this name: change that one, or take another name."),
    N_("This search was saved by somebody else: save one of your own, or ask its owner."),
    N_("There is nothing to draw: ask for at least one of something."),
    N_("Nothing was found that could be handed over: ask for something else."),
    N_("{login} is registered already: choose another login."),
    N_("A password has {least} to {most} characters: choose another."),
    N_("A key is for one or more of {scopes}: choose among them."),
    N_("A key lives {least} to {most} days: give a number of days between."),
    N_("This hold covers nothing: name persons or cases, or give a query."),
    N_("The days this hold covers end before they begin: change them."),
    N_("This hold was released before: there is nothing more to do."),
    N_("A legal hold covers this person: have it released first."),
    N_("Who asked for an erasure does not execute it: let a second person do that."),
    N_("Nobody has made sure who asks: do that with onrecord erase --identify ID --how TEXT, then execute it."),
    N_("This must be kept until {day}: wait until then."),
    N_("All of it must be kept until {day}: wait until then."),
    N_("This erasure was refused: ask for a new one."),
    N_("Words kept {keep} days cannot be gone after {limit}: raise the limit."),
    N_("The period ends before it begins: change its days."),
    N_("There is no customer {customer}: find the id with onrecord customers."),
    N_("The requester has no day yet: acknowledge the request first."),
    N_("Nobody has checked that the requester may have this: verify them first."),
    N_("Words were withheld or given free, and no second person has read this record: have it checked first."),
    N_("Whoever withheld or restored words does not check it: let another person read it."),
    N_("The second reader does not approve what they checked: let another supervisor do it."),
    N_("There is no record since the last change: compile it first."),
    N_("This request is answered: an internal review opens it again."),
    N_("These words do not stand in event {number}: copy them as they stand there."),
    N_("These words stand {times} times in event {number}: withhold the whole part."),
    N_("Event {number} is not in the record of this customer: take a number from it."),
    N_("Event {number} is not about this customer: name the event that shows it was kept."),
    N_("The promise is due on {day}: give a later day."),
    N_("The day of this promise is not over: give the reason why it counts as broken."),
    N_("Nobody has confirmed this promise: confirm it first, and then prove it."),
    N_("You wrote this text: let somebody else accept it."),
    N_("This text was sent back already: wait for the new one."),
    N_("This text is signed already: only a new one can be signed."),
    N_("The work order was changed after it was shown: show it again, and have that signed."),
    N_("The ticket does not say {sentence}: give a sentence as it stands there."),
    N_("You took part in this conversation: let somebody else review it."),
    N_("Agents look at reviews of their own conversations: ask a supervisor for this one."),
    N_("Event {number} is no line of ours: an element is shown by what the agent says."),
    N_("Give the amount as 12.50 and the currency as EUR."),
    N_("This link was used before and works once: ask the company for a new one."),
    N_("This link is too old: ask the company for a new one."),
    N_("There is no such link: ask the company for a new one."),
    N_("No mail server is set: give it in ONRECORD_SMTP_HOST and ONRECORD_SMTP_FROM."),
    N_("There is no report {report}: issue one with onrecord levels --issue."),
)
"""The refusals a page may meet; {names} stand for what differs from case to case."""
_NAME: Final = re.compile(r"\\\{(\w+)\\\}")


def refusal(say: Wording, said: str) -> str:
    """Return a refusal in the language of the visitor, or as it was said where nobody translated it."""
    for template, pattern in _patterns():
        found = pattern.fullmatch(said)
        if found:
            # Not escaped here: the page does that, and a program wants it plain.
            return str(say(template)).format(**found.groupdict())
    return said


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one, re.compile(_NAME.sub(r"(?P<\1>.{1,500}?)", re.escape(one)), re.DOTALL)) for one in REFUSALS)
