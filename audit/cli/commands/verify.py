"""``onrecord verify``: recompute everything that proves the log."""

from __future__ import annotations

from base64 import b64encode
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from audit.archive.checking import Finding
from audit.archive.log.time_stamps import read_roots
from audit.archive.log.verification import Verifying, verify_log
from audit.archive.log.verified import recall_verified, remember_verified
from audit.archive.witness.witnesses import own_policy
from audit.cli.commands.verify_bundle import check_bundle
from audit.cli.commands.verify_production import check_handed_out
from audit.cli.commands.verify_record import check_paper
from audit.cli.session import Answer, Session, say
from audit.domain.errors import AuditError, Unreadable, WrongUse
from audit.evidence.errors import NotProven
from audit.evidence.policy import Policy
from audit.projections.comparing import comparing_ties, standings
from audit.projections.made_anew import different_views
from audit.projections.search.comparing import different_texts
from audit.projections.search.index import Index
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.archive.log.verification import Verified
    from audit.bootstrap.house import House
    from audit.projections.comparing import Standing, TiesComparison

_TAMPERED = 1
_UNANCHORED = 2

Held = Annotated[list[Path], typer.Option("--checkpoint", help="A checkpoint that was kept outside; may be repeated.")]
Quick = Annotated[bool, typer.Option("--quick", help="Check only what came since the last time all was found well.")]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="Whom you trust: log keys, witnesses, quorum.")]
BundleFile = Annotated[Path | None, typer.Option("--bundle", help="Check this evidence bundle instead.")]
ProductionFolder = Annotated[Path | None, typer.Option("--production", help="Check this production instead.")]
RecordFile = Annotated[Path | None, typer.Option("--record", help="Check this printed record or slip instead.")]
AllViews = Annotated[bool, typer.Option("--views", help="Also make every view anew and compare; as long as a rebuild.")]
LogKeys = Annotated[list[str], typer.Option("--log-key", help="With one of these: a key of the log you trust.")]


def verify(  # noqa: PLR0913, PLR0917  # the words of the command line are the contract
    session: Session,
    checkpoint: Held = [],  # noqa: B006  # typer asks for a list, and nothing changes it
    quick: Quick = False,
    policy: PolicyFile = None,
    bundle: BundleFile = None,
    production: ProductionFolder = None,
    record: RecordFile = None,
    log_key: LogKeys = [],  # noqa: B006  # as above
    views: AllViews = False,
) -> Answer:
    """Check all that is stored, or what was handed out; exit 0 proven, 1 tampered, 2 unanchored, 3 could not run."""
    handed_out = [one for one in (bundle, production, record) if one is not None]
    if handed_out:
        if checkpoint or quick or views or len(handed_out) > 1:
            raise WrongUse("What was handed out is checked with --log-key or --policy: leave the others out.")
        if record is not None:
            wished = session.settings.time_stamping
            return check_paper(_content(record), _policy(policy), log_key, read_roots(wished.root) if wished else ())
        return _handed_out(bundle, production, _policy(policy), log_key)
    if log_key:
        raise WrongUse("--log-key is for what was handed out: name it, or give the archive a --policy.")
    if quick and views:
        raise WrongUse("--quick leaves out what --views asks for: give one of them.")
    held = tuple((path.name, _content(path)) for path in checkpoint)
    given = _policy(policy)
    with session.house() as house:
        return _checked(session, house, _Wanted(held, given, quick=quick, views=views))


def _handed_out(bundle: Path | None, production: Path | None, policy: Policy | None, log_keys: list[str]) -> Answer:
    if production is not None:
        return check_handed_out(production, policy, log_keys)
    return check_bundle(_content(bundle or Path()), policy, log_keys)


class _Wanted(NamedTuple):
    """What the archive is checked against, and how much of it."""

    held: tuple[tuple[str, bytes], ...]
    policy: Policy | None
    quick: bool
    views: bool


def _checked(session: Session, house: House, wanted: _Wanted) -> Answer:
    total = house.archive.head().size
    with ExitStack() as at_end:
        ties = None if wanted.quick else at_end.enter_context(comparing_ties(house.archive, house.views))
        asked = _asked(house, wanted.held, wanted.policy, ties)
        if wanted.quick:
            asked = replace(asked, since=recall_verified(house.settings.folder, house.delivery_secret))
        with session.progress("verifying the log", total) as on_progress:
            verified = verify_log(asked, on_progress)
        standing = standings(house.views)
        findings = [*verified.findings, *_ahead(standing, verified.size), *_different(ties)]
    if not wanted.quick and not findings:
        draw = None if wanted.views else house.world.random
        # Only of a log that is as it was recorded does it make sense to ask whether the index is as the log says.
        with session.progress("comparing the search", total) as on_progress:
            findings += _unsearched(house, on_progress, draw)
    if wanted.views and not verified.findings:
        with session.progress("making the views anew", total) as on_progress:
            findings += _not_as_made_anew(house, on_progress)
    if not findings:
        _remember(house, verified)
    return _answer(verified, findings, standing)


def _asked(
    house: House, held: tuple[tuple[str, bytes], ...], given: Policy | None, ties: TiesComparison | None
) -> Verifying:
    # Nobody's words are shown, so it is not asked who verifies: a directory somebody tampered with stops nothing.
    wished = house.settings.time_stamping
    return Verifying(
        log=house.log,
        recorder=house.recorder,
        originals=house.originals,
        living=lambda keys: {one for one, key in house.keyring.open(keys).items() if key is not None},
        held=held,
        policy=given or own_policy(house.settings.witnesses, house.log),
        roots=read_roots(wished.root) if wished else None,
        watch=ties,
    )


