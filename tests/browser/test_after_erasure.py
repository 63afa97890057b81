"""What a customer was handed stays provable, in the browser and by the script, when the archive has forgotten them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.evidence.verifier import verify_bundle
from audit.evidence.verifier.files import PAGE
from tests.browser.verify_page import VerifyPage
from tests.evidence.bundles import Case, Verdict
from tests.evidence.test_bundle_of_archive import SAID, destroy_keys, everything

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext

from audit.reports.bundling import bundle_of
from tests.archive.house import new_house
from tests.archive.items import message
from tests.erasure.forgetting import ME, forget


def test_an_earlier_bundle_is_proven_and_a_later_one_discloses_nothing(context: BrowserContext, tmp_path: Path) -> None:
    house = new_house(tmp_path / "archive")
    house.archive.append_new([message(1, SAID)])
    place = house.archive.head().size
    key = str(house.log.key_history().in_force(place).key)
    earlier = bundle_of(house, [place], everything).content
    destroy_keys(house)
    later = bundle_of(house, [place], everything).content
    house.close()
    page = VerifyPage(context.new_page(), PAGE.as_uri())
    assert page.judge(Case(earlier, key, Verdict.PROVEN)) is Verdict.PROVEN
    assert SAID in page.text("#events")
    assert page.judge(Case(later, key, Verdict.PROVEN)) is Verdict.PROVEN
    assert SAID not in page.text("#events")
    assert "Not disclosed: author, ids, text" in page.text("#events")


def test_who_was_forgotten_by_two_people_can_still_prove_what_they_hold(
    context: BrowserContext, tmp_path: Path
) -> None:
    house = new_house(tmp_path / "archive")
    house.archive.append_new([message(1, SAID, customer=ME)])
    house.follower.catch_up()
    place = house.archive.head().size
    house.log.seal()
    key = str(house.log.key_history().in_force(place).key)
    file = tmp_path / "bundle.json"
    file.write_bytes(bundle_of(house, [place], everything).content)
    assert forget(house).residue == ()
    later = bundle_of(house, [place], everything).content
    house.close()
    code, result, said = verify_bundle.outcome([str(file), "--log-key", key])
    assert (code, result["status"]) == (0, "proven"), said
    assert SAID in str(result)
    page = VerifyPage(context.new_page(), PAGE.as_uri())
    assert page.judge(Case(file.read_bytes(), key, Verdict.PROVEN)) is Verdict.PROVEN
    assert SAID in page.text("#events")
    assert page.judge(Case(later, key, Verdict.PROVEN)) is Verdict.PROVEN
    assert SAID not in page.text("#events")
