"""What surrounds committing words: their clause, their sentence, the sentence before."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from audit.language.commitments.lexicon import Lexicon
from audit.language.commitments.sentences import Sentence

if TYPE_CHECKING:
    import re

_NEAR = 600


@dataclass(frozen=True)
class Reading:
    """One sentence of a message with its rules. Offsets are those of the sentence."""

    lexicon: Lexicon
    message: str
    sentence: Sentence
    previous: str
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    @cached_property
    def text(self) -> str:
        return self.message[self.sentence.start : self.sentence.end]

    @cached_property
    def around(self) -> str:
        """The sentence with what stands near it in the message."""
        return self.message[max(0, self.sentence.start - _NEAR) : self.sentence.end + _NEAR]

    def has(self, name: str) -> bool:
        """Say whether the sentence holds a pattern of the rules.

        ``message:`` before the name asks what stands near the sentence, ``previous:`` the sentence before it.
        """
        if name not in self._known:
            where, _, bare = name.rpartition(":")
            text = self.around if where == "message" else self.previous if where == "previous" else self.text
            self._known[name] = bool(self.lexicon.patterns[bare].search(text))
        return self._known[name]


class Place(NamedTuple):
    """Where committing words stand: their bounds, their subject's end, their verb, the bounds of their clause."""

    start: int
    end: int
    subject_end: int
    verb: int
    clause_start: int
    clause_end: int


def place(reading: Reading, found: re.Match[str]) -> Place:
    """Return where a match stands. A clause goes from the last cut before the words to the first after them."""
    start, end = 0, len(reading.text)
    for cut in reading.lexicon.patterns["clause"].finditer(reading.text):
        if cut.end() <= found.start():
            start = cut.end()
        elif cut.start() >= found.end():
            end = cut.start()
            break
    groups = found.re.groupindex
    subject_end = found.start("will") if "will" in groups else found.start()
    verb = found.start("verb") if "verb" in groups and found.group("verb") is not None else found.end()
    return Place(found.start(), found.end(), subject_end, verb, start, end)
