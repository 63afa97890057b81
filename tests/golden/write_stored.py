"""Keep the stored bytes of events that have none kept yet: ``python -m tests.golden.write_stored``, by hand.

What is kept already is never written again.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from audit.domain.catalogue import EVENTS
from tests.golden.stored import KEPT, kept, written


def main() -> None:
    """Append a line for every topic and version that has none."""
    known = {(line["topic"], line["version"]) for line in kept()}
    with tempfile.TemporaryDirectory() as folder, KEPT.open("a", encoding="utf-8") as file:
        for topic, kind in sorted(EVENTS.items()):
            if (topic, kind.VERSION) not in known:
                file.write(json.dumps(written(kind, Path(folder)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
