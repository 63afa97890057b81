"""Signing in at a provider: a real one, oidc-provider, run on this machine; and providers that lie."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from api.app import create_app
from api.pages.oidc import WRONG
from audit.bootstrap.house import World, build, create
from audit.bootstrap.provider import Provider
from audit.bootstrap.settings import Settings, read_settings
from audit.domain import directory
from audit.domain.access import AccessRefused, SignedIn
from audit.domain.actor import HOUSE
from audit.domain.errors import WrongUse
from audit.domain.event import Record
from tests.api.lying_provider import CLIENT, LyingProvider
from tests.api.pages import Browser, registered, signed_in
from tests.api.programs import without_limits
from tests.archive.house import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

    from audit.bootstrap.house import House
    from audit.domain.event import Event

PLACE = "https://testserver"
BACK = f"{PLACE}/sign-in/provider/back"
THERE = "/sign-in/provider"


def events(house: House, kind: type[Event]) -> list[Record]:
    return [one for one in house.archive.read(0, 500) if isinstance(one, Record) and isinstance(one.event, kind)]


def refusals(house: House) -> list[str]:
    return [one.event.reason for one in events(house, AccessRefused) if isinstance(one.event, AccessRefused)]


def ways_in(house: House) -> list[str]:
    return [one.event.how for one in events(house, SignedIn) if isinstance(one.event, SignedIn)]


class Clock:
    """The time of day, which can be moved."""

    ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def house_with(folder: Path, issuer: str, *, claim: str = "preferred_username", clock: Clock | None = None) -> House:
    (folder / "client.secret").write_text("a secret of the client\n")
    provider = Provider(issuer=issuer, client=CLIENT, secret_file=folder / "client.secret", place=PLACE, claim=claim)
    settings = Settings(
        folder=folder, keys_url=f"sqlite:///{folder / 'keys.db'}", root_key=folder / "root.key", provider=provider
    )
    world = World(clock=clock or Clock(), random=repeated())
    create(settings, origin="example.com/archive", operator="operator", world=world)
    return build(settings, world=world)


def begun(browser: Browser, then: str = "") -> str:
    """Set out for the provider; return its address."""
    answer = browser.client.get(THERE + (f"?{urlencode({'next': then})}" if then else ""), follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def back(browser: Browser, **said: str) -> Response:
    return browser.client.get(f"{THERE}/back?{urlencode(said)}", follow_redirects=False)


# -- a provider that says what a test wants it to say --


class Lied(NamedTuple):
    house: House
    provider: LyingProvider
    browser: Browser
    clock: Clock


@pytest.fixture
def lied(tmp_path: Path) -> Iterator[Lied]:
    clock = Clock()
    with LyingProvider.running() as provider, closing(house_with(tmp_path, provider.issuer, clock=clock)) as house:
        registered(house, "ona", "agent")
        yield Lied(house, provider, Browser(without_limits(create_app(house))), clock)


def come(lied: Lied, then: str = "", **said: str) -> Response:
    """Go to the provider and come back with what it says."""
    sent = asked(begun(lied.browser, then))
    lied.provider.sent = sent
    return back(lied.browser, **{"code": "a code", "state": sent["state"], "iss": lied.provider.issuer, **said})


def test_who_is_proven_and_registered_comes_in_with_the_role_they_have_here(lied: Lied) -> None:
    answer = come(lied, "/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "agent" in lied.browser.get("/account").text
    assert lied.browser.get("/users").status_code == 403, "that the provider says administrator does not count"
    (record,) = events(lied.house, SignedIn)
    assert record.stamp.actor == lied.house.archive.names.tie("staff", "ona")
    assert ways_in(lied.house) == ["provider"]


def test_the_way_there_carries_state_nonce_and_challenge_and_nothing_that_proves(lied: Lied) -> None:
    sent = asked(begun(lied.browser))
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == BACK
    assert len({sent["state"], sent["nonce"], sent["code_challenge"]}) == 3
    assert "a secret of the client" not in str(sent)
    assert asked(begun(lied.browser))["state"] != sent["state"]


NOT_PROVEN: dict[str, list[dict[str, object]]] = {
    "provider-unproven": [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 99_999_999_999},
        {"sub": None},
        {"at_hash": "another"},
    ],
    "provider-unregistered": [
        {"preferred_username": "nobody"},
        {"preferred_username": "<b>nobody</b>"},
        {"preferred_username": "Ona"},
    ],
    "provider-unnamed": [
        {"preferred_username": "ona\u200b"},
        {"preferred_username": "\u202eano"},
        {"preferred_username": " ona"},
        {"preferred_username": ""},
        {"preferred_username": ["ona"]},
        {"preferred_username": "o" * 201},
    ],
}


def test_a_token_that_does_not_prove_it_lets_nobody_in(lied: Lied) -> None:
    for reason, cases in NOT_PROVEN.items():
        for changes in cases:
            lied.provider.changes = changes
            answer = come(lied)
            assert answer.status_code == 403, changes
            assert "<b>" not in answer.text
            assert refusals(lied.house)[-1] == reason, changes
    assert lied.browser.client.get("/account", follow_redirects=False).status_code == 303
    assert len(refusals(lied.house)) == sum(map(len, NOT_PROVEN.values()))


def test_a_token_the_provider_did_not_sign_lets_nobody_in(lied: Lied) -> None:
    for how in ("none", "HS256", "another key", "rubbish"):
        lied.provider.signing = how
        assert come(lied).status_code == 403, how
    assert refusals(lied.house) == ["provider-unproven"] * 4


def test_new_keys_of_the_provider_are_fetched_when_a_token_needs_them(lied: Lied) -> None:
    assert come(lied).status_code == 303
    lied.provider.change_key()
    assert come(lied).status_code == 303


def test_an_answer_that_does_not_fit_the_journey_lets_nobody_in(lied: Lied) -> None:
    elsewhere = "https://elsewhere.example"
    for said in ({"state": "another"}, {"state": ""}, {"iss": elsewhere}, {"code": ""}, {"error": "access_denied"}):
        assert come(lied, **said).status_code == 403, said
    assert lied.provider.asked_for_tokens == 0
    assert len(refusals(lied.house)) == 5


def test_the_journey_of_one_browser_is_not_ended_in_another(lied: Lied) -> None:
    sent = asked(begun(lied.browser))
    lied.provider.sent = sent
    said = {"code": "a code", "state": sent["state"], "iss": lied.provider.issuer}
    other = Browser(create_app(lied.house))
    assert back(other, **said).status_code == 403
    begun(other)
    assert back(other, **said).status_code == 403
    assert back(lied.browser, **said).status_code == 303
    assert back(lied.browser, **said).status_code == 403, "a journey is made once"


def test_a_journey_lasts_ten_minutes(lied: Lied) -> None:
    sent = asked(begun(lied.browser))
    lied.provider.sent = sent
    lied.clock.ahead = timedelta(minutes=11)
    assert back(lied.browser, code="a code", state=sent["state"], iss=lied.provider.issuer).status_code == 403
    assert refusals(lied.house) == ["provider-stale"]


def test_nobody_is_led_elsewhere_afterwards(lied: Lied) -> None:
    for then in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb: c"):
        assert come(lied, then).headers["location"] == "/", then


def test_what_the_browser_keeps_cannot_be_changed_on_the_way(lied: Lied) -> None:
    sent = asked(begun(lied.browser))
    kept = lied.browser.client.cookies["onrecord-provider"]
    lied.browser.client.cookies.delete("onrecord-provider")
    changed = f"{kept}%2Fusers"
    lied.browser.client.cookies.set("onrecord-provider", changed, domain="testserver.local", path="/")
    assert back(lied.browser, code="a code", state=sent["state"], iss=lied.provider.issuer).status_code == 403


def test_who_retired_is_not_let_in_though_the_provider_still_knows_them(lied: Lied) -> None:
    lied.house.archive.decide(("staff", "ona"), directory.evolve, directory.retire, HOUSE)
    answer = come(lied)
    assert answer.status_code == 403
    assert "nobody active is registered here as" in answer.text
    assert refusals(lied.house) == ["provider-unregistered"]


def test_a_provider_that_is_gone_or_answers_rubbish_is_said_so(lied: Lied) -> None:
    for rubbish in (b"", b"[]", b"{", b'{"issuer": "https://elsewhere.example"}', b"\xff" * 100_000):
        lied.provider.metadata = rubbish
        answer = lied.browser.client.get(THERE, follow_redirects=False)
        assert answer.status_code == 503
        assert "cannot be reached" in answer.text
    assert refusals(lied.house) == []


def test_somebody_elses_account_is_not_taken_from_the_userinfo(lied: Lied) -> None:
    lied.provider.changes = {"preferred_username": None}
    lied.provider.userinfo = {"sub": "another", "preferred_username": "ona"}
    assert come(lied).status_code == 403
    lied.provider.userinfo = {"sub": "subject-1", "preferred_username": "ona"}
    assert come(lied).status_code == 303
    assert refusals(lied.house) == ["provider-unproven"]


def test_an_old_session_is_dead_once_somebody_else_signed_in(lied: Lied) -> None:
    app = lied.browser.client.app
    first = signed_in(lied.house, "supervisor", app=app)  # type: ignore[arg-type]  # made with an application of ours
    token = first.kept()
    assert come(lied._replace(browser=first)).status_code == 303
    assert first.kept() != token
    first.keep(token)
    assert first.client.get("/account", follow_redirects=False).status_code == 303


def test_without_a_provider_there_is_no_way_to_one(house: House) -> None:
    browser = Browser(create_app(house))
    assert THERE not in browser.get("/sign-in").text
    assert browser.get(THERE).status_code == 404
    assert browser.get(f"{THERE}/back?code=x&state=y").status_code == 404


def test_settings_that_cannot_work_are_refused_with_all_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    right = {
        "ONRECORD_OIDC_ISSUER": "https://id.example.com",
        "ONRECORD_OIDC_CLIENT": "onrecord",
        "ONRECORD_OIDC_SECRET_FILE": str(tmp_path / "secret"),
        "ONRECORD_URL": "https://record.example.com/",
    }
    provider = read_settings(right).provider
    assert provider is not None
    assert (provider.place, provider.claim) == ("https://record.example.com", "preferred_username")
    assert "secret" not in repr(provider).replace("secret_file", "").replace(str(tmp_path / "secret"), "")
    for name, value in (
        ("ONRECORD_OIDC_ISSUER", "http://id.example.com"),
        ("ONRECORD_OIDC_ISSUER", "id.example.com"),
        ("ONRECORD_OIDC_CLIENT", ""),
        ("ONRECORD_OIDC_SECRET_FILE", str(tmp_path / "absent")),
        ("ONRECORD_URL", "http://record.example.com"),
    ):
        with pytest.raises(WrongUse, match=name):
            read_settings({**right, name: value})


def test_every_reason_is_said_in_words() -> None:
    assert set(WRONG) == {"stale", "declined", "unproven", "unnamed", "unregistered"}


# -- the real one --


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not there: the provider of the tests runs on them")
    folder = tmp_path_factory.mktemp("oidc")
    (folder / "package.json").write_text("{}")
    wanted = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "oidc-provider@9"]
    if subprocess.run(  # noqa: S603 - what is run is written above
        wanted, cwd=folder, check=False, capture_output=True, timeout=240
    ).returncode:
        pytest.skip("npm could not fetch oidc-provider: no registry can be reached")
    return folder


@pytest.fixture
def issuer(installed: Path) -> Iterator[str]:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("oidc_provider.mjs")
    started = ["node", str(script), str(installed), str(port), "a secret of the client", BACK]
    with subprocess.Popen(  # noqa: S603 - what is run is written above
        started, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as node:
        assert node.stdout is not None
        assert any("ready" in line for line in node.stdout), "the provider did not start"
        yield f"http://127.0.0.1:{port}"
        node.terminate()


def through(address: str, name: str) -> dict[str, str]:
    """Sign in on the provider's own pages and agree, as a person would; return what it sends back with."""
    with httpx2.Client(follow_redirects=False) as person:
        answer = person.get(address)
        for _ in range(12):
            if answer.is_redirect:
                there = httpx2.URL(address).join(answer.headers["location"])
                if str(there).startswith(PLACE):
                    return asked(str(there))
                answer = person.get(there)
                continue
            (action,) = re.findall(r'<form[^>]*action="([^"]+)"', answer.text)
            prompt = re.findall(r'name="prompt" value="(\w+)"', answer.text)[0]
            answer = person.post(action, data={"prompt": prompt, "login": name, "password": "any"})
    raise AssertionError("the provider never sent anybody back")


