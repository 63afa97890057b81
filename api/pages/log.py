"""The log: how much stands in it, what was signed over it, and whether it is as it was recorded."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from fastapi import Response

from api.faults import fault
from api.opening import opens
from api.visit import Visit
from audit.bootstrap.verifying import Wanted, check_house
from audit.domain.errors import NotFound, Unreadable
from audit.evidence.errors import NotProven
from audit.evidence.note import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.archive.log.store import SignedCheckpoint
    from audit.bootstrap.verifying import Checked

_SHOWN: Final = 25
_FINDINGS: Final = 20


@dataclass(frozen=True)
class Signed:
    """A checkpoint, with the witnesses whose signatures stand under it."""

    size: int
    root: str
    at: datetime
    witnesses: tuple[str, ...]


@opens("log")
def log(visit: Visit, before: int = 0) -> Response:
    return _page(visit, before=before)


@opens("log-verified")
def verified(visit: Visit) -> Response:
    """Check the log, and name the first entry that is not as it was recorded."""
    note = visit.field("checkpoint", 20_000)
    held = (("checkpoint", f"{note}\n".encode(errors="surrogatepass")),) if note else ()
    try:
        checked = check_house(visit.house, Wanted(held, quick=visit.field("how") == "quick"))
    except (Unreadable, NotProven) as wrong:
        return _page(visit, 422, wrong=str(wrong), note=note)
    return _page(visit, checked=checked, note=note)


@opens("checkpoint")
def checkpoint(visit: Visit, size: int) -> Response:
    """Hand a checkpoint out as the file it is, to be kept outside."""
    found = visit.house.log.covering(size) if 0 < size < 2**63 else None
    if found is None or found.size != size:
        raise NotFound(str(visit.say("There is no checkpoint of this size: take one from the list.")))
    headers = {"Content-Disposition": f'attachment; filename="checkpoint-{size}.note"'}
    return Response(found.note.encode(), media_type="text/plain; charset=utf-8", headers=headers)


def _page(
    visit: Visit,
    status: int = 200,
    *,
    before: int = 0,
    checked: Checked | None = None,
    wrong: str | None = None,
    note: str = "",
) -> Response:
    house = visit.house
    signed = list(islice(_signed(visit, before), _SHOWN + 1))
    return visit.page(
        "custody/log.html",
        status,
        size=house.archive.head().size,
        newest=house.log.newest() if not before else None,
        uncovered=house.log.uncovered(),
        signed=signed[:_SHOWN],
        next=signed[_SHOWN - 1].size if len(signed) > _SHOWN else None,
        keys=[str(key.key) for key in house.log.verifiers()],
        checked=checked,
        findings=checked.findings[:_FINDINGS] if checked else (),
        wrong=wrong,
        note=note,
        root=_root,
        fault=partial(fault, visit.say),
    )


def _root(signed: SignedCheckpoint) -> str:
    return b64encode(signed.root).decode()


def _signed(visit: Visit, before: int) -> Iterator[Signed]:
    """Yield what was signed, the newest first; a row that somebody altered is left to the check."""
    for size, root, note, at in reversed(visit.house.log.store.checkpoints()):
        try:
            if before and size >= before:
                continue
            names = [one.name for one in Note.parse(note.encode()).signatures]
            others = tuple(dict.fromkeys(name for name in names if name != visit.house.origin))
            signed_at = datetime.fromisoformat(at)
            yield Signed(size=size, root=b64encode(root).decode(), at=signed_at, witnesses=others)
        except (NotProven, TypeError, ValueError, AttributeError):
            continue
