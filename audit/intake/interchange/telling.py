"""Who speaks on a line, about whom, and the facts that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from audit.domain.fact import STAFF_ROLES, Fact, StaffMember
from audit.intake.interchange.line import Line
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from datetime import datetime

    from audit.domain.event import Event
    from audit.domain.names import ItemName

OUTSIDE: Final = frozenset({"customer", "representative"})
_TIED: Final = ("customer", "conversation", "ticket", "work_order")


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """In which role somebody speaks, who it is, for whom, and about what. ``name`` is set for somebody outside."""

    role: str
    actor: tuple[str, str] | None
    on_behalf_of: tuple[str, str] | None
    ties: tuple[tuple[str, str], ...]
    name: str | None = None
    staff: tuple[StaffMember, ...] = ()


@dataclass
class Telling:
    """What a line tells, gathered fact by fact."""

    line: Line
    speaker: Speaker
    facts: list[Fact] = field(default_factory=list)
    staff: list[StaffMember] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.staff.extend(self.speaker.staff)

    def add(
        self,
        event: Event,
        *,
        at: datetime | None = None,
        of: ItemName | None = None,
        ties: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Tell one thing more; ``ties`` come beside those of the line."""
        who = self.speaker
        self.facts.append(
            Fact(
                event=event,
                at=at or self.line.at,
                role=who.role,
                actor=who.actor,
                on_behalf_of=who.on_behalf_of,
                seq=self.line.seq,
                ties=(*who.ties, *ties),
                of=of,
            )
        )

    def add_staff(self, member: str, name: str | None, kind: str = "staff") -> tuple[tuple[str, str], ...]:
        """Enter somebody of the company in the directory; return the tie that points at them."""
        self.staff.append(StaffMember(id=member, name=name))
        return ((kind, member),)


def telling(line: Line, role: str = "system", **own: str) -> Telling:
    """Begin what a line tells. ``role`` holds where the line names none; ``own`` are ids the line has by its kind."""
    ties = []
    for kind in _TIED:
        written = line.id_of(kind)
        if kind in own:
            if written not in {None, own[kind]}:
                raise NotTaken(f"{kind} contradicts id")
            written = own[kind]
        if written is not None:
            ties.append((kind, written))
    return Telling(line, _speaker(line, line.code("role") or role, tuple(ties)))


def _speaker(line: Line, role: str, ties: tuple[tuple[str, str], ...]) -> Speaker:
    ties, on_behalf_of = _represented(line, ties)
    if role in STAFF_ROLES:
        return replace(_ours(line, role, ties), on_behalf_of=on_behalf_of)
    if role not in OUTSIDE:
        raise NotTaken("role is none of customer, representative, " + ", ".join(sorted(STAFF_ROLES)))
    name = line.text("author")
    customer = next((tie for tie in ties if tie[0] == "customer"), None)
    if role == "customer":
        if customer is not None and line.says("author_id", customer[1]):
            line.value("author_id")
        return Speaker(role=role, actor=customer, on_behalf_of=on_behalf_of, ties=ties, name=name)
    acting = line.id_of("author_id")
    if acting is not None and ("representative", acting) not in ties:
        ties = (*ties, ("representative", acting))
    actor = ("customer", acting) if acting is not None else None
    return Speaker(role=role, actor=actor, on_behalf_of=customer, ties=ties, name=name)


def _represented(
    line: Line, ties: tuple[tuple[str, str], ...]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, str] | None]:
    """Return the ties with somebody who speaks for the customer, and for whom they speak, where the line says so.

    Whether they may is for our people to decide: an import authorises nobody.
    """
    representative, represented = line.id_of("representative"), line.id_of("on_behalf_of")
    if represented is not None:
        customer = ("customer", represented)
        if any(kind == "customer" and written != represented for kind, written in ties):
            raise NotTaken("on_behalf_of contradicts customer")
        ties = ties if customer in ties else (customer, *ties)
    if representative is not None:
        ties = (*ties, ("representative", representative))
    return ties, None if represented is None else ("customer", represented)


def _ours(line: Line, role: str, ties: tuple[tuple[str, str], ...]) -> Speaker:
    name = line.text("author") or None
    member = line.id_of("author_id") or name
    if member is None:
        return Speaker(role=role, actor=None, on_behalf_of=None, ties=ties)
    staff = (StaffMember(id=member, name=name),)
    return Speaker(role=role, actor=("staff", member), on_behalf_of=None, ties=ties, staff=staff)
