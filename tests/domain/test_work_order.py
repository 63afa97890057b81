"""What is decided here about a work order: that it is unclear, and who signed which text."""

from __future__ import annotations

from audit.domain.event import Personal
from audit.domain.wording import WordsMissing
from audit.domain.work_order import (
    VisitStarted,
    WorkOrderAlreadyReported,
    WorkOrderAlreadySigned,
    WorkOrderReportedUnclear,
    WorkOrderSigned,
    evolve,
    report_unclear,
    sign,
)
from tests.domain.given import given

WHAT = Personal("which of the three meters?")
WHO = Personal("Ona Sampletė")
unclear = WorkOrderReportedUnclear(commit="v1", reason=WHAT)
signed = WorkOrderSigned(commit="v1", signed_by=WHO)


def test_a_technician_reports_each_text_once() -> None:
    given(evolve, []).when(report_unclear, commit="v1", reason=WHAT).then(unclear)
    given(evolve, [unclear]).when(report_unclear, commit="v1", reason=WHAT).then_refused(WorkOrderAlreadyReported)
    given(evolve, [unclear]).when(report_unclear, commit="v2", reason=WHAT).then(
        WorkOrderReportedUnclear(commit="v2", reason=WHAT)
    )
    given(evolve, []).when(report_unclear, commit="v1", reason=Personal("")).then_refused(WordsMissing)


def test_each_text_is_signed_once_by_somebody() -> None:
    given(evolve, [VisitStarted()]).when(sign, commit="v1", signed_by=WHO).then(signed)
    given(evolve, [signed]).when(sign, commit="v1", signed_by=WHO).then_refused(WorkOrderAlreadySigned)
    given(evolve, [signed]).when(sign, commit="v2", signed_by=WHO).then(WorkOrderSigned(commit="v2", signed_by=WHO))
    given(evolve, []).when(sign, commit="v1", signed_by=Personal(" ")).then_refused(WordsMissing)


def test_a_signature_from_outside_without_a_text_signs_no_text_of_ours() -> None:
    given(evolve, [WorkOrderSigned(signed_by=WHO)]).when(sign, commit="v1", signed_by=WHO).then(signed)
