"""Records the shapes of new events and new optional fields: python -m tests.golden.write_shapes, by hand."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from audit.domain.catalogue import EVENTS
from tests.golden.shapes import RECORDED, broken, grown, recorded, shapes_of

if TYPE_CHECKING:
    from pathlib import Path


def write(file: Path) -> int:
    old, new = recorded(file), shapes_of(EVENTS.values())
    faults = list(broken(old, new))
    if faults:
        sys.stderr.write("\n".join(["Nothing was written, because stored shapes only grow.", *faults, ""]))
        return 1
    file.write_text(json.dumps(grown(old, new), indent=1, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(write(RECORDED))
