"""The score as the database counts it is the score of the rubric, for any ticket and any rubric, on both engines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from audit.language.facts.fact import KINDS
from audit.projections.desk.asking import Asked, Place, page_of
from audit.projections.desk.marks import from_bits
from audit.projections.desk.packing import MOST, counted, mask, pack, unpack
from audit.projections.desk.rubric import read_rubric, rubric
from audit.projections.desk.scoring import score_of
from audit.projections.desk.view import Desk
from tests.benchmarks.desk import fill
from tests.projections.conftest import place as place  # noqa: PLC0414  # pytest finds the fixture by its name here
from tests.projections.given import opened

if TYPE_CHECKING:
    from pathlib import Path

    from audit.projections.desk.rubric import Rubric

TICKETS = 150
RUBRICS = {
    "ours": rubric(),
    "without weights": read_rubric("[weights]\n" + "\n".join(f"{code} = 0" for code in rubric().weights), "none.toml"),
    "one of its own": read_rubric(
        "points_for_a_loss = 1\nweak_below = 90\n[weights]\nfault = 3\n"
        '[categories." FAULT "]\nrequired = ["safety"]\nfacts = ["phone"]\n[categories.move]\nrequired = []\n',
        "own.toml",
    ),
}


@pytest.mark.parametrize("settings", RUBRICS.values(), ids=list(RUBRICS))
def test_a_page_has_the_tickets_in_the_order_of_the_rubrics_own_score(place: Path | str, settings: Rubric) -> None:
    spared = frozenset({("gas", "phone"), ("", "address"), ("fault", "phone")})
    with opened(place, (Desk,)) as views:
        fill(views, TICKETS)
        with views.reading(Desk) as (db, desk):
            for gone in (frozenset[tuple[str, str]](), spared):
                column = score_of(db, desk, settings, gone)
                for row in db.execute(select(desk.tickets, column.label("score"))):
                    needed = {
                        kind for kind in settings.of(row.category).facts if (row.category or "", kind) not in gone
                    }
                    lost = sum(count for kind, count in unpack(row.losses).items() if kind in needed)
                    assert row.score == settings.score(row.category, from_bits(row.marks), lost)
            whole = page_of(db, desk, Asked(rubric=settings, limit=TICKETS)).tickets
            assert [(one.score, one.id.hex) for one in whole] == sorted((one.score, one.id.hex) for one in whole)
            weak = page_of(db, desk, Asked(rubric=settings, weak=True, limit=10))
            assert weak.total == sum(one.score < settings.weak_below for one in whole)
            assert [one.id for one in weak.tickets] == [one.id for one in whole if one.score < settings.weak_below][:10]
            rest = page_of(
                db, desk, Asked(rubric=settings, limit=TICKETS, after=Place(whole[99].score, whole[99].id.hex))
            )
            assert [one.id for one in rest.tickets] == [one.id for one in whole[100:]]


def test_a_page_after_the_last_or_after_nonsense_is_empty_and_harms_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "v.db", (Desk,)) as views:
        with views.reading(Desk) as (db, desk):
            assert page_of(db, desk, Asked(rubric=rubric(), weak=True)).tickets == []
        fill(views, 5)
        with views.reading(Desk) as (db, desk):
            beyond = page_of(db, desk, Asked(rubric=rubric(), after=Place(10**12, "'; --")))
            assert (beyond.tickets, beyond.next, beyond.total) == ([], None, 5)


def test_what_is_packed_can_be_unpacked_and_counted_by_kind() -> None:
    dice = random.Random(3)  # noqa: S311  # any numbers will do
    for _ in range(500):
        counts: dict[str, int] = {kind: dice.randrange(1, 7) for kind in dice.sample(KINDS, dice.randrange(len(KINDS)))}
        packed = pack(counts)
        wanted = dice.sample(KINDS, 4)
        assert unpack(packed) == counts
        assert counted(packed & mask(wanted)) == sum(counts.get(kind, 0) for kind in wanted)
        assert packed < 2**63


def test_more_losses_than_a_number_holds_are_as_many_as_it_holds() -> None:
    packed = pack(dict.fromkeys(KINDS, 10**6))
    assert counted(packed) == MOST
    assert packed < 2**63
