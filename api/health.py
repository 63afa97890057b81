"""How the house stands, for those who watch over servers; it names nobody."""

from __future__ import annotations

from fastapi import APIRouter, Request

health = APIRouter()


@health.get("/health")
def standing(request: Request) -> dict[str, object]:
    """Say how far the archive and its views are.

    ``without_witnesses`` and ``without_time_stamp`` count the newest checkpoints that lack what the settings wish for.
    """
    house = request.app.state.rooms.house
    views = {one.name: one.position for one in house.views.standings() if one.active}
    alarms = len(house.views.alarms())
    return {
        "origin": house.origin,
        "position": house.archive.head().size,
        "views": views,
        "alarms": alarms,
        "without_witnesses": house.log.without_witnesses(),
        "without_time_stamp": house.log.without_time_stamp(),
    }
