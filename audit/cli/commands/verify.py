"""``onrecord verify``: recompute everything that proves the log."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from audit.archive.checking import check
from audit.cli.session import Answer, Session

if TYPE_CHECKING:
    from audit.archive.checking import Finding

_TAMPERED = 1
_UNANCHORED = 2


def verify(session: Session) -> Answer:
    """Check every stored event; exit 0 proven, 1 tampered, 2 unanchored, 3 could not run."""
    with session.house() as house:
        session.actor(house)
        total = house.archive.head().size
        with session.progress("verifying", total) as on_progress:
            checked = check(house.recorder, may_be_missing=frozenset(), on_progress=on_progress)
    status, code = ("tampered", _TAMPERED) if checked.findings else ("unanchored", _UNANCHORED)
    facts = {
        "status": status,
        "size": checked.size,
        "root": b64encode(checked.root).decode(),
        "findings": [{"position": one.position, "what": one.what} for one in checked.findings],
    }
    return Answer(facts=facts, words=_words(checked.size, str(facts["root"]), checked.findings), code=code)


def _words(size: int, root: str, findings: list[Finding]) -> str:
    if findings:
        found = "\n".join(_line(one) for one in findings)
        return f"TAMPERED: {len(findings)} findings in {size} events.\n{found}"
    return (
        f"All {size} events are as they were recorded; the root over them is {root}\n"
        "UNANCHORED: without a checkpoint from outside, a cut-off end of the log cannot be seen."
    )


def _line(finding: Finding) -> str:
    return f"  event {finding.position}: {finding.what}" if finding.position else f"  {finding.what}"
