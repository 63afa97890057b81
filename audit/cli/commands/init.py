"""``onrecord init``: make an archive."""

from __future__ import annotations

from typing import Annotated

import typer

from audit.bootstrap.house import create
from audit.cli.session import Answer, Session

Origin = Annotated[str, typer.Option("--origin", help="The name of the log, like example.com/archive.")]


def init(session: Session, origin: Origin) -> Answer:
    """Create the archive, its keys and its log identity; refused where one exists."""
    settings = session.settings
    log_key = create(settings, origin=origin, operator=session.user)
    words = (
        f"The archive of {origin} is made; {session.user} is its operator.\n"
        f"Its log key is {log_key}\n"
        f"Publish that key, and keep a copy of {settings.root_key} in a safe place: without it nothing can be read."
    )
    return Answer(facts={"origin": origin, "log_key": log_key}, words=words)
