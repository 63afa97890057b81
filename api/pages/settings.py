"""Settings: what this archive was started with; they are changed where it is started, and secrets are never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.visit import Visit

if TYPE_CHECKING:
    from audit.bootstrap.settings import Settings


class Setting(NamedTuple):
    """One setting: its variable, what it is for (a message), and what it is, as far as it may be shown."""

    variable: str
    label: str
    value: str


_LABELS: Final = {
    "ONRECORD_DATA": N_("Folder of the archive"),
    "ONRECORD_DATABASE_URL": N_("Database of the events"),
    "ONRECORD_ERASER_URL": N_("Role that may erase"),
    "ONRECORD_KEYS_URL": N_("Database of the keys"),
    "ONRECORD_ROOT_KEY": N_("Root key"),
    "ONRECORD_KMS_KEY": N_("Key management service"),
    "ONRECORD_ERASED_REGISTER": N_("Register of destroyed keys"),
    "ONRECORD_ZONE": N_("Time zone"),
    "ONRECORD_OUR_ADDRESSES": N_("Our own addresses"),
    "ONRECORD_RETENTION": N_("Retention classes by kind"),
    "ONRECORD_WITNESSES": N_("Witnesses"),
    "ONRECORD_POLICY": N_("Policy of the witnesses"),
    "ONRECORD_TSA_URL": N_("Time-stamping authority"),
    "ONRECORD_RUBRIC": N_("Rubric of the desk"),
    "ONRECORD_OIDC_ISSUER": N_("Provider that signs people in"),
    "ONRECORD_OIDC_CLIENT": N_("What we are called there"),
    "ONRECORD_OIDC_CLAIM": N_("What it calls the name here"),
}


@opens("settings")
def settings(visit: Visit) -> Response:
    values = _values(visit.house.settings)
    return visit.page(
        "custody/settings.html",
        settings=[Setting(name, label, values[name]) for name, label in _LABELS.items()],
        views=[one for one in visit.house.views.standings() if one.active],
        size=visit.house.archive.head().size,
    )


def _values(known: Settings) -> dict[str, str]:
    asking, stamping = known.witnesses, known.time_stamping
    return {
        "ONRECORD_DATA": str(known.folder),
        "ONRECORD_DATABASE_URL": _without_secret(known.database_url),
        "ONRECORD_ERASER_URL": _without_secret(known.eraser_url),
        "ONRECORD_KEYS_URL": _without_secret(known.keys_url),
        "ONRECORD_ROOT_KEY": "" if known.kms_key else str(known.root_key),
        "ONRECORD_KMS_KEY": known.kms_key or "",
        "ONRECORD_ERASED_REGISTER": str(known.erased_register),
        "ONRECORD_ZONE": known.zone.key,
        "ONRECORD_OUR_ADDRESSES": ", ".join(sorted(known.our_addresses)),
        "ONRECORD_RETENTION": ", ".join(f"{kind}={name}" for kind, name in sorted(known.retention.items())),
        "ONRECORD_WITNESSES": ", ".join(map(_without_secret, asking.addresses)) if asking else "",
        "ONRECORD_POLICY": str(asking.policy) if asking else "",
        "ONRECORD_TSA_URL": _without_secret(stamping.url) if stamping else "",
        "ONRECORD_RUBRIC": str(known.rubric or ""),
        "ONRECORD_OIDC_ISSUER": _without_secret(known.provider.issuer) if known.provider else "",
        "ONRECORD_OIDC_CLIENT": known.provider.client if known.provider else "",
        "ONRECORD_OIDC_CLAIM": known.provider.claim if known.provider else "",
    }


def _without_secret(url: str | None) -> str:
    """Return an address without who signs in there and without its options, either of which may hold a password."""
    if not url:
        return ""
    scheme, sign, rest = url.partition("://")
    return f"{scheme}{sign}{rest.partition('?')[0].rpartition('@')[2]}"
