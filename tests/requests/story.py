"""What happened to Regina, as lines of a delivery: a credit promised in Lithuanian, a weak ticket, no credit."""

from __future__ import annotations

from typing import Any, Final

REGINA, DAUGHTER = "cust-1", "cust-2"
REGINAS_MAIL, DAUGHTERS_MAIL = "regina@example.org", "dalia@example.org"
NEIGHBOUR: Final = "8 612 34567"
TOLD: Final = f"Kaimyno telefonas {NEIGHBOUR}, jei manęs nebus."
PROMISED: Final = "Apgailestauju. Iki kovo 20 d. grąžinsime jums 100 dolerių kreditą."
ASKED: Final = "Ar tikrai negausiu pinigų atgal?"


def _said(number: int, role: str, text: str) -> dict[str, Any]:
    return {
        "kind": "message", "source": "chat", "id": f"m{number}", "conversation": "c1", "customer": REGINA,
        "seq": number, "at": f"2026-03-02T10:0{number}:00+02:00", "channel": "chat", "role": role,
        "text": text, "language": "lt",
    }  # fmt: skip


def _customer(id_: str, name: str, mail: str) -> dict[str, Any]:
    contacts = [{"kind": "email", "value": mail}]
    return {
        "kind": "customer", "source": "crm", "id": id_, "at": "2026-03-01T09:00:00+02:00", "name": name,
        "contacts": contacts, "language": "lt",
    }  # fmt: skip


LINES: Final[tuple[dict[str, Any], ...]] = (
    _customer(REGINA, "Regina Pavyzdė", REGINAS_MAIL),
    _customer(DAUGHTER, "Dalia Pavyzdė", DAUGHTERS_MAIL),
    _customer("cust-3", "Kitas Žmogus", "kitas@example.net"),
    _said(1, "customer", "Internetas neveikia nuo pirmadienio, o sąskaita už visą mėnesį. שלום"),
    _said(2, "customer", TOLD),
    _said(3, "agent", PROMISED),
    _said(4, "customer", ASKED),
    {
        "kind": "ticket", "source": "desk", "id": "t1", "conversation": "c1", "customer": REGINA,
        "at": "2026-03-02T10:06:00+02:00", "role": "agent", "subject": "net", "text": "net broken", "fields": {},
    },
    {
        "kind": "message", "source": "chat", "id": "n1", "conversation": "c9", "customer": "cust-3", "seq": 1,
        "at": "2026-03-03T10:00:00+02:00", "channel": "chat", "role": "customer", "text": "Labas.", "language": "lt",
    },
)  # fmt: skip
