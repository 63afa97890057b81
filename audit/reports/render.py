"""The child process that turns pages of HTML into PDFs, within limits of memory and time, without any network."""

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
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import BinaryIO

VARIANT: Final = "pdf/a-3a"
_MISSING_GLYPH: Final = ".notdef glyph"
_KIBIBYTE: Final = 1 if sys.platform == "darwin" else 1024


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
    """Read jobs from standard input, one line of JSON each; answer each with a line of JSON, and the PDF behind it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    ctypes.util.find_library = _not_searched
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        job = json.loads(line)
        resource.setrlimit(resource.RLIMIT_AS, (job["memory_bytes"], job["memory_bytes"]))
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
    archival.amend_engine()
    document = HTML(string=job["html"], url_fetcher=URLFetcher(allowed_protocols=())).render(pdf_variant=VARIANT)
    document.metadata.attachments = [_attachment(Attachment, one, job["made"]) for one in job["attachments"]]
    archival.mark_accessible(document.metadata)
    written = io.BytesIO()
    document.write_pdf(written, pdf_variant=VARIANT, finisher=partial(archival.finish, fields=job.get("fields", [])))
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
    """Write the answer, with what this process has taken so far: its time and the most memory it ever had."""
    taken = resource.getrusage(resource.RUSAGE_SELF)
    costs = {"cpu_seconds": taken.ru_utime + taken.ru_stime, "peak_bytes": taken.ru_maxrss * _KIBIBYTE}
    answers.write(json.dumps(head | {"size": len(pdf), "costs": costs}).encode() + b"\n")
    answers.write(pdf)
    answers.flush()


if __name__ == "__main__":
    main()
