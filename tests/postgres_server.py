"""A PostgreSQL server for tests and benchmarks: in a folder of its own, gone afterwards."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION_MIN = 15
START_SECONDS = 60
STOP_SECONDS = 30


class PostgresMissing(Exception):
    """There is no PostgreSQL to start on this machine."""


class PostgresServer(NamedTuple):
    """A running server."""

    port: int
    pid: int
    folder: Path

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make a fresh database and give its URL; drop it afterwards."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
        try:
            yield self.url(name)
        finally:
            with psycopg.connect(self.url(), autocommit=True) as connection:
                connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server on a free port of 127.0.0.1 and stop it by its own pid. Raises PostgresMissing."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="onrecord-postgres-"))
    try:
        user = _user(folder)
        data = folder / "data"
        _initialise(binaries, data, user)
        port = _free_port()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - the binary was found by us, the arguments are ours
                [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"],
                stdout=log,
                stderr=log,
                cwd=folder,
                **user,
            )
        try:
            server = PostgresServer(port, process.pid, folder)
            _wait_for(server, process)
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path:
    installed = [Path(path) for path in (shutil.which("postgres"),) if path is not None]
    installed += Path("/usr/lib/postgresql").glob("*/bin/postgres")
    installed += Path("/usr/local/opt").glob("postgresql@*/bin/postgres")
    # The folder of the real file holds initdb, too, also where only a link lies in the path.
    folders = [path.resolve().parent for path in installed]
    usable = {_version(folder): folder for folder in folders if (folder / "initdb").exists()}
    if not usable or max(usable) < VERSION_MIN:
        raise PostgresMissing(f"there is no PostgreSQL {VERSION_MIN} or newer here: install the package postgresql")
    return usable[max(usable)]


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True)  # noqa: S603 - found by us
    found = re.search(r"\d+", said.stdout)
    return int(found[0]) if found else 0


def _user(folder: Path) -> dict[str, Any]:
    """Return as whom the server runs: it refuses to be root, so root becomes the user postgres."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _initialise(binaries: Path, data: Path, user: dict[str, Any]) -> None:
    subprocess.run(  # noqa: S603 - the binary was found by us, the arguments are ours
        [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        cwd=data.parent,
        **user,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.url(), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or monotonic() > deadline:
                raise RuntimeError((server.folder / "log").read_text()) from error
            sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    # At once, without a last checkpoint: the folder is thrown away.
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
