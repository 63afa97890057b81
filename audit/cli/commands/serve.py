"""``onrecord serve``: the pages, and the views kept up to date beside them."""

from __future__ import annotations

import threading
from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from audit.archive.log.sealer import Sealer
from audit.cli.session import Answer, Session, say

Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="The port on this machine; 0 takes a free one.")]


def serve(session: Session, port: Port = 8000) -> Answer:
    """Serve the pages on this machine until stopped."""
    with session.house() as house:
        session.actor(house)
        stop = threading.Event()
        follower = threading.Thread(target=house.follower.run, args=(stop,), name="follower")
        follower.start()
        say(f"On Record serves {house.origin} on http://127.0.0.1:{port} ; stop with Ctrl+C.")
        try:
            with Sealer(house.log):
                uvicorn.run(create_app(house), host="127.0.0.1", port=port, log_level="warning", server_header=False)
        finally:
            stop.set()
            house.follower.wake()
            follower.join()
        position = house.archive.head().size
    return Answer(facts={"position": position}, words="Stopped.")
