from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.intake.source import Found, Reading
from audit.intake.table import Table
from audit.intake.table_map import TableMap
from tests.intake.reading import read

if TYPE_CHECKING:
    from pathlib import Path

COMMENTS = TableMap(
    columns={"id": "id", "at": "created", "text": "body", "ticket": "ticket_id", "author_id": "user_id"},
    fixed={"kind": "note", "source": "zendesk", "role": "agent"},
    times=("%Y-%m-%d %H:%M:%S",),
)
TICKETS = TableMap(
    columns={"id": "id", "at": "created_at", "subject": "subject", "text": "description", "customer": "requester_id"},
    fixed={"kind": "ticket", "source": "zendesk"},
    times=("%Y-%m-%d %H:%M:%S",),
)
EXCAVATORS = TableMap(
    columns={"id": "OriginalShorttext", "at": "BscStartDate", "text": "OriginalShorttext"},
    fixed={"kind": "work_order", "source": "excavators"},
    times=("%Y-%m-%d",),
)


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("tickets/zendesk_seeds/ticket_comment_data.csv", COMMENTS),
        ("tickets/zendesk_seeds/ticket_data.csv", TICKETS),
        ("workorders/excavators.csv", EXCAVATORS),
    ],
)
def test_every_row_of_a_real_table_is_told(shared_data: Path, file: str, table: TableMap) -> None:
    results = read(Table(), (shared_data / file).read_bytes(), Reading(table=table))
    assert results
    assert all(isinstance(one, Found) for one in results)
