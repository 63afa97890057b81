"""The doors: every route of the pages, and who may go through it. What does not stand here is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from audit.domain.directory import ROLES

ANYBODY: Final = frozenset({"", *ROLES})
"""Whoever asks, signed in or not: the empty role is nobody's."""
SIGNED_IN: Final = frozenset(ROLES)
STAFF: Final = SIGNED_IN - {"customer", "representative", "service"}
READERS: Final = frozenset(
    {"operator", "agent", "supervisor", "compliance officer", "data protection officer", "auditor"}
)
AGENTS: Final = frozenset({"operator", "agent", "supervisor"})
"""Who decides about tickets and promises."""
TECHNICIANS: Final = frozenset({"technician"})
SUPERVISORS: Final = frozenset({"operator", "supervisor"})
COMPLIANCE: Final = frozenset({"operator", "compliance officer", "data protection officer", "auditor"})
CUSTODIANS: Final = frozenset({"operator", "compliance officer", "data protection officer"})
ADMINISTRATORS: Final = frozenset({"operator", "administrator"})
IMPORTERS: Final = frozenset({"operator", "supervisor", "compliance officer"})
HOLDERS: Final = CUSTODIANS | {"supervisor"}
SECOND_PERSONS: Final = frozenset({"supervisor", "compliance officer", "data protection officer", "auditor"})
"""Who may execute what somebody else asked for."""
BACK: Final = CUSTODIANS | {"supervisor"}
"""Who judges promises and works on requests for records."""
REVIEWERS: Final = BACK | {"auditor"}
"""Who notes on what a search found, and draws samples of it."""
COUNTING: Final = frozenset({"operator", "supervisor", "auditor", "compliance officer", "administrator"})
"""Who reads counts of calls and contacts, which name nobody."""
JUDGED: Final = AGENTS | {"auditor", "compliance officer"}
"""Who reads reviews; agents those of their own conversations."""
RELEASING: Final = frozenset({"supervisor"})
"""Who lets a record out: nobody else, whatever else they may."""
FRONT: Final = BACK | {"agent"}
ASKED_WHY: Final = frozenset({"operator", "compliance officer", "data protection officer", "auditor"})
"""Roles that do not read customers' words daily: they say why before they do."""
NOBODY: Final = frozenset[str]()


@dataclass(frozen=True, kw_only=True)
class Door:
    """One route. ``shows`` says that persons' words are shown there: it answers only after the look was recorded.

    ``asks`` are the roles that give a reason first; ``limit`` names the allowance that each visit draws from;
    ``unsafe`` doors change something and take a form with its token. Behind a ``file`` is no page to read, but what a
    program or the disk takes.
    """

    name: str
    method: str
    path: str
    roles: frozenset[str]
    shows: bool = False
    asks: frozenset[str] = NOBODY
    limit: str | None = None
    file: bool = False

    @property
    def unsafe(self) -> bool:
        return self.method != "GET"


def _page(name: str, path: str, roles: frozenset[str], limit: str | None = None) -> Door:
    """Return a door behind which nobody's words are shown."""
    return Door(name=name, method="GET", path=path, roles=roles, limit=limit)


def _words(name: str, path: str, roles: frozenset[str], limit: str | None = None) -> Door:
    """Return a door behind which persons' words are shown."""
    return Door(name=name, method="GET", path=path, roles=roles, shows=True, asks=ASKED_WHY, limit=limit)


def _form(name: str, path: str, roles: frozenset[str], limit: str | None = None) -> Door:
    """Return a door that takes a form."""
    return Door(name=name, method="POST", path=path, roles=roles, limit=limit)


