"""Keys in a PostgreSQL database of their own, through a backup under load and a restore."""

from __future__ import annotations

import shutil
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from audit.archive.backup.making import make_backup
from audit.archive.backup.restoring import Place, restore
from audit.bootstrap.house import build, create
from audit.bootstrap.settings import Settings
from tests.archive.house import new_world
from tests.archive.items import message
from tests.backup.conftest import in_use, opened
from tests.erasure.forgetting import findings, forget, records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres_server import PostgresServer


@pytest.mark.long
def test_keys_in_their_own_database_come_back_with_what_was_forgotten_in_the_meantime(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with postgres_server.database() as events, postgres_server.database() as keys, postgres_server.database() as later:
        folder = tmp_path / "archive"
        settings = Settings(folder=folder, database_url=events, keys_url=keys, root_key=folder / "root.key")
        create(settings, origin="example.com/archive", operator="operator", world=new_world())
        with closing(build(settings, world=new_world(b"build"))) as house:
            assert not (folder / "keys.db").exists()
            house.archive.append_new([message(1), message(2, "Else.", customer="cust-8")])
            stop, stored = Event(), list[int]()

            def append() -> None:
                while not stop.is_set():
                    number = 3 + len(stored)
                    house.archive.append_new([message(number, f"{number}", customer=f"new-{number}")])
                    stored.append(number)

            writer = Thread(target=append)
            writer.start()
            try:
                manifest = make_backup(in_use(house), tmp_path / "backup", house.world.clock())
            finally:
                stop.set()
                writer.join()
            assert stored, "others wrote meanwhile"
            forget(house)
            for name in ("root.key", "erased.register"):
                shutil.copy(folder / name, tmp_path / name)
            clock = house.world.clock
        place = Place(
            folder=tmp_path / "elsewhere",
            database_url=events,
            schema="restored",
            keys_url=later,
            root_key=tmp_path / "root.key",
            register=tmp_path / "erased.register",
            clock=clock,
            random=new_world(b"elsewhere").random,
        )
        restore(tmp_path / "backup", place, origin="example.com/second")
        with closing(opened(place)) as again:
            # It goes on under a new origin, and erases again: the authority, and the receipt.
            assert again.archive.head().size == manifest.size + 3
            said = [str(getattr(one.event, "text", None) and one.event.text.text) for one in records(again)]  # type: ignore[attr-defined]  # those that have a text
            assert "Else." in said
            assert "Hello, the line is down since Tuesday." not in said
            assert not findings(again)
