"""The words of the pages in the languages of the house, as gettext knows them (PO files, msgid in English)."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from babel import Locale, negotiate_locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES: Final = {"en": "English", "lt": "Lietuvių", "bg": "Български", "ru": "Русский", "zh": "中文"}
"""The languages of the pages, each called as it calls itself."""
FOLDER: Final = Path(__file__).parent / "locale"


class Wording:
    """Says things in one language. What has no translation is said in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        # Days before months, and twenty-four hours: what nobody can misread.
        self.locale = Locale.parse("en_GB" if language == "en" else language)
        self._messages, self._plural = _catalogue(language)

    def __call__(self, message: str, /, **values: Any) -> Markup:
        """Say ``message``; ``{name}`` in it stands for a value, which is escaped."""
        said = self._messages.get(message) or message
        # What stands in the catalogues is ours and may hold markup; values come from anywhere.
        return Markup(said).format(**values) if values else Markup(said)  # noqa: S704 - catalogues are our own files

    def many(self, one: str, many: str, /, count: int, **values: Any) -> Markup:
        """Say a message that depends on a count, which stands as ``{count}`` in it."""
        forms = self._messages.get((one, many))
        said = forms[self._plural(count)] if forms else one if count == 1 else many
        return Markup(said).format(count=format_decimal(count, locale=self.locale), **values)  # noqa: S704 - catalogues are our own files


@cache
def wording(language: str) -> Wording:
    """Return what says things in a language of the house."""
    return Wording(language)


def preferred(chosen: str | None, accepted: str) -> str:
    """Return the language to speak: the one chosen, else the best of an Accept-Language header (RFC 9110, 12.5.4)."""
    if chosen in LANGUAGES:
        return chosen
    tags = [tag for tag, _ in sorted(_weighed(accepted), key=lambda one: -one[1])]
    return negotiate_locale(tags, list(LANGUAGES), sep="-") or "en"


def _weighed(accepted: str) -> list[tuple[str, float]]:
    found = []
    for part in accepted[:1_000].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            found.append((tag, float(weight or 1)))
        except ValueError:
            continue
    return found


def _catalogue(language: str) -> tuple[dict[Any, Any], Callable[[int], int]]:
    """Return the messages of all files of a language, and how it counts."""
    messages: dict[Any, Any] = {}
    plural: Callable[[int], int] = gettext.c2py("(n != 1)")
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
        plural = gettext.c2py(catalogue.plural_expr)
        for message in catalogue:
            if message.id and not message.fuzzy:
                messages[message.id] = message.string if _is_said(message.string) else None
    return messages, plural


def _is_said(string: Any) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)
