"""A session: one command's archive, who runs it, and what it says."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from audit.archive.users import UserSecrets
from audit.bootstrap.house import House, build
from audit.bootstrap.requesting_rights import record_refusal
from audit.bootstrap.settings import Settings, read_settings
from audit.bootstrap.users import role_of
from audit.domain.actor import Actor
from audit.domain.errors import NotAllowed
from audit.projections.faults import view_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Folder = Annotated[Path | None, typer.Option("--data", help="The folder of the archive (ONRECORD_DATA).")]
Url = Annotated[str | None, typer.Option("--database-url", help="A PostgreSQL archive (ONRECORD_DATABASE_URL).")]
Login = Annotated[str | None, typer.Option("--as", help="Who acts; the operating-system user by default.")]
Why = Annotated[str | None, typer.Option("--why", help="The purpose, kept with what was looked at.")]

_ASKED_IN = "ONRECORD_SECRET"
_SECOND_PERSONS = frozenset({"data protection officer", "compliance officer", "supervisor", "auditor"})


class IdentityUnproven(NotAllowed):
    """Whoever acts in another's name proves that they are the other."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command says: one object for programs, words for people, and how the process ends.

    ``written`` tells that the command has put its answer on standard output itself, line by line.
    """

    facts: dict[str, Any]
    words: str
    code: int = 0
    written: bool = False


@dataclass(frozen=True, kw_only=True)
class Session:
    """What every command is given; ``command`` is its name."""

    json: bool
    data: Path | None
    url: str | None
    login: str | None
    why: str | None
    command: str = ""

    @property
    def settings(self) -> Settings:
        return read_settings(os.environ, data=self.data, url=self.url)

    @property
    def user(self) -> str:
        return self.login or getpass.getuser()

    @contextmanager
    def house(self) -> Iterator[House]:
        """Open the archive for this command, and close it whatever happens; whoever is turned away is on record."""
        house = build(self.settings)
        try:
            with view_faults():
                yield house
        except NotAllowed as refusal:
            if not refusal.on_record:
                record_refusal(house, self._turned_away(house, refusal), self.command, refusal)
            raise
        finally:
            house.close()

    def _turned_away(self, house: House, refusal: NotAllowed) -> Actor:
        """Return who it was, as far as that is known."""
        role = "unproven" if isinstance(refusal, IdentityUnproven) else role_of(house, self.user) or "unknown"
        return Actor(login=self.user, role=role, why=self.why)

    def actor(self, house: House) -> Actor:
        """Return who acts. Raises NotAllowed for somebody the archive does not know."""
        role = role_of(house, self.user)
        if role is None:
            raise NotAllowed(f"{self.user} is not registered in this archive: act as somebody who is, with --as USER.")
        if self.user != getpass.getuser():
            self._prove_identity(house, needed=False)
        return Actor(login=self.user, role=role, why=self.why)

    def second_person(self, house: House) -> Actor:
        """Return who acts as the second of two. Raises NotAllowed unless they prove who they are, and may.

        Their secret is asked for whoever the operating system says they are: the first of the two may sit there.
        """
        by = self.actor(house)
        if by.role not in _SECOND_PERSONS:
            named = ", ".join(sorted(_SECOND_PERSONS))
            raise NotAllowed(
                f"A second person is needed here, and no {by.role}: act as one of {named}, with --as USER."
            )
        self._prove_identity(house, needed=True)
        return by

    def _prove_identity(self, house: House, *, needed: bool) -> None:
        secrets, staff = UserSecrets(house.keyring, house.world.random), house.archive.names.tie("staff", self.user)
        if not secrets.has(staff):
            if needed:
                raise IdentityUnproven(
                    f"{self.user} has no secret yet: make one with onrecord users secret {self.user}."
                )
            return
        secret = os.environ.get(_ASKED_IN)
        if secret is None:
            if not sys.stdin.isatty():
                raise IdentityUnproven(f"Acting as {self.user} takes their secret: put it into {_ASKED_IN}.")
            secret = getpass.getpass(f"The secret of {self.user}: ", stream=sys.stderr)
        if not secrets.is_right(staff, secret):
            raise IdentityUnproven(f"This is not the secret of {self.user}: give the right one in {_ASKED_IN}.")

    def caught_up(self, house: House) -> int:
        """Bring the views to the head as it is now, and return its position."""
        head = house.archive.head().size
        with self.progress("bringing the views up to date", head) as on_progress:
            return house.follower.catch_up(head, on_progress=lambda done, _: on_progress(done))

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Show a bar on standard error while something long runs; the function given takes how far it is."""
        console = Console(file=sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)


def say(words: str) -> None:
    """Say something on the way, on standard error."""
    sys.stderr.write(words + "\n")
