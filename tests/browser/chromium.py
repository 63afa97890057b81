"""Debian's Chromium for a while, without any network."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

_QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser; ``ONRECORD_REQUIRE_CHROMIUM=1`` makes its absence a failure.

    While it runs, this thread counts as running an event loop: what begins one of its own, as signing a paper does,
    comes before or after.
    """
    path = shutil.which("chromium")
    if path is None:
        said = "chromium is not installed: .ci/system-packages test does it"
        if os.environ.get("ONRECORD_REQUIRE_CHROMIUM") == "1":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield started
        started.close()
