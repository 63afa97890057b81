"""How a ticket is put before people: as JSON, and as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.bootstrap.withheld import Hiding
    from audit.projections.desk.asking import Loss, Ticket

_WITHHELD = "[withheld]"


def ticket_facts(one: Ticket, names: Mapping[UUID, str], hiding: Hiding) -> dict[str, Any]:
    """Return a ticket as JSON: its score with all the reasons for it, and nothing that is withheld."""
    return {
        "ticket": one.written or str(one.id),
        "score": one.score,
        "category": one.category,
        "missing": list(one.missing),
        "marks": [_mark(mark, hiding) for mark in one.marks],
        "lost": [_loss(loss, hiding) for loss in one.lost],
        "repeated": [
            {
                "kind": each.kind,
                "text": _WITHHELD if hiding.of(each.first) or hiding.of(each.again) else each.text,
                "first": each.first,
                "again": each.again,
                "other_conversation": each.other_conversation,
            }
            for each in one.repeated
        ],
        "flags": list(one.flags),
        "agent": None if one.author is None else names.get(one.author, str(one.author)),
        "team": one.team,
        "versions": one.versions,
        "bounces": one.bounces,
        "read_back": one.read_back,
        "visits": one.visits,
        "opened": one.first_at.isoformat(),
    }


def ticket_line(one: Mapping[str, Any]) -> str:
    """Return a ticket as one line for people, with what lowers its score."""
    reasons = [f"no {code}" for code in one["missing"]]
    reasons += [_lost_line(loss) for loss in one["lost"] if loss["counts"]]
    reasons += one["flags"]
    return f"{one['score']:3} {one['ticket']} {'; '.join(reasons) or 'nothing is missing'}"


def _lost_line(loss: Mapping[str, Any]) -> str:
    step = "the work order" if loss["step"] == "work_order" else f"the {loss['step']}"
    if loss["wrong"] is not None:
        return f"{loss['kind']} {loss['text']} is {loss['wrong']['text']} in {step}"
    return f"{loss['kind']} {loss['text']} is not in {step}"


def _mark(mark: Any, hiding: Hiding) -> dict[str, Any]:
    hidden = bool(hiding.of(mark.event))
    text = _WITHHELD if hidden else mark.text
    return {"code": mark.code, "event": mark.event, "start": mark.start, "end": mark.end, "text": text}


def _loss(loss: Loss, hiding: Hiding) -> dict[str, Any]:
    hidden = bool(hiding.of(loss.event))
    wrong = None
    if loss.wrong is not None:
        apart = bool(hiding.of(loss.wrong["event"]))
        wrong = {name: _WITHHELD if apart and name != "event" else value for name, value in loss.wrong.items()}
    return {
        "kind": loss.kind,
        "text": _WITHHELD if hidden else loss.text,
        "fact": _WITHHELD if hidden else loss.key,
        "line": _WITHHELD if hidden else loss.line,
        "event": loss.event,
        "step": loss.step,
        "wrong": wrong,
        "arrived": loss.arrived,
        "counts": loss.counts,
    }
