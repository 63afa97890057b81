"""A newcomer with an empty folder: from the code on the terminal to the first record, by the pages alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.browser.manners import Manner, manners
from tests.browser.person import Person
from tests.requests.story import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

SECRET = "what a fine first day"
_BEGINS = re.compile(r"(http://127\.0\.0\.1:\d+)/first\?code=(\w+)")
_LOADS = 300


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, str]]:
    """Run ``onrecord serve`` as a newcomer does; give the address and the code that it writes on the terminal."""
    words = [sys.executable, "-m", "audit.cli", "serve", "--port", "0", "--data", str(folder), "--as", "operator"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environ) as process:  # noqa: S603 - our own words
        assert process.stderr is not None
        try:
            yield _told(process.stderr)
        finally:
            process.terminate()
            process.stderr.read()


def _told(terminal: Iterator[str]) -> tuple[str, str]:
    for line in terminal:
        if found := _BEGINS.search(line):
            return found[1], found[2]
    pytest.fail("the server ended without saying how to begin")


@pytest.mark.parametrize("manner", manners())
def test_an_empty_folder_leads_to_a_first_record(browser: Browser, tmp_path: Path, manner: Manner) -> None:
    file = tmp_path / "chats.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    with started(tmp_path / "data") as (address, code):
        newcomer = Person(browser, address, manner)
        _becomes_administrator(newcomer, code)
        secret = _registers_a_supervisor(newcomer)
        newcomer.press("Sign out")
        newcomer.come_in("simona", secret=secret)
        _brings_in(newcomer, file)
        newcomer.start()
        newcomer.follow("Search for a word")
        _searches(newcomer)
        newcomer.start()
        _takes_a_record(newcomer)
        _is_no_newcomer_any_more(newcomer)
        newcomer.close()


def _becomes_administrator(newcomer: Person, code: str) -> None:
    newcomer.follow("Begin")
    newcomer.write("Code", "wrong")
    newcomer.write("Name to sign in with", "ona")
    newcomer.write("Password", SECRET)
    newcomer.press("Become administrator")
    newcomer.reads("This cannot be done")
    newcomer.follow("Go to the start")
    newcomer.follow("Begin")
    newcomer.write("Code", code)
    newcomer.write("Name to sign in with", "ona")
    newcomer.write("Password", SECRET)
    newcomer.press("Become administrator")


def _registers_a_supervisor(newcomer: Person) -> str:
    """Return the password, which is shown this once."""
    newcomer.start()
    newcomer.reads("First steps")
    newcomer.follow("Register a supervisor")
    newcomer.write("Name to sign in with", "simona")
    newcomer.choose("Role", "supervisor")
    newcomer.press("Register")
    return newcomer.page.locator("code.secret").inner_text()


def _brings_in(newcomer: Person, file: Path) -> None:
    newcomer.reads("First steps")
    newcomer.follow("Bring in a file")
    newcomer.field("Files").set_input_files(file)
    newcomer.press("Bring in")
    for _ in range(_LOADS):
        if newcomer.page.locator("tbody tr").filter(has_text=file.name).locator("td.count").count():
            break
        newcomer.go("Imports")
    newcomer.follow_to(file.name)
    newcomer.reads("Nothing of it was refused.")


def _searches(newcomer: Person) -> None:
    """Search, and once more while the page says that newer events are still being read."""
    for _ in range(_LOADS):
        newcomer.seek("dolerių")
        if newcomer.page.locator("ol.hits").count():
            break
        newcomer.reads("Newer events are still being read: search again in a moment.")
    newcomer.sees("dolerių", within="ol.hits")


def _takes_a_record(newcomer: Person) -> None:
    newcomer.follow("Open a customer, and take their record")
    newcomer.follow_to("Regina")
    newcomer.follow("Take out the record")
    assert newcomer.download("Make it").read_bytes().startswith(b"%PDF")


def _is_no_newcomer_any_more(newcomer: Person) -> None:
    """Come back to the start, again while the newest events are still being read."""
    for _ in range(_LOADS):
        newcomer.start()
        if newcomer.says("First steps") not in newcomer.page.inner_text("main"):
            return
    pytest.fail("the start still shows first steps, all of which were taken")
