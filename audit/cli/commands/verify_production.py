"""``onrecord verify --production``: what a production proves, to somebody who may have no archive at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.cli.commands.verify_bundle import trusted_from
from audit.cli.session import Answer
from audit.domain.errors import Unreadable
from audit.evidence.bundle_form import NoBundle
from audit.evidence.errors import NotProven
from audit.reports.production.checking import check_production

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from audit.evidence.policy import Policy

_TAMPERED = 1
_UNANCHORED = 2


def check_handed_out(folder: Path, policy: Policy | None, log_keys: Sequence[str]) -> Answer:
    """Return what a production proves under a policy and keys from outside; without them it is unanchored at best.

    Raises Unreadable for a folder that is no production, and for keys that cannot be read.
    """
    trusted = trusted_from(policy, log_keys)
    try:
        checked = check_production(folder, trusted)
    except NoBundle as reason:
        raise Unreadable(str(reason)) from None
    except (NotProven, KeyError, TypeError, AttributeError, ValueError, OSError) as reason:
        # What is read here was written by anybody: a form that is not ours is an alteration like others.
        what = str(reason) if isinstance(reason, NotProven) else f"It is not as it was handed out ({reason})."
        facts: dict[str, Any] = {"status": "tampered", "size": None, "findings": [{"position": None, "what": what}]}
        return Answer(facts=facts, words=f"TAMPERED: {what}", code=_TAMPERED)
    anchored = trusted is not None
    facts = {
        "status": "proven" if anchored else "unanchored",
        "size": checked.position,
        "origin": checked.origin,
        "log_key": checked.log_key,
        "items": checked.items,
        "files": checked.files,
        "complete": checked.complete,
        "manifest_sha256": checked.exported.digest,
        "exported": {"event": checked.exported.event, "at": checked.exported.at},
        "findings": [],
    }
    words = [
        f"{checked.items} items in {checked.files} files.",
        f"Handed out by the log {checked.origin} at {checked.exported.at}.",
        "PROVEN: every file and every item is as the log signed it."
        if anchored
        else "UNANCHORED: the production is whole, but who signed it is only what it says itself: ask for the log's "
        f"key by another way and give it with --log-key. It names {checked.log_key}",
    ]
    if not checked.complete:
        words.append("It says of itself that it is NOT COMPLETE: see its first page.")
    return Answer(facts=facts, words="\n".join(words), code=0 if anchored else _UNANCHORED)
