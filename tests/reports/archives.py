"""A small archive to print from, with a key that signs its log."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING

from audit.bootstrap.house import build, create, read_log_key
from audit.bootstrap.recording import Signers, Wanted, compiled, printed
from audit.bootstrap.settings import Settings
from audit.domain.actor import Actor
from audit.intake.ndjson import Ndjson
from audit.intake.source import Delivered, Found
from audit.reports.certificates import Credentials, house_credentials
from audit.reports.model import Audience
from tests.reports.given import RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.bootstrap.recording import Paper
    from audit.evidence.keys import SigningKey

CUSTOMER = "cust-7"
BY = Actor(login="operator", role="operator", why="a test")
SECRET = "FONTANKA"
"""Stands in everything that a customer does not get."""


def lines(*, messages: int = 6) -> list[dict[str, object]]:
    """Return what the archive is told: a chat, what is internal in it, a ticket, its work order, a neighbour's chat."""
    at = "2026-03-01T10:{:02}:{:02}+02:00".format
    chat = {"conversation": "c1", "customer": CUSTOMER, "channel": "chat", "direction": "inbound"}
    theirs = {"customer": CUSTOMER, "ticket": "T-1"}
    said: list[dict[str, object]] = [
        {"kind": "customer", "id": CUSTOMER, "at": at(0, 0), "name": "Ona Pavyzdienė", "contacts": []},
        {"kind": "conversation", "id": "c1", "at": at(1, 0), **{k: v for k, v in chat.items() if k != "conversation"}},
    ]
    for number in range(messages):
        role, when = "agent" if number % 2 else "customer", at(2 + number // 60 % 50, number % 60)
        text = f"Grąžinsime 100 eurų, {number}-oji žinutė apie maršrutizatorių."
        said.append(
            {"kind": "message", "id": f"m{number}", "at": when, "role": role, "language": "lt", "text": text, **chat}
        )
    others: list[dict[str, object]] = [
            {"kind": "note", "id": "n1", "at": at(55, 0), "role": "agent", "text": f"{SECRET} she is", **_chat(chat)},
            {"kind": "ticket", "id": "T-1", "customer": CUSTOMER, "at": at(56, 0), "subject": "Router",
             "text": "net broken", "fields": {"mood": SECRET}},
            {"kind": "work_order", "id": "W-1", "at": at(57, 0), "text": "Replace the router.", **theirs},
            {"kind": "message", "id": "x1", "at": at(58, 0), "role": "customer", "text": f"{SECRET} is mine", **chat,
             "conversation": "c2", "customer": "cust-8"},
    ]  # fmt: skip
    return [{"source": "chat", **one} for one in (*said, *others)]


def _chat(chat: dict[str, str]) -> dict[str, str]:
    return {name: chat[name] for name in ("conversation", "customer")}


@contextmanager
def archive(folder: Path, *, messages: int = 6) -> Iterator[House]:
    """Give an archive that was told all this."""
    settings = Settings(folder=folder, keys_url=f"sqlite:///{folder / 'keys.db'}", root_key=folder / "root.key")
    create(settings, origin="example.org/archive", operator=BY.login)
    file = folder / "told.ndjson"
    file.write_text("".join(json.dumps(one) + "\n" for one in lines(messages=messages)), encoding="utf-8")
    with closing(build(settings)) as house:
        found = Ndjson().read(Delivered(name=file.name, open=lambda: file.open("rb"), beside=_nothing))
        items = [one for one in found if isinstance(one, Found)]
        assert len(items) == len(lines(messages=messages))
        house.archive.append_new([one.item for one in items])
        house.follower.catch_up()
        yield house


def paper(house: House, signers: Signers | None = None, **wanted: object) -> Paper:
    """Return the record of the customer, on one paper."""
    asked = Wanted(customer=CUSTOMER, **wanted)  # type: ignore[arg-type]  # as the test names them
    (one,) = printed(house, compiled(house, BY, asked), signers or Signers())
    return one


def vkey(house: House) -> str:
    return str(read_log_key(house.settings).verifier)


@cache
def credentials(key: SigningKey) -> Credentials:
    """Return a certificate under a key: it takes a while to make one."""
    return house_credentials(key, at=RECORDED)


def everyone() -> list[Audience]:
    return list(Audience)


def _nothing(name: str) -> bytes:
    raise FileNotFoundError(name)
