"""The process that looks at ranges of the log: it takes one after the other until nobody asks any more."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection

from audit.archive.log.range_check import look
from audit.domain.errors import AuditError


def main(handle: int) -> None:
    # To be interrupted is for the one that asks, who then asks no more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(handle) as asking:
        while True:
            try:
                one = asking.recv()
            except (EOFError, OSError):
                return
            try:
                asking.send(look(one))
            except AuditError as fault:
                asking.send(str(fault))
            except BrokenPipeError:
                return


if __name__ == "__main__":
    main(int(sys.argv[1]))
    # Nothing is left to be done, and taking libraries down takes as long as a range.
    os._exit(0)
