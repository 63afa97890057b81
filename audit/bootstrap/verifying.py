"""Checking the log and what is made from it, from whatever door it is asked."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, NamedTuple

from audit.archive.checking import Finding
from audit.archive.log.time_stamps import read_roots
from audit.archive.log.verification import Verifying, verify_log
from audit.archive.log.verified import recall_verified, remember_verified
from audit.archive.witness.witnesses import own_policy
from audit.domain.errors import AuditError
from audit.projections.comparing import comparing_ties, standings
from audit.projections.search.comparing import different_texts

if TYPE_CHECKING:
    from audit.archive.log.verification import Verified
    from audit.bootstrap.house import House


class Checked(NamedTuple):
    """What was verified, and everything that is not as it was recorded."""

    verified: Verified
    findings: tuple[Finding, ...]

    @property
    def status(self) -> str:
        """Return tampered, proven, or unanchored where no checkpoint from outside was given."""
        if self.findings:
            return "tampered"
        return "proven" if self.verified.proven else "unanchored"


def check_house(house: House, *, quick: bool, held: tuple[tuple[str, bytes], ...] = ()) -> Checked:
    """Verify everything, or quickly what came since all was found well; ``held`` are checkpoints from outside.

    Raises Unreadable for a checkpoint this log did not sign.
    """
    with ExitStack() as at_end:
        ties = None if quick else at_end.enter_context(comparing_ties(house.archive, house.views))
        stamping = house.settings.time_stamping
        asked = Verifying(
            log=house.log,
            recorder=house.recorder,
            originals=house.originals,
            living=lambda keys: {one for one, key in house.keyring.open(keys).items() if key is not None},
            held=held,
            policy=own_policy(house.settings.witnesses, house.log),
            roots=read_roots(stamping.root) if stamping else None,
            watch=ties,
            since=recall_verified(house.settings.folder, house.delivery_secret) if quick else None,
        )
        verified = verify_log(asked, lambda _: None)
        findings = [*verified.findings, *_ahead(house, verified.size)]
        if ties is not None:
            what = "The view of whose events these are is not as the events say: run onrecord rebuild."
            findings += [Finding(position, what) for position in ties.different()]
    if not quick and not findings:
        what = "The search is not as the events say: run onrecord rebuild search."
        unlike = different_texts(house.archive, house.views, lambda _: None, draw=house.world.random)
        findings += [Finding(position or None, what) for position in unlike]
    if not findings:
        with suppress(AuditError):
            # Where it cannot be written down, the next quick check begins where the last one did.
            remember_verified(house.settings.folder, house.delivery_secret, verified.blocks)
    return Checked(verified, tuple(findings))


def _ahead(house: House, size: int) -> list[Finding]:
    return [
        Finding(size + 1, f"The view {one.name} holds events up to {one.position}, but the archive has only {size}.")
        for one in standings(house.views)
        if one.position > size
    ]
