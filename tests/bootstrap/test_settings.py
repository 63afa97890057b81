"""Settings are read once, and everything that is wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.bootstrap.settings import read_settings
from audit.domain.errors import WrongUse


def test_an_empty_environment_means_the_embedded_archive() -> None:
    settings = read_settings({})
    assert settings.folder == Path("onrecord-data")
    assert settings.database_url is None
    assert settings.keys_url == "sqlite:///onrecord-data/keys.db"
    assert settings.zone.key == "UTC"


def test_the_command_line_comes_before_the_environment() -> None:
    settings = read_settings({"ONRECORD_DATA": "one"}, data=Path("two"), url="postgresql://host/db")
    assert settings.folder == Path("two")
    assert settings.database_url == "postgresql://host/db"
    assert settings.root_key == Path("two/root.key")


def test_our_addresses_are_read_in_any_case() -> None:
    settings = read_settings({"ONRECORD_OUR_ADDRESSES": "Help@Example.com, sales@example.com"})
    assert settings.our_addresses == {"help@example.com", "sales@example.com"}


def test_the_class_of_a_source_comes_before_that_of_its_kind() -> None:
    settings = read_settings({"ONRECORD_RETENTION": "message=talk, message@mail=letters,charge=contract"})
    assert settings.retention_of("message", "chat") == "talk"
    assert settings.retention_of("message", "mail") == "letters"
    assert settings.retention_of("charge", "billing") == "contract"
    assert settings.retention_of("note", "chat") == "default"


def test_everything_wrong_is_said_at_once() -> None:
    wrong = {
        "ONRECORD_DATABASE_URL": "mysql://host/db",
        "ONRECORD_KEYS_URL": "memory",
        "ONRECORD_SCHEMA": "On Record",
        "ONRECORD_ZONE": "Vilnius",
        "ONRECORD_RETENTION": "message",
    }
    with pytest.raises(WrongUse) as told:
        read_settings(wrong)
    for name in wrong:
        assert name in str(told.value)


def test_keys_never_lie_in_the_archives_own_database() -> None:
    url = "postgresql://user@host/archive"
    with pytest.raises(WrongUse, match="never lie beside events"):
        read_settings({"ONRECORD_DATABASE_URL": url, "ONRECORD_KEYS_URL": url + "?sslmode=require"})
