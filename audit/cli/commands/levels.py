"""``onrecord levels``: service level, each figure with its formula, threshold and interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.desk import require
from audit.bootstrap.levels import READERS, ask, in_period, issue, note_missing, print_again
from audit.cli.days import day
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import WrongUse
from audit.projections.levels.figures import ALL, Asked
from audit.projections.levels.settings import level_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

Threshold = Annotated[float | None, typer.Option("--threshold", min=0, help="Seconds; 20 where nothing is set.")]
Every = Annotated[str | None, typer.Option("--interval", help="1m, 30m, 1h or 1d.")]
Formula = Annotated[str, typer.Option("--formula", help="SL1 to SL6, or all.")]
Short = Annotated[float | None, typer.Option("--short", min=0, help="Calls given up before so many seconds are short.")]
FlowOuts = Annotated[bool, typer.Option("--flow-outs", help="Count calls that left a queue below the line too.")]
Queue = Annotated[str | None, typer.Option("--queue", help="Only calls of this queue.")]
Channel = Annotated[str | None, typer.Option("--channel", help="Only this channel; phone and chat by default.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day, like 2026-03-01; 31 days by default.")]
Until = Annotated[str | None, typer.Option("--to", help="The last day.")]
Position = Annotated[int | None, typer.Option("--position", min=1, help="As it was known at this event.")]
Issue = Annotated[bool, typer.Option("--issue", help="Issue the answer as a report that prints the same for ever.")]
Report = Annotated[str | None, typer.Option("--report", help="Print a report again, by its id.")]
Missing = Annotated[bool, typer.Option("--missing", help="Record which answered calls have no words in the archive.")]

_LINES: Final = 60
"""Intervals said in words; a program reads all of them."""


def levels(  # noqa: PLR0913  # one parameter for each option
    session: Session,
    *,
    threshold: Threshold = None,
    interval: Every = None,
    formula: Formula = ALL,
    short: Short = None,
    flow_outs: FlowOuts = False,
    queue: Queue = None,
    channel: Channel = None,
    from_: Since = None,
    to: Until = None,
    position: Position = None,
    issue_report: Issue = False,
    report: Report = None,
    missing: Missing = False,
) -> Answer:
    """Tell how many calls and chats were offered, answered and given up, and how soon; sums, no means of per cents."""
    settings = level_settings(session.settings.levels)
    asked = Asked(
        threshold=settings.threshold if threshold is None else threshold,
        short=settings.short if short is None else short,
        interval=interval or settings.interval,
        formula=formula,
        flow_outs=flow_outs,
        queue=queue,
        channel=channel,
        since=day(from_, "--from"),
        until=day(to, "--to"),
        zone=str(session.settings.zone),
        fcr_days=settings.fcr_days,
        staffing_aim=settings.staffing_aim,
        targets=settings.targets,
    )
    if asked.since and asked.until and asked.until < asked.since:
        raise WrongUse(f"--to {to} is before --from {from_}: turn them round.")
    if issue_report and (report or position):
        raise WrongUse("A report is issued of what is known now: leave --report and --position out.")
    with session.house() as house:
        by = session.actor(house)
        require(by, READERS, "read service levels")
        head = session.caught_up(house)
        noted = note_missing(house, by, head) if missing else []
        written, answer = _answer(
            house, by, asked, min(position or head, head), issue_report=issue_report, report=report
        )
        count = answer["totals"]["offered"]
        house.archive.note(RecordViewed(what="levels", count=count, position=head, why=purpose(by)), by)
    facts = {**({"report": written} if written else {}), **answer, **({"noted_missing": len(noted)} if missing else {})}
    return Answer(facts=facts, words="\n".join(_lines(facts)))


def _answer(
    house: House, by: Actor, asked: Asked, position: int, *, issue_report: bool, report: str | None
) -> tuple[str | None, dict[str, Any]]:
    if report:
        printed = print_again(house, report)
        return printed.id, printed.answer
    asked = in_period(house, asked, position)
    if issue_report:
        issued = issue(house, by, asked, position)
        return issued.id, issued.answer
    return None, ask(house, asked, position)


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    short, threshold = facts["short"], facts["threshold"]
    if facts.get("report"):
        yield f"Report {facts['report']}, issued; print it again with --report {facts['report']}."
    yield (
        f"Events up to {facts['position']}; threshold {threshold:g} s, short under {short:g} s, "
        f"{facts['from'] or 'the beginning'} to {facts['to'] or 'now'}, "
        f"intervals of {facts['interval']} in {facts['zone']}."
    )
    yield from (f"{name} = {written}" for name, written in facts["formulas"].items())
    shown = [one for one in facts["intervals"] if one["offered"]]
    yield from (f"{one['begins']}: {_numbers(one, facts)}" for one in shown[:_LINES])
    if len(shown) > _LINES:
        yield f"and {len(shown) - _LINES} intervals more with calls (--json lists all)"
    yield from (f"queue {name}: {_numbers(one, facts)}" for name, one in facts["queues"].items())
    yield f"in all: {_numbers(facts['totals'], facts)}"
    yield _spoken_fcr(facts["first_contact"])
    yield from (_spoken_reply(one) for one in facts["replies"])
    if facts["staffing"]:
        yield _spoken_staffing(facts["staffing"])
    if facts["missing_conversations"]:
        yield f"{facts['missing_conversations']} answered calls have no words in the archive."


def _numbers(one: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    if not one["offered"]:
        return "no calls"
    levels = ", ".join(f"{name} {_per_cent(value)}" for name, value in one["levels"].items())
    return (
        f"{one['offered']} offered, {one['answered']} answered, {one['abandoned']} abandoned "
        f"({one['short_abandoned']} under {facts['short']:g} s), {one['transferred']} transferred, "
        f"{one['flow_out']} flowed out, {one['waiting']} waiting; {levels} in {facts['threshold']:g} s; "
        f"ASA {_seconds(one['asa'])}, AHT {_seconds(one['aht'])} (talk and hold; work after the call is not known), "
        f"abandoned {_per_cent(one['abandon_rate'])} of offered"
    )


def _spoken_fcr(one: Mapping[str, Any]) -> str:
    return (
        f"first contact resolution {_per_cent(one['rate'])}: {one['settled']} of {one['judged']} ({one['method']}: "
        f"{one['window_days']:g} days; {one['running']} still running, {one['unnamed']} of nobody known)"
    )


def _spoken_reply(one: Mapping[str, Any]) -> str:
    target = "no target" if one["target"] is None else f"{_per_cent(one['share'])} within {one['target']:g} s"
    return (
        f"replies by {one['channel']}: {one['answered']} of {one['asked']} answered, mean {_seconds(one['mean'])}, "
        f"median {_seconds(one['median'])}, nine tenths within {_seconds(one['ninetieth'])}; {target}"
    )


def _spoken_staffing(one: Mapping[str, Any]) -> str:
    return (
        f"staffing by {one['method']}: {one['agents']} agents for the busiest {one['interval']} ({one['begins']}, "
        f"{one['load_erlangs']} erlangs, {one['handling_seconds']} s each) answer {one['service_level']} % within "
        f"{one['threshold']:g} s (aim {one['aim']:g} %), busy {one['occupancy']} % of the time"
    )


def _per_cent(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} %"


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f} s"
