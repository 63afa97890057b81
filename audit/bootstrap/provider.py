"""The company's own provider of identities (OpenID Connect): where it is, and what it calls a user of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from audit.archive.witness.exchange import is_web_address
from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_CLAIM: Final = "preferred_username"
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_NEEDED: Final = ("ONRECORD_OIDC_ISSUER", "ONRECORD_OIDC_CLIENT", "ONRECORD_OIDC_SECRET_FILE", "ONRECORD_URL")


@dataclass(frozen=True, kw_only=True)
class Provider:
    """``claim`` is what of the provider's words is the login here; ``place`` is where people reach our pages."""

    issuer: str
    client: str
    secret_file: Path
    place: str
    claim: str = USUAL_CLAIM

    def secret(self) -> str:
        """Return the client's secret, read anew so that it can be changed; empty where none can be read."""
        try:
            return self.secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""


def read_provider(environ: Mapping[str, str], wrong: list[str]) -> Provider | None:
    """Read ``ONRECORD_OIDC_*``, None where no provider is named; what is wrong with them goes to ``wrong``."""
    issuer = environ.get("ONRECORD_OIDC_ISSUER", "")
    if not issuer:
        return None
    place = environ.get("ONRECORD_URL", "").rstrip("/")
    missing = [name for name in _NEEDED if not environ.get(name)]
    if missing:
        wrong.append(f"ONRECORD_OIDC_ISSUER needs {', '.join(missing)}, too.")
    wrong.extend(
        f"{name} is {address!r}: write an address like https://id.example.com."
        for name, address in (("ONRECORD_OIDC_ISSUER", issuer), ("ONRECORD_URL", place))
        if address and not is_safe_address(address)
    )
    provider = Provider(
        issuer=issuer,
        client=environ.get("ONRECORD_OIDC_CLIENT", ""),
        secret_file=Path(environ.get("ONRECORD_OIDC_SECRET_FILE", "")),
        place=place,
        claim=environ.get("ONRECORD_OIDC_CLAIM") or USUAL_CLAIM,
    )
    if not missing and not provider.secret():
        wrong.append(f"ONRECORD_OIDC_SECRET_FILE: {provider.secret_file} holds no secret that can be read: write it.")
    return provider


def mailed_place(environ: Mapping[str, str]) -> str:
    """Return where the links of letters lead: only where the operator says, never where a request came in.

    Raises WrongUse where that is not said, or is no safe address.
    """
    place = environ.get("ONRECORD_URL", "").rstrip("/")
    if not is_safe_address(place):
        said = f"is {place!r}" if place else "is missing"
        raise WrongUse(
            f"ONRECORD_URL {said}, so the link in the letter would lead nowhere: set it to where your pages are, "
            "like https://record.example.com, or send the record itself."
        )
    return place


def is_safe_address(url: str) -> bool:
    """Say whether nobody on the way can read or change what is sent there: HTTPS, or this machine."""
    if not is_web_address(url):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in _HERE
