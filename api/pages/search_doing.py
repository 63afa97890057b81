"""What is done with what a search found: kept, noted upon, drawn from, and handed over."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from api.opening import opens
from api.pages.search import DECISIONS, PER
from api.visit import Visit
from audit.bootstrap import drawing_samples, producing, remarking, saved_searches
from audit.domain import hit_review, review
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.projections.directory import Directory
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from audit.domain.event import Event
    from audit.domain.review import SampleDrawn

HANDED_MOST: Final = 5_000
"""So many items at once are handed over by the pages; more by the command, which shows how far it is."""
DRAWN_MOST: Final = 500
_LONGEST: Final = 10_000
_DIGITS: Final = 15


@opens("search-saved")
def saved(visit: Visit) -> Response:
    visit.house.follower.catch_up()
    name, query = visit.needed("name", 200), visit.needed("q", _LONGEST)
    alert = bool(visit.field("alert"))
    saved_searches.save(visit.house, visit.by, name, query=query, title=visit.field("title", 500) or None, alert=alert)
    visit.house.follower.catch_up()
    return visit.to("/searches")


@opens("search-remarked")
def remarked(visit: Visit) -> Response:
    """Note on the hits that were ticked, or on everything that the search finds, each thing that was filled in."""
    house, query = visit.house, visit.needed("q", _LONGEST)
    to = visit.field("to", 200) or None
    made = _remarks(visit, query)
    if not made and to is None:
        raise WrongUse(str(visit.say("Fill in what is to be noted: a tag, a decision, a comment, or who is to look.")))
    remarking.must_review(house, visit.by, to)
    house.follower.catch_up()
    if visit.field("which") == "all":
        places = remarking.found_by(house, visit.by, query)
    else:
        places = sorted({_number(visit, one) for one in visit.chosen("event")})
    if not places:
        raise WrongUse(str(visit.say("Tick at least one hit, or choose everything that was found.")))
    for make in made:
        remarking.remark(house, visit.by, places, make)
    if to is not None:
        remarking.remark(house, visit.by, places, lambda one: hit_review.SearchHitAssigned(position=one), to=to)
    house.follower.catch_up()
    return visit.to(f"{_back(visit)}&noted={len(places)}")


@opens("search-drawn")
def drawn(visit: Visit) -> Response:
    """Draw a sample, and show which events it holds; whoever knows the seed draws it again."""
    house, query = visit.house, visit.needed("q", _LONGEST)
    size = _number(visit, visit.field("size", 9) or "10")
    if not 0 < size <= DRAWN_MOST:
        raise WrongUse(str(visit.say("A sample holds from 1 to {most} events.", most=DRAWN_MOST)))
    house.follower.catch_up()
    per = visit.field("per", 40) or None
    drawing = drawing_samples.draw(house, visit.by, query, size=size, seed=visit.field("seed", 100) or None, per=per)
    with house.views.reading(Directory) as (db, directory):
        names = {staff.hex: name for staff, name in directory.names(db).items()}
    return visit.page(
        "work/sample.html",
        query=query,
        drawing=drawing,
        per=PER.get(per or ""),
        names=names,
        lies_in=_conversations(visit, [sample for _, _, sample in drawing.samples]),
    )


@opens("search-exported")
def exported(visit: Visit) -> Response:
    """Count what would be handed over, or hand it over as one file."""
    house = visit.house
    order = producing.Order(
        query=visit.needed("q", _LONGEST),
        form=visit.field("form", 20) or producing.FORMS[0],
        prefix=visit.field("prefix", 40) or "REC",
        context=_number(visit, visit.field("context", 9) or "0"),
        tag=visit.field("tag", 200) or None,
        decided=visit.field("decided", 40) or None,
    )
    if order.context > DRAWN_MOST:
        raise WrongUse(str(visit.say("At most {most} lines come along with a hit.", most=DRAWN_MOST)))
    house.follower.catch_up()
    will = producing.planned(house, visit.by, order)
    if visit.field("go") != "yes" or will.count > HANDED_MOST:
        return visit.page(
            "work/handing_over.html",
            order=order,
            will=will,
            most=HANDED_MOST,
            decision=DECISIONS.get(order.decided or ""),
        )
    kept = Path(tempfile.mkdtemp(prefix="onrecord-"))
    try:
        name = f"{order.prefix}-{will.position}"
        producing.hand_over(house, visit.by, order, kept / name, will=will, progress=_silently)
        _zipped(kept / name, kept / f"{name}.zip")
    except BaseException:
        shutil.rmtree(kept, ignore_errors=True)
        raise
    # The file goes when it was sent: nothing of it stays on this machine.
    return FileResponse(
        kept / f"{name}.zip",
        media_type="application/zip",
        filename=f"{name}.zip",
        background=BackgroundTask(shutil.rmtree, kept, ignore_errors=True),
    )


def _remarks(visit: Visit, query: str) -> list[Callable[[int], Event]]:
    """Return what makes the events of each remark that was filled in."""
    words = Personal(query)
    made: list[Callable[[int], Event]] = []
    if tag := visit.field("tag", 100):
        made.append(partial(review.tag_hit, tag=tag, query=words))
    if gone := visit.field("untag", 100):
        made.append(partial(hit_review.untag_hit, tag=gone))
    if outcome := visit.field("decided", 40):
        made.append(partial(hit_review.decide_hit, outcome=outcome, query=words))
    if comment := visit.field("comment"):
        made.append(partial(hit_review.comment_on_hit, comment=Personal(comment)))
    return made


def _back(visit: Visit) -> str:
    """Return the page of hits the form stood on."""
    back = visit.field("back", 100_000)
    return back if back.startswith("/search?") else "/search?"


def _number(visit: Visit, written: str) -> int:
    if written.isascii() and written.isdecimal() and len(written) <= _DIGITS:
        return int(written)
    raise WrongUse(str(visit.say("{written} is no whole number.", written=written[:20])))


def _conversations(visit: Visit, samples: list[SampleDrawn]) -> dict[int, UUID]:
    """Return the conversations of the events that were drawn, where they have one."""
    with visit.house.views.reading(Ties) as (db, ties):
        return {
            one: tie
            for sample in samples
            for one in sample.drawn
            for kind, tie in ties.of(db, one)
            if kind == "conversation"
        }


def _zipped(folder: Path, to: Path) -> None:
    with ZipFile(to, "x", ZIP_DEFLATED) as file:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            file.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")


@contextmanager
def _silently(_: int) -> Iterator[Callable[[int], None]]:
    yield lambda _: None
