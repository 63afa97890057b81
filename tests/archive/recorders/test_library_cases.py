"""The library's own test cases for recorders, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.sqlite import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent


class WithoutPositions(AggregateRecorder):
    """A recorder as the library sees it for aggregates: it answers nothing to an insert."""

    def __init__(self, recorder: ApplicationRecorder) -> None:
        self._recorder = recorder

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(self, originator_id: UUID | str, **kwargs: Any) -> Sequence[StoredEvent]:
        return self._recorder.select_events(originator_id, **kwargs)


class OnSQLite:
    recorder: SQLiteRecorder

    @pytest.fixture(autouse=True)
    def _given_an_archive(self, tmp_path: Path) -> Iterator[None]:
        self.recorder = SQLiteRecorder.at(tmp_path / "archive.db")
        self.recorder.create_table()
        yield
        self.recorder.close()


class OnPostgres:
    recorder: PostgresRecorder

    @pytest.fixture(autouse=True)
    def _given_an_archive(self, postgres_url: str) -> Iterator[None]:
        self.recorder = PostgresRecorder.at(postgres_url)
        self.recorder.create_table()
        yield
        self.recorder.close()


class TestSQLiteForApplications(OnSQLite, ApplicationRecorderTestCase[ApplicationRecorder]):
    def create_recorder(self) -> ApplicationRecorder:
        return self.recorder

    def test_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPostgresForApplications(OnPostgres, ApplicationRecorderTestCase[ApplicationRecorder]):
    def create_recorder(self) -> ApplicationRecorder:
        return self.recorder

    def test_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestSQLiteForAggregates(OnSQLite, AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return WithoutPositions(self.recorder)


class TestPostgresForAggregates(OnPostgres, AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return WithoutPositions(self.recorder)


class TestSQLiteDoesNotInterleave(OnSQLite, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return self.recorder


class TestPostgresDoesNotInterleave(OnPostgres, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return self.recorder


# The bases are no tests by themselves, and pytest would collect them here.
del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
