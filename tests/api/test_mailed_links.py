"""Links in letters lead where the operator says, or no letter goes: never to where a request came in."""

from __future__ import annotations

import pytest

from audit.bootstrap.provider import mailed_place
from audit.domain.errors import WrongUse


@pytest.mark.parametrize("place", ["", "record.example.com", "http://record.example.com", "javascript:alert(1)"])
def test_a_place_that_is_missing_or_unsafe_is_said_to_whoever_would_send_a_link(place: str) -> None:
    with pytest.raises(WrongUse, match=r"ONRECORD_URL .*set it to where your pages are"):
        mailed_place({"ONRECORD_URL": place} if place else {})


def test_a_link_leads_where_the_operator_says() -> None:
    assert mailed_place({"ONRECORD_URL": "https://record.example.com/"}) == "https://record.example.com"
