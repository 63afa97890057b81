"""Handing a letter to a mail server (RFC 5321), and knowing at each moment whether it may have gone."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.errors import Unavailable, WrongUse
from audit.domain.posting import ACCEPTED, PUT_OFF, REFUSED, UNKNOWN
from audit.reports.post.addresses import address

if TYPE_CHECKING:
    from collections.abc import Mapping

STARTTLS: Final = "starttls"
TLS: Final = "tls"
NO_TLS: Final = "none"
_PORTS: Final = {STARTTLS: 587, TLS: 465, NO_TLS: 25}
_OK: Final = 250
_FORWARDED: Final = 251
_GO_ON: Final = 354
_PUT_OFF_FROM: Final = 400
_PERMANENT: Final = 500
_SECONDS: Final = 60.0
_LONGEST_ANSWER: Final = 500
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The mail server that takes our letters.

    ``authorities`` is a file of certificates to trust in place of the system's.
    """

    host: str
    port: int
    sender: str
    security: str = STARTTLS
    user: str | None = None
    password_file: Path | None = None
    authorities: Path | None = None
    seconds: float = _SECONDS


class Outcome(NamedTuple):
    """How an attempt ended, and what the server said, or what went wrong."""

    outcome: str
    answer: str


class _Ended(Exception):  # not an error: the conversation is over
    def __init__(self, outcome: str, answer: str) -> None:
        self.outcome = Outcome(outcome, answer)


def relay_of(environ: Mapping[str, str]) -> Relay | None:
    """Read ``ONRECORD_SMTP_*``, None where no server is named. Raises WrongUse with all that is wrong."""
    host = environ.get("ONRECORD_SMTP_HOST")
    if not host:
        return None
    wrong: list[str] = []
    security = environ.get("ONRECORD_SMTP_SECURITY", STARTTLS)
    if security not in _PORTS:
        wrong.append(f"ONRECORD_SMTP_SECURITY must be one of {', '.join(_PORTS)}.")
    port = environ.get("ONRECORD_SMTP_PORT") or str(_PORTS.get(security, 0))
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
        wrong.append("ONRECORD_SMTP_PORT must be a number from 1 to 65535.")
    sender = environ.get("ONRECORD_SMTP_FROM", "")
    try:
        address(sender)
    except WrongUse as reason:
        wrong.append(f"ONRECORD_SMTP_FROM: {reason}")
    user, password = environ.get("ONRECORD_SMTP_USER"), environ.get("ONRECORD_SMTP_PASSWORD_FILE")
    if bool(user) != bool(password):
        wrong.append("ONRECORD_SMTP_USER and ONRECORD_SMTP_PASSWORD_FILE go together.")
    if user and security == NO_TLS:
        wrong.append("A password is not sent in clear: set ONRECORD_SMTP_SECURITY to starttls or tls.")
    if wrong:
        raise WrongUse(" ".join(wrong))
    authorities = environ.get("ONRECORD_SMTP_CA")
    return Relay(
        host=host,
        port=int(port),
        sender=sender,
        security=security,
        user=user or None,
        password_file=Path(password) if password else None,
        authorities=Path(authorities) if authorities else None,
    )


def hand_over(relay: Relay, recipient: str, mail: bytes) -> Outcome:
    """Try once to hand a letter over; never raises for what a server does.

    ``put-off`` and ``refused`` are certain: the server did not take the letter. From the end of the letter to the
    server's answer the outcome is unknown, and it stays so when the answer never comes.
    """
    server: smtplib.SMTP | None = None
    try:
        server = _opened(relay)
        _envelope(server, relay, recipient)
        return _given(server, mail)
    except _Ended as ended:
        return ended.outcome
    except Unavailable as missing:
        return Outcome(PUT_OFF, str(missing))
    except smtplib.SMTPAuthenticationError as error:
        return Outcome(PUT_OFF, _spoken(error.smtp_code, error.smtp_error))
    except smtplib.SMTPResponseException as error:
        return _judged(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        return Outcome(PUT_OFF, f"{relay.host}:{relay.port}: {type(error).__name__}: {error}"[:_LONGEST_ANSWER])
    finally:
        if server is not None:
            _parted(server)


def _opened(relay: Relay) -> smtplib.SMTP:
    """Connect, protected as the settings say: never less, whatever the server offers."""
    context = None if relay.security == NO_TLS else _trusting(relay)
    if relay.security == TLS:
        assert context is not None, "TLS trusts somebody"
        server: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=relay.seconds, context=context)
    else:
        server = smtplib.SMTP(relay.host, relay.port, timeout=relay.seconds)
    try:
        server.ehlo_or_helo_if_needed()
        if relay.security == STARTTLS:
            server.starttls(context=context)
            server.ehlo()
        if relay.user and relay.password_file:
            server.login(relay.user, _password(relay.password_file))
    except BaseException:
        server.close()
        raise
    return server


def _trusting(relay: Relay) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(relay.authorities) if relay.authorities else None)
    except OSError as error:
        raise Unavailable(f"ONRECORD_SMTP_CA cannot be read ({error}): name a PEM file.") from None


def _password(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"ONRECORD_SMTP_PASSWORD_FILE cannot be read ({error}): mend it.") from None


def _envelope(server: smtplib.SMTP, relay: Relay, recipient: str) -> None:
    sender, to = address(relay.sender), address(recipient)
    options = []
    if sender.needs_utf8 or to.needs_utf8:
        if not server.has_extn("smtputf8"):
            raise _Ended(REFUSED, "The mail server does not take addresses in this script (no SMTPUTF8).")
        server.command_encoding = "utf-8"
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    _must(server.mail(sender.spec, options))
    _must(server.rcpt(to.spec))


def _given(server: smtplib.SMTP, mail: bytes) -> Outcome:
    code, said = server.docmd("DATA")
    if code != _GO_ON:
        return _judged(code, said)
    lines = b"\r\n".join(_LINE_END.split(mail))
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    try:
        server.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(UNKNOWN, f"The connection ended before the server answered: {error}"[:_LONGEST_ANSWER])
    return _after_the_letter(code, said)


def _after_the_letter(code: int, said: bytes) -> Outcome:
    """Return what the last answer means; one that is no answer tells nothing of the letter that was sent before it."""
    if code // 100 == _OK // 100:
        return Outcome(ACCEPTED, _spoken(code, said))
    return _judged(code, said) if code >= _PUT_OFF_FROM else Outcome(UNKNOWN, _spoken(code, said))


def _must(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code not in {_OK, _FORWARDED}:
        raise _Ended(*_judged(code, said))


def _judged(code: int, said: bytes | str) -> Outcome:
    """Return what a refusal means: for good from 500 on (RFC 5321 section 4.2.1), else only for now."""
    return Outcome(REFUSED if code >= _PERMANENT else PUT_OFF, _spoken(code, said))


def _spoken(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:_LONGEST_ANSWER]


def _parted(server: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()
