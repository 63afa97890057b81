"""The log for programs: its newest checkpoint, a quick check, and the proof of one event."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Path, Response

from api.v1.calling import Calling, calling
from api.v1.models import Checking, Checkpoint, Finding, Verified
from api.v1.once import IdempotencyKey, once
from api.v1.opening import answers
from audit.bootstrap.verifying import Wanted, check_house
from audit.domain.access import RecordExported
from audit.domain.errors import NotFound, Unreadable
from audit.evidence.errors import NotProven
from audit.projections.ties import Ties
from audit.reports.bundling import bundle_of

_FINDINGS_MAX: Final = 100
_ROOT: Final = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
_CHECKPOINT: Final = {
    "size": 120,
    "root": _ROOT,
    "note": f"example.com/archive\n120\n{_ROOT}\n\n— example.com/archive Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+Z…\n",
    "signed_at": "2026-03-01T10:21:00Z",
    "log_keys": ["example.com/archive+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
}
_VERIFIED: Final = {
    "status": "unanchored",
    "size": 120,
    "root": _ROOT,
    "since": 0,
    "checkpoints": 3,
    "findings": [],
}
_BUNDLE: Final = {
    "version": 1,
    "checkpoint": "example.com/archive\n120\n…",
    "items": [{"index": 4, "proof": ["…"]}],
}


@answers(
    "checkpoint",
    404,
    summary="The newest checkpoint",
    response_model=Checkpoint,
    responses={200: {"content": {"application/json": {"example": _CHECKPOINT}}}},
)
def checkpoint(*, call: Annotated[Calling, calling("checkpoint")]) -> Checkpoint:
    newest = call.house.log.newest()
    if newest is None:
        raise NotFound("There is no checkpoint yet: one is cut a minute after the first event.")
    return Checkpoint(
        size=newest.size,
        root=b64encode(newest.root).decode(),
        note=newest.note,
        signed_at=newest.signed_at,
        log_keys=[str(key.key) for key in call.house.log.verifiers()],
    )


@answers(
    "verify",
    400,
    409,
    summary="Check the log quickly",
    description="Recomputes what came since all was last found well, and compares every stored checkpoint; give one "
    "that was kept outside to see that no end was cut off.",
    response_model=Verified,
    responses={200: {"content": {"application/json": {"example": _VERIFIED}}}},
)
def verify(
    *,
    call: Annotated[Calling, calling("verify")],
    wanted: Checking | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Verified:
    note = wanted.checkpoint if wanted else None
    asked = sha256((note or "").encode(errors="surrogatepass")).hexdigest()
    return once(call, idempotency_key, asked, Verified, lambda: _verified(call, note))


def _verified(call: Calling, note: str | None) -> Verified:
    held = (("checkpoint", note.encode(errors="surrogatepass")),) if note else ()
    try:
        checked = check_house(call.house, Wanted(held, quick=True))
    except NotProven as reason:
        raise Unreadable(f"This is no checkpoint of this log: {reason}") from None
    return Verified.model_validate(
        {
            "status": checked.status,
            "size": checked.verified.size,
            "root": b64encode(checked.verified.root).decode(),
            "since": checked.verified.since,
            "checkpoints": checked.verified.checkpoints,
            "findings": [Finding(event=one.position, what=one.what) for one in checked.findings[:_FINDINGS_MAX]],
        }
    )


@answers(
    "proof",
    404,
    409,
    summary="The proof that an event is in the log",
    description="An evidence bundle without any words: the event's leaf, its inclusion proof and a checkpoint. It is "
    "checked offline with ``/verifier/verify.html`` or ``/verifier/verify_bundle.py``.",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}, "example": _BUNDLE}}}},
)
def proof(
    *,
    call: Annotated[Calling, calling("proof")],
    event: Annotated[int, Path(ge=1, lt=2**63, description="The position of an event.")],
) -> Any:
    house, position = call.house, call.house.archive.head().size
    bundled = bundle_of(house, [event], lambda _: ())
    with house.views.reading(Ties) as (db, ties):
        whose = sorted({tied for kind, tied in ties.of(db, event) if kind == "customer"})
    exported = RecordExported(
        what="evidence",
        format="json",
        count=bundled.items,
        withheld=bundled.undisclosed,
        position=position,
        digest=sha256(bundled.content).hexdigest(),
        why=call.why,
    )
    call.record(exported, [("customer", one) for one in whose])
    return Response(bundled.content, media_type="application/json")
