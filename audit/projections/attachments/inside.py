"""The process that reads foreign files, one after the other: ``python -m audit.projections.attachments.inside``."""

from __future__ import annotations

import codecs
import encodings
import os
import pkgutil
import select
import sys
from contextlib import suppress
from typing import IO, Final

from audit.projections.attachments.extract import text_of
from audit.projections.attachments.limits import allow_one_file, confine
from audit.projections.attachments.protocol import ANSWER, OUT_OF_MEMORY, QUESTION
from audit.projections.attachments.verdict import NotRead, Reading
from audit.projections.attachments.warm import warm_up

_IDLE_SECONDS: Final = 60
_BLOCK: Final = 1 << 20


def main() -> None:
    """Answer until nobody asks any more."""
    # Without a buffer, so that what waits to be read is seen to wait.
    questions, answers = os.fdopen(sys.stdin.fileno(), "rb", buffering=0), os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _load_charsets()
    warm_up()
    confine()
    while select.select([questions], [], [], _IDLE_SECONDS)[0]:
        head = _read(questions, QUESTION.size)
        if len(head) < QUESTION.size:
            return
        media_type, name, content = (_read(questions, size) for size in QUESTION.unpack(head))
        allow_one_file()
        reading = _reading(content, media_type.decode() or None, name.decode() or None)
        text = reading.text.encode()
        reason = (reading.reason or "").encode()
        _write(answers, ANSWER.pack(len(reason), len(text)) + reason + text)


def _reading(content: bytes, media_type: str | None, name: str | None) -> Reading:
    try:
        return text_of(content, media_type, name)
    except NotRead as amiss:
        return Reading("", str(amiss))
    except MemoryError:
        # What is left of this process may be anything.
        os._exit(OUT_OF_MEMORY)


def _read(where: IO[bytes], size: int) -> bytes:
    """Return so many bytes, fewer only where there are no more."""
    whole = bytearray()
    while len(whole) < size and (some := where.read(min(_BLOCK, size - len(whole)))):
        whole += some
    return bytes(whole)


def _write(where: int, answer: bytes) -> None:
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(where, rest) :]


def _load_charsets() -> None:
    """Load every charset: afterwards no file can be opened any more, those of Python included."""
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(LookupError, ImportError):
            codecs.lookup(module.name)


if __name__ == "__main__":
    main()
