"""``verify --views`` over the made-up company, on each engine: nothing is found there, and a killed one is swept up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.whole.commands import Place


@pytest.mark.long
def test_the_views_of_the_company_are_as_the_events_say_even_after_a_kill(full: Place) -> None:
    running = full.start("verify", "--views", "--json")
    while running.ended_yet() is None and not list(full.folder.glob(".views-made-anew-*")):
        pass
    running.kill()
    running.ended()
    assert list(full.folder.glob(".views-made-anew-*")), "it was killed in the middle"
    ended = full.run("verify", "--views", "--json")
    assert (ended.code, ended.said["findings"]) == (2, [])
    assert not list(full.folder.glob(".views-made-anew-*"))
