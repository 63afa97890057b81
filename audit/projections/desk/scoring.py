"""The score of a ticket as the database counts it, so that a page of very many needs not all of them read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, case, func, literal, select

from audit.projections.desk.packing import BASE, mask
from audit.projections.desk.rubric import CODES, FULL, Needs

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

    from audit.projections.desk.rubric import Rubric
    from audit.projections.desk.view import Desk

_NO_CATEGORY: Final = ""


def needs_of(category: str | None, rubric: Rubric, spared: Collection[tuple[str, str]]) -> Needs:
    """Return what tickets of a category need, without the kinds of facts that need not be asked of it."""
    needs = rubric.of(category)
    return Needs(needs.required, frozenset(kind for kind in needs.facts if (category or "", kind) not in spared))


def score_of(db: Connection, desk: Desk, rubric: Rubric, spared: Collection[tuple[str, str]]) -> ColumnElement[int]:
    """Return the score as a column; it is what ``Rubric.score`` says of the marks, and of the losses that count."""
    table = desk.tickets.c
    categories = db.scalars(select(table.category).distinct().where(table.category.is_not(None))).all()
    alike: dict[Needs, list[str]] = {}
    for category in sorted(categories):
        alike.setdefault(needs_of(category, rubric, spared), []).append(category)
    otherwise = needs_of(_NO_CATEGORY, rubric, spared)
    others = [
        (table.category.in_(some), _points(desk, needs, rubric)) for needs, some in alike.items() if needs != otherwise
    ]
    points = _points(desk, otherwise, rubric)
    whole = case(*others, else_=points) if others else points
    # Both engines take the larger of two numbers, each by a word of its own.
    return (func.max if db.dialect.name == "sqlite" else func.greatest)(literal(0, Integer), whole, type_=Integer)


def _points(desk: Desk, needs: Needs, rubric: Rubric) -> ColumnElement[Any]:
    """Return the points of tickets that need this; they may be fewer than none."""
    table = desk.tickets.c
    weights = {code: rubric.weights[code] for code in needs.required if rubric.weights[code]}
    whole = sum(weights.values())
    lost = table.losses.bitwise_and(mask(needs.facts)) % (BASE - 1) * rubric.points_for_a_loss
    if not whole:
        return FULL - lost
    met = sum(
        (table.marks.bitwise_rshift(CODES.index(code)).bitwise_and(1) * weight for code, weight in weights.items()),
        start=literal(0, Integer),
    )
    return met * FULL // whole - lost
