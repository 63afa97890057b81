"""What programs ask over HTTP."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.v1.rights import ROUTES, Route
from audit.archive.accounts.api_keys import LONGEST_DAYS
from audit.bootstrap.erasing import ask, execute
from audit.bootstrap.program_keys import end_key, keys_of, make_key
from audit.bootstrap.withheld import place
from audit.domain import directory
from audit.domain.access import AccessRefused, RecordExported, RecordViewed, SearchMade
from audit.domain.actor import Actor
from audit.domain.directory import ROLES, SCOPES, UserKeyEnded, UserKeyMade
from audit.domain.errors import NotAllowed, Refused, WrongUse
from audit.domain.event import Event, Record
from audit.domain.withholding import WithholdingPlaced
from tests.api.pages import registered, signed_in
from tests.api.programs import ADMINISTRATOR, MESSAGE, Program, message, program, without_limits
from tests.archive.recorders.places import behind_our_back

if TYPE_CHECKING:
    from pathlib import Path

    from audit.bootstrap.house import House

LOOKS = (RecordViewed, SearchMade, RecordExported)
NOBODY = "4f3a1ac2-50a8-5d7c-8f0a-f3b9d5a1d7c4"


def path_of(route: Route) -> str:
    filled = {"{customer}": NOBODY, "{conversation}": NOBODY, "{event}": "1"}
    path = route.path
    for name, value in filled.items():
        path = path.replace(name, value)
    return path + ("?q=line" if route.name == "search" else "")


def events(house: House, *kinds: type[Event]) -> list[Record]:
    found = house.archive.read(0, 5_000)
    return [one for one in found if isinstance(one, Record) and isinstance(one.event, kinds)]


def filled(house: House) -> Program:
    """Return a program that has sent a message which the views know."""
    asking = program(house)
    assert asking.send(message(1)).status_code == 200
    house.follower.catch_up()
    return asking


# -- keys and rights --


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Bearer onrecord_000000000000_" + "0" * 64, "Basic b3A6"])
def test_without_a_right_key_nothing_opens(house: House, sent: str) -> None:
    client = Program(without_limits(create_app(house)), None).client
    for route in ROUTES:
        answer = client.request(route.method, f"/api/v1{path_of(route)}", headers={"Authorization": sent})
        assert answer.status_code == 401, route.name
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert events(house, *LOOKS) == []


def test_a_key_opens_what_its_scope_and_its_users_role_allow_and_nothing_else(house: House) -> None:
    app, refused = without_limits(create_app(house)), 0
    for role, scope in product(ROLES, SCOPES):
        asking = program(house, role, [scope], app)
        for route in ROUTES:
            answer = asking.client.request(route.method, f"/api/v1{path_of(route)}", headers={"X-Purpose": "case 12"})
            allowed = scope in route.scopes and role in route.roles
            assert (answer.status_code != 403) == allowed, (role, scope, route.name)
            assert answer.status_code < 500, (role, scope, route.name)
            refused += not allowed
    assert len(events(house, AccessRefused)) == refused


def test_no_route_is_open_that_is_not_in_the_table(house: House) -> None:
    described = Program(create_app(house), None).get("/openapi.json").json()
    known = {(route.method, route.path) for route in ROUTES}
    assert {(method.upper(), path) for path, one in described["paths"].items() for method in one} == known


def test_cookies_mean_nothing_to_programs_and_keys_nothing_to_pages(house: House) -> None:
    browser = signed_in(house, "supervisor")
    assert browser.get("/api/v1/items").status_code == 401
    asking = program(house, "agent")
    assert asking.client.get("/customers", follow_redirects=False).headers["location"].startswith("/sign-in")


def test_a_key_is_worth_nothing_once_it_is_ended_or_over_or_its_user_retires(house: House) -> None:
    ended, over, gone = program(house), program(house, scopes=["read"]), program(house, "agent")
    ended_id = str(ended.key).split("_")[1]
    end_key(house, ADMINISTRATOR, ended_id)
    behind_our_back(str(house.settings.folder / "keys.db"), "UPDATE api_keys SET until = 1 WHERE scopes = 'read'")
    house.archive.decide(("staff", "agent-read-items-search-verify"), directory.evolve, directory.retire, ADMINISTRATOR)
    for asking in (ended, over, gone):
        assert asking.get("/items").status_code == 401
    with pytest.raises(Refused):
        end_key(house, ADMINISTRATOR, ended_id)


def test_making_and_ending_a_key_is_on_record_and_the_key_is_nowhere(house: House, tmp_path: Path) -> None:
    asking = program(house, scopes=["items"])
    assert asking.key is not None
    _, named, secret = asking.key.split("_")
    end_key(house, ADMINISTRATOR, named)
    made, ended = events(house, UserKeyMade, UserKeyEnded)
    assert isinstance(made.event, UserKeyMade)
    assert (made.event.key, made.event.scopes) == (named, ("items",))
    assert ended.event == UserKeyEnded(key=named)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    for told in (secret.encode(), bytes.fromhex(secret), b"the tests"):
        assert told not in kept
    assert [one.purpose for one in keys_of(house).all()] == ["the tests"]


def test_only_administrators_make_keys_and_only_good_ones(house: House) -> None:
    registered(house, "svc", "service")
    with pytest.raises(NotAllowed):
        make_key(house, Actor(login="eve", role="supervisor"), "svc", purpose="x", scopes=["read"])
    for purpose, scopes, days in (
        ("x", [], 1),
        ("x", ["all"], 1),
        (" ", ["read"], 1),
        ("x", ["read"], 0),
        ("x", ["read"], LONGEST_DAYS + 1),
    ):
        with pytest.raises((Refused, WrongUse)):
            make_key(house, ADMINISTRATOR, "svc", purpose=purpose, scopes=scopes, days=days)
    with pytest.raises(Refused):
        make_key(house, ADMINISTRATOR, "nobody", purpose="x", scopes=["read"])
    assert keys_of(house).all() == []


def test_who_guesses_keys_has_to_wait(house: House) -> None:
    guessing = Program(create_app(house), "onrecord_000000000000_" + "0" * 64)
    statuses = [guessing.get("/items").status_code for _ in range(15)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


# -- looking --


@pytest.mark.parametrize("route", [one for one in ROUTES if one.shows], ids=lambda one: one.name)
def test_a_role_that_does_not_read_daily_says_why_and_it_is_kept(house: House, route: Route) -> None:
    filled(house)
    asking = program(house, "auditor")
    assert asking.get(path_of(route)).status_code == 403
    path = path_of(route).replace(NOBODY, str(_known(house, route)))
    said = {"X-Purpose": "byla 12 – patikra".encode()}
    assert asking.client.get(f"/api/v1{path}", headers=said).status_code == 200  # type: ignore[arg-type]  # bytes go
    (look,) = [one.event for one in events(house, *LOOKS)]
    assert isinstance(look, LOOKS)
    assert look.why is not None
    assert look.why.text == "byla 12 – patikra"


@pytest.mark.parametrize("route", [one for one in ROUTES if one.shows], ids=lambda one: one.name)
def test_where_the_look_cannot_be_recorded_nothing_is_shown(house: House, route: Route) -> None:
    asking = filled(house)
    house.log.seal()
    topics = ", ".join(f"'{kind.TOPIC}'" for kind in LOOKS)
    behind_our_back(
        str(house.settings.folder / "archive.db"),
        f"CREATE TRIGGER refusing BEFORE INSERT ON events WHEN NEW.topic IN ({topics})"
        " BEGIN SELECT RAISE(FAIL, 'the disk is full'); END",
    )
    client = TestClient(asking.app, headers=asking.headers, raise_server_exceptions=False)
    answer = client.get("/api/v1" + path_of(route).replace(NOBODY, str(_known(house, route))))
    assert answer.status_code in {500, 503}
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "down" not in answer.text


def _known(house: House, route: Route) -> object:
    return house.archive.names.tie(route.name, "c1" if route.name == "conversation" else "cust-7")


# -- sending --


def test_every_line_that_is_sent_is_answered_with_its_place_in_the_log(house: House) -> None:
    answer = program(house).send(message(1), "rubbish", message(2, "Still down.")).json()
    assert [one["fate"] for one in answer["lines"]] == ["new", "refused", "new"]
    assert (answer["found"], answer["new"], answer["known"], answer["refused"]) == (3, 2, 0, 1)
    for line in answer["lines"]:
        for stored in line["events"]:
            (leaf,) = house.log.store.leaf_hashes(stored["event"], stored["event"])
            assert stored["leaf_hash"] == b64encode(leaf).decode()
    assert answer["lines"][1]["reason"].startswith("it is not JSON")


def test_what_was_sent_before_is_known_and_what_differs_is_refused(house: House) -> None:
    asking = program(house)
    first = asking.send(message(1)).json()["lines"][0]
    again = asking.send(message(1), message(1, "something else")).json()["lines"]
    assert again[0]["fate"] == "known"
    assert again[0]["events"] == first["events"]
    assert again[1]["fate"] == "refused"
    assert "stands under its name already" in again[1]["reason"]


def test_a_request_with_an_idempotency_key_is_carried_out_once(house: House) -> None:
    asking = program(house)
    first = asking.send(message(1), Idempotency_Key="a")
    size = house.archive.head().size
    assert asking.send(message(1), Idempotency_Key="a").json() == first.json()
    assert house.archive.head().size == size
    assert asking.send(message(2), Idempotency_Key="a").status_code == 400
    assert program(house, "supervisor").send(message(2), Idempotency_Key="a").json()["new"] == 1


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/x-ndjson", 400),
        (b"{}", "application/json", 415),
        (b"{}\n" * 10_001, "application/x-ndjson", 413),
        (b"\xff\xfe\x00", "application/x-ndjson", 200),
        (b"[" * 100_000, "application/x-ndjson", 200),
    ],
)
def test_what_is_no_line_is_refused_and_harms_nothing(house: House, content: bytes, kind: str, status: int) -> None:
    answer = program(house).post("/items", content, Content_Type=kind)
    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["new"], answer.json()["refused"]) == (0, 1)


def test_a_card_number_is_masked_on_this_way_in_too(house: House) -> None:
    asking = program(house)
    asking.send(message(1, "my card is 4111 1111 1111 1111"))
    assert "4111 1111 1111 1111" not in asking.get("/items").text


# -- asking --


def test_what_was_said_is_read_on_every_way(house: House) -> None:
    asking = filled(house)
    (item,) = asking.get("/items").json()["items"]
    assert item["words"] == {"text": MESSAGE["text"]}
    (found,) = asking.get("/customers?q=cust-7").json()["customers"]
    (talk,) = asking.get(f"/customers/{found['id']}").json()["conversations"]
    assert asking.get(f"/conversations/{talk['id']}").json()["entries"][0]["text"] == MESSAGE["text"]
    assert asking.get("/search?q=line&facet=channel").json()["facets"] == {"channel": {"chat": 1}}
    assert asking.get("/tickets").json()["total"] == 0


def test_the_log_is_read_page_by_page(house: House) -> None:
    asking = program(house)
    asking.send(*(message(number) for number in range(1, 8)))
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = asking.get(f"/items?after={after}&limit=3").json()
        seen += [one["event"] for one in page["items"]]
        after = page["next"] if page["items"] or page["next"] != after else None
        if not page["items"]:
            break
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen)


def test_what_is_erased_or_withheld_or_a_file_is_not_read(house: House) -> None:
    asking = program(house)
    file = {"kind": "attachment", "of": "m1", "name": "bill.txt", "media_type": "text/plain"}
    content = b"a secret bill"
    sent = {**file, "sha256": sha256(content).hexdigest(), "base64": b64encode(content).decode()}
    asking.send(message(1), {**MESSAGE, **sent, "id": "a1"}, message(2, "forget me", customer="cust-8"))
    asking.send(message(3, "to be withheld"))
    house.follower.catch_up()
    erasure = ask(house, "cust-8", "asked-by-person", ADMINISTRATOR)
    execute(house, erasure, Actor(login="dana", role="data protection officer"))
    (last,) = [
        one["event"] for one in asking.get("/items").json()["items"] if one["words"].get("text", "").startswith("to be")
    ]
    place(house, WithholdingPlaced(position=last, reason="privilege", whom=("readers",)), ADMINISTRATOR)
    answer = asking.get("/items")
    for gone in ("forget me", "to be withheld", b64encode(content).decode(), "secret bill"):
        assert gone not in answer.text
    states = [one["state"] for one in answer.json()["items"]]
    assert sorted(set(states)) == ["erased", "whole", "withheld"]


def test_a_query_that_cannot_be_read_is_refused_with_its_place(house: House) -> None:
    answer = program(house).get("/search?q=-line")
    assert answer.status_code == 400
    assert "characters 1 to 1" in answer.json()["detail"]


def test_an_unknown_thing_is_not_there_and_a_wrong_id_is_none(house: House) -> None:
    asking = program(house)
    assert asking.get(f"/customers/{NOBODY}").status_code == 404
    assert asking.get(f"/conversations/{NOBODY}").status_code == 404
    assert asking.get("/proof/99").status_code == 404
    for wrong in ("/customers/eve@example.com", "/proof/0", "/items?after=-1", "/items?limit=0", "/tickets?after=x"):
        assert asking.get(wrong).status_code == 422, wrong
    assert asking.get("/nothing").status_code == 404
    assert events(house, *LOOKS) == []


# -- proving --


def test_the_log_is_checked_against_a_checkpoint_from_outside(house: House) -> None:
    asking = filled(house)
    assert asking.get("/checkpoint").status_code == 404
    house.log.seal()
    note = asking.get("/checkpoint").json()["note"]
    assert asking.post("/verify").json()["status"] == "unanchored"
    held = asking.client.post("/api/v1/verify", json={"checkpoint": note})
    assert held.json()["status"] == "proven"
    assert asking.client.post("/api/v1/verify", json={"checkpoint": "rubbish"}).status_code == 422


def test_tampering_is_found_with_its_place(house: House) -> None:
    asking = filled(house)
    house.log.seal()
    database = str(house.settings.folder / "archive.db")
    behind_our_back(database, "DROP TRIGGER events_no_update")
    behind_our_back(database, "UPDATE events SET topic = 'message.edited-at-source' WHERE position = 5")
    found = asking.post("/verify").json()
    assert found["status"] == "tampered"
    assert found["findings"][0]["event"] == 5


def test_the_proof_of_an_event_holds_no_words(house: House) -> None:
    asking = filled(house)
    answer = asking.get("/proof/5")
    assert answer.json()["format"].startswith("onrecord-bundle@")
    assert "line is down" not in answer.text
    (exported,) = events(house, RecordExported)
    assert exported.stamp.tie("customer") == house.archive.names.tie("customer", "cust-7")
