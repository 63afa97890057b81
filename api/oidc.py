"""Signing in at a company's own provider: OpenID Connect, by code with PKCE, state and nonce.

Who proves something here is only who they are; what they may do stands in our own directory.
"""

from __future__ import annotations

import hmac
import json
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, unquote, urlencode

from authlib.oauth2.base import OAuth2Error  # type: ignore[import-untyped]  # Authlib has no types
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]  # as above
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # as above
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.identity import same
from audit.archive.witness.exchange import Silent, ask
from audit.bootstrap.provider import is_safe_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from audit.archive.witness.exchange import Said
    from audit.bootstrap.provider import Provider

BACK: Final = "/sign-in/provider/back"
JOURNEY_SECONDS: Final = 10 * 60
_LEEWAY: Final = 60
_KNOWN_SECONDS: Final = 60 * 60
_SEED_LENGTH: Final = 32
_LOGIN_MAX: Final = 200
_OK: Final = 200
_SIGNED_WITH: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Signatures only the provider can make; ``none`` and what a shared secret makes are not among them."""
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Stopped(Exception):
    """Nobody is let in. ``reason`` is silent, stale, declined, unproven or unnamed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Known(NamedTuple):
    """What the provider says of itself (OpenID Connect Discovery 1.0), with its keys, and until when we believe it."""

    metadata: dict[str, Any]
    keys: KeySet
    until: float


