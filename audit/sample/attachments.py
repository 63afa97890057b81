"""Small files as they travel in an interchange line."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256


def attachment(name: str, text: str) -> dict[str, object]:
    """Return the fields of an attachment that holds the text."""
    content = text.encode()
    return {
        "name": name,
        "media_type": "text/plain; charset=utf-8",
        "sha256": sha256(content).hexdigest(),
        "base64": b64encode(content).decode("ascii"),
    }
