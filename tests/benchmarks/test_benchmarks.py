"""The benchmarks run; how fast is for people to judge."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.register import BENCHMARKS

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module


@pytest.mark.long
def test_every_benchmark_says_its_figures_on_both_engines(postgres_server: PostgresServer) -> None:
    assert postgres_server.port, "without a server only SQLite is measured"
    ran = run("--size", "small")
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    for engine in ("sqlite", "postgresql"):
        for name in BENCHMARKS:
            assert any(line.startswith(engine) and f"memory at most, {name} " in line for line in lines)


def test_a_benchmark_that_is_not_there_is_named() -> None:
    ran = run("nonsense")
    assert ran.returncode == 2
    assert "there is no benchmark nonsense" in ran.stderr
