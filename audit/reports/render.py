"""The child process that turns a page of HTML into a PDF, within limits of memory and time, without any network."""

from __future__ import annotations

import ctypes.util
import io
import json
import logging
import os
import resource
import sys
from base64 import b64decode
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import BinaryIO

VARIANT: Final = "pdf/a-3a"
_MISSING_GLYPH: Final = ".notdef glyph"


class _Complaints(logging.Handler):
    """Gathers what the engine complains about: for an archive every complaint is an error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self.unknown: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if _MISSING_GLYPH in said and isinstance(record.args, tuple) and isinstance(record.args[-1], int):
            self.unknown.add(record.args[-1])
        else:
            self.said.append(said)


def main() -> None:
    """Read a job as JSON from standard input; write one line of JSON, then the PDF where there is one."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job = json.load(sys.stdin.buffer)
    limit = job["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.util.find_library = _not_searched
    try:
        head, pdf = _rendered(job)
    except MemoryError:
        head, pdf = {"error": "memory"}, b""
    _answer(answers, head, pdf)


def _not_searched(name: str) -> str | None:  # noqa: ARG001  # the signature is the one it replaces
    """Find no library by searching: the engine would run ldconfig and gcc 50 times before it asks for the true name."""
    return None


def _rendered(job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    from weasyprint import HTML, LOGGER, Attachment  # type: ignore[import-untyped]  # noqa: PLC0415  # within the limits
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415  # within the limits

    from audit.reports import archival  # noqa: PLC0415  # it imports the engine

    complaints = _Complaints()
    LOGGER.handlers, LOGGER.propagate = [complaints], False
    archival.tag_languages()
    document = HTML(string=job["html"], url_fetcher=URLFetcher(allowed_protocols=())).render(pdf_variant=VARIANT)
    document.metadata.attachments = [_attachment(Attachment, one, job["made"]) for one in job["attachments"]]
    archival.mark_accessible(document.metadata)
    written = io.BytesIO()
    document.write_pdf(written, pdf_variant=VARIANT, finisher=archival.attach_once)
    if complaints.unknown:
        return {"error": "glyphs", "unknown": sorted(complaints.unknown)}, b""
    if complaints.said:
        return {"error": "engine", "said": complaints.said}, b""
    return {"pages": len(document.pages)}, written.getvalue()


def _attachment(kind: Any, one: dict[str, str], made: str) -> Any:
    moment = datetime.fromisoformat(made)
    return kind(
        string=b64decode(one["content"]),
        name=one["name"],
        description=one["description"],
        relationship="Data",
        created=moment,
        modified=moment,
    )


def _answer(answers: BinaryIO, head: dict[str, Any], pdf: bytes) -> None:
    with answers:
        answers.write(json.dumps(head).encode() + b"\n")
        answers.write(pdf)


if __name__ == "__main__":
    main()
