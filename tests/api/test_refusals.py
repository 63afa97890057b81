"""What the house refuses is said in the visitor's language, with what differs from case to case."""

from __future__ import annotations

import re

import pytest

from api.refusals import REFUSALS, refusal
from api.wording import LANGUAGES, wording

_NAME = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_refusal_is_translated_with_all_that_it_names(language: str) -> None:
    say = wording(language)
    for template in REFUSALS:
        said = refusal(say, _NAME.sub(lambda found: f"<{found[1]}>", template))
        assert said != template, template
        # Numbers that only repeat what the sentence means may be left out of a translation, names may not be added.
        assert set(_NAME.findall(str(say(template)))) <= set(_NAME.findall(template))
        assert "{" not in said


def test_what_differs_is_put_in_once_and_not_escaped() -> None:
    said = refusal(wording("bg"), "There is no customer <b>&: find the id with onrecord customers.")
    assert said == "Няма клиент <b>&: идентификаторът е на страницата на клиента."


def test_what_nobody_translated_stays_as_it_was_said() -> None:
    assert refusal(wording("ru"), "Something else: do that.") == "Something else: do that."
    assert refusal(wording("en"), "NOT NOT says nothing: leave out both") == "NOT NOT says nothing: leave out both"
