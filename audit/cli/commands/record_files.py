"""The files of a record: what they are called where it takes several, and the manifest that names them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from audit.bootstrap.recording import Paper


def named(output: Path, papers: Sequence[Paper]) -> dict[Path, Paper]:
    """Return where each volume goes: the first where it was asked for, the others beside it."""
    return {
        output if one.number == 1 else output.with_name(f"{output.stem}-{one.number}{output.suffix}"): one
        for one in papers
    }


def volumes_manifest(papers: Mapping[Path, Paper]) -> bytes:
    """Return the volumes of one record with their digests, as JSON."""
    volumes = [
        {
            "file": path.name,
            "volume": one.number,
            "of": one.count,
            "pages": one.pages,
            "sha256": one.sha256,
            "unsigned_sha256": one.unsigned_sha256,
        }
        for path, one in papers.items()
    ]
    return (
        json.dumps({"format": "onrecord.record-volumes", "version": 1, "volumes": volumes}, indent=1).encode() + b"\n"
    )
