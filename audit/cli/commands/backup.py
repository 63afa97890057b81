"""``onrecord backup``: copy the archive while it is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.archive.backup.making import InUse, make_backup
from audit.archive.erasure.register import ErasedRegister
from audit.cli.session import Answer, Session

Into = Annotated[Path, typer.Argument(help="An empty folder for this backup.", show_default=False)]


def backup(session: Session, folder: Into) -> Answer:
    """Copy events, keys and originals into a folder; others may go on writing meanwhile, nothing is erased."""
    with session.house() as house:
        session.actor(house)
        register = house.settings.erased_register
        archive = InUse(
            recorder=house.recorder,
            keyring=house.keyring,
            originals=house.originals,
            register=ErasedRegister(register),
            folder=house.settings.folder,
            origin=house.origin,
            random=house.world.random,
        )
        made = make_backup(archive, folder, house.world.clock())
    facts = {"size": made.size, "root": made.root, "files": len(made.files), "folder": str(folder)}
    words = (
        f"{made.size} events are copied to {folder}, in {len(made.files)} files.\n"
        "To restore them takes two things that are not in there: the root key (onrecord keys recovery), and the "
        f"register of erased keys, {register}. Keep both elsewhere."
    )
    return Answer(facts=facts, words=words)
