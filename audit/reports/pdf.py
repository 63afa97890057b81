"""The record of a customer on paper: an archival PDF, the same bytes for the same record."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import Refused, Unavailable
from audit.reports.fonts import Fonts, require_libraries
from audit.reports.page import page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from audit.reports.model import CustomerRecord

_OUT_OF_MEMORY: Final = ("MemoryError", "annot allocate memory", "failed to map segment")
_ROOT: Final = Path(__file__).resolve().parents[2]
_ATTEMPTS: Final = 4
"""Each further attempt replaces characters the fonts claim to have and the engine then did not find."""


class RecordTooLarge(Refused):
    """The record does not fit into one file within the limits of memory and time."""


class EngineFailed(Unavailable):
    """The engine did not make a faultless document; none is handed out."""


@dataclass(frozen=True)
class Limits:
    """What the child process that renders may take."""

    memory_bytes: int = 4 << 30
    wall_seconds: float = 600


@dataclass(frozen=True)
class Attached:
    """A file to go with the document."""

    name: str
    description: str
    content: bytes


@dataclass(frozen=True)
class Rendered:
    """A document as made; ``sha256`` in hexadecimal."""

    pdf: bytes
    pages: int
    sha256: str


_USUAL: Final = Limits()
_HOUSE_FONTS: Final = Fonts()


def render(
    record: CustomerRecord,
    *,
    attachments: Sequence[Attached] = (),
    limits: Limits = _USUAL,
    fonts: Fonts = _HOUSE_FONTS,
) -> Rendered:
    """Return the record as PDF/A-3a with PDF/UA tags.

    Raises PaperUnavailable when libraries or fonts are missing, RecordTooLarge beyond the limits, and EngineFailed when
    the engine complains of anything.
    """
    return render_page(
        lambda unprintable: page(record, fonts, unprintable),
        record.cover.as_of.at,
        attachments=attachments,
        limits=limits,
        fonts=fonts,
    )


def render_page(
    make: Callable[[frozenset[int]], str],
    made: datetime,
    *,
    attachments: Sequence[Attached] = (),
    limits: Limits = _USUAL,
    fonts: Fonts = _HOUSE_FONTS,
) -> Rendered:
    """Return any page as PDF/A-3a: ``make`` gives its HTML without the code points that the engine has no glyph for.

    ``made`` is the one moment the document bears. Raises as ``render`` does.
    """
    require_libraries()
    unprintable: frozenset[int] = frozenset()
    for _ in range(_ATTEMPTS):
        job = _job(make(unprintable), made, attachments, limits)
        head, pdf = _answer(job, limits, fonts)
        if head.get("error") != "glyphs":
            return _checked(head, pdf)
        unprintable |= frozenset(head["unknown"])
    raise EngineFailed(f"The fonts have no glyph for {_codes(unprintable)}; reinstall the Noto fonts and try again.")


def _job(html: str, made: datetime, attachments: Sequence[Attached], limits: Limits) -> bytes:
    enclosed = [
        {"name": one.name, "description": one.description, "content": b64encode(one.content).decode()}
        for one in attachments
    ]
    job = {"html": html, "made": made.isoformat(), "memory_bytes": limits.memory_bytes, "attachments": enclosed}
    return json.dumps(job).encode()


def _answer(job: bytes, limits: Limits, fonts: Fonts) -> tuple[dict[str, Any], bytes]:
    """Run the child process and return its first line and what follows."""
    with tempfile.TemporaryDirectory(prefix="onrecord-paper-") as folder:
        configuration = Path(folder) / "fonts.conf"
        configuration.write_text(fonts.configuration(Path(folder)), encoding="utf-8")
        try:
            done = subprocess.run(  # our own module, with no argument from outside
                [sys.executable, "-m", "audit.reports.render"],
                input=job,
                capture_output=True,
                timeout=limits.wall_seconds,
                env=_environment(configuration),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _too_large() from None
    line, _, pdf = done.stdout.partition(b"\n")
    if not line:
        raise _died(done)
    return json.loads(line), pdf


def _environment(configuration: Path) -> dict[str, str]:
    """Return the child's surroundings: our fonts, our modules, and nothing of the caller's that could change bytes."""
    ours = {"FONTCONFIG_FILE": str(configuration), "SOURCE_DATE_EPOCH": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), **ours}


def _checked(head: dict[str, Any], pdf: bytes) -> Rendered:
    match head.get("error"):
        case None:
            return Rendered(pdf, head["pages"], hashlib.sha256(pdf).hexdigest())
        case "memory":
            raise _too_large()
        case _:
            raise EngineFailed(f"The engine for paper complains, report it to us: {'; '.join(head['said'])}.")


def _died(done: subprocess.CompletedProcess[bytes]) -> EngineFailed | RecordTooLarge:
    said = done.stderr.decode(errors="replace").strip().splitlines()
    if done.returncode < 0 or any(sign in line for line in said for sign in _OUT_OF_MEMORY):
        return _too_large()
    return EngineFailed(f"The engine for paper stopped, report it to us: {said[-1] if said else done.returncode}.")


def _too_large() -> RecordTooLarge:
    return RecordTooLarge("The record is too large for one file: ask for a shorter period, with --from and --to.")


def _codes(code_points: frozenset[int]) -> str:
    return ", ".join(f"U+{one:04X}" for one in sorted(code_points))
