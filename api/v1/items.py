"""Items: sent in line by line, and read in the order of the log."""

from __future__ import annotations

import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

from fastapi import Depends, Query, Request

from api.v1.calling import Calling, calling
from api.v1.models import Item, Items, Sent, SentLine, Stored, Tie
from api.v1.once import IdempotencyKey, once
from api.v1.opening import answers
from api.v1.problems import Refusal
from audit.bootstrap.receiving import receive
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.event import Damaged, Personal
from audit.domain.witnessed import Witnessed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from audit.bootstrap.house import House
    from audit.domain.event import Record

LINES_MAX: Final = 10_000
BYTES_MAX: Final = 64 * 1024 * 1024
NDJSON: Final = "application/x-ndjson"
_AS_RECEIVED: Final = frozenset({"raw", "html"})
_WINDOW: Final = 500
_WINDOWS: Final = 20
_EXAMPLE: Final = (
    '{"kind":"message","source":"chat","id":"m1","conversation":"c1","customer":"cust-7",'
    '"at":"2026-03-01T10:00:00Z","channel":"chat","direction":"inbound","role":"customer",'
    '"text":"The line is down.","language":"en"}\n'
)
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": f"Lines of onrecord.ndjson, at most {LINES_MAX} and {BYTES_MAX} bytes.",
        "content": {NDJSON: {"schema": {"type": "string", "minLength": 1}, "example": _EXAMPLE}},
    }
}
_SENT_EXAMPLE: Final = {
    "found": 1,
    "new": 1,
    "known": 0,
    "refused": 0,
    "position": 6,
    "lines": [
        {
            "line": 1,
            "fate": "new",
            "reason": None,
            "events": [{"event": 5, "leaf_hash": "mDXqvhXSh5qA2xG2r3ICm7q6ZlS2y1uZcP3X1j6Kq5k="}],
        }
    ],
}
_ITEMS_EXAMPLE: Final = {
    "position": 6,
    "items": [
        {
            "event": 5,
            "leaf_hash": "mDXqvhXSh5qA2xG2r3ICm7q6ZlS2y1uZcP3X1j6Kq5k=",
            "topic": "message.posted",
            "stream": "0b3f7c64-6b50-5a5b-9f0e-8a2a2c6cf3a1",
            "source": "chat",
            "role": "customer",
            "actor": "4f3a1ac2-50a8-5d7c-8f0a-f3b9d5a1d7c4",
            "happened_at": "2026-03-01T10:00:00Z",
            "recorded_at": "2026-03-01T10:00:02Z",
            "ties": [{"kind": "customer", "id": "4f3a1ac2-50a8-5d7c-8f0a-f3b9d5a1d7c4"}],
            "words": {"text": "The line is down."},
            "state": "whole",
        }
    ],
    "unreadable": [],
    "next": None,
}


class Body(NamedTuple):
    """What was sent: a file of its own, and the digest of what is in it."""

    file: Path
    digest: str


