"""Work orders: everybody's, or a technician's own; to do or done; page by page."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from tests.api.pages import signed_in
from tests.api.test_attacks import order, told_of

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from tests.api.pages import Browser


def listed(browser: Browser, path: str = "/work-orders") -> list[str]:
    """Return the ids of the work orders on a page, from above."""
    return re.findall(r'<bdi class="mono">(WO-\d+)</bdi>', browser.get(path).text)


def change(number: int, field: str, value: str, *, hour: int) -> dict[str, Any]:
    return {
        "kind": "work_order_change", "id": f"change-{number}-{hour}", "work_order": f"WO-{number}", "field": field,
        "value": value, "at": f"2026-03-01T{hour:02}:00:00Z",
    }  # fmt: skip


def test_the_pages_of_work_orders_together_are_all_of_them_the_last_written_first(house: House) -> None:
    told_of(
        house, *({**order(number, "technician"), "at": f"2026-01-{number:02}T10:00:00Z"} for number in range(1, 31))
    )
    supervisor = signed_in(house, "supervisor")
    first = supervisor.get("/work-orders").text
    (further,) = re.findall(r'href="([^"]+)" rel="next"', first)
    assert listed(supervisor) == [f"WO-{number}" for number in range(30, 5, -1)]
    assert listed(supervisor, html.unescape(further)) == [f"WO-{number}" for number in range(5, 0, -1)]
    assert 'rel="next"' not in supervisor.get(html.unescape(further)).text
    assert listed(supervisor, "/work-orders?page=7") == []


def test_what_is_cancelled_is_done_and_what_is_taken_up_again_is_to_do(house: House) -> None:
    orders = [order(number, "technician") for number in (1, 2, 3)]
    cancelled = [change(number, "status", "cancelled", hour=10) for number in (1, 2)]
    told_of(house, *orders, *cancelled, change(2, "status", "waiting for parts", hour=11))
    supervisor = signed_in(house, "supervisor")
    assert sorted(listed(supervisor)) == ["WO-2", "WO-3"]
    assert listed(supervisor, "/work-orders?done=true") == ["WO-1"]


def test_a_technician_sees_what_is_with_them_now(house: House) -> None:
    orders = [order(1, "technician"), order(2, "somebody-else"), order(3, "technician")]
    given = [change(1, "technician", "somebody-else", hour=10), change(2, "technician", "technician", hour=10)]
    told_of(house, *orders, *given)
    assert sorted(listed(signed_in(house, "technician"))) == ["WO-2", "WO-3"]
