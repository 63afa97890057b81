"""Which elements of a good call one line of an agent shows, and by which sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.language.elements.jargon import jargon, words_in
from audit.language.elements.lexicon import ELEMENTS, lexicon
from audit.language.elements.sentences import sentences
from audit.language.elements.which import lexicons_for

if TYPE_CHECKING:
    from audit.language.elements.lexicon import Lexicon, Signs
    from audit.language.elements.sentences import Sentence

# What is only asked about is neither explained nor mended.
_STATED: Final = frozenset({"clarity", "resolution"})
_LONGEST_CLEAR: Final = 45
"""Words in a sentence that still explains plainly; a Chinese character counts for half a word."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element, and the sentence it rests on as a span in code points."""

    name: str
    start: int
    end: int


def elements(text: str, *, language: str | None = None) -> list[Element]:
    """Return the elements a line shows, each once, in the order of ``ELEMENTS``; several may hold.

    ``language`` is an ISO 639-1 code; without it the line is read in every language its letters allow.
    """
    read = list(sentences(text))
    found: dict[str, Element] = {}
    for code in lexicons_for(text, language):
        for name, sentence in _in_language(read, lexicon(code)):
            known = found.get(name)
            if known is None or sentence.start < known.start:
                found[name] = Element(name, sentence.start, sentence.end)
    return [found[name] for name in ELEMENTS if name in found]


def _in_language(read: list[Sentence], words: Lexicon) -> list[tuple[str, Sentence]]:
    shown: dict[str, Sentence] = {}
    ending: Sentence | None = None
    for sentence in read:
        possible = words.index.possible(sentence.text)
        for name, signs in words.signs.items():
            if name in shown or not _shows(sentence, signs, name, possible):
                continue
            if name != "clarity" or _clear(sentence, words):
                shown[name] = sentence
        if ending is None and words.signs["close"].soft.found(sentence.text, possible):
            ending = sentence
    if ending is not None and "close" not in shown and "greeting" not in shown:
        shown["close"] = ending
    return list(shown.items())


def _shows(sentence: Sentence, signs: Signs, name: str, possible: int) -> bool:
    text = sentence.stated if name in _STATED else sentence.text
    if signs.sure.found(text, possible):
        return True
    if not (signs.signs.found(text, possible) or signs.cased.found(sentence.written, possible)):
        return False
    if not signs.unless.found(sentence.text, possible):
        return True
    # What speaks against it before a semicolon does not speak against what comes after.
    clauses = text.split("; ")
    return len(clauses) > 1 and any(
        signs.signs.found(clause, possible) and not signs.unless.found(clause, possible) for clause in clauses
    )


def _clear(sentence: Sentence, words: Lexicon) -> bool:
    if words_in(sentence.text) > _LONGEST_CLEAR:
        return False
    return not jargon(sentence.written, words) or words.explained.search(sentence.text) is not None
