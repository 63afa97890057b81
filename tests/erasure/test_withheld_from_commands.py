"""A word withheld from readers stands in no answer of any command, wherever people wrote it; who sees all finds it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from audit.archive.erasure.resealing import said_in
from audit.cli.app import run
from audit.domain import directory, withholding
from audit.domain.actor import HOUSE
from audit.domain.conversation import MessagePosted
from audit.domain.event import Record
from audit.domain.withholding import WithholdingPlaced
from tests.archive.house import new_house
from tests.erasure.forgetting import ONA, forget
from tests.whole.company import filled
from tests.whole.test_looking import READING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audit.bootstrap.house import House

WORD: Final = "Zqneighbour"
_CASE: Final = {"source": "chat", "customer": "cust-1", "conversation": "c1", "channel": "chat"}
_NOTHING_LEFT: Final = ("nothing to draw", "it is erased", "There is no", "is no event")
_AT: Final = "2026-02-20T1{}:00:00Z"
SAYING: Final = {
    *("authority list", "customers", "deliveries", "hold list", "looked", "order show", "prices", "promises"),
    *("request show", "requests", "search", "searches list", "tags list", "ticket compare", "ticket show", "tickets"),
    *("timeline", "withhold list"),
}
SAID: Final = (
    {"kind": "message", "id": "m1", "role": "customer", "text": f"{WORD} at 14 Elm Street hears the router beep."},
    {"kind": "message", "id": "m2", "role": "customer", "text": f"Please call {WORD} on +44 20 7946 0123 on Friday."},
    {"kind": "message", "id": "m3", "role": "agent", "author_id": "rasa",
     "text": f"I will credit you 100 euros by Friday, and {WORD} too."},
    {"kind": "message", "id": "m4", "role": "agent", "text": f"The call-out fee for {WORD} is 45 EUR."},
    {"kind": "note", "id": "n1", "role": "agent", "text": f"{WORD} shouts."},
    {"kind": "ticket", "id": "t1", "role": "agent", "author_id": "rasa", "subject": f"{WORD} again",
     "text": f"{WORD} net broken, asap!!! client says so."},
    {"kind": "ticket_change", "id": "h1", "ticket": "t1", "text": f"{WORD} net is still broken."},
    {"kind": "work_order", "id": "w1", "ticket": "t1", "text": f"Ring at {WORD}, swap the router."},
    {"kind": "work_order_done", "id": "d1", "of": "w1", "work_order": "w1", "findings": f"{WORD} was out.",
     "signed_by": WORD},
    {"kind": "charge", "id": "g1", "work_order": "w1", "amount": "99.00", "currency": "EUR", "basis": "flat",
     "text": f"as {WORD} agreed"},
    {"kind": "attachment", "id": "f1", "of": "m1", "name": f"{WORD}.zip", "base64": "UEs="},
    {"kind": "rubbish", "id": WORD},
)  # fmt: skip
NAMED: Final = {"kind": "customer", "source": "crm", "id": "cust-1", "at": _AT.format(0), "name": f"Jonas {WORD}"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    file = tmp_path / f"{WORD}.ndjson"
    lines = [*(_CASE | {"at": _AT.format(n // 3)} | one for n, one in enumerate(SAID)), NAMED]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    house = new_house(tmp_path / "archive", url)
    filled(house, file)
    for login, role in (("nora", "compliance officer"), ("sara", "supervisor")):
        decision = partial(directory.register, login=login, role=role, name=login.title())
        house.archive.decide(("staff", login), directory.evolve, decision, HOUSE)
    house.follower.catch_up()
    yield house
    house.close()


@pytest.fixture
def onrecord(house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Commands as somebody; what they print, as JSON or in words."""
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    url = house.settings.database_url
    place = ["--data", str(house.settings.folder), *(["--database-url", url] if url else [])]

    def said(*words: str, by: str = "operator") -> str:
        capsys.readouterr()
        code = run([*words, "--as", by, *place])
        heard = capsys.readouterr()
        assert code == 0 or any(reason in heard.err for reason in _NOTHING_LEFT), (words, heard.err)
        return heard.out + heard.err

    return said


def decided(house: House, onrecord: Callable[..., str]) -> dict[str, str]:
    """Let people write the word wherever a command takes words; return the ids that were given."""
    spoken = str(next(one.position for one in recorded(house) if isinstance(one.event, MessagePosted)))
    suggested = json.loads(onrecord("promises", "--find", "--json"))["promises"][0]["promise"]
    onrecord("promise", "confirm", suggested, "--wording", f"credit for {WORD}", "--due", "2026-03-06")
    onrecord("promise", "extend", suggested, "--due", "2026-03-09", "--reason", f"{WORD} is away")
    onrecord("promise", "dispute", suggested, "--words", f"ask {WORD}")
    onrecord("ticket", "bounce", "t1", "--code", "where", "--sentence", f"{WORD} net", "--note", f"ask {WORD}")
    onrecord("ticket", "read-back", "t1", "--answer", "corrected", "--correction", f"it is {WORD}")
    onrecord("ticket", "escalate", "t1", "second-level", "--reason", f"{WORD} waits")
    onrecord("order", "unclear", "w1", "--reason", f"who is {WORD}?")
    asked = json.loads(onrecord("request", "ask", "cust-1", "--words", f"all about {WORD}", "--json"))
    request = asked["requests"][0]["request"] if "requests" in asked else asked["request"]
    onrecord("request", "dispute", request, "--event", spoken, "--text", f"{WORD} never said so")
    onrecord("authority", "add", "cust-1", "cust-2", "--words", f"{WORD} vouches")
    onrecord("hold", "place", "--customer", "cust-1", "--title", f"the {WORD} case", "--query", WORD)
    onrecord("searches", "save", "theirs", WORD, "--title", f"about {WORD}", "--alert")
    onrecord("tags", "add", "seen", "--event", spoken, "--note", f"about {WORD}")
    onrecord("withhold", "place", str(house.archive.head().size), "--reason", "x", "--from", "exports", "--note", WORD)
    onrecord("search", WORD)
    return {"promise": suggested, "request": request}


