"""``onrecord verify``: recompute everything that proves the log."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.archive.log.time_stamps import read_roots
from audit.bootstrap.verifying import Wanted, check_house
from audit.cli.commands.verify_bundle import check_bundle
from audit.cli.commands.verify_production import check_handed_out
from audit.cli.commands.verify_record import check_paper
from audit.cli.session import Answer, Session, say
from audit.domain.errors import Unreadable, WrongUse
from audit.evidence.errors import NotProven
from audit.evidence.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.archive.checking import Finding
    from audit.archive.log.verification import Verified
    from audit.bootstrap.house import House
    from audit.bootstrap.verifying import Checked
    from audit.projections.comparing import Standing

_CODES = {"proven": 0, "tampered": 1, "unanchored": 2}

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
        return _checked(session, house, Wanted(held, given, quick=quick, views=views))


def _handed_out(bundle: Path | None, production: Path | None, policy: Policy | None, log_keys: list[str]) -> Answer:
    if production is not None:
        return check_handed_out(production, policy, log_keys)
    return check_bundle(_content(bundle or Path()), policy, log_keys)


def _checked(session: Session, house: House, wanted: Wanted) -> Answer:
    checked = check_house(house, wanted, session.progress)
    if checked.not_kept:
        say(f"The next quick check begins where the last one did: {checked.not_kept}")
    return _answer(checked)


def _answer(checked: Checked) -> Answer:
    verified, findings, views = checked.verified, checked.findings, checked.standing
    uncovered, stamps = verified.uncovered, verified.time_stamps
    facts: dict[str, Any] = {
        "status": checked.status,
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
    return Answer(facts=facts, words="\n".join(lines), code=_CODES[checked.status])


def _verdict(verified: Verified, findings: Sequence[Finding], root: str) -> list[str]:
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


def _remarks(verified: Verified, views: Sequence[Standing]) -> list[str]:
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
    if behind := [one for one in views if one.position < verified.size]:
        remarks.append(f"{_standing(behind)} of {verified.size}: onrecord follow --once brings them up.")
    remarks += [
        f"The view {one.name} could not take {one.alarms} events: see onrecord doctor." for one in views if one.alarms
    ]
    return remarks


def _standing(behind: Sequence[Standing]) -> str:
    """Say where views stand, by their names where one of them alone stands there."""
    at = sorted({one.position for one in behind})
    there = [[one.name for one in behind if one.position == position] for position in at]
    said = [
        f"{names[0] if len(names) == 1 else len(names)} at event {place}"
        for names, place in zip(there, at, strict=True)
    ]
    return f"Views not at the end: {', '.join(said)}"


def _line(finding: Finding) -> str:
    return f"  event {finding.position}: {finding.what}" if finding.position else f"  {finding.what}"


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
