"""Ten thousand messages in every form, on both engines: read again, every hash checked, every item proven."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from audit.sample.company import write
from tests.archive.house import new_house
from tests.production.conftest import Desk
from tests.production.reading import FORMATS, every_hash_is_right, items_of, manifest_of, proven_offline
from tests.whole.company import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres_server import PostgresServer

MESSAGES = 10_000

pytestmark = pytest.mark.long


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    folder = tmp_path_factory.mktemp("large")
    company = folder / "company.ndjson"
    write(company, messages=MESSAGES, seed=11)
    options = ["--data", str(folder / "data")]
    if request.param == "sqlite":
        with closing(new_house(folder / "data")) as house:
            filled(house, company)
        yield options
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        with closing(new_house(folder / "data", url)) as house:
            filled(house, company)
        yield [*options, "--database-url", url]


@pytest.mark.parametrize("form", FORMATS)
def test_ten_thousand_messages_are_handed_over_whole(
    large: list[str], form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    desk = Desk(large, tmp_path, lambda: capsys.readouterr().out)
    folder, said = desk.export("out", "kind:message", "--as-format", form)
    manifest = manifest_of(folder)
    assert said["hits"] == said["matched"] == MESSAGES
    assert said["complete"]
    items = items_of(folder)
    assert set(items) == {one["number"] for one in manifest["items"]}
    assert sum(bool(one.text) for one in items.values()) >= MESSAGES
    every_hash_is_right(folder)
    proven = proven_offline(folder)
    assert set(proven) == {one["event"] for one in manifest["items"]}
    key = manifest["log_key"]
    assert desk.run("verify", "--production", str(folder), "--log-key", key)["status"] == "proven"
