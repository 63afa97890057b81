"""``onrecord serve``: the pages, and the views kept up to date beside them."""

from __future__ import annotations

import threading
from base64 import b32encode
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from api.app import create_app
from api.serving import listening, server_of
from audit.archive.log.sealer import Sealer
from audit.bootstrap.alerting import Watch
from audit.bootstrap.house import ARCHIVE_FILE, create
from audit.bootstrap.promising import Watch as PromiseWatch
from audit.bootstrap.users import registered
from audit.cli.session import Answer, Session, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from audit.bootstrap.house import House

Origin = Annotated[str, typer.Option("--origin", help="The name of the log, where an archive is to be made first.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="The port on this machine; 0 takes a free one.")]


_CODE_LENGTH = 10


def serve(session: Session, port: Port = 8000, origin: Origin = "localhost/on-record") -> Answer:
    """Serve the pages on this machine until stopped; where there is no archive yet, one is made."""
    _make_where_absent(session, origin)
    with session.house() as house, listening(port) as doorway:
        session.actor(house)
        address = f"http://127.0.0.1:{doorway.getsockname()[1]}"
        code = _first_code(house)
        server = server_of(create_app(house, first_code=code), slow_seconds=house.settings.slow_seconds)
        stop = threading.Event()
        watching: list[Callable[[], object]] = [Watch(house), PromiseWatch(house)]
        after = partial(_each, watching)
        follower = threading.Thread(target=partial(house.follower.run, stop, after=after), name="follower")
        follower.start()
        say(f"On Record serves {house.origin} on {address} ; stop with Ctrl+C.")
        if code:
            say(f"Nobody can sign in yet. The first administrator begins at {address}/first?code={code}")
        try:
            # Ctrl+C is raised again when the server has ended in good order.
            with Sealer(house.log), suppress(KeyboardInterrupt):
                server.run(sockets=[doorway])
        finally:
            stop.set()
            house.follower.wake()
            follower.join()
        position = house.archive.head().size
    return Answer(facts={"position": position}, words="Stopped.")


def _each(watching: Iterable[Callable[[], object]]) -> None:
    for look in watching:
        look()


def _make_where_absent(session: Session, origin: str) -> None:
    settings = session.settings
    if settings.database_url is None and not (settings.folder / ARCHIVE_FILE).exists():
        vkey = create(settings, origin=origin, operator=session.user)
        say(f"A new archive was made in {settings.folder}. Its log signs with {vkey}: publish that key.")


def _first_code(house: House) -> str | None:
    """Return a code for the first administrator, where nobody can sign in yet."""
    if any(one["secret"] and not one["retired"] for one in registered(house)):
        return None
    return b32encode(house.world.random(_CODE_LENGTH)).decode().lower()
