"""Who could sign in before a restore can afterwards; what must not live again is made anew; papers keep their seal."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pyotp
from cryptography.hazmat.primitives.serialization import Encoding

from api.app import create_app
from audit.archive.backup.restoring import restore
from audit.bootstrap.program_keys import make_key
from audit.bootstrap.sealing_papers import credentials
from tests.api.pages import SECRET, Browser, registered
from tests.api.programs import ADMINISTRATOR, MESSAGE, Program, program
from tests.backup.conftest import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House
    from audit.reports.certificates import Credentials
    from tests.backup.conftest import Safe


def two_factors(house: House, login: str) -> tuple[str, list[str]]:
    """Register somebody with a password and a device; return the device's secret and the recovery codes."""
    registered(house, login, "supervisor")
    second, staff = create_app(house).state.rooms.second, house.archive.names.tie("staff", login)
    device = second.begin(staff)
    return device, second.confirm(staff, code_now(house, device))


def code_now(house: House, device: str) -> str:
    return pyotp.TOTP(device).at(house.world.clock())


def half_in(house: House) -> tuple[Browser, dict[str, str]]:
    """Sign in with the password, and return what the page for the code holds."""
    browser = Browser(create_app(house))
    page = browser.sign_in("simona").text
    assert 'name="half"' in page, "the password alone lets nobody in"
    half = page.split('name="half" value="')[1].split('"')[0]
    return browser, {"login": "simona", "half": half}


def certified(made: Credentials) -> Sequence[bytes]:
    return [one.public_bytes(Encoding.DER) for one in made.chain]


def test_who_signs_in_with_two_factors_does_so_in_the_restored_archive(house: House, safe: Safe) -> None:
    _, codes = two_factors(house, "simona")
    browser, half = half_in(house)
    assert browser.send("/sign-in/code", on="/sign-in", code=codes[0], **half).status_code == 303
    before = browser.kept()
    house.log.seal()
    safe.keep(house)
    place = safe.place(house)
    safe.brought_back(place)
    with closing(opened(place)) as restored:
        old = Browser(create_app(restored))
        old.keep(before)
        assert old.get("/account").url.path == "/sign-in", "a session of before lets nobody in"
        again, half = half_in(restored)
        for wrong in ("000000", codes[0]):
            assert again.send("/sign-in/code", on="/sign-in", code=wrong, **half).status_code == 403
        assert again.send("/sign-in/code", on="/sign-in", code=codes[1], **half).status_code == 303
        assert Browser(create_app(restored)).sign_in("simona", f"not {SECRET}").status_code == 403


def test_a_programs_key_is_made_anew_so_that_none_lives_again_that_was_ended(house: House, safe: Safe) -> None:
    before = program(house, scopes=["items"])
    assert before.send(MESSAGE).status_code == 200
    house.log.seal()
    safe.keep(house)
    place = safe.place(house)
    safe.brought_back(place)
    with closing(opened(place)) as restored:
        app = create_app(restored)
        assert Program(app, before.key).send(MESSAGE).status_code == 401
        made = make_key(restored, ADMINISTRATOR, "service-items", purpose="the bridge", scopes=["items"])
        assert Program(app, made).send(MESSAGE).status_code == 200


def test_papers_keep_their_seal_when_the_archive_goes_on_under_its_name(house: House, safe: Safe) -> None:
    before = credentials(house)
    house.log.seal()
    safe.keep(house)
    for path in safe.backup.rglob("*"):
        assert not path.is_file() or b"PRIVATE KEY" not in path.read_bytes(), path
    place = safe.place(house)
    newest = house.log.newest()
    assert newest is not None, "it was sealed"
    restore(safe.backup, place, checkpoints=(("held", newest.note.encode()),))
    with closing(opened(place)) as restored:
        assert certified(credentials(restored)) == certified(before)
    another = safe.place(house, "under-another-name")
    safe.brought_back(another)
    with closing(opened(another)) as restored:
        assert certified(credentials(restored)) != certified(before), "another log key certifies another seal"