@pytest.mark.long
def test_a_real_provider_lets_in_who_is_registered_here_and_nobody_else(issuer: str, tmp_path: Path) -> None:
    with closing(house_with(tmp_path, issuer)) as house:
        registered(house, "ona", "agent")
        browser = Browser(create_app(house))
        assert 'href="/sign-in/provider?next=%2Fdesk"' in browser.get("/sign-in?next=/desk").text
        said = through(begun(browser, "/desk"), "ona")
        assert said["iss"] == issuer
        assert back(browser, **said).headers["location"] == "/desk"
        assert browser.get("/account").status_code == 200
        stranger = Browser(create_app(house))
        assert back(stranger, **through(begun(stranger), "stranger")).status_code == 403
        again = Browser(create_app(house))
        spent = {**said, "state": asked(begun(again))["state"]}
        assert back(again, **spent).status_code == 403, "a code is worth something once"
        assert refusals(house) == ["provider-unregistered", "provider-unproven"]


@pytest.mark.long
def test_a_mail_address_counts_only_where_the_real_provider_has_proven_it(issuer: str, tmp_path: Path) -> None:
    with closing(house_with(tmp_path, issuer, claim="email")) as house:
        registered(house, "ona@example.org", "auditor")
        registered(house, "unproven@example.org", "auditor")
        browser = Browser(create_app(house))
        assert back(browser, **through(begun(browser), "unproven")).status_code == 403
        assert back(browser, **through(begun(browser), "ona")).status_code == 303
        assert refusals(house) == ["provider-unnamed"]
