"""``onrecord keys recovery`` and ``onrecord keys recover``: keep the root key offline, and bring it back from there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from audit.archive.recovery import (
    from_shares,
    mark_of,
    put_back,
    root_of,
    sealed_to,
    unsealed,
    written_shares,
)
from audit.archive.root import write_private
from audit.cli.commands.keys import may_turn_keys
from audit.cli.session import Answer, Session
from audit.domain.errors import Unreadable, WrongUse

Into = Annotated[Path, typer.Option("-o", "--output", help="A folder for the shares, or a file for the sealed key.")]
Shares = Annotated[int | None, typer.Option("--shares", help="Into how many parts the key is split.")]
Threshold = Annotated[int | None, typer.Option("--threshold", help="How many of them give it back.")]
Public = Annotated[Path | None, typer.Option("--to", help="Seal it to this X25519 public key (a PEM file) instead.")]
Kept = Annotated[list[Path], typer.Argument(help="Files with shares, or the sealed key.", show_default=False)]
Private = Annotated[Path | None, typer.Option("--key", help="The private recovery key (a PEM file).")]


def recovery(
    session: Session, output: Into, shares: Shares = None, threshold: Threshold = None, to: Public = None
) -> Answer:
    """Split the root key into shares for several people, or seal it to a recovery key, to be kept offline."""
    if (to is None) == (shares is None or threshold is None):
        raise WrongUse("Give --shares N and --threshold K, or --to with a recovery key.")
    with session.house() as house:
        may_turn_keys(session.actor(house).role)
        key = root_of(house.settings.root_key)
        random = house.world.random
    if to is not None:
        texts = {output: sealed_to(key, _content(to))}
    else:
        assert shares is not None, "it was looked at above"
        assert threshold is not None, "it was looked at above"
        made = written_shares(key, shares=shares, threshold=threshold, random=random)
        output.mkdir(parents=True, exist_ok=True, mode=0o700)
        texts = {output / f"share-{number}.txt": text for number, text in enumerate(made, 1)}
    for path, text in texts.items():
        write_private(path, text + "\n")
    facts = {"mark": mark_of(key), "files": [str(path) for path in texts], "threshold": threshold}
    words = "\n".join([f"Root key {mark_of(key)} is kept in:", *map(str, texts)])
    if to is None:
        words += f"\nGive each to another person, then delete it here: {threshold} of them are the key."
    return Answer(facts=facts, words=words)


def recover(session: Session, files: Kept, key: Private = None) -> Answer:
    """Bring the root key back from enough shares, or with the recovery key from what was sealed to it."""
    texts = [_content(path).decode(errors="replace") for path in files]
    if key is None:
        root = from_shares(texts)
    elif len(texts) == 1:
        root = unsealed(texts[0], _content(key))
    else:
        raise WrongUse("With --key give the one file that was sealed to it.")
    path = session.settings.root_key
    put_back(path, root)
    words = f"Root key {mark_of(root)} is in {path} again."
    return Answer(facts={"mark": mark_of(root), "root_key": os.fspath(path)}, words=words)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read ({error.strerror}): name a file that can.") from None
