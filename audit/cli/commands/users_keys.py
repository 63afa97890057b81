"""``onrecord users key`` and its like: keys with which programs act for a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.program_keys import DAYS, end_key, keys_of, make_key
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.directory import SCOPES

if TYPE_CHECKING:
    from audit.archive.accounts.api_keys import ApiKey

User = Annotated[str, typer.Argument(help="The login of a user; programs act in their role.", show_default=False)]
For = Annotated[str, typer.Option("--for", help="What the key is for.")]
Scope = Annotated[list[str], typer.Option("--scope", help=f"One of: {', '.join(SCOPES)}; may be given again.")]
Days = Annotated[int, typer.Option("--days", help="How long it lives.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The id of a key.", show_default=False)]


def make(session: Session, user: User, what: For, scope: Scope, days: Days = DAYS) -> Answer:
    """Make a key for programs, and print it: it is shown this once."""
    with session.house() as house:
        key = make_key(house, session.actor(house), user, purpose=what, scopes=scope, days=days)
    facts = {"user": user, "key": key, "scopes": scope}
    return Answer(facts=facts, words=f"Programs act as {user} with this key, shown this once: {key}")


def end(session: Session, key: Key) -> Answer:
    """End a key: from now on it opens nothing."""
    with session.house() as house:
        ended = end_key(house, session.actor(house), key)
    return Answer(facts={"key": key, "user": ended.login}, words=f"The key {key} of {ended.login} is ended.")


def show(session: Session) -> Answer:
    """List the keys for programs: of whom, what for, until when; never what they are."""
    with session.house() as house:
        by = session.actor(house)
        position = house.archive.head().size
        found = keys_of(house).all()
        house.archive.note(RecordViewed(what="keys", count=len(found), position=position, why=purpose(by)), by)
    keys = [_facts(one) for one in found]
    words = "\n".join(_line(one) for one in found) or "No key was made: see onrecord users key --help."
    return Answer(facts={"position": position, "keys": keys}, words=words)


def _facts(one: ApiKey) -> dict[str, Any]:
    return {
        "key": one.id,
        "user": one.login,
        "for": one.purpose,
        "scopes": list(one.scopes),
        "made": one.made.isoformat(),
        "until": one.until.isoformat(),
        "used": one.used.isoformat() if one.used else None,
        "ended": one.ended,
    }


def _line(one: ApiKey) -> str:
    state = "ended" if one.ended else f"until {one.until:%Y-%m-%d}"
    return f"{one.id}  {one.login}  {' '.join(one.scopes)}  {state}  {one.purpose}"
