"""Which words of a sentence commit, and what takes a commitment back."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from audit.language.commitments.reading import Place, Reading, place
from audit.language.commitments.verbs import fits

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from audit.language.commitments.lexicon import Block, Commit

_OURS = ("agent", "company")
_MOST_CANDIDATES = 24


class Found(NamedTuple):
    """Words that commit somebody, and whom: our side, or the customer or a third whose word is reported."""

    who: str
    reason: str
    place: Place


def committing(reading: Reading) -> Found | None:
    """Return the first words of a sentence that commit our side; else those that tell of another's commitment."""
    others: Found | None = None
    for found in _judged(reading):
        if found.who in _OURS:
            return found
        others = others or found
    return others or _reported(reading)


def _judged(reading: Reading) -> Iterator[Found]:
    places = sorted(islice(_candidates(reading), _MOST_CANDIDATES), key=lambda pair: pair[1].start())
    for rule, found in places:
        here = place(reading, found)
        if _is_asked(reading, here) or not _has_all(rule.needs, reading, here):
            continue
        if _is_negated(reading, found, here):
            continue
        who = _who(rule, reading, here, spoken=_speaks(rule, found))
        if who in _OURS and not _is_blocked(rule, reading, here):
            yield Found(who, rule.reason, here)
        elif who in {"customer", "third"}:
            yield Found(who, "report", here)


def _candidates(reading: Reading) -> Iterator[tuple[Commit, re.Match[str]]]:
    text = reading.text
    heard = {word for word in reading.lexicon.cues if word in text}
    for rule in reading.lexicon.commits:
        if rule.cue and rule.cue.isdisjoint(heard):
            continue
        for found in rule.form.finditer(text):
            if not rule.verb or fits(found.group("verb"), rule.verb):
                yield rule, found


def _reported(reading: Reading) -> Found | None:
    for report in reading.lexicon.reports:
        found = report.form.search(reading.text)
        if found:
            return Found(report.who, "report", place(reading, found))
    return None


def _is_negated(reading: Reading, found: re.Match[str], here: Place) -> bool:
    """Say whether the words deny what would be good for the customer; to deny a harm is to commit."""
    if "no" not in found.re.groupindex or not found.group("no"):
        return False
    rest = reading.text[found.start("no") : here.clause_end]
    return reading.lexicon.patterns["harm"].search(rest) is None


def _is_asked(reading: Reading, here: Place) -> bool:
    """Say whether a question holds the words. "I'll call at five, okay?" does not ask: its last clause is a tag."""
    patterns, text = reading.lexicon.patterns, reading.text
    if patterns["asking"].match(text, here.clause_start):
        return True
    if not reading.sentence.asks:
        return False
    tag = patterns["tag"].search(text)
    last = _last_clause(reading)
    if tag and tag.start() >= here.end:
        return False
    return here.clause_start >= last or bool(patterns["asking"].match(text))


def _last_clause(reading: Reading) -> int:
    cuts = [cut.end() for cut in reading.lexicon.patterns["clause"].finditer(reading.text.rstrip("?! "))]
    return cuts[-1] if cuts else 0


def _speaks(rule: Commit, found: re.Match[str]) -> bool:
    """Say whether the words themselves name the speaker, for rules that do not ask what stands before them."""
    return not rule.subject and "agent" in found.re.groupindex and found.group("agent") is not None


def _who(rule: Commit, reading: Reading, here: Place, *, spoken: bool) -> str:
    if not rule.subject:
        return "agent" if spoken else rule.who
    before = reading.text[here.clause_start : here.subject_end].rstrip()
    clause = reading.text[here.clause_start : here.clause_end]
    texts = {"clause": clause, "subject": before, "sentence": reading.text}
    for subject in reading.lexicon.subjects:
        if subject.form.search(texts[subject.where]) and _has_all(subject.needs, reading, here):
            return subject.who
    return rule.who


def _has_all(needs: frozenset[str], reading: Reading, here: Place) -> bool:
    return all(any(_has(name, reading, here) for name in need.split("|")) for need in needs)


def _has(name: str, reading: Reading, here: Place) -> bool:
    """Say whether something else is there: in the sentence, or with ``clause:`` or ``rest:`` before it there alone."""
    where, _, bare = name.rpartition(":")
    if where == "clause":
        return bool(reading.lexicon.patterns[bare].search(reading.text[here.clause_start : here.clause_end]))
    if where == "rest":
        return bool(reading.lexicon.patterns[bare].match(reading.text, here.verb))
    return reading.has(name)


def _is_blocked(rule: Commit, reading: Reading, here: Place) -> bool:
    return any(
        _stands(block, reading, here) and not any(_has(name, reading, here) for name in block.spared)
        for block in reading.lexicon.blocks
        if not block.only or rule.reason in block.only
    )


def _stands(block: Block, reading: Reading, here: Place) -> bool:
    if block.where == "verb":
        return bool(block.form.match(reading.text, here.verb))
    return bool(block.form.search(_part(block.where, reading, here)))


def _part(where: str, reading: Reading, here: Place) -> str:
    """Return the part of the text that a rule names: the clause before the words, the whole clause, and so on."""
    bounds = {
        "before": (here.clause_start, here.start),
        "clause": (here.clause_start, here.clause_end),
        "earlier": (0, here.start),
        "rest": (here.verb, None),
    }
    if where == "message":
        return reading.around
    start, end = bounds.get(where, (0, None))
    return reading.text[start:end]
