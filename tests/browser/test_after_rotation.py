"""Bundles made across a change of the log's key, in the browser's verifier."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from audit.evidence.verifier.files import PAGE
from tests.archive.house import new_house
from tests.browser.verify_page import VerifyPage
from tests.evidence.bundles import Case, Verdict
from tests.evidence.test_bundle_after_rotation import WORDS, turned

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext


def test_each_bundle_is_proven_under_the_key_that_signed_it(context: BrowserContext, tmp_path: Path) -> None:
    with closing(new_house(tmp_path / "archive")) as house:
        made = turned(house)
    (old,), (new,) = made["before"][1], made["after"][1]
    page = VerifyPage(context.new_page(), PAGE.as_uri())
    for content, signed in made.values():
        for key in (old, new):
            verdict = Verdict.PROVEN if key in signed else Verdict.NOT_GENUINE
            assert page.judge(Case(content, key, verdict)) is verdict
    assert WORDS[4] in page.text("#events")
    assert WORDS[2] in page.text("#events")
