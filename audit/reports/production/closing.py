"""Closing a production: the signed note over its manifest, the proof that it was recorded, pages and checksums."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from audit.evidence.note import Note, sign_text
from audit.reports.production.first_page import (
    EXPORT,
    HTML_PAGE,
    NOTE,
    PAPER,
    PAPER_NOTE,
    TEXT_PAGE,
    Exported,
    html_page,
    text_page,
)
from audit.reports.production.paper import paper, paper_note_text
from audit.reports.production.producing import FORMAT

if TYPE_CHECKING:
    from audit.evidence.keys import SigningKey
    from audit.reports.production.folder import Folder
    from audit.reports.production.producing import Produced

SUMS: Final = "SHA256SUMS"
_BAG: Final = "data/"


def note_text(origin: str, digest: str, position: int) -> str:
    """Return what the log signs. Its second line is no number, so that nobody can take it for a checkpoint."""
    return f"{origin}\n{FORMAT}\n{b64encode(bytes.fromhex(digest)).decode()}\n{position}\n"


def close_production(
    folder: Folder, produced: Produced, exported: Exported, *, key: SigningKey, export_bundle: bytes
) -> None:
    """Write what stands around the manifest, once the production is on record."""
    manifest = produced.manifest
    text = note_text(manifest["origin"], produced.digest, manifest["position"])
    folder.write(NOTE, bytes(Note(text).signed(sign_text(text, key))))
    folder.write(EXPORT, export_bundle)
    folder.write(TEXT_PAGE, text_page(manifest, exported))
    folder.write(HTML_PAGE, html_page(manifest, exported))
    if manifest["paper"]:
        content = paper(manifest, exported)
        folder.write(PAPER, content)
        text = paper_note_text(manifest["origin"], sha256(content).hexdigest(), exported.event)
        folder.write(PAPER_NOTE, bytes(Note(text).signed(sign_text(text, key))))
    if manifest["as_format"] == "bagit":
        _describe_bag(folder, produced, exported)
    _write_sums(folder)
    if manifest["as_format"] == "bagit":
        tags = {path: one.digest for path, one in folder.entries.items() if not path.startswith(_BAG)}
        folder.write("tagmanifest-sha256.txt", _sums(tags))


def _describe_bag(folder: Folder, produced: Produced, exported: Exported) -> None:
    """Write the files that make a folder a bag (RFC 8493 section 2)."""
    payload = {path: one for path, one in folder.entries.items() if path.startswith(_BAG)}
    octets = sum(one.size for one in payload.values())
    info = {
        "Source-Organization": produced.manifest["origin"],
        "Bagging-Date": exported.at[:10],
        "External-Identifier": produced.digest,
        "Payload-Oxum": f"{octets}.{len(payload)}",
        "Bag-Software-Agent": "On Record",
    }
    folder.write("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    folder.write("bag-info.txt", "".join(f"{name}: {value}\n" for name, value in info.items()).encode())
    folder.write("manifest-sha256.txt", _sums({path: one.digest for path, one in payload.items()}))


def _write_sums(folder: Folder) -> None:
    folder.write(SUMS, _sums({path: one.digest for path, one in folder.entries.items()}))


def _sums(digests: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()
