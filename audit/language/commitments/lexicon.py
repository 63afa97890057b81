"""The rules of a language as its file says them: what commits, what takes it back, what tells who, when and how much.

A rule is a regular expression; ``~name~`` in it stands for the alternatives under ``[words]``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LANGUAGES = ("en", "lt", "bg", "ru", "zh")
_NAME = re.compile(r"~(\w+)~")
_MATCHES_NOTHING = "(?!)"


class Commit(NamedTuple):
    """Words that commit. ``needs`` names what else must be there; ``verb`` the kind of form the group must be;
    ``cue`` words one of which any match holds: looked for first, since most sentences hold none.
    """

    reason: str
    form: re.Pattern[str]
    who: str
    subject: bool
    needs: frozenset[str]
    verb: str
    cue: frozenset[str]


class Subject(NamedTuple):
    """Who acts, told by words in the ``subject`` (before the committing ones), their ``clause`` or the ``sentence``."""

    who: str
    form: re.Pattern[str]
    where: str
    needs: frozenset[str]


class Block(NamedTuple):
    """Words that take a commitment back, where they must stand for that, and what outweighs them."""

    reason: str
    where: str
    form: re.Pattern[str]
    spared: frozenset[str]
    only: frozenset[str]


class Lexicon(NamedTuple):
    commits: Sequence[Commit]
    subjects: Sequence[Subject]
    blocks: Sequence[Block]
    reports: Sequence[Subject]
    patterns: Mapping[str, re.Pattern[str]]
    abbreviations: frozenset[str]
    cues: frozenset[str]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the rules of a language, one of ``LANGUAGES``."""
    read = tomllib.loads(resources.files("audit.language.commitments").joinpath(f"{language}.toml").read_text("utf-8"))
    words = _words(read["words"])
    commits = [_commit(rule, words) for rule in read["commit"]]
    return Lexicon(
        commits=commits,
        subjects=[_subject(rule, words) for rule in read.get("subject", ())],
        blocks=[_block(rule, words) for rule in read["block"]],
        reports=[_subject(rule, words) for rule in read.get("report", ())],
        patterns={name: _compiled(form, words) for name, form in read["patterns"].items()},
        abbreviations=frozenset(read["abbreviations"].split()),
        cues=frozenset().union(*(rule.cue for rule in commits)),
    )


def _words(listed: Mapping[str, str]) -> dict[str, str]:
    """Return the alternatives by name; an entry may use those above it."""
    words: dict[str, str] = {}
    for name, alternatives in listed.items():
        joined = "|".join(alternatives.split("\n")) if "\n" in alternatives else alternatives
        words[name] = f"(?:{_expanded(joined.strip('|'), words)})"
    return words


def _expanded(form: str, words: Mapping[str, str]) -> str:
    return _NAME.sub(lambda name: words[name.group(1)], form).replace("ё", "е")


def _compiled(form: str | list[str], words: Mapping[str, str]) -> re.Pattern[str]:
    text = form if isinstance(form, str) else "|".join(f"(?:{part})" for part in form)
    return re.compile(_expanded(text, words) or _MATCHES_NOTHING)


def _commit(rule: Mapping[str, Any], words: Mapping[str, str]) -> Commit:
    return Commit(
        reason=rule["reason"],
        form=_compiled(rule["form"], words),
        who=rule.get("who", "company"),
        subject=rule.get("subject", False),
        needs=frozenset(rule.get("needs", ())),
        verb=rule.get("verb", ""),
        cue=frozenset(rule.get("cue", ())),
    )


def _subject(rule: Mapping[str, Any], words: Mapping[str, str]) -> Subject:
    return Subject(
        who=rule["who"],
        form=_compiled(rule["form"], words),
        where=rule.get("where", "clause"),
        needs=frozenset(rule.get("needs", ())),
    )


def _block(rule: Mapping[str, Any], words: Mapping[str, str]) -> Block:
    return Block(
        reason=rule["reason"],
        where=rule["where"],
        form=_compiled(rule["form"], words),
        spared=frozenset(rule.get("spared", ())),
        only=frozenset(rule.get("only", ())),
    )
