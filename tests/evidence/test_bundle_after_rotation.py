"""Bundles made before, while and after the log's key changes: each is proven under the key that signed it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from audit.domain.actor import Actor
from audit.domain.custody import LogKeyRotated
from audit.domain.event import Record
from audit.evidence.bundle import trusting, verify_bundle
from audit.evidence.errors import NotProven
from audit.evidence.verifier.verify_bundle import Key, Policy, verify
from audit.reports.bundling import bundle_of
from tests.archive.house import new_house
from tests.archive.items import message
from tests.archive.log.sealed import said, verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House

BY = Actor(login="operator", role="operator")
WORDS = {2: "before the change", 4: "after the change"}


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with closing(new_house(tmp_path / "archive", url)) as opened:
        yield opened


def turned(house: House) -> dict[str, tuple[bytes, list[str]]]:
    """Change the key between two messages: bundles by name, each with the vkeys under which it is proven."""
    house.archive.append_new([message(1, WORDS[2])])
    early = bundle_of(house, [2], lambda one: one.declared).content
    old = str(house.log.key_history().keys[0][0])
    house.log.rotate(lambda event: house.archive.note(event, BY))
    at = bundle_of(house, [3], lambda one: one.declared).content
    house.archive.append_new([message(2, WORDS[4])])
    late = bundle_of(house, [2, 3, 4], lambda one: one.declared).content
    new = str(house.log.key_history().keys[0][0])
    return {"before": (early, [old]), "at": (at, [old, new]), "after": (late, [new])}


def test_each_bundle_is_proven_under_the_keys_that_signed_it_and_no_other(house: House) -> None:
    made = turned(house)
    keys = {key for _, signed in made.values() for key in signed}
    assert len(keys) == 2
    for name, (content, signed) in made.items():
        for key in keys:
            if key in signed:
                opened = [dict(one.opened).get("text") for one in verify_bundle(content, trusting([key]))]
                stranger = verify(content, Policy([Key(key, 1)]))
                assert [one.get("opened", {}).get("text") for one in stranger["events"]] == opened
            else:
                with pytest.raises(NotProven):
                    verify_bundle(content, trusting([key]))
                with pytest.raises(Exception, match="no key you trust"):
                    verify(content, Policy([Key(key, 1)]))
        assert verify_bundle(content, trusting(sorted(keys))), name
        assert verify(content, Policy([Key(key, 1) for key in sorted(keys)]))


def test_a_change_of_the_key_is_an_event_that_verifying_reads_the_keys_from(house: House) -> None:
    turned(house)
    (record,) = house.archive.read(2, 1)
    assert isinstance(record, Record)
    assert isinstance(record.event, LogKeyRotated)
    found = verified(house)
    assert (said(found), found.checkpoints) == ("", 3)
    (new, since), (old, beginning) = house.log.key_history().keys
    assert (since, beginning) == (3, 0)
    assert str(old) in record.event.note
    assert str(new) in record.event.note
