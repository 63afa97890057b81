"""The messages of the pages, as they stand in code and templates; ``python -m tests.api.messages`` lists what lacks."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from api.rendering import TEMPLATES
from api.wording import FOLDER, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEYWORDS: Final = {"_": None, "say": None, "N_": None, "_n": (1, 2), "many": (1, 2)}
Message = str | tuple[str, ...]


def messages() -> dict[Message, str]:
    """Return every message that stands in the pages, with where it stands first."""
    found: dict[Message, str] = {}
    for method, path in _files():
        content = io.BytesIO(path.read_bytes())
        for line, message, _, _ in extract(method, content, keywords=_KEYWORDS, options={"trimmed": "false"}):
            found.setdefault(message if isinstance(message, str) else tuple(message), f"{path.name}:{line}")
    return found


def untranslated(language: str) -> dict[Message, str]:
    """Return the messages a language lacks."""
    known: set[Message] = set()
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            said = [one for one in read_po(file, locale=language) if one.id and all(_strings(one.string))]
            known |= {one.id if isinstance(one.id, str) else tuple(one.id) for one in said}
    return {message: place for message, place in messages().items() if message not in known}


def differing(language: str) -> dict[Message, set[str]]:
    """Return the messages that stand in two files of a language with other words: which is said would be chance."""
    said: dict[Message, set[str]] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for one in read_po(file, locale=language):
                said.setdefault(one.id if isinstance(one.id, str) else tuple(one.id), set()).add(str(one.string))
    return {message: words for message, words in said.items() if message and len(words) > 1}


def _strings(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


def _files() -> Iterator[tuple[str, Path]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield "jinja2", path
    for path in sorted(TEMPLATES.parent.rglob("*.py")):
        yield "python", path


if __name__ == "__main__":
    for language in [one for one in LANGUAGES if one != "en"]:
        for message, place in untranslated(language).items():
            sys.stdout.write(f"{language} {place} {message!r}\n")
