"""``onrecord restore``: make an archive of a backup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.archive.backup.manifest import read_manifest
from audit.archive.backup.restoring import Place
from audit.archive.backup.restoring import restore as restored
from audit.bootstrap.house import REAL_WORLD
from audit.bootstrap.settings import read_settings
from audit.cli.session import Answer, Session
from audit.domain.errors import Unreadable

if TYPE_CHECKING:
    from audit.bootstrap.settings import Settings

Backup = Annotated[Path, typer.Argument(help="The folder that onrecord backup wrote.", show_default=False)]
Into = Annotated[Path | None, typer.Option("--into", help="The empty folder of the archive to be (or --data).")]
Origin = Annotated[str | None, typer.Option("--origin", help="A new name for the log, to go on under.")]
Held = Annotated[
    list[Path] | None, typer.Option("--checkpoint", help="The newest checkpoint that was handed out: a file.")
]


def restore(
    session: Session, folder: Backup, into: Into = None, origin: Origin = None, checkpoint: Held = None
) -> Answer:
    """Make an archive of a backup, in an empty place; what was erased since stays erased."""
    settings = session.settings if into is None else read_settings(os.environ, data=into, url=session.url)
    held = tuple((str(path), _content(path)) for path in checkpoint or ())
    with session.progress("checking what was copied", read_manifest(folder).size) as on_progress:
        done = restored(folder, _place(settings), checkpoints=held, origin=origin, on_progress=on_progress)
    facts = {
        "size": done.size,
        "origin": done.origin,
        "log_key": done.log_key,
        "root": done.root,
        "forgotten": done.forgotten,
        "emptied": done.emptied,
    }
    words = (
        f"{done.size} events of {done.origin} are restored, and as they were copied. "
        f"Keys that had come back and were destroyed again: {done.forgotten}; "
        f"events that lost their words again though their key lives on: {done.emptied}.\n"
        f"The log key is {done.log_key}\nNow run onrecord verify, with a checkpoint from outside."
    )
    return Answer(facts=facts, words=words)


def _place(settings: Settings) -> Place:
    return Place(
        folder=settings.folder,
        database_url=settings.database_url,
        schema=settings.schema,
        keys_url=settings.keys_url,
        root_key=settings.root_key,
        register=settings.erased_register,
        clock=REAL_WORLD.clock,
        random=REAL_WORLD.random,
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read ({error.strerror}): name a file that can.") from None