def _different(ties: TiesComparison | None) -> list[Finding]:
    what = "The view of whose events these are is not as the events say: run onrecord rebuild."
    return [Finding(position, what) for position in ties.different()] if ties else []


def _unsearched(house: House, on_progress: Callable[[int], None], draw: Callable[[int], bytes] | None) -> list[Finding]:
    what = "The search is not as the events say: run onrecord rebuild search."
    found = different_texts(house.archive, house.views, on_progress, draw=draw)
    return [Finding(position or None, what) for position in found]


def _not_as_made_anew(house: House, on_progress: Callable[[int], None]) -> list[Finding]:
    # Those two are compared with the events already.
    names = house.views.projections.keys() - {Ties.name, Index.name}
    folder = house.settings.folder
    found = different_views(house.archive, house.views, folder, names=names, on_progress=on_progress)
    return [
        Finding(one.position, f"The view {one.view} is not as the events say ({one.table}): run onrecord rebuild.")
        for one in found
    ]


def _answer(verified: Verified, findings: list[Finding], views: list[Standing]) -> Answer:
    status, code = "unanchored", _UNANCHORED
    if findings:
        status, code = "tampered", _TAMPERED
    elif verified.proven:
        status, code = "proven", 0
    uncovered, stamps = verified.uncovered, verified.time_stamps
    facts: dict[str, Any] = {
        "status": status,
        "size": verified.size,
        "root": b64encode(verified.root).decode(),
        "findings": [{"position": one.position, "what": one.what} for one in findings],
        "since": verified.since,
        "checkpoints": verified.checkpoints,
        "anchored": verified.anchored,
        "witnessed": verified.witnessed,
        "time_stamps": {"good": stamps.good, "newest": stamps.newest and stamps.newest[1].isoformat()},
        "uncovered": {"count": uncovered.count, "since": uncovered.since.isoformat() if uncovered.since else None},
        "erased": verified.erased,
        "views": [one._asdict() for one in views],
        "remarks": [*verified.remarks, *_remarks(verified, views)],
    }
    lines = [*_verdict(verified, findings, facts["root"]), *facts["remarks"]]
    return Answer(facts=facts, words="\n".join(lines), code=code)


def _verdict(verified: Verified, findings: list[Finding], root: str) -> list[str]:
    if findings:
        found = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
        return [f"TAMPERED: {found} in {verified.size} events.", *(_line(one) for one in findings)]
    what = f"All {verified.size} events" if not verified.since else f"The events after {verified.since}"
    said = [
        f"{what} are as they were recorded. Stored checkpoints that agree with them: {verified.checkpoints}.",
        f"The root over all {verified.size} is {root}",
    ]
    if verified.witnessed:
        said.append(f"The witnesses of the policy saw the log up to event {verified.witnessed}.")
    if newest := verified.time_stamps.newest:
        said.append(f"A time-stamp attests the first {newest[0]} events since {newest[1]:%Y-%m-%d %H:%M:%S} UTC.")
    if verified.anchored:
        return [*said, f"PROVEN up to event {verified.anchored}, by a checkpoint from outside."]
    return [*said, "UNANCHORED: without a checkpoint from outside, a cut-off end of the log cannot be seen."]


def _remarks(verified: Verified, views: list[Standing]) -> list[str]:
    remarks = []
    if uncovered := verified.uncovered.count:
        since = (
            f", the oldest since {verified.uncovered.since:%Y-%m-%d %H:%M:%S} UTC" if verified.uncovered.since else ""
        )
        remarks.append(f"No checkpoint covers the last {uncovered} events yet{since}: run onrecord seal.")
    if verified.witnessed and verified.witnessed < verified.sealed:
        remarks.append(
            f"The checkpoints after event {verified.witnessed} lack the witnesses of the policy: run onrecord doctor."
        )
    if verified.since:
        remarks.append(f"What stands up to event {verified.since} was checked an earlier time and not read again.")
    behind = [f"{one.name} at {one.position}" for one in views if one.position < verified.size]
    if behind:
        remarks.append(f"Views that have not come to the end ({', '.join(behind)}) do so with onrecord follow --once.")
    remarks += [
        f"The view {one.name} could not take {one.alarms} events: see onrecord doctor." for one in views if one.alarms
    ]
    return remarks


def _line(finding: Finding) -> str:
    return f"  event {finding.position}: {finding.what}" if finding.position else f"  {finding.what}"


def _ahead(views: list[Standing], size: int) -> list[Finding]:
    return [
        Finding(size + 1, f"The view {one.name} holds events up to {one.position}, but the archive has only {size}.")
        for one in views
        if one.position > size
    ]


def _remember(house: House, verified: Verified) -> None:
    try:
        remember_verified(house.settings.folder, house.delivery_secret, verified.blocks)
    except AuditError as fault:
        say(f"The next quick check begins where the last one did: {fault}")


def _policy(path: Path | None) -> Policy | None:
    if path is None:
        return None
    try:
        return Policy.parse(_content(path))
    except NotProven as reason:
        raise Unreadable(f"{path} is no policy: {reason}") from reason


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read ({error.strerror}): name a file that can.") from None
