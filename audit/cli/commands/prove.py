"""``onrecord prove``: evidence for single events, to hand to somebody who need not trust us."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from audit.bootstrap.withheld import hiding_from_exporter, opened
from audit.cli.looking import LISTED, persons, purpose
from audit.cli.session import Answer, Session
from audit.cli.writing import write_whole
from audit.domain.access import RecordExported
from audit.domain.errors import NotAllowed, Unavailable, WrongUse
from audit.evidence.bundle_form import Bundle
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.tlog_proof import SUFFIX, TlogProof
from audit.projections.ties import Ties
from audit.reports.bundling import bundle_of

if TYPE_CHECKING:
    from audit.archive.log.log import Log
    from audit.archive.mapper import Disclosed
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.reports.bundling import Bundled

Events = Annotated[list[int], typer.Argument(metavar="EVENT...", help="The positions of events.", min=1)]
Output = Annotated[Path, typer.Option("-o", "--output", help="BUNDLE.json, the file to write.")]
Open = Annotated[
    str | None,
    typer.Option(
        "--open", metavar="PART,...", help="What is shown: text, 12:author …, or none; all you may see by default."
    ),
]
Folder = Annotated[Path | None, typer.Option("--tlog-proof", help="A folder for a C2SP .tlog-proof file per event.")]

_SEE_WORDS: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer"})
"""Who may open words about anybody; the others hand out proofs without them."""
_NONE: Final = "none"


@dataclass(frozen=True)
class _Wish:
    """Which parts are to be shown: ``everything``, or (event, part), the event None where any is meant."""

    everything: bool
    parts: frozenset[tuple[int | None, str]] = frozenset()

    def of(self, disclosed: Disclosed) -> frozenset[str]:
        if self.everything:
            return disclosed.declared
        return frozenset(name for event, name in self.parts if event in {None, disclosed.position})


def prove(session: Session, events: Events, output: Output, opens: Open = None, proofs: Folder = None) -> Answer:
    """Write an evidence bundle for events; whoever has the log's key can check it offline."""
    with session.house() as house:
        by = session.actor(house)
        wish = _wish(opens, by)
        position = session.caught_up(house)
        hiding = hiding_from_exporter(house, by.role)
        bundled = bundle_of(house, events, lambda one: opened(hiding, one.position, wish.of(one)))
        bundle = Bundle.parse(bundled.content)
        _must_be_met(wish, bundle)
        _record(house, by, bundled, bundle, position)
        write_whole(output, bundled.content)
        if proofs is not None:
            _write_proofs(proofs, bundle)
            _write_time_stamp(proofs, bundle, house.log)
    return _answer(output, bundled)


def _wish(opens: str | None, by: Actor) -> _Wish:
    if opens == _NONE or (opens is None and by.role not in _SEE_WORDS):
        return _Wish(everything=False)
    if by.role not in _SEE_WORDS:
        raise NotAllowed(f"A {by.role} may not open words: prove with --open none, or ask a supervisor.")
    if opens is None:
        return _Wish(everything=True)
    return _Wish(everything=False, parts=frozenset(map(_part, opens.split(","))))


def _part(written: str) -> tuple[int | None, str]:
    event, colon, name = written.strip().rpartition(":")
    if not name or (colon and not (event.isascii() and event.isdecimal())):
        raise WrongUse(f"--open {written!r} names no part: write parts like text,author or 12:text, or none.")
    return (int(event) if colon else None), name


def _must_be_met(wish: _Wish, bundle: Bundle) -> None:
    """Raise WrongUse for a part that was asked for and that no event could open."""
    opened: set[tuple[int | None, str]] = {(item.index + 1, name) for item in bundle.items for name in item.opened}
    opened |= {(None, name) for _, name in opened}
    for event, name in sorted(wish.parts - opened, key=str):
        where = f"event {event}" if event else "these events"
        raise WrongUse(f"There are no words {name!r} in {where} that could be opened: leave that part out of --open.")


def _record(house: House, by: Actor, bundled: Bundled, bundle: Bundle, position: int) -> None:
    with house.views.reading(Ties) as (db, ties):
        whose = {tied for item in bundle.items for kind, tied in ties.of(db, item.index + 1) if kind == "customer"}
    listed = sorted(whose, key=str)
    many = len(listed) > LISTED
    exported = RecordExported(
        what="evidence",
        format="json",
        count=bundled.items,
        withheld=bundled.undisclosed,
        position=position,
        digest=sha256(bundled.content).hexdigest(),
        why=purpose(by),
        persons=persons([str(one) for one in listed]) if many else None,
    )
    house.archive.note(exported, by, ties=[] if many else [("customer", one) for one in listed])


def _write_proofs(folder: Path, bundle: Bundle) -> None:
    """Write for each event its proof and, beside it, the leaf that the proof is about."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be made ({error.strerror}): choose another place.") from None
    for item in bundle.items:
        proof = TlogProof(item.index, item.proof, bundle.checkpoint)
        write_whole(folder / f"{item.index + 1}{SUFFIX}", bytes(proof))
        write_whole(folder / f"{item.index + 1}.leaf", item.leaf or b"")


def _write_time_stamp(folder: Path, bundle: Bundle, log: Log) -> None:
    """Write the time-stamp of the bundle's checkpoint, where it has one, beside the bytes that it attests."""
    stamp = log.time_stamp(Checkpoint.parse(bundle.checkpoint.text).size)
    if stamp is not None:
        write_whole(folder / "checkpoint.note", bytes(bundle.checkpoint)[: stamp.covers])
        write_whole(folder / "checkpoint.tsr", stamp.response)


def _answer(output: Path, bundled: Bundled) -> Answer:
    facts = {
        "file": str(output),
        "items": bundled.items,
        "opened": bundled.opened,
        "undisclosed": bundled.undisclosed,
        "sha256": sha256(bundled.content).hexdigest(),
    }
    words = (
        f"{output}: {bundled.items} events, {bundled.opened} parts opened, {bundled.undisclosed} not disclosed.\n"
        f"SHA-256 {facts['sha256']}\n"
        "It proves that these events are in the log, not that there are no others."
    )
    return Answer(facts=facts, words=words)
