"""A provider of identities that says whatever a test wants: what a real one never says cannot be tried with it."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT = "onrecord"


class LyingProvider:
    """``changes`` are to the claims, None leaves one out; ``signing`` is how it is signed; ``sent`` what came."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.sent: dict[str, str] = {}
        self.changes: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.metadata: bytes | None = None
        self.signing = "ES256"
        self.asked_for_tokens = 0
        self.change_key()

    def change_key(self) -> None:
        self._key = ECKey.generate_key("P-256", auto_kid=True)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[LyingProvider]:
        with ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server:
            provider = cls(f"http://127.0.0.1:{server.server_port}")
            server.provider = provider  # type: ignore[attr-defined]  # how the handler finds it
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield provider
            finally:
                server.shutdown()
                thread.join()

    def answer(self, path: str) -> bytes:
        if path.endswith("openid-configuration"):
            return self.metadata if self.metadata is not None else json.dumps(self._about()).encode()
        if path == "/keys":
            return json.dumps({"keys": [self._key.as_dict(private=False)]}).encode()
        return json.dumps(self.userinfo).encode()

    def token(self, form: dict[str, list[str]]) -> tuple[int, bytes]:
        """Answer as RFC 7636, 4.6 says: the verifier has to fit the challenge that came before."""
        self.asked_for_tokens += 1
        challenge = _plain(sha256(form["code_verifier"][0].encode()).digest())
        if challenge != self.sent["code_challenge"] or form["redirect_uri"] != [self.sent["redirect_uri"]]:
            return 400, b'{"error": "invalid_grant"}'
        token = {"access_token": "access", "token_type": "Bearer", "id_token": self._signed()}
        return 200, json.dumps(token).encode()

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/there",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/me",
            "authorization_response_iss_parameter_supported": True,
        }

    def _signed(self) -> str:
        claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT,
            "iat": int(time()),
            "exp": int(time()) + 300,
            "nonce": self.sent["nonce"],
            "preferred_username": "ona",
            "role": "administrator",
            **self.changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        match self.signing:
            case "none":
                return f"{_written({'alg': 'none'})}.{_written(claims)}."
            case "HS256":
                # The public key taken for a secret: the oldest of the tricks.
                said = f"{_written({'alg': 'HS256', 'kid': self._key.kid})}.{_written(claims)}"
                return f"{said}.{_plain(hmac.digest(self._key.as_pem(private=False), said.encode(), 'sha256'))}"
            case "another key":
                return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, ECKey.generate_key("P-256"))
            case "rubbish":
                return "a.b.c"
            case _:
                return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key)


def _written(part: dict[str, Any]) -> str:
    return _plain(json.dumps(part).encode())


def _plain(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._send(200, self._provider.answer(self.path))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._send(*self._provider.token(form))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    @property
    def _provider(self) -> LyingProvider:
        return self.server.provider  # type: ignore[attr-defined,no-any-return]  # set where the server is made

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
