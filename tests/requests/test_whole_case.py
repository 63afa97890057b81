"""A made-up case: a credit promised in a Lithuanian chat, and the daughter who asks for her mother's record."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from audit.bootstrap import delivering, requesting, requesting_release
from audit.bootstrap.house import read_log_key
from audit.bootstrap.promising_authority import Granted, authorise
from audit.domain.errors import NotAllowed
from audit.domain.record_request import RecordDelivered
from audit.evidence.bundle import trusting, verify_bundle
from audit.evidence.errors import NotProven
from tests.post.server import Post, served
from tests.requests.given import (
    AGENT,
    COMPLIANCE,
    DAUGHTER,
    DAUGHTERS_MAIL,
    NEIGHBOUR,
    REGINA,
    SUPERVISOR,
    acknowledged,
    neighbours_number,
    records,
    stage,
    turned_away,
)

if TYPE_CHECKING:
    from audit.bootstrap.house import House


@pytest.mark.long
def test_the_daughter_gets_the_record_and_anybody_can_check_it(small: House) -> None:
    authorise(small, REGINA, DAUGHTER, Granted(scope="record", evidence="signed letter"), SUPERVISOR)
    request = acknowledged(small, representative=DAUGHTER)
    with pytest.raises(NotAllowed):
        delivering.post(small, request, DAUGHTERS_MAIL, None, AGENT)
    requesting.verify(small, request, SUPERVISOR, how="identity-card")
    requesting_release.withhold(small, request, SUPERVISOR, neighbours_number(small))
    document = requesting_release.compile_record(small, request, SUPERVISOR)
    requesting_release.check(small, request, COMPLIANCE)
    requesting_release.approve(small, request, SUPERVISOR, digest=document.digest)
    post = Post()
    with served(post) as relay:
        with pytest.raises(delivering.AddressNotTheirs):
            delivering.post(small, request, "eve@example.net", relay, SUPERVISOR)
        posted = delivering.post(small, request, DAUGHTERS_MAIL, relay, SUPERVISOR)
    assert (posted.outcome.outcome, stage(small, request)) == ("accepted", "delivered")
    assert delivering.finish_deliveries(small) == []
    assert sum(isinstance(one.event, RecordDelivered) for one in records(small)) == 1
    assert [what for _, what, _ in turned_away(small)] == ["request-post", "request-post"]
    (enclosed,) = message_from_bytes(post.letters[0], policy=default).iter_attachments()
    paper = PdfReader(io.BytesIO(enclosed.get_content()))
    assert enclosed.get_content().startswith(document.content)
    assert NEIGHBOUR not in "".join(page.extract_text() for page in paper.pages)
    (evidence,) = paper.attachments["evidence.json"]
    keys = trusting([str(read_log_key(small.settings).verifier)])
    verify_bundle(evidence, keys)
    changed = evidence.replace(b"100 doleri", b"900 doleri")
    assert changed != evidence
    assert NEIGHBOUR.encode() not in evidence
    with pytest.raises(NotProven):
        verify_bundle(changed, keys)
