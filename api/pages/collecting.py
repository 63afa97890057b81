"""Collecting a record by a link that works once; whoever holds it needs no account."""

from __future__ import annotations

from fastapi import Response

from api.handing import handed_out
from api.opening import opens
from api.visit import Visit
from audit.bootstrap import delivering


@opens("collect")
def collect(visit: Visit) -> Response:
    """Ask for the code of the link. It stands behind the # of the address, which no server and no log ever sees."""
    return visit.page("portal/collect.html")


@opens("collected")
def collected(visit: Visit) -> Response:
    """Spend the link and hand out its record; opening the page alone spends nothing."""
    token = visit.needed("token", 200)
    _, handed = delivering.collect(visit.house, token.rpartition("#")[2])
    return handed_out(handed.content, handed.name, handed.media_type)
