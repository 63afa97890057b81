"""The guards in the database: what the roles may do there, and what the doctor says of it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from audit.archive.guarding import guards, make_triggers
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.postgres_roles import grant_roles
from audit.archive.recorders.sqlite import SQLiteRecorder
from audit.bootstrap.house import House, build
from audit.cli.app import run
from audit.domain.actor import Actor
from audit.domain.custody import KeyEpochRetired
from audit.domain.errors import NotFound
from tests.archive.house import new_house, new_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres_server import PostgresServer

BY = Actor(login="operator", role="operator")


@pytest.fixture
def owned(tmp_path: Path, postgres_url: str) -> Iterator[House]:
    """A house whose database belongs to the role that opens it."""
    with closing(new_house(tmp_path / "archive", postgres_url)) as house:
        house.follower.catch_up()
        yield house


@pytest.fixture
def roles(postgres_server: PostgresServer) -> Iterator[tuple[str, str]]:
    """Two roles that may connect and nothing more."""
    names = tuple(f"{part}_{uuid4().hex[:8]}" for part in ("application", "eraser"))
    with psycopg.connect(postgres_server.url(), autocommit=True) as server:
        for name in names:
            server.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
    yield names[0], names[1]
    with psycopg.connect(postgres_server.url(), autocommit=True) as server:
        databases = [row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_%'")]
    for url in (postgres_server.url(), *map(postgres_server.url, databases)):
        with psycopg.connect(url, autocommit=True) as database:
            for name in names:
                database.execute(SQL("DROP OWNED BY {} CASCADE").format(Identifier(name)))
    with psycopg.connect(postgres_server.url(), autocommit=True) as server:
        for name in names:
            server.execute(SQL("DROP ROLE {}").format(Identifier(name)))


def url_as(url: str | None, role: str) -> str:
    parts = urlsplit(url or "")
    return urlunsplit(parts._replace(netloc=f"{role}@{parts.hostname}:{parts.port}"))


def granted(owned: House, roles: tuple[str, str]) -> House:
    """Open the archive again as the two roles."""
    recorder = owned.recorder
    assert isinstance(recorder, PostgresRecorder)
    grant_roles(recorder, application=roles[0], eraser=roles[1])
    url = owned.settings.database_url
    settings = replace(owned.settings, database_url=url_as(url, roles[0]), eraser_url=url_as(url, roles[1]))
    return build(settings, world=new_world(b"as the application"))


def test_as_the_application_an_archive_is_written_sealed_followed_and_erased_from(
    owned: House, roles: tuple[str, str]
) -> None:
    with closing(granted(owned, roles)) as house:
        position = house.archive.note(KeyEpochRetired(epoch=1), BY, ties=[("customer", "ona")])
        assert house.follower.catch_up() == position
        assert house.log.seal() is not None
        house.recorder.empty([position])
        house.recorder.scrub()
        (row,) = house.recorder.rows_at([position])
        assert row.sealed is None
        (_, reach) = guards(house.recorder)
        assert "nothing else" in reach.seen


def test_the_doctor_says_who_clears_old_rows_away(
    owned: House, roles: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(owned, roles).close()
    settings = owned.settings
    for role, eraser in ((None, None), roles):
        monkeypatch.setenv("ONRECORD_ERASER_URL", url_as(settings.database_url, eraser) if eraser else "")
        url = url_as(settings.database_url, role) if role else settings.database_url or ""
        run(["doctor", "--json", "--data", str(settings.folder), "--database-url", url])
        (said,) = [one["seen"] for one in json.loads(capsys.readouterr().out)["examined"] if one["what"] == "eraser"]
        with closing(psycopg.connect(settings.database_url or "")) as connection:
            may = role is None or connection.info.server_version >= 170_000
        assert ("clears old rows away after an erasure" in said) == may
        assert ("have the owner of the table run VACUUM onrecord.events" in said) == (not may)


def test_granting_twice_changes_nothing(owned: House, roles: tuple[str, str]) -> None:
    granted(owned, roles).close()
    with closing(granted(owned, roles)) as house:
        house.archive.note(KeyEpochRetired(epoch=1), BY)


FORBIDDEN = {
    "application": (
        "UPDATE onrecord.events SET sealed = NULL",
        "UPDATE onrecord.events SET state = ''",
        "DELETE FROM onrecord.events",
        "TRUNCATE onrecord.events",
        "DELETE FROM onrecord.head",
        "ALTER TABLE onrecord.events DISABLE TRIGGER ALL",
        "DROP TABLE onrecord.events",
        "DELETE FROM onrecord.checkpoints",
        "UPDATE onrecord.checkpoints SET root = ''",
        "UPDATE onrecord.tiles SET hashes = ''",
        "CREATE TABLE onrecord.more (n int)",
    ),
    "eraser": (
        "UPDATE onrecord.events SET state = ''",
        "UPDATE onrecord.events SET topic = ''",
        "DELETE FROM onrecord.events",
        "INSERT INTO onrecord.events SELECT * FROM onrecord.events",
        "SELECT state FROM onrecord.events",
        "UPDATE onrecord.head SET size = 0",
        "SELECT * FROM onrecord.archive",
        "SELECT * FROM onrecord_views.ties",
        "ALTER TABLE onrecord.events DISABLE TRIGGER ALL",
    ),
}


@pytest.mark.parametrize("part", FORBIDDEN)
def test_the_roles_may_do_nothing_else(owned: House, roles: tuple[str, str], part: str) -> None:
    granted(owned, roles).close()
    role = roles[0] if part == "application" else roles[1]
    with psycopg.connect(url_as(owned.settings.database_url, role), autocommit=True) as connection:
        for statement in FORBIDDEN[part]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_the_eraser_takes_boxes_out_and_puts_nothing_in(owned: House, roles: tuple[str, str]) -> None:
    owned.archive.note(KeyEpochRetired(epoch=1), BY, ties=[("customer", "ona")])
    granted(owned, roles).close()
    with psycopg.connect(url_as(owned.settings.database_url, roles[1]), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("UPDATE onrecord.events SET sealed = 'x' WHERE position = 1")
        connection.execute("UPDATE onrecord.events SET sealed = NULL WHERE position = 1")


def test_a_role_that_is_not_there_is_named(owned: House) -> None:
    assert isinstance(owned.recorder, PostgresRecorder)
    with pytest.raises(NotFound, match="CREATE ROLE nobody"):
        grant_roles(owned.recorder, application="nobody", eraser="somebody")


def test_an_owner_is_told_what_to_do(owned: House) -> None:
    (triggers, roles) = guards(owned.recorder)
    assert triggers.well
    assert "--grant" in roles.seen


@pytest.mark.parametrize("name", ["events_no_delete", "head_only_grows", "checkpoints_no_delete"])
def test_a_trigger_that_is_gone_is_named(house: House, name: str) -> None:
    assert guards(house.recorder)[0].well
    table = name.partition("_")[0]
    if isinstance(house.recorder, SQLiteRecorder):
        with house.recorder.datastore.writing() as cursor:
            cursor.execute(f"DROP TRIGGER {name}")
    else:
        assert isinstance(house.recorder, PostgresRecorder)
        with house.recorder.datastore.transaction(commit=True) as db:
            db.execute(SQL("ALTER TABLE onrecord.{} DISABLE TRIGGER {}").format(Identifier(table), Identifier(name)))
    (triggers, *_) = guards(house.recorder)
    assert not triggers.well
    assert triggers.seen.startswith(f"{name} are missing")
    if isinstance(house.recorder, SQLiteRecorder):
        make_triggers(house.recorder)
        house.log.store.prepare()
        assert guards(house.recorder)[0].well