def recorded(house: House) -> list[Record]:
    return [one for one in house.archive.read(0, 10_000) if isinstance(one, Record)]


def withhold_every(house: House) -> None:
    for record in recorded(house):
        if WORD.casefold() in json.dumps(said_in(record), default=str, ensure_ascii=False).casefold():
            placed = WithholdingPlaced(position=record.position, reason="third-person", whom=("readers",))
            decision = partial(withholding.place, placed=placed, lengths={})
            ties = [("of", record.stream)]
            house.archive.decide(("withholding", f"w-{record.position}"), withholding.evolve, decision, ONA, ties=ties)
    house.follower.catch_up()


def answers(onrecord: Callable[..., str], ids: dict[str, str], folder: Path, by: str) -> dict[str, str]:
    """Return what each command that shows words prints, as JSON and in words, with the files it writes."""
    here = {"c-0000001": "c1", "T-100234": "t1", "WO-20017": "w1"}
    asked = {name: (*name.split(), *(here.get(word, word) for word in words)) for name, words in READING.items()} | {
        "draw": ("draw", "NOT qqq", "--size", "2"),
        "looked": ("looked", "cust-1"),
        "record": ("record", "cust-1", "-o", str(folder / "record.json")),
        "record inside": ("record", "cust-1", "-o", str(folder / "internal.json"), "--audience", "internal"),
        "export": ("export", "NOT qqq", "-o", str(folder / "production")),
        "prove": ("prove", "3", "-o", str(folder / "bundle.json")),
        "search": ("search", "NOT qqq", "--context", "2"),
        "request show": ("request", "show", ids["request"]),
        "tickets orphans": ("tickets", "--orphans"),
        "tickets weak": ("tickets", "--weak"),
        "withhold all": ("withhold", "list", "--all"),
        "hold all": ("hold", "list", "--all"),
        "prices all": ("prices", "--all"),
        "slip": ("slip", ids["promise"], "-o", str(folder / "slip.pdf")),
    }
    told = {}
    for name, words in asked.items():
        told[name] = onrecord(*words, "--json", by=by)
        if "-o" not in words:
            told[name] += onrecord(*words, by=by)
    return told


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def saying(told: dict[str, str]) -> set[str]:
    return {name for name, text in told.items() if WORD.casefold() in text.casefold()}


@pytest.mark.long
def test_no_command_prints_a_withheld_word(house: House, onrecord: Callable[..., str], tmp_path: Path) -> None:
    ids = decided(house, onrecord)
    before = answers(onrecord, ids, made(tmp_path / "before"), "operator")
    assert saying(before) >= SAYING, "they show it before, or nothing is shown by this"
    withhold_every(house)
    assert saying(answers(onrecord, ids, made(tmp_path / "after"), "operator")) == set()
    for file in sorted((tmp_path / "after").rglob("*")):
        assert not file.is_file() or WORD.encode() not in file.read_bytes(), file.name
    assert "ticket show" in saying({"ticket show": onrecord("ticket", "show", "t1", by="nora")})


def test_a_record_for_a_regulator_is_made_by_who_may_read_all_of_it(
    house: House, onrecord: Callable[..., str], tmp_path: Path
) -> None:
    withhold_every(house)
    asked = ("record", "cust-1", "-o", str(tmp_path / "record.json"), "--audience", "regulator")
    with pytest.raises(AssertionError, match="withheld from a operator"):
        onrecord(*asked)
    assert not (tmp_path / "record.json").exists()
    onrecord(*asked, by="nora")
    assert WORD in (tmp_path / "record.json").read_text()


@pytest.mark.long
def test_no_command_prints_the_words_of_a_forgotten_person(
    house: House, onrecord: Callable[..., str], tmp_path: Path
) -> None:
    ids = decided(house, onrecord)
    (hold,) = json.loads(onrecord("hold", "list", "--json"))["holds"]
    onrecord("hold", "release", hold["hold"], "--reason", "over")
    forget(house, "cust-1")
    house.follower.catch_up()
    left = saying(answers(onrecord, ids, made(tmp_path / "after"), "operator"))
    assert left <= {"deliveries"}, "a refused item that holds one word of a name may speak of somebody else"