DOORS: Final = (
    # The frame
    _page("start", "/", ANYBODY),
    _page("sign-in", "/sign-in", ANYBODY),
    _form("sign-in-done", "/sign-in", ANYBODY, "sign-in"),
    _page("sign-in-provider", "/sign-in/provider", ANYBODY, "read"),
    _page("sign-in-provider-back", "/sign-in/provider/back", ANYBODY, "sign-in"),
    _form("sign-out", "/sign-out", SIGNED_IN),
    _page("purpose", "/purpose", SIGNED_IN),
    _form("purpose-given", "/purpose", SIGNED_IN),
    _form("language", "/language", ANYBODY),
    _page("account", "/account", SIGNED_IN),
    _form("password", "/account/password", SIGNED_IN, "sign-in"),
    _form("sign-in-code", "/sign-in/code", ANYBODY, "sign-in"),
    _page("second-factor", "/account/second-factor", SIGNED_IN),
    _form("second-factor-begun", "/account/second-factor", SIGNED_IN, "sign-in"),
    _form("second-factor-confirmed", "/account/second-factor/confirm", SIGNED_IN, "sign-in"),
    _form("second-factor-removed", "/account/second-factor/remove", SIGNED_IN, "sign-in"),
    _page("first", "/first", ANYBODY),
    _form("first-done", "/first", ANYBODY, "sign-in"),
    # Customers and what was said
    _words("customers", "/customers", READERS, "search"),
    _words("customer", "/customers/{customer}", READERS),
    _words("conversation", "/conversations/{conversation}", READERS),
    # The desk
    _words("desk", "/desk", READERS),
    _words("ticket", "/tickets/{ticket}", READERS),
    _form("ticket-read-back", "/tickets/{ticket}/read-back", AGENTS),
    _form("ticket-bounce", "/tickets/{ticket}/bounce", SUPERVISORS),
    _form("ticket-rewrite", "/tickets/{ticket}/rewrite", AGENTS),
    _form("ticket-accept", "/tickets/{ticket}/accept", AGENTS),
    _form("ticket-escalate", "/tickets/{ticket}/escalate", AGENTS),
    _form("ticket-judge", "/tickets/{ticket}/judge", AGENTS),
    _form("ticket-dismiss", "/tickets/{ticket}/dismiss", AGENTS),
    # Work orders
    _words("work-orders", "/work-orders", READERS | TECHNICIANS),
    _words("work-order", "/work-orders/{order}", READERS | TECHNICIANS),
    _form("work-order-unclear", "/work-orders/{order}/unclear", AGENTS | TECHNICIANS),
    _form("work-order-sign", "/work-orders/{order}/sign", AGENTS | TECHNICIANS),
    # Promises
    _words("promises", "/promises", READERS),
    _words("promise", "/promises/{promise}", READERS),
    _form("promise-confirm", "/promises/{promise}/confirm", FRONT),
    _form("promise-dismiss", "/promises/{promise}/dismiss", BACK),
    _form("promise-keep", "/promises/{promise}/keep", FRONT),
    _form("promise-extend", "/promises/{promise}/extend", FRONT),
    _form("promise-withdraw", "/promises/{promise}/withdraw", BACK),
    _form("promise-dispute", "/promises/{promise}/dispute", FRONT),
    _form("promise-fail", "/promises/{promise}/fail", BACK),
    _form("promise-slip", "/promises/{promise}/slip", FRONT, "export"),
    # Requests for records, and the record itself
    _words("requests", "/requests", READERS),
    _form("request-asked", "/requests", FRONT),
    _words("request", "/requests/{request}", READERS),
    _words("request-preview", "/requests/{request}/preview", BACK),
    _form("request-acknowledge", "/requests/{request}/acknowledge", FRONT),
    _form("request-verify", "/requests/{request}/verify", BACK),
    _form("request-extend", "/requests/{request}/extend", BACK),
    _form("request-withhold", "/requests/{request}/withhold", BACK),
    _form("request-restore", "/requests/{request}/restore", BACK),
    _form("request-dispute", "/requests/{request}/dispute", FRONT),
    _form("request-compile", "/requests/{request}/compile", BACK, "export"),
    _form("request-check", "/requests/{request}/check", BACK - {"operator"}, "sign-in"),
    _form("request-approve", "/requests/{request}/approve", RELEASING, "sign-in"),
    _form("request-link", "/requests/{request}/link", RELEASING, "sign-in"),
    _form("request-mail", "/requests/{request}/mail", RELEASING, "sign-in"),
    _form("request-print", "/requests/{request}/print", RELEASING, "sign-in"),
    _form("request-handed", "/requests/{request}/handed", RELEASING, "sign-in"),
    _form("request-refuse", "/requests/{request}/refuse", BACK),
    _form("request-review", "/requests/{request}/review", FRONT),
    _page("record", "/customers/{customer}/record", BACK),
    _form("record-made", "/customers/{customer}/record", BACK, "export"),
    # The customers' portal
    Door(name="portal", method="GET", path="/portal", roles=ANYBODY, shows=True),
    _form("portal-code-asked", "/portal/code", ANYBODY, "portal"),
    _page("portal-code", "/portal/code", ANYBODY),
    _form("portal-enter", "/portal/enter", ANYBODY, "sign-in"),
    _form("portal-leave", "/portal/leave", ANYBODY),
    _form("portal-asked", "/portal/requests", ANYBODY, "portal"),
    Door(name="portal-request", method="GET", path="/portal/requests/{request}", roles=ANYBODY, shows=True),
    Door(name="portal-looks", method="GET", path="/portal/looks", roles=ANYBODY, shows=True),
    _page("collect", "/collect", ANYBODY),
    _form("collected", "/collect", ANYBODY, "sign-in"),
    # Search
    _words("search", "/search", READERS, "search"),
    _form("search-saved", "/search/save", READERS),
    _form("search-remarked", "/search/remark", REVIEWERS),
    _form("search-drawn", "/search/draw", REVIEWERS, "export"),
    _form("search-exported", "/search/export", HOLDERS, "export"),
    _words("searches", "/searches", READERS),
    _form("search-changed", "/searches/{search}/change", READERS),
    _form("search-dropped", "/searches/{search}/drop", READERS),
    # Service level, volume, reviews, feedback
    _page("levels", "/levels", COUNTING),
    Door(name="levels-live", method="GET", path="/levels/live", roles=COUNTING, limit="live", file=True),
    _form("levels-issued", "/levels/issue", SUPERVISORS),
    _words("volume", "/volume", COUNTING),
    _words("reviews", "/reviews", JUDGED),
    _words("review", "/reviews/{conversation}", JUDGED),
    _form("review-drawn", "/reviews/draw", SUPERVISORS | {"auditor"}),
    _form("review-marked", "/reviews/{conversation}/mark", SUPERVISORS),
    _form("review-disputed", "/reviews/{conversation}/dispute", AGENTS),
    _form("review-answered", "/reviews/{conversation}/answer", SUPERVISORS),
    _words("feedback", "/feedback", AGENTS | {"auditor"}),
    # Custody: what came in, what is held, kept and erased, who looked, and the log itself
    Door(name="imports", method="GET", path="/imports", roles=IMPORTERS | {"administrator"}, shows=True),
    _form("import-brought", "/imports", IMPORTERS, "upload"),
    _form("sample-brought", "/imports/sample", IMPORTERS, "upload"),
    Door(name="import", method="GET", path="/imports/{delivery}", roles=IMPORTERS, shows=True),
    _form("import-retried", "/imports/{delivery}/retry", IMPORTERS, "upload"),
    _words("access", "/access", COMPLIANCE, "search"),
    _words("customer-access", "/customers/{customer}/access", COMPLIANCE | {"supervisor"}),
    _words("holds", "/holds", HOLDERS),
    _form("hold-placed", "/holds", HOLDERS),
    _form("hold-released", "/holds/{hold}/release", HOLDERS),
    _page("retention", "/retention", COMPLIANCE | {"administrator"}),
    _form("retention-set", "/retention", CUSTODIANS),
    _page("disposal", "/retention/due", CUSTODIANS, "search"),
    _form("disposal-asked", "/retention/due", CUSTODIANS, "search"),
    _words("erasures", "/erasures", HOLDERS | {"auditor"}),
    _form("erasure-asked", "/erasures", HOLDERS),
    _form("erasure-identified", "/erasures/{erasure}/identify", HOLDERS),
    _form("erasure-refused", "/erasures/{erasure}/refuse", HOLDERS),
    _form("erasure-executed", "/erasures/{erasure}/execute", SECOND_PERSONS, "sign-in"),
    _page("log", "/log", STAFF),
    _form("log-verified", "/log/verify", STAFF, "verify"),
    Door(name="checkpoint", method="GET", path="/log/checkpoints/{size}", roles=STAFF, file=True),
    _page("settings", "/settings", ADMINISTRATORS),
    _page("keys", "/keys", ADMINISTRATORS),
    _form("key-made", "/keys", ADMINISTRATORS),
    _form("key-ended", "/keys/{key}/end", ADMINISTRATORS),
    # Users
    _page("users", "/users", ADMINISTRATORS),
    _form("user-added", "/users", ADMINISTRATORS),
    _form("user-secret", "/users/{login}/secret", ADMINISTRATORS),
    _form("user-retired", "/users/{login}/retire", ADMINISTRATORS),
)
BY_NAME: Final = {door.name: door for door in DOORS}
