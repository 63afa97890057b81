"""Residue: what is left of destroyed keys and forgotten words in the raw bytes of files."""

from __future__ import annotations

import mmap
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from audit.archive.erasure.keys import Wrapped

_TAIL: Final = 8
"""The index keeps only the end of a word that begins like its neighbour, so the end is what is looked for."""
WORDS_MAX: Final = 64


def tails(words: Collection[str]) -> dict[bytes, str]:
    """Return the bytes to look for, as written and in small letters, with what is to be asked for in their place."""
    found: dict[bytes, str] = {}
    for word in words:
        for spelled in (word, word.casefold()):
            tail = spelled[-max(_TAIL, len(spelled) // 2) :]
            found[tail.encode(errors="surrogatepass")] = tail
    return found


def key_residue(folder: Path, keys: Collection[Wrapped]) -> list[str]:
    """Return the files of a folder in which a destroyed key still lies."""
    if not keys:
        return []
    wrapped = _any_of(key.wrapped for key in keys)
    return [_named(folder, file) for file in _files(folder) if next(_found(file, wrapped), None) is not None]


def word_residue(folder: Path, words: Collection[str], is_others: Callable[[str], bool]) -> list[str]:
    """Return the files in which a forgotten word still lies; ``is_others`` says that somebody else has it too."""
    sought = tails(words)
    if not sought:
        return []
    pattern, known = _any_of(sought), dict[str, bool]()
    left = []
    for file in _files(folder):
        for tail in {sought[found] for found in _found(file, pattern)}:
            if tail not in known:
                known[tail] = is_others(tail)
            if not known[tail]:
                left.append(_named(folder, file))
                break
    return left


def _any_of(sought: Collection[bytes] | Iterator[bytes]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(one) for one in sorted(sought, key=len, reverse=True)))


def _found(file: Path, pattern: re.Pattern[bytes]) -> Iterator[bytes]:
    with file.open("rb") as opened:
        if not opened.seek(0, 2):
            return
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            for found in pattern.finditer(content):
                yield found.group()


def _files(folder: Path) -> Iterator[Path]:
    # A shared-memory file of SQLite's holds page numbers alone, and changes under the reader's hands.
    yield from (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.endswith("-shm"))


def _named(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()
