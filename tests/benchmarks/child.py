"""One benchmark in a process of its own: ``python -m tests.benchmarks.child NAME SIZE [URL]`` writes its figures."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.ground import Ground, size_of
from tests.benchmarks.register import BENCHMARKS

_KIBIBYTE = 1 if sys.platform == "darwin" else 1024


def main(name: str, size: str, url: str | None = None) -> None:
    with tempfile.TemporaryDirectory(prefix="onrecord-benchmark-") as folder:
        figures = BENCHMARKS[name](Ground(folder=Path(folder), url=url, size=size_of(size)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBIBYTE
    sys.stdout.write(json.dumps({"figures": figures, "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
