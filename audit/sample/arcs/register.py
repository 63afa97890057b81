"""Every story the company can live through, how often it happens, and how many days it may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audit.sample.arcs.contacts import given_up, post_in_public, question, question_by_mail, record_request, unheard
from audit.sample.arcs.contracts import cancellation, delivery, moving, welcome
from audit.sample.arcs.faults import bad_fault, daughter_for_father, good_fault, repeat_caller
from audit.sample.arcs.money import card_number_taken_back, credit_forgotten, credit_kept, quote_disputed, quote_kept
from audit.sample.story import Story


@dataclass(frozen=True, slots=True)
class Arc:
    """One kind of story; ``cards`` is its share of the deck, ``days`` the longest it can last, ``whom`` it befalls."""

    tell: Callable[[Story], None]
    cards: int
    days: int
    whom: str = "anybody"


ARCS = (
    Arc(good_fault, 5, 12),
    Arc(bad_fault, 4, 26),
    Arc(repeat_caller, 2, 16),
    Arc(daughter_for_father, 2, 8, "men"),
    Arc(credit_kept, 2, 9),
    Arc(credit_forgotten, 2, 36),
    Arc(quote_kept, 2, 15),
    Arc(quote_disputed, 2, 26),
    Arc(card_number_taken_back, 1, 0),
    Arc(welcome, 3, 14, "newcomers"),
    Arc(delivery, 3, 14),
    Arc(cancellation, 2, 16),
    Arc(moving, 1, 0),
    Arc(question, 10, 0),
    Arc(question_by_mail, 4, 6),
    Arc(given_up, 3, 5),
    Arc(unheard, 2, 0),
    Arc(post_in_public, 3, 0),
    Arc(record_request, 1, 0),
)