class SigningIn:
    """The provider as we see it. A journey there and back is kept by the browser alone, in a cookie.

    State, nonce and code verifier are made from that cookie and a key of ours: whoever changes it cannot come back.
    """

    def __init__(self, provider: Provider, *, key: bytes, clock: Callable[[], datetime]) -> None:
        self.provider = provider
        self._key = key
        self._clock = clock
        self._known: Known | None = None
        self._lock = Lock()

    def set_out(self, then: str) -> tuple[str, str]:
        """Return what the browser keeps, and the address of the provider to go to. Raises Stopped."""
        kept = f"{int(self._now()) + JOURNEY_SECONDS}.{token_hex(_SEED_LENGTH)}.{quote(then, safe='')}"
        address, _ = self._client().create_authorization_url(
            self._provider().metadata["authorization_endpoint"],
            state=self._made(kept, "state"),
            nonce=self._made(kept, "nonce"),
            code_verifier=self._made(kept, "verifier"),
        )
        return kept, address

    def come_back(self, kept: str, said: Mapping[str, str]) -> tuple[str, str]:
        """Return the login that is proven, and where the visitor wanted to go. Raises Stopped."""
        until, _, rest = kept.partition(".")
        lasts = until.isascii() and until.isdecimal() and self._now() <= int(until)
        if not lasts or not same(said.get("state", ""), self._made(kept, "state")):
            raise Stopped("stale")
        self._must_be_theirs(said)
        if said.get("error") or not said.get("code"):
            raise Stopped("declined")
        token = self._exchanged(said["code"], self._made(kept, "verifier"))
        claims = self._proven(token, self._made(kept, "nonce"))
        return self._login(claims, token), unquote(rest.partition(".")[2])

    # -- inside --

    def _must_be_theirs(self, said: Mapping[str, str]) -> None:
        """Refuse what another provider sent here (RFC 9207, 2.4)."""
        names_itself = self._provider().metadata.get("authorization_response_iss_parameter_supported") is True
        if said.get("iss", "" if names_itself else self.provider.issuer) != self.provider.issuer:
            raise Stopped("unproven")

    def _exchanged(self, code: str, verifier: str) -> dict[str, Any]:
        try:
            token = self._client().fetch_token(
                self._provider().metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except (OAuth2Error, ValueError):
            raise Stopped("unproven") from None
        return dict(token)

    def _proven(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """Return the claims of the ID token, checked as OpenID Connect Core 1.0, 3.1.3.7 says."""
        try:
            signed = self._opened(str(token.get("id_token", "")))
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": self.provider.issuer},
                    "aud": {"essential": True, "value": self.provider.client},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.provider.client,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(self._now()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError):
            raise Stopped("unproven") from None
        return dict(claims)

    def _opened(self, written: str) -> jwt.Token:
        """Check the signature; keys that we have known for a while may be old ones."""
        try:
            return jwt.decode(written, self._provider().keys, algorithms=list(_SIGNED_WITH))
        except (JoseError, ValueError):
            self._known = None
            return jwt.decode(written, self._provider().keys, algorithms=list(_SIGNED_WITH))

    def _login(self, claims: dict[str, Any], token: dict[str, Any]) -> str:
        name = self.provider.claim
        if name not in claims or (name == "email" and "email_verified" not in claims):
            claims = self._told_of(claims, token)
        login = claims.get(name)
        if name == "email" and claims.get("email_verified") is not True:
            raise Stopped("unnamed")
        if not isinstance(login, str) or not 0 < len(login) <= _LOGIN_MAX:
            raise Stopped("unnamed")
        # What cannot be seen could make one name look like another's.
        if login != login.strip() or not login.isprintable():
            raise Stopped("unnamed")
        return login

    def _told_of(self, claims: dict[str, Any], token: dict[str, Any]) -> dict[str, Any]:
        """Ask who the token is about; the answer counts only for whom the ID token names (Core 1.0, 5.3.2)."""
        place = self._provider().metadata.get("userinfo_endpoint")
        if not isinstance(place, str) or not is_safe_address(place):
            raise Stopped("unnamed")
        bearer = {"Authorization": f"Bearer {token.get('access_token', '')}", "Accept": "application/json"}
        told = self._asked("GET", place, None, bearer)
        if not same(str(told.get("sub", "")), str(claims["sub"])):
            raise Stopped("unproven")
        return told

    def _provider(self) -> Known:
        """Return what the provider says of itself, at most an hour old. Raises Stopped."""
        with self._lock:
            if self._known is None or self._known.until < self._now():
                self._known = self._discovered()
            return self._known

    def _discovered(self) -> Known:
        place = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = self._asked("GET", place, None, {"Accept": "application/json"})
        endpoints = [metadata.get(name) for name in _ENDPOINTS]
        if metadata.get("issuer") != self.provider.issuer or not all(
            isinstance(one, str) and is_safe_address(one) for one in endpoints
        ):
            raise Stopped("silent")
        keys = self._asked("GET", metadata["jwks_uri"], None, {"Accept": "application/json"})
        try:
            return Known(metadata, KeySet.import_key_set(keys), self._now() + _KNOWN_SECONDS)  # type: ignore[arg-type]  # what is no key set is refused
        except (JoseError, ValueError, KeyError, TypeError):
            raise Stopped("silent") from None

    def _asked(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
        try:
            said = ask(method, url, body, headers)
            found = json.loads(said.content) if said.status == _OK else None
        except (Silent, ValueError):
            found = None
        if not isinstance(found, dict):
            raise Stopped("silent")
        return found

    def _client(self) -> OAuth2Client:
        offered = self._provider().metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return OAuth2Client(
            _Sending(),
            client_id=self.provider.client,
            client_secret=self.provider.secret(),
            token_endpoint_auth_method="client_secret_basic"
            if "client_secret_basic" in offered
            else "client_secret_post",
            scope="openid email" if self.provider.claim == "email" else "openid profile email",
            redirect_uri=self.provider.place + BACK,
            code_challenge_method="S256",
        )

    def _made(self, kept: str, what: str) -> str:
        return hmac.digest(self._key, f"{what}\n{kept}".encode(errors="surrogatepass"), "sha256").hex()

    def _now(self) -> float:
        return self._clock().timestamp()


class _Sending:
    """What Authlib sends its requests with: one exchange, which follows nobody elsewhere."""

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> _Answer:
        url, signed, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        try:
            return _Answer(ask("POST", url, body.encode(), signed))
        except Silent:
            raise Stopped("silent") from None


class _Answer:
    """An answer as Authlib reads it."""

    def __init__(self, said: Said) -> None:
        self.status_code = said.status
        self._said = said

    def json(self) -> Any:
        return json.loads(self._said.content)

    def raise_for_status(self) -> None:
        if self.status_code != _OK:
            raise Stopped("silent")
