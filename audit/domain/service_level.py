"""A report of service levels: issued once with all it was asked with, so that it prints the same for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from audit.domain.errors import Refused
from audit.domain.event import Event


@dataclass(frozen=True, kw_only=True)
class LevelsIssued(Event):
    """Service levels were handed out as of a position.

    ``asked`` is the compact JSON of everything that was asked, zone and settings included; ``rules`` the version of
    the counting; ``digest`` the SHA-256 of the answer, so that another answer to the same question is seen.
    """

    TOPIC = "levels.issued"
    as_of: int
    asked: str
    rules: int
    digest: str


LevelsEvent: TypeAlias = LevelsIssued

_ASKED_MAX: Final = 8_000


class ReportIssuedAlready(Refused):
    """A report is issued once."""


class QuestionTooLong(Refused):
    """What was asked stands in the event in clear, and is short."""


@dataclass(frozen=True)
class Report:
    """What was asked, and what the answer was."""

    issued: LevelsIssued


def evolve(report: Report | None, event: LevelsEvent) -> Report:
    """Return the report as it stands after the event. Decides nothing."""
    del report
    return Report(event)


def issue(report: Report | None, *, issued: LevelsIssued) -> LevelsIssued:
    """Record that these levels were handed out."""
    if report is not None:
        raise ReportIssuedAlready("This report was issued before: print it again with --report.")
    if len(issued.asked) > _ASKED_MAX:
        raise QuestionTooLong("The question names too many settings: shorten them.")
    return issued
