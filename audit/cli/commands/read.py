"""``onrecord read``: what texts say, line by line; it needs no archive."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from audit.cli.commands.read_file import read_file
from audit.cli.session import Answer, Session


class What(StrEnum):
    """What is looked for in the texts."""

    FACTS = "facts"
    PROMISES = "promises"
    ELEMENTS = "elements"


Kind = Annotated[What, typer.Argument(help="What to look for.", show_default=False)]
Source = Annotated[str, typer.Argument(help="A file of JSON Lines, or - for standard input.", show_default=False)]


def read(session: Session, kind: Kind, file: Source) -> Answer:  # noqa: ARG001  # every command is given a session
    """Read facts, promises or call elements in texts, line by line, as JSON Lines.

    A line is {"id", "text"} and, where known, "lang", "at" (a time) and "region" (a country). No archive is needed.
    """
    return Answer(facts={}, words="", code=read_file(kind.value, file), written=True)
