"""The process that works out words: it takes the texts of a page, one page after the other, until nobody asks."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection

from audit.projections.search.rows import worded


def main(handle: int) -> None:
    # To be interrupted is for the one that asks, who then asks no more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(handle) as asking:
        while True:
            try:
                asking.send([worded(told, kind) for told, kind in asking.recv()])
            except (EOFError, OSError):
                return


if __name__ == "__main__":
    main(int(sys.argv[1]))
    # Nothing is left to be done, and taking dictionaries down takes time.
    os._exit(0)
