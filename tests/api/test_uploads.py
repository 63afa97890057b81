"""Uploads near the limit stream to the disk and memory does not grow with them; beyond it they are refused in words."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.guards import UPLOAD_MAX
from api.rooms import Rooms
from api.visit import SESSION_COOKIE
from audit.bootstrap.house import World
from audit.projections.deliveries import Deliveries
from tests.api.pages import registered
from tests.archive.house import new_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.bootstrap.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house by the clock on the wall, as the server that is started beside it has."""
    house = new_house(tmp_path, world=World(clock=lambda: datetime.now(UTC), random=os.urandom))
    yield house
    house.close()


pytestmark = pytest.mark.long
_BOUNDARY = "a-boundary-that-no-file-holds"
_HEAD = (
    f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{{token}}\r\n--{_BOUNDARY}\r\n'
    'Content-Disposition: form-data; name="files"; filename="large.bin"\r\n\r\n'
)
_END = f"\r\n--{_BOUNDARY}--\r\n"
_PIECE = bytes(1 << 20)
_MEBIBYTE = 1 << 20
_GROWTH_MAX = 150 * _MEBIBYTE
_WAITED_SECONDS = 300


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int]]:
    """Run ``onrecord serve`` and give its port and process id."""
    command = [sys.executable, "-m", "audit.cli", "serve", "--port", "0", "--as", "operator", "--data", str(folder)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    log = folder / "serve.log"
    with (
        log.open("w") as written,
        subprocess.Popen(command, stderr=subprocess.PIPE, stdout=written, text=True, env=kept) as server,  # noqa: S603 - our own module
    ):
        try:
            assert server.stderr is not None, "it was asked for"
            said = server.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)", said)
            assert found, said
            yield int(found[1]), server.pid
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate()


def most_memory(pid: int) -> int:
    """Return the most memory a process ever held, as its ru_maxrss will say it (Linux)."""
    (line,) = (one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def sent(connection: HTTPConnection, cookie: str, head: bytes, size: int) -> HTTPResponse:
    """Send a form with one file of so many bytes, piece by piece."""
    end = _END.encode()
    connection.putrequest("POST", "/imports")
    for name, value in (
        ("Cookie", cookie),
        ("Accept", "text/html"),
        ("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}"),
        ("Content-Length", str(len(head) + size + len(end))),
    ):
        connection.putheader(name, value)
    connection.endheaders(head)
    for start in range(0, size, len(_PIECE)):
        connection.send(_PIECE[: size - start])
    connection.send(end)
    return connection.getresponse()


def signed_in(house: House) -> tuple[str, str]:
    """Return the cookie of a supervisor's session, and the token their forms bring back."""
    registered(house, "simona", "supervisor")
    rooms = Rooms(house, None)
    session = rooms.sessions.open(house.archive.names.tie("staff", "simona"), "simona", "password")
    return f"{SESSION_COOKIE}={session.token}", rooms.form_token(session.token)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of another process is read from /proc")
def test_a_file_near_the_limit_streams_to_the_disk_and_one_beyond_it_is_refused_on_a_page(house: House) -> None:
    cookie, token = signed_in(house)
    head = _HEAD.format(token=token).encode()
    with served(house.settings.folder) as (port, pid):
        with closing(HTTPConnection("127.0.0.1", port, timeout=_WAITED_SECONDS)) as connection:
            assert sent(connection, cookie, head, 1_000).headers["location"] == "/imports"
        before = most_memory(pid)
        with closing(HTTPConnection("127.0.0.1", port, timeout=_WAITED_SECONDS)) as connection:
            assert sent(connection, cookie, head, UPLOAD_MAX - 10_000).headers["location"] == "/imports"
        with closing(HTTPConnection("127.0.0.1", port, timeout=_WAITED_SECONDS)) as connection:
            refused = sent(connection, cookie, head, UPLOAD_MAX + 1)
            assert refused.status == 413
            page = refused.read().decode()
            assert f"This is longer than {UPLOAD_MAX // 1_000_000} MB: send less at once." in page
            assert "</html>" in page
        grown = most_memory(pid) - before
        assert grown < _GROWTH_MAX, f"{grown / _MEBIBYTE:,.0f} MiB more"
    house.follower.catch_up()
    with house.views.reading(Deliveries) as (db, view):
        assert len(view.newest(db, limit=10)) == 2, "both that were taken are on record"
