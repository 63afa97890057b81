"""``onrecord seal`` and ``onrecord checkpoint``: cut a checkpoint over the log, and hand out the newest."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.session import Answer, Session
from audit.cli.writing import write_whole
from audit.domain.errors import NotFound, Unreadable, WrongUse
from audit.evidence.errors import NotProven

if TYPE_CHECKING:
    from audit.archive.log.store import SignedCheckpoint
    from audit.bootstrap.house import House

Rotate = Annotated[bool, typer.Option("--rotate", help="Hand the log over to a new key; both keys sign.")]
TimeStampFile = Annotated[
    Path | None, typer.Option("--time-stamp", metavar="FILE", help="A file for its time-stamp (RFC 3161), to be kept.")
]
Recover = Annotated[
    Path | None,
    typer.Option("--recover", help="The newest checkpoint that was handed out: begins a lost log.state anew."),
]


def seal(session: Session, rotate: Rotate = False, recover: Recover = None) -> Answer:
    """Cut and sign a checkpoint over all events, if there are new ones; print the newest."""
    if rotate and recover:
        raise WrongUse("--rotate and --recover do not go together: recover first.")
    with session.house() as house:
        by = session.actor(house)
        if rotate:
            signed = house.log.rotate(lambda event: house.archive.note(event, by))
        elif recover:
            signed = _recovered(house, recover)
        else:
            house.log.seal()
            signed = _newest(house)
        keys = [str(key.key) for key in house.log.verifiers()]
    facts = _facts(signed) | {"log_key": keys[0], "earlier_log_keys": keys[1:]}
    words = f"{signed.size} events are sealed under the root {facts['root']}:\n\n{signed.note}"
    if rotate:
        words += f"\nFrom here on this key signs alone; publish it beside the earlier ones: {keys[0]}"
    return Answer(facts=facts, words=words.rstrip("\n"))


def checkpoint(session: Session, time_stamp: TimeStampFile = None) -> Answer:
    """Print the newest checkpoint: keep it outside this house, and give it to onrecord verify later."""
    with session.house() as house:
        session.actor(house)
        newest = _newest(house)
        stamp = house.log.time_stamp(newest.size)
    if time_stamp is not None:
        if stamp is None:
            raise NotFound("The newest checkpoint has no time-stamp: see ONRECORD_TSA_URL and onrecord doctor.")
        write_whole(time_stamp, stamp.response)
    facts = _facts(newest) | {"time_stamp": stamp and b64encode(stamp.response).decode()}
    return Answer(facts=facts, words=newest.note.rstrip("\n"))


def _newest(house: House) -> SignedCheckpoint:
    newest = house.log.newest()
    if newest is None:
        raise NotFound("There is no checkpoint yet: cut one with onrecord seal.")
    return newest


def _recovered(house: House, path: Path) -> SignedCheckpoint:
    try:
        return house.log.recover(path.read_bytes())
    except OSError as error:
        raise WrongUse(f"{path} cannot be read ({error.strerror}): name the file of a checkpoint.") from None
    except NotProven as reason:
        raise Unreadable(f"{path} is no checkpoint of this log: {reason}") from reason


def _facts(signed: SignedCheckpoint) -> dict[str, Any]:
    return {
        "size": signed.size,
        "root": b64encode(signed.root).decode(),
        "note": signed.note,
        "signed_at": signed.signed_at.isoformat(),
    }
