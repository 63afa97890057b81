"""The child process that sets the pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def rendered(body: str) -> tuple[dict[str, Any], bytes]:
    html = f"<html lang=en><title>x</title>{body}"
    job = {"html": html, "made": "2026-03-02T08:30:00+00:00", "memory_bytes": 4 << 30, "attachments": []}
    command = [sys.executable, "-m", "audit.reports.render"]
    done = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True, check=True, cwd=ROOT)  # noqa: S603  # our own module
    head, _, pdf = done.stdout.partition(b"\n")
    return json.loads(head), pdf


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA"])
def test_nothing_is_fetched_from_anywhere(address: str) -> None:
    head, pdf = rendered(f'<p>before<img src="{address}" alt="x">')
    assert head["error"] == "engine"
    assert any("disallowed protocol" in said for said in head["said"])
    assert pdf == b""


def test_a_character_without_a_glyph_is_named_and_nothing_is_handed_out() -> None:
    head, pdf = rendered("<p>a\U0010fffdb")
    assert (head["error"], head["unknown"]) == ("glyphs", [0x10FFFD])
    assert pdf == b""
