"""The parties of a vCon: who is ours, who is outside, and under which id each is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.domain.fact import STAFF_ROLES
from audit.intake.interchange.line import CODE_MAX, ID_MAX
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTIES_MAX = 200
_ID_PARTS = ("mailto", "tel", "sip", "did", "uuid", "id")


@dataclass(frozen=True)
class Party:
    """Somebody who took part. ``contacts`` are (kind, value)."""

    id: str
    role: str
    name: str | None
    contacts: tuple[tuple[str, str], ...]

    @property
    def ours(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def tie(self) -> tuple[str, str]:
        return ("staff" if self.ours else "customer", self.id)


def parties_of(fields: dict[str, Any], vcon: str, our_addresses: frozenset[str]) -> list[Party]:
    """Return the parties, in their places. Raises ``NotTaken`` when there is no making sense of them."""
    written = fields.get("parties", [])
    if not isinstance(written, list) or len(written) > PARTIES_MAX:
        raise NotTaken(f"parties is no list of at most {PARTIES_MAX}")
    return [_party(one, f"{vcon}#party-{place}", our_addresses) for place, one in enumerate(written)]


def owner_of(speaking: Sequence[Party]) -> Party | None:
    """Return whose words they are: the first who is outside; the one who speaks stands first."""
    return next((party for party in speaking if not party.ours), None)


def _party(written: Any, alone: str, our_addresses: frozenset[str]) -> Party:
    if not isinstance(written, dict):
        raise NotTaken("a party is no JSON object")
    named = {name: _plain(written.get(name)) for name in (*_ID_PARTS, "name")}
    mail, phone = named["mailto"].lower().removeprefix("mailto:"), named["tel"].lower().removeprefix("tel:")
    contacts = tuple((kind, value) for kind, value in (("email", mail), ("phone", phone)) if value)
    ours = bool({mail, phone} & our_addresses)
    # A name alone names nobody: two people called Alice are not one customer. So it holds in this vCon only.
    known = next(
        (value for name in _ID_PARTS if (value := {"mailto": mail, "tel": phone}.get(name, named[name]))), alone
    )
    return Party(known[:ID_MAX], _role(written, ours=ours), named["name"] or None, contacts)


def _role(party: dict[str, Any], *, ours: bool) -> str:
    """Return the role by our names; where the vCon does not say, who has one of our addresses is an agent."""
    meta = party.get("meta")
    hints = (party.get("role"), meta.get("role") if isinstance(meta, dict) else None)
    for hint in (_plain(hint).lower() for hint in hints):
        if hint in STAFF_ROLES or hint == "representative":
            return hint
    return "agent" if ours else "customer"


def _plain(value: Any) -> str:
    """Return a text on one line, empty for anything that is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:CODE_MAX]
    return " ".join(value.split()) if isinstance(value, str) and value.isprintable() else ""
