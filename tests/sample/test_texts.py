"""The phrase files: the same lists in every language, nothing missing, nothing left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import audit.sample
from audit.sample.facts import MAKERS
from audit.sample.regions import REGIONS
from audit.sample.speech import Phrases, phrases

ROOM = Path(audit.sample.__path__[0])
LANGUAGES = sorted(REGIONS)
TOPICAL = re.compile(r"_(net|heat|tel|billing|delivery|cancellation|sales|record)$")
# Facts a story sets itself, and does not make by chance.
SET_BY_THE_STORY = {
    *("a", "account", "address", "access", "agent", "agent2", "date", "day", "first", "language", "mail", "month"),
    *("name", "number", "past", "phone", "rep", "t1", "t2", "tech", "ticket", "town", "wo"),
}


def every_phrase(found: Phrases) -> list[str]:
    singles = [phrase for phrases_ in found.lists.values() for phrase in phrases_]
    return singles + [phrase for pairs in found.pairs.values() for pair in pairs for phrase in pair]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_lists(language: str) -> None:
    assert phrases(language).lists.keys() == phrases("en").lists.keys()
    assert phrases(language).pairs.keys() == phrases("en").pairs.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_of_a_phrase_can_be_filled(language: str) -> None:
    found = phrases(language)
    slots = {slot for phrase in every_phrase(found) for slot in re.findall(r"%\((\w+)\)s", phrase)}
    assert slots - found.lists.keys() - MAKERS.keys() - SET_BY_THE_STORY == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_says_the_same_twice(language: str) -> None:
    for name, said in phrases(language).lists.items():
        assert len(set(said)) == len(said), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_weeks_have_seven_days_and_years_twelve_months(language: str) -> None:
    lists = phrases(language).lists
    assert (len(lists["weekdays"]), len(lists["months"])) == (7, 12)


def test_every_list_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.toml"))
    names = phrases("en").lists.keys() | phrases("en").pairs.keys()
    stems = {TOPICAL.sub("_", name) for name in names}
    assert {stem for stem in stems if f'"{stem}' not in code and f"{{{stem}}}" not in text} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrase_files_name_no_domain_that_could_be_somebodys(language: str) -> None:
    domains = re.findall(r"https?://([^/]+)", "\n".join(every_phrase(phrases(language))))
    assert set(domains) <= {"fennmoor.example"}
