"""Time-stamps over checkpoints (RFC 3161): what an authority outside attests, and whether what is stored is that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cryptography import x509

from audit.archive.checking import Finding
from audit.archive.log.certificate_order import in_order
from audit.domain.errors import Unavailable, Unreadable
from audit.evidence.errors import NotProven

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from audit.archive.log.store import LogStore

Roots = tuple[x509.Certificate, ...]


class StoredTimeStamp(NamedTuple):
    """What an authority answered about the first ``covers`` bytes of the note of a checkpoint, as it answered it."""

    size: int
    covers: int
    response: bytes
    stamped_at: str


class TimeStamper(Protocol):
    """Whoever has checkpoints time-stamped."""

    def look(self, store: LogStore) -> None:
        """Have the newest checkpoint time-stamped where it is not; what goes wrong is said, and raised never."""


class TimeStampRequest(NamedTuple):
    """What is sent to an authority, and the number its answer must repeat."""

    content: bytes
    nonce: int


@dataclass
class TimeStampsChecked:
    """What came out: how many are good, the newest of them, and what is not."""

    good: int = 0
    newest: tuple[int, datetime] | None = None
    findings: list[Finding] = field(default_factory=list)


def rfc3161() -> Any:
    """Return the library that reads and checks time-stamps. Raises Unavailable where it is not installed."""
    try:
        return import_module("rfc3161_client")  # An optional extra: time-stamps are off unless they are wished.
    except ModuleNotFoundError:
        raise Unavailable(
            "Time-stamps need the library rfc3161-client: install onrecord[timestamp], or leave out ONRECORD_TSA_URL "
            "and ONRECORD_TSA_ROOT."
        ) from None


def read_roots(path: Path) -> Roots:
    """Return the certificates that are trusted to stand behind a time-stamp. Raises Unreadable."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise Unreadable(
            f"{path} cannot be read ({error.strerror}): set ONRECORD_TSA_ROOT to a file that can."
        ) from None
    except ValueError:
        raise Unreadable(f"{path} holds no certificate in PEM form: set ONRECORD_TSA_ROOT to one that does.") from None


def request_for(content: bytes) -> TimeStampRequest:
    """Return a request to attest when these bytes were there: only their SHA-256 leaves the house."""
    library = rfc3161()
    asked = library.TimestampRequestBuilder().data(content).hash_algorithm(library.HashAlgorithm.SHA256).build()
    return TimeStampRequest(bytes(asked.as_bytes()), int(asked.nonce))


def attested_at(response: bytes, content: bytes, roots: Roots, *, nonce: int | None = None) -> datetime:
    """Return when an authority that the roots vouch for attests that these bytes were there.

    Its certificate must have been valid at that time. Raises NotProven for anything else.
    """
    library = rfc3161()
    try:
        answer = library.decode_timestamp_response(in_order(response))
        fault = _fault(answer, library, content, nonce)
        if not fault:
            library.VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(answer, content)
            at: datetime = answer.tst_info.gen_time
            return at
    except Exception as reason:
        # Bytes of a stranger. Seen so far with bits turned: ValueError where it is no such form, VerificationError of
        # the library, and InvalidVersion, which is cryptography's own and no ValueError. The library promises none.
        raise NotProven(
            f"The time-stamp is not signed by an authority that the trusted root vouches for at its time ({reason})."
        ) from reason
    raise NotProven(fault)


def _fault(answer: Any, library: Any, content: bytes, nonce: int | None) -> str:
    """Return in what an answer is not about what was asked, nothing where it is; its signature is not looked at."""
    if answer.status != library.PKIStatus.GRANTED:
        return "The authority granted no time-stamp: see whether it takes SHA-256 and this request."
    if answer.tst_info.message_imprint.message != sha256(content).digest():
        return "The time-stamp is about something else than this checkpoint."
    if nonce is not None and answer.tst_info.nonce != nonce:
        return "The time-stamp answers another request than the one that was sent."
    return ""


def stored_time_stamps(
    store: LogStore, notes: Mapping[int, str], roots: Roots | None
) -> tuple[TimeStampsChecked, list[str]]:
    """Return what the stored time-stamps are worth, and what is to be said where they cannot be checked.

    ``notes`` are those of this log's own genuine checkpoints, by size.
    """
    stored = store.time_stamps()
    if not stored:
        return TimeStampsChecked(), []
    if roots is None:
        said = f"{len(stored)} time-stamps of checkpoints were not checked: name their root in ONRECORD_TSA_ROOT."
        return TimeStampsChecked(), [said]
    earlier = {size: note for size, _, note, _ in store.earlier_checkpoints() if isinstance(note, str)}
    return check_time_stamps(stored, earlier | dict(notes), roots), []


def check_time_stamps(rows: Iterable[Sequence[Any]], notes: Mapping[int, str], roots: Roots) -> TimeStampsChecked:
    """Check every stored time-stamp against the note of its checkpoint, by its size, and the trusted roots."""
    checked = TimeStampsChecked()
    for row in rows:
        size, covers, response, stamped_at = row
        if not (type(size) is int and type(covers) is int and type(response) is bytes and type(stamped_at) is str):
            what = f"A stored time-stamp ({size!r:.20}) has a column of another type than was written."
            checked.findings.append(Finding(None, what))
            continue
        fault, at = _examined(StoredTimeStamp(size, covers, response, stamped_at), notes.get(size), roots)
        if at is None:
            checked.findings.append(Finding(size, fault))
            continue
        checked.good += 1
        checked.newest = max(checked.newest or (0, at), (size, at))
    return checked


def _examined(stamp: StoredTimeStamp, note: str | None, roots: Roots) -> tuple[str, datetime | None]:
    """Return what is wrong with a time-stamp, or when it says that its checkpoint was there."""
    whose = f"the checkpoint over {stamp.size} events"
    if note is None:
        return f"There is a time-stamp of {whose}, but that checkpoint is gone or is none this log signed.", None
    content = note.encode(errors="surrogateescape")[: max(stamp.covers, 0)]
    try:
        return "", attested_at(stamp.response, content, roots)
    except NotProven as reason:
        return f"The stored time-stamp of {whose} does not belong to it, or was altered: {reason}", None