async def sent_lines(request: Request) -> AsyncIterator[Body]:
    """Write the body to a file as it comes, and take the file away at the end."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {NDJSON, "application/jsonl", "application/ndjson"}:
        raise Refusal(415, f"Send lines of onrecord.ndjson as {NDJSON}.")
    folder = Path(mkdtemp(prefix="onrecord-items-"))
    try:
        yield await _written(request, folder / "items.ndjson")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _written(request: Request, file: Path) -> Body:
    digest, length, lines = sha256(), 0, 0
    with file.open("wb") as lying:
        async for chunk in request.stream():
            length, lines = length + len(chunk), lines + chunk.count(b"\n")
            if length > BYTES_MAX or lines > LINES_MAX:
                raise Refusal(413, f"Send at most {LINES_MAX} lines and {BYTES_MAX} bytes at once.")
            digest.update(chunk)
            lying.write(chunk)
    if not length:
        raise Refusal(400, "Nothing was sent: write at least one line of onrecord.ndjson.")
    return Body(file, digest.hexdigest())


@answers(
    "items-sent",
    400,
    409,
    415,
    summary="Send items",
    description="Each line is one item of a source. What is there already is known and adds nothing; what is not as it "
    "should be is refused with its reason, and the other lines go on.",
    openapi_extra=_BODY,
    response_model=Sent,
    responses={200: {"content": {"application/json": {"example": _SENT_EXAMPLE}}}},
)
def send(
    *,
    call: Annotated[Calling, calling("items-sent")],
    body: Annotated[Body, Depends(sent_lines)],
    idempotency_key: IdempotencyKey = None,
) -> Sent:
    return once(call, idempotency_key, body.digest, Sent, lambda: _received(call, body))


def _received(call: Calling, body: Body) -> Sent:
    done, lines = receive(call.house, body.file, call.by)
    return Sent(
        found=done.found,
        new=done.new,
        known=done.known,
        refused=done.refused,
        position=call.house.archive.head().size,
        lines=[
            SentLine.model_validate(
                {
                    "line": one.number,
                    "fate": one.fate,
                    "reason": one.reason,
                    "events": [Stored(event=event, leaf_hash=_base64(leaf)) for event, leaf in one.events],
                }
            )
            for one in lines
        ],
    )


@answers(
    "items",
    summary="Read items in the order of the log",
    description="What sources told after a position, without the bytes of files. A page may hold fewer than ``limit``: "
    "go on with ``next`` until it is null.",
    response_model=Items,
    responses={200: {"content": {"application/json": {"example": _ITEMS_EXAMPLE}}}},
)
def items(
    *,
    call: Annotated[Calling, calling("items")],
    after: Annotated[int, Query(ge=0, lt=2**63, description="The position to go on from.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_WINDOW)] = 100,
) -> Items:
    house, head = call.house, call.house.archive.head().size
    found, broken, upto = _told(house, after, limit)
    hidden = hiding_from_reader(house, call.by.role).positions
    shown = [_item(house, one, withheld=one.position in hidden) for one in found]
    whose = {tied for one in found for kind, tied in one.stamp.ties if kind == "customer"}
    call.looked("items", count=len(shown), position=head, ties=[("customer", one) for one in sorted(whose, key=str)])
    return Items(position=head, items=shown, unreadable=broken, next=upto if upto < head else None)


def _told(house: House, after: int, limit: int) -> tuple[list[Record], list[int], int]:
    """Return what sources told after a position, what cannot be read, and up to where was looked."""
    found: list[Record] = []
    broken: list[int] = []
    upto = after
    for record in _records(house, after):
        upto = record.position
        if isinstance(record, Damaged):
            broken.append(record.position)
        elif isinstance(record.event, Witnessed):
            found.append(record)
        if len(found) == limit:
            break
    return found, broken, upto


def _records(house: House, after: int) -> Iterator[Record | Damaged]:
    for _ in range(_WINDOWS):
        page = house.archive.read(after, _WINDOW)
        if not page:
            return
        yield from page
        after = page[-1].position


def _item(house: House, record: Record, *, withheld: bool) -> Item:
    (leaf,) = house.log.store.leaf_hashes(record.position, record.position)
    words = {name: value for name, value in vars(record.event).items() if isinstance(value, Personal)}
    erased = any(value.erased for value in words.values())
    stamp = record.stamp
    # Bytes are not handed out here: one attachment may be larger than a page of everything else.
    readable = {name: value for name, value in words.items() if name not in _AS_RECEIVED and not value.erased}
    said = {} if withheld else {name: one.value for name, one in readable.items() if not isinstance(one.value, bytes)}
    return Item(
        event=record.position,
        leaf_hash=_base64(leaf),
        topic=record.event.TOPIC,
        stream=record.stream,
        source=stamp.source,
        role=stamp.role,
        actor=stamp.actor,
        happened_at=stamp.happened_at,
        recorded_at=stamp.recorded_at,
        ties=[Tie(kind=kind, id=tied) for kind, tied in stamp.ties],
        words=said,
        state="withheld" if withheld else "erased" if erased else "whole",
    )


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
