"""On every way out of the house a forgotten person's words stand before, and afterwards none of them does."""

from __future__ import annotations

import json
from base64 import b64encode
from email import message_from_bytes
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import inspect, text

from audit.archive.erasure.resealing import said_in
from audit.cli.app import run
from audit.cli.commands.export import Form
from tests.api.pages import signed_in
from tests.archive.house import new_house
from tests.erasure.forgetting import findings, forget, records
from tests.whole.company import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House
    from tests.api.pages import Browser

ME: Final = "cust-zqperson"
WORDS: Final = ("zqspoken", "zqwritten", "zqfiled", "zqcalled", "zqticketed", "zqordered", "zqtagged", "zqsaved")
_MORE: Final = {"customer": ME, "conversation": "zqtalk", "at": "2026-02-20T10:00:00Z", "channel": "chat"}
LINES: Final = (
    {"kind": "message", "id": "m1", "role": "customer", "text": f"{WORDS[0]} costs EUR 4711.13", "author": WORDS[3]},
    {"kind": "message_edit", "id": "e1", "of": "m1", "text": f"{WORDS[1]} costs EUR 4711.13"},
    {"kind": "attachment", "id": "f1", "of": "m1", "name": f"{WORDS[2]}.txt", "media_type": "text/plain",
     "base64": b64encode(f"{WORDS[2]} inside".encode()).decode()},
    {"kind": "ticket", "id": "zqt1", "subject": WORDS[4], "text": f"{WORDS[4]} hears nothing."},
    {"kind": "work_order", "id": "zqw1", "ticket": "zqt1", "text": f"Ring twice: {WORDS[5]}."},
)  # fmt: skip
OTHER: Final = {"kind": "message", "source": "chat", "id": "o1", "customer": "cust-8", "conversation": "c8",
                "at": "2026-02-20T10:00:00Z", "role": "customer", "text": "Somebody else is here."}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    file = tmp_path / "items.ndjson"
    lines = [{"source": "chat"} | _MORE | one for one in LINES]
    file.write_text("".join(json.dumps(line) + "\n" for line in [*lines, OTHER]))
    house = new_house(tmp_path / "archive", url)
    filled(house, file)
    file.unlink()
    yield house
    house.close()


def onrecord(house: House, *words: str) -> int:
    url = house.settings.database_url
    place = ["--data", str(house.settings.folder), *(["--database-url", url] if url else [])]
    return run([*words, "--json", "--as", "operator", *place])


def handed_over(house: House, folder: Path, form: Form) -> str:
    """Return all that a production holds of everybody, whatever mail encodes."""
    query = "NOT zqnothing"
    assert onrecord(house, "export", query, "-o", str(folder), "--as-format", form.value) == 0
    files = [one for one in sorted(folder.rglob("*")) if one.is_file()]
    told = [one.read_bytes().decode("utf-8", "replace") for one in files]
    for one in files:
        if one.suffix == ".eml":
            parts = [part.get_payload(decode=True) for part in message_from_bytes(one.read_bytes()).walk()]
            told += [part.decode(errors="replace") for part in parts if isinstance(part, bytes)]
    return "".join([*told, *map(str, files)])


def pages(house: House, browser: Browser) -> str:
    tie = house.archive.names.tie
    paths = ["/customers", f"/customers/{tie('customer', ME)}", f"/conversations/{tie('conversation', 'zqtalk')}"]
    return "".join(browser.get(path).text for path in paths)


def tables(house: House) -> str:
    """Return all that any view holds, as text: vocabularies, amounts and the texts of attachments too."""
    found = []
    for engine in {house.views.engine}:
        with engine.connect() as db:
            for name in inspect(db).get_table_names():
                found += [repr(tuple(row)) for row in db.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608  # its own tables
    return "\n".join(found)


@pytest.mark.long
def test_every_way_out_shows_the_words_before_and_none_of_them_afterwards(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    house.follower.catch_up()
    hit = next(one.position for one in records(house) if WORDS[0] in str(said_in(one)))
    assert onrecord(house, "tags", "add", "seen", "--event", str(hit), "--note", f"{WORDS[6]} of {ME}") == 0
    assert onrecord(house, "searches", "save", "mine", f"customer:{ME} {WORDS[7]}", "--alert") == 0
    house.follower.catch_up()
    for form in Form:
        told = handed_over(house, tmp_path / f"before-{form}", form)
        assert all(word in told for word in WORDS[:1]), f"{form} shows words before, or it proves nothing"
    browser = signed_in(house, "compliance officer")
    shown = pages(house, browser)
    assert not [word for word in (WORDS[1], ME) if word not in shown]
    before = tables(house)
    assert not [word for word in (*WORDS, ME, "4711") if word not in before]

    forgotten = forget(house, ME)
    house.follower.catch_up()

    assert forgotten.residue == ()
    for form in Form:
        told = handed_over(house, tmp_path / f"after-{form}", form)
        assert not [word for word in (*WORDS, ME) if word in told], form
    shown = pages(house, browser)
    assert not [word for word in (*WORDS, ME) if word in shown]
    after = tables(house)
    assert not [word for word in (*WORDS, ME, "4711") if word in after]
    assert not findings(house)
