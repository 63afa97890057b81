"""Checking the log and what is made from it, from whatever door it is asked."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from audit.archive.checking import Finding
from audit.archive.log.time_stamps import read_roots
from audit.archive.log.verification import Verifying, verify_log
from audit.archive.log.verified import recall_verified, remember_verified
from audit.archive.witness.witnesses import own_policy
from audit.domain.errors import AuditError
from audit.projections.comparing import comparing_ties, standings
from audit.projections.made_anew import different_views
from audit.projections.search.comparing import different_texts
from audit.projections.search.index import Index
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from audit.archive.log.verification import Verified
    from audit.bootstrap.house import House
    from audit.evidence.policy import Policy
    from audit.projections.comparing import Standing, TiesComparison

    Progress = Callable[[int], None]
    Showing = Callable[[str, int], AbstractContextManager[Progress]]


class Wanted(NamedTuple):
    """What the archive is checked against, and how much of it: ``held`` are checkpoints from outside, by a name.

    ``quick`` reads only what came since all was found well; ``views`` makes every view anew as well.
    """

    held: tuple[tuple[str, bytes], ...] = ()
    policy: Policy | None = None
    quick: bool = False
    views: bool = False


class Checked(NamedTuple):
    """What was verified, and everything that is not as it was recorded.

    ``not_kept`` says why the next quick check cannot begin here, where it could not be written down.
    """

    verified: Verified
    findings: tuple[Finding, ...]
    standing: tuple[Standing, ...]
    not_kept: str | None = None

    @property
    def status(self) -> str:
        """Return tampered, proven, or unanchored where no checkpoint from outside was given."""
        if self.findings:
            return "tampered"
        return "proven" if self.verified.proven else "unanchored"


@contextmanager
def _silent(_: str, __: int) -> Iterator[Progress]:
    yield lambda _: None


def check_house(house: House, wanted: Wanted, showing: Showing = _silent) -> Checked:
    """Verify the log and the copies made from it. Raises Unreadable for a checkpoint this log did not sign.

    Nobody's words are shown, so it is not asked who verifies: a directory somebody tampered with stops nothing.
    """
    total = house.archive.head().size
    with ExitStack() as at_end:
        ties = None if wanted.quick else at_end.enter_context(comparing_ties(house.archive, house.views))
        with showing("verifying the log", total) as on_progress:
            verified = verify_log(_asked(house, wanted, ties), on_progress)
        standing = tuple(standings(house.views))
        findings = [*verified.findings, *_ahead(standing, verified.size), *_different(ties)]
    if not wanted.quick and not findings:
        # Only of a log that is as it was recorded does it make sense to ask whether the index is as the log says.
        with showing("comparing the search", total) as on_progress:
            findings += _unsearched(house, on_progress, None if wanted.views else house.world.random)
    if wanted.views and not verified.findings:
        with showing("making the views anew", total) as on_progress:
            findings += _not_as_made_anew(house, on_progress)
    return Checked(verified, tuple(findings), standing, None if findings else _remember(house, verified))


def _asked(house: House, wanted: Wanted, ties: TiesComparison | None) -> Verifying:
    stamping = house.settings.time_stamping
    asked = Verifying(
        log=house.log,
        recorder=house.recorder,
        originals=house.originals,
        living=lambda keys: {one for one, key in house.keyring.open(keys).items() if key is not None},
        held=wanted.held,
        policy=wanted.policy or own_policy(house.settings.witnesses, house.log),
        roots=read_roots(stamping.root) if stamping else None,
        watch=ties,
    )
    if not wanted.quick:
        return asked
    return replace(asked, since=recall_verified(house.settings.folder, house.delivery_secret))


def _ahead(views: tuple[Standing, ...], size: int) -> list[Finding]:
    return [
        Finding(size + 1, f"The view {one.name} holds events up to {one.position}, but the archive has only {size}.")
        for one in views
        if one.position > size
    ]


def _different(ties: TiesComparison | None) -> list[Finding]:
    what = "The view of whose events these are is not as the events say: run onrecord rebuild."
    return [Finding(position, what) for position in ties.different()] if ties else []


def _unsearched(house: House, on_progress: Progress, draw: Callable[[int], bytes] | None) -> list[Finding]:
    what = "The search is not as the events say: run onrecord rebuild search."
    found = different_texts(house.archive, house.views, on_progress, draw=draw)
    return [Finding(position or None, what) for position in found]


def _not_as_made_anew(house: House, on_progress: Progress) -> list[Finding]:
    # Those two are compared with the events already.
    names = house.views.projections.keys() - {Ties.name, Index.name}
    found = different_views(house.archive, house.views, house.settings.folder, names=names, on_progress=on_progress)
    return [
        Finding(one.position, f"The view {one.view} is not as the events say ({one.table}): run onrecord rebuild.")
        for one in found
    ]


def _remember(house: House, verified: Verified) -> str | None:
    try:
        remember_verified(house.settings.folder, house.delivery_secret, verified.blocks)
    except AuditError as fault:
        return str(fault)
    return None
