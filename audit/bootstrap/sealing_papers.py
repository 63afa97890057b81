"""Sealing papers: whose key signs what is printed, and who attests when."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from audit.archive.log.signer import SEAL_FILE
from audit.archive.log.time_stamps import read_roots
from audit.archive.root import write_private
from audit.archive.witness.exchange import Silent, post
from audit.bootstrap.house import read_log_key
from audit.domain.errors import Refused, Unavailable
from audit.reports.certificates import as_pem, house_credentials, read_credentials
from audit.reports.signatures import signatures_of
from audit.reports.signing import Signing, sign

if TYPE_CHECKING:
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.reports.certificates import Credentials

_REQUEST: Final = "application/timestamp-query"
_GRANTED: Final = 200


class NotAttested(Unavailable):
    """A time-stamp that was wished for is there and can be relied upon, or the paper is not handed out."""


def seal_paper(
    house: House, pdf: bytes, *, countersignature: Path | None = None, passphrase: str | None = None
) -> bytes:
    """Return a document with the archive's seal, a supervisor's signature from a file, a time-stamp where one is set.

    Raises Unreadable for keys, Unavailable where somebody outside does not answer.
    """
    wished = house.settings.time_stamping
    url = wished.url if wished else None
    signing = Signing(
        seal=credentials(house),
        countersignature=read_credentials(countersignature, passphrase) if countersignature else None,
        attest=(lambda request: _asked(url, request)) if url else None,
    )
    signed = sign(pdf, signing)
    if wished and url and signatures_of(signed, stamp_roots=read_roots(wished.root))[-1].attested_at is None:
        raise NotAttested(f"The time-stamping authority {url} gave nothing that its root stands behind: try again.")
    return signed


def credentials(house: House) -> Credentials:
    """Return the key that papers are sealed with: that of the settings, else one made here under the log's key."""
    settings = house.settings
    if settings.signing is not None:
        return read_credentials(settings.signing, settings.signing_passphrase)
    kept = settings.folder / SEAL_FILE
    if not kept.exists():
        made = house_credentials(read_log_key(settings), at=house.world.clock())
        with suppress(Refused):  # another process was quicker, and its key is the one
            write_private(kept, as_pem(made).decode())
    return read_credentials(kept, None)


def _asked(url: str, request: bytes) -> bytes:
    try:
        said = post(url, request, kind=_REQUEST)
    except Silent as why:
        raise NotAttested(f"The time-stamping authority {url} does not answer ({why}): try again.") from why
    if said.status != _GRANTED:
        raise NotAttested(f"The time-stamping authority {url} answers {said.status}: look at its address.")
    return said.content
