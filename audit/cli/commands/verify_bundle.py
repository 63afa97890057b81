"""``onrecord verify --bundle``: what a bundle proves, to somebody who may have no archive at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.cli.session import Answer
from audit.domain.errors import Unreadable
from audit.evidence.bundle import trusting, trusting_itself, verify_bundle
from audit.evidence.bundle_form import Bundle, NoBundle
from audit.evidence.errors import NotProven
from audit.evidence.notation import base64_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.evidence.bundle import Proven
    from audit.evidence.policy import Policy

_TAMPERED = 1
_UNANCHORED = 2


def check_bundle(content: bytes, policy: Policy | None, log_keys: Sequence[str]) -> Answer:
    """Return what a bundle proves under a policy and keys from outside; without them it is unanchored at best.

    Raises Unreadable for a file that is no bundle, and for keys that cannot be read.
    """
    trusted = trusted_from(policy, log_keys)
    try:
        bundle = Bundle.parse(content)
        proven = verify_bundle(bundle, trusted or trusting_itself(bundle))
    except NoBundle as reason:
        raise Unreadable(str(reason)) from None
    except NotProven as reason:
        facts = {"status": "tampered", "size": None, "findings": [{"position": None, "what": str(reason)}]}
        return Answer(facts=facts, words=f"TAMPERED: {reason}", code=_TAMPERED)
    return _answer(proven, bundle, anchored=trusted is not None)


def trusted_from(policy: Policy | None, log_keys: Sequence[str]) -> Policy | None:
    """Return whom to trust, None where nobody was named. Raises Unreadable for keys that cannot be read."""
    if policy is None and not log_keys:
        return None
    try:
        given = trusting([vkey.strip() for vkey in log_keys])
    except NotProven as reason:
        raise Unreadable(f"--log-key: {reason}") from None
    if policy is None:
        return given
    return type(policy)((*policy.logs, *given.logs), policy.witnesses, policy.groups, policy.quorum)


def _answer(proven: Sequence[Proven], bundle: Bundle, *, anchored: bool) -> Answer:
    witnessed = proven[0].witnessed
    facts: dict[str, Any] = {
        "status": "proven" if anchored else "unanchored",
        "size": witnessed.checkpoint.size,
        "root": base64_of(witnessed.checkpoint.root),
        "origin": witnessed.checkpoint.origin,
        "log_key": bundle.log_key,
        "witnessed_at": {name: at.isoformat() for name, at in witnessed.witnessed_at.items()},
        "findings": [],
        "events": [_event(one) for one in proven],
    }
    opened = sum(len(one.opened) for one in proven)
    undisclosed = sum(len(one.undisclosed) for one in proven)
    words = [
        f"{len(proven)} events of the log {witnessed.checkpoint.origin}: {opened} parts opened, {undisclosed} not.",
        f"The checkpoint covers {witnessed.checkpoint.size} events.",
        *(f"The witness {name} saw it at {at.isoformat()}." for name, at in witnessed.witnessed_at.items()),
        "PROVEN: they stood in the log when the checkpoint was signed, so and not otherwise."
        if anchored
        else "UNANCHORED: the bundle is whole, but who signed it is only what it says itself: ask for the log's key "
        f"by another way and give it with --log-key. It names {bundle.log_key}",
        "Nothing is said here about what is not in the bundle.",
    ]
    return Answer(facts=facts, words="\n".join(words), code=0 if anchored else _UNANCHORED)


def _event(one: Proven) -> dict[str, Any]:
    if one.leaf is None:
        return {"event": one.position, "withheld": True}
    return {
        "event": one.position,
        "topic": one.leaf.topic,
        "stream": str(one.leaf.stream),
        "version": one.leaf.version,
        "recorded_at": one.leaf.recorded_at,
        "opened": dict(one.opened),
        "not_disclosed": list(one.undisclosed),
    }
