"""Handing out a file: as a download, whatever its name holds."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response


def handed_out(content: bytes, name: str, media_type: str) -> Response:
    """Return an answer that a browser saves as a file (RFC 6266); it is never shown in a page of ours."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "_" for one in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
