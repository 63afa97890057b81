"""Attacks of the OWASP list, each tried as an attacker would, and refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from api.app import create_app
from api.doors import DOORS
from api.guards import BODY_MAX
from api.handing import handed_out
from api.v1.rights import ROUTES
from audit.archive.accounts.locking import FREE_TRIES
from audit.archive.users import UserSecrets
from audit.bootstrap import delivering
from audit.bootstrap.users import role_of
from audit.domain import directory
from audit.domain.actor import HOUSE
from tests.api.forms import Form, Page
from tests.api.pages import SECRET, Browser, registered, signed_in
from tests.api.programs import message, program, without_limits
from tests.api.test_portal import ask_code, let_in, post, text_of
from tests.requests.given import DAUGHTERS_MAIL, REGINA, REGINAS_MAIL, SUPERVISOR, approved, asked, told

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from audit.bootstrap.house import House
    from tests.post.server import Post

__all__ = ["post"]
NASTY = "\"'><img src=x onerror=alert(1)></script>{{7*7}}"
RAW = "<img src=x"
EVIL = (
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "https://evil.example",
    "/%0d%0a\r\nX: y",
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
_AT = "2026-02-28T10:00:00Z"


def told_of(house: House, *lines: dict[str, Any]) -> None:
    """Bring in lines of made-up things."""
    shared = {"source": "erp", "at": _AT, "customer": "cust-7"}
    accounting = program(house).send(*({**shared, **line} for line in lines)).json()
    assert accounting["refused"] == 0, accounting
    house.follower.catch_up()


def order(number: int, technician: str) -> dict[str, Any]:
    return {"kind": "work_order", "id": f"WO-{number}", "ticket": "T-1", "text": "Go.", "technician": technician}


# -- what belongs to others --


def test_a_technician_reads_no_work_order_of_another(house: House) -> None:
    told_of(house, order(1, "technician"), order(2, "somebody-else"))
    mine, theirs = (house.archive.names.tie("work_order", f"WO-{number}") for number in (1, 2))
    technician = signed_in(house, "technician")
    assert technician.get(f"/work-orders/{mine}").status_code == 200
    assert str(theirs) not in technician.get("/work-orders").text
    assert technician.get(f"/work-orders/{theirs}").status_code == 404
    assert technician.send(f"/work-orders/{theirs}/unclear", reason="x").status_code == 404


def test_the_number_of_another_customers_request_opens_nothing_in_the_portal(house: House, post: Post) -> None:
    told(house)
    theirs = house.archive.names.decided("request", asked(house))
    daughter = let_in(house, post, DAUGHTERS_MAIL)
    assert daughter.get(f"/portal/requests/{theirs}").status_code == 404
    assert daughter.client.get(f"/requests/{theirs}", follow_redirects=False).status_code == 303
    regina = house.archive.names.tie("customer", REGINA)
    for path in (f"/customers/{regina}", f"/customers/{regina}/record", f"/customers/{regina}/access"):
        assert daughter.client.get(path, follow_redirects=False).headers["location"].startswith("/sign-in")


def test_a_link_for_a_record_is_not_guessed_from_another(house: House) -> None:
    told(house)
    link = delivering.make_link(house, approved(house), SUPERVISOR)
    browser = Browser(create_app(house))
    for changed in (link.token[:-1] + ("A" if link.token[-1] != "A" else "B"), link.token[::-1], "", "%"):
        assert browser.send("/collect", on="/collect", token=changed).status_code in {400, 404}
    assert browser.send("/collect", on="/collect", token=link.token).status_code == 200


# -- in somebody's name --


def test_no_form_is_taken_without_its_token_whatever_the_door(house: House) -> None:
    app = without_limits(create_app(house))
    browsers = [
        signed_in(house, role, app=app) for role in ("supervisor", "administrator", "agent", "compliance officer")
    ]
    for door in (one for one in DOORS if one.unsafe):
        path = re.sub(r"\{[^}]*\}", str(uuid4()), door.path)
        for browser in browsers:
            assert browser.client.post(path, data={"csrf": "0" * 64}, follow_redirects=False).status_code == 403, path


def test_what_another_site_sends_is_refused_even_with_the_right_token(house: House) -> None:
    browser = signed_in(house, "administrator")
    fields = {"csrf": browser.token("/account"), "login": "mallory", "role": "supervisor"}
    for headers in (
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "https://testserver.evil.example"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert browser.client.post("/users", data=fields, headers=headers).status_code == 403
    assert role_of(house, "mallory") is None


def test_the_cookie_of_the_pages_opens_nothing_of_the_api(house: House) -> None:
    browser = signed_in(house, "supervisor")
    for route in ROUTES:
        path = re.sub(r"\{[^}]*\}", "1", route.path)
        assert browser.client.request(route.method, f"/api/v1{path}").status_code == 401, path


# -- words that would be code --


def filled_with(house: House, nasty: str) -> None:
    told_of(
        house,
        {
            "kind": "customer",
            "id": "cust-7",
            "name": nasty,
            "contacts": [{"kind": "email", "value": nasty}],
            "accounts": [nasty],
        },
        message(1, nasty, author=nasty, author_id="x"),
        {
            "kind": "ticket",
            "id": "T-1",
            "conversation": "c1",
            "subject": nasty,
            "text": nasty,
            "fields": {"category": nasty},
        },
        {"kind": "note", "id": "n1", "conversation": "c1", "text": nasty, "author": nasty, "author_id": "y"},
        {
            "kind": "work_order",
            "id": "WO-1",
            "ticket": "T-1",
            "text": nasty,
            "technician": "technician",
            "technician_name": nasty,
        },
        {"kind": "attachment", "id": "a1", "conversation": "c1", "of": "m1", "name": f"{nasty}.txt", "base64": "eA=="},
    )


def shown(browser: Browser, paths: list[str]) -> dict[str, Page]:
    """Walk the pages by their links; return each kind once. Whatever is shown shows words as words."""
    pages: dict[str, Page] = {}
    kinds = set()
    while paths:
        path = paths.pop(0)
        kind = _ID.sub("*", path.split("#")[0].split("?")[0])
        if not path.startswith("/") or kind in kinds or kind.startswith(("/static", "/verifier")):
            continue
        kinds.add(kind)
        answer = browser.get(path)
        assert RAW not in answer.text, path
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            pages[path] = Page(answer.text)
            paths += pages[path].links
    return pages


def filled_in(browser: Browser, form: Form) -> None:
    answer = browser.client.request(
        form.method.upper(), form.action, data={**form.fixed, **dict.fromkeys(form.typed, NASTY)}
    )
    assert answer.status_code < 500, form
    assert not answer.headers["content-type"].startswith("text/html") or RAW not in answer.text, form


_LEFT_ALONE = ("/sign-out", "/language", "/purpose", "/account", "/log/verify", "/secret", "/retire")


@pytest.mark.long
def test_whatever_is_typed_into_any_form_is_shown_as_words_on_every_page(house: House) -> None:
    filled_with(house, NASTY)
    app = without_limits(create_app(house))
    roles = ("supervisor", "agent", "compliance officer", "technician", "administrator", "auditor")
    browsers = {role: signed_in(house, role, why=NASTY, app=app) for role in roles}
    files = [("files", (f"{NASTY}.ndjson", b"rubbish", "text/html"))]
    uploaded = {"csrf": browsers["supervisor"].token("/account")}
    assert browsers["supervisor"].client.post("/imports", data=uploaded, files=files).status_code == 200
    sent: set[str] = set()
    for _ in range(2):
        house.follower.catch_up()
        for browser in browsers.values():
            for page in shown(browser, ["/"]).values():
                for form in page.forms:
                    kind = _ID.sub("*", form.action)
                    if form.method == "post" and kind not in sent and not any(one in kind for one in _LEFT_ALONE):
                        sent.add(kind)
                        filled_in(browser, form)
    house.follower.catch_up()
    pages = [page for browser in browsers.values() for page in shown(browser, ["/"]).values()]
    assert sum("&lt;img src=x" in page.text for page in pages) > 20, "it has to be shown to be shown as words"
    assert len(sent) > 20, sent


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=",
        "/customers?q=",
        "/access?user=",
        "/access?day=",
        "/sign-in?next=/",
        "/purpose?next=/",
        "/portal/code?at=",
        "/nothing/",
        "/customers/",
    ],
)
def test_what_stands_in_an_address_is_shown_as_words(house: House, path: str) -> None:
    browser = signed_in(house, "compliance officer")
    answer = browser.client.get(path + NASTY.replace("#", "%23"))
    assert answer.status_code < 500
    assert RAW not in answer.text


def test_the_language_and_names_of_downloads_add_no_header(house: House) -> None:
    answer = handed_out(b"x", 'a"\r\nSet-Cookie: a=b;\u2028\udc80.pdf', "application/pdf")
    assert "\r" not in answer.headers["Content-Disposition"]
    assert "set-cookie" not in answer.headers
    browser = signed_in(house, "agent")
    for language in ("lt\r\nX-Evil: 1", "../../etc", NASTY, "x" * 5_000):
        answered = browser.send("/language", language=language, next="/")
        assert "x-evil" not in answered.headers
        assert "onrecord-language" not in answered.headers.get("set-cookie", "")


# -- elsewhere --


@pytest.mark.parametrize("elsewhere", EVIL)
def test_no_form_leads_to_another_site(house: House, elsewhere: str) -> None:
    browser = signed_in(house, "auditor")
    for path, fields in (("/language", {"language": "lt"}), ("/purpose", {"why": "x"})):
        assert browser.send(path, next=elsewhere, **fields).headers["location"] == "/", path


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/..%5capp.py",
        "/verifier/../app.py",
        "/verifier/%2e%2e%2fapp.py",
        "/log/checkpoints/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_path_leads_out_of_its_folder(house: House, path: str) -> None:
    answer = signed_in(house, "administrator").client.get(path)
    assert answer.status_code in {404, 405, 422}
    assert "import" not in answer.text


def test_an_import_fetches_nothing_from_addresses_in_it(house: House, tmp_path: Path) -> None:
    secret = tmp_path / "outside.txt"
    secret.write_text("what nobody uploaded")
    browser = signed_in(house, "supervisor")
    lines = [
        {
            "kind": "attachment",
            "source": "chat",
            "id": f"a{number}",
            "of": "m1",
            "conversation": "c1",
            "customer": "c",
            "at": _AT,
            "name": "x.txt",
            "path": place,
        }
        for number, place in enumerate(
            ["http://169.254.169.254/latest/", f"file://{secret}", str(secret), "../../outside.txt"]
        )
    ]
    content = "\n".join(json.dumps(line) for line in lines).encode()
    files = [("files", ("a.ndjson", content, "application/x-ndjson"))]
    browser.client.post("/imports", data={"csrf": browser.token("/account")}, files=files)
    assert b"what nobody uploaded" not in b"".join(str(one).encode() for one in house.archive.read(0, 500))


# -- sessions --


def test_a_token_that_somebody_planted_is_worth_nothing_after_signing_in(house: House) -> None:
    registered(house, "ona", "agent")
    app = create_app(house)
    browser, attacker = Browser(app), Browser(app)
    browser.keep("a" * 64)
    assert browser.sign_in("ona").status_code == 303
    assert browser.kept() != "a" * 64
    attacker.keep("a" * 64)
    assert attacker.client.get("/account", follow_redirects=False).status_code == 303


def test_a_stolen_session_ends_with_signing_out_a_new_secret_and_retiring(house: House) -> None:
    app = without_limits(create_app(house))
    administrator = signed_in(house, "administrator", app=app)
    registered(house, "ona", "agent")
    for ending in ("sign-out", "secret", "retire"):
        UserSecrets(house.keyring, house.world.random).choose(house.archive.names.tie("staff", "ona"), SECRET)
        browser, thief = Browser(app), Browser(app)
        browser.sign_in("ona")
        thief.keep(browser.kept())
        assert thief.get("/account").status_code == 200
        if ending == "sign-out":
            browser.send("/sign-out")
        else:
            administrator.send(f"/users/ona/{ending}", on="/users", reason="x")
        assert thief.client.get("/account", follow_redirects=False).status_code == 303, ending


def test_signing_in_checks_a_secret_for_names_nobody_has(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(house, "ona", "agent")
    house.archive.decide(("staff", "ona"), directory.evolve, directory.retire, HOUSE)
    checked: list[UUID] = []
    right = UserSecrets.is_right

    def counted(self: UserSecrets, staff: UUID, secret: str) -> bool:
        checked.append(staff)
        return right(self, staff, secret)

    monkeypatch.setattr(UserSecrets, "is_right", counted)
    browser = Browser(create_app(house))
    texts = {
        re.sub(r'value="[^"]*"', "", browser.sign_in(login, "x").text) for login in ("operator", "ona", "nobody", "")
    }
    assert len(checked) == 4
    assert len(texts) == 1


def test_who_guesses_is_locked_out_whatever_else_they_change(house: House) -> None:
    registered(house, "ona", "agent")
    app = without_limits(create_app(house))
    for number in range(FREE_TRIES):
        browser = Browser(app)
        browser.client.headers["X-Forwarded-For"] = f"10.0.0.{number}"
        assert browser.sign_in("ona", f"wrong {number}").status_code == 403
    assert "locked" in Browser(app).sign_in("ona").text
    for _ in range(FREE_TRIES):
        Browser(app).sign_in("nobody", "wrong")
    assert "locked" in Browser(app).sign_in("nobody").text, "names nobody has are locked alike"


# -- more than was asked for --


def test_fields_nobody_asked_for_make_nobody_an_administrator(house: House) -> None:
    browser = signed_in(house, "agent")
    more = {"role": "administrator", "login": "agent", "user": "operator", "by": "operator"}
    browser.send("/account/password", old=SECRET, new="another long sentence", **more)
    browser.send("/purpose", why="x", **more)
    browser.send("/language", language="lt", **more)
    assert role_of(house, "agent") == "agent"
    administrator = signed_in(house, "administrator")
    assert administrator.send("/users", on="/users", login="yara", role="root").status_code == 409
    assert role_of(house, "yara") is None


def test_one_may_not_register_over_somebody_to_change_their_role(house: House) -> None:
    administrator = signed_in(house, "administrator")
    assert administrator.send("/users", on="/users", login="administrator", role="supervisor").status_code == 409
    assert role_of(house, "administrator") == "administrator"


# -- the browser, and how it is asked --


def test_every_page_forbids_frames_guessing_of_types_and_keeping(house: House) -> None:
    browser = signed_in(house, "supervisor")
    for door in (
        one for one in DOORS if not one.unsafe and "{" not in one.path and "supervisor" in one.roles and not one.file
    ):
        headers = browser.get(door.path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], door.name
        assert "unsafe-inline" not in headers["Content-Security-Policy"], door.name
        assert headers["X-Content-Type-Options"] == "nosniff", door.name
        assert headers["Cache-Control"] == "no-store", door.name


def test_a_method_is_what_it_is_whatever_a_header_or_field_says(house: House) -> None:
    browser = signed_in(house, "administrator")
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        browser.client.get("/users?login=mallory&role=supervisor", headers={name: "POST"})
        browser.client.post("/account", data={"_method": "GET"}, headers={name: "GET"})
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND"):
        for path in ("/users", "/account", "/log"):
            assert browser.client.request(method, path).status_code in {403, 405}, (method, path)
    assert role_of(house, "mallory") is None


def test_a_form_that_is_too_long_is_refused_even_where_its_length_is_not_told(house: House) -> None:
    browser = signed_in(house, "agent")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    pieces = (b"x" * 100_000 for _ in range(BODY_MAX // 100_000 + 1))
    for content, headers in (
        (b"x" * (BODY_MAX + 1), form),
        (pieces, form),
        (b"x", {**form, "Content-Length": str(BODY_MAX + 1)}),
    ):
        assert browser.client.post("/purpose", content=content, headers=headers).status_code == 413


def test_a_wrong_host_does_not_get_into_the_links_of_letters(house: House, post: Post) -> None:
    told(house)
    browser = Browser(create_app(house))
    browser.client.headers["X-Forwarded-Host"] = "evil.example"
    browser.client.headers["Host"] = "evil.example"
    ask_code(browser, REGINAS_MAIL)
    text = text_of(post.letters[-1])
    assert "https://record.example.com/portal/code" in text
    assert "evil.example" not in text


def test_a_wrong_host_does_not_get_into_the_link_of_a_record(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_URL", "https://record.example.com/")
    told(house)
    written = approved(house)
    supervisor = signed_in(house, "supervisor")
    supervisor.client.headers["Host"] = "evil.example"
    path = f"/requests/{house.archive.names.decided('request', written)}"
    page = supervisor.client.post(f"{path}/link", data={"csrf": supervisor.token("/account"), "secret": SECRET}).text
    assert "https://record.example.com/collect#" in page
    assert "evil.example" not in page
