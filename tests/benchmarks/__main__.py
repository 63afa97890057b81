"""Measures and prints one table: ``python -m tests.benchmarks [NAME…] [--size small|full|million | --messages N]``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import SIZES
from tests.benchmarks.register import BENCHMARKS
from tests.postgres_server import PostgresMissing, postgres_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.postgres_server import PostgresServer

_ENGINES = ("sqlite", "postgresql")
_FEWEST_TEXTS = 200
_LINE = "{:<11}{:<52}{:>12} {:<10}{:>7}  {}"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; without any, all")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--size", choices=SIZES, default="full")
    size.add_argument("--messages", type=_count, metavar="N", help="the full size, but with N texts to search")
    parser.add_argument("--engine", choices=_ENGINES, help="without it, both")
    asked = parser.parse_args(words)
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}: take one of {', '.join(BENCHMARKS)}")
    engines = [asked.engine] if asked.engine else _ENGINES
    with ExitStack() as at_end:
        server = None
        if "postgresql" in engines:
            try:
                server = at_end.enter_context(postgres_server())
            except PostgresMissing as missing:
                _say(str(missing))
                engines = ["sqlite"]
        _say(_LINE.format("engine", "what", "", "", "ratio", "to"))
        for name in asked.names or BENCHMARKS:
            for engine in engines:
                _measure(name, asked.messages or asked.size, engine, server)
    return 0


def _count(written: str) -> str:
    """Return a number of texts as written; of fewer than these no questions could be drawn."""
    if not written.isdecimal() or int(written) < _FEWEST_TEXTS:
        raise argparse.ArgumentTypeError(f"write a number from {_FEWEST_TEXTS} on")
    return written


def _measure(name: str, size: str, engine: str, server: PostgresServer | None) -> None:
    with ExitStack() as at_end:
        child = [sys.executable, "-m", "tests.benchmarks.child", name, size]
        if engine == "postgresql":
            assert server is not None
            child.append(at_end.enter_context(server.database()))
        done = subprocess.run(child, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own module
    told = json.loads(done.stdout)
    for figure in (Figure(*values) for values in told["figures"]):
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        _say(_LINE.format(engine, figure.what, _spoken(figure.value), figure.unit, ratio, figure.against).rstrip())
    _say(_LINE.format(engine, f"memory at most, {name}", f"{told['peak'] / 2**20:,.0f}", "MiB", "", "").rstrip())


def _spoken(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
