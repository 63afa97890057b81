"""A process with the command line loaded, which turns copies of itself into commands: ``python -m tests.whole.warm``.

A command starts in milliseconds this way, and is a process of its own all the same: it can be killed, and measured.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from audit.cli.app import run
from audit.language.analysis import analyse
from audit.language.detect import language_of

_MEBIBYTE = 1024
_SPOKEN = {
    "en": "The line is down",
    "lt": "Nėra interneto",
    "bg": "Няма интернет",
    "ru": "Нет интернета",
    "zh": "没有网络",
}


def main() -> None:
    """Serve one order a line: ``{"words", "environ", "output", "cpu_seconds"}`` begins one, ``{"look": pid}`` and
    ``{"wait": pid}`` say how it ended, the first with a null code while it has not.
    """
    for language, text in _SPOKEN.items():
        analyse(text, language_of(text, language))
    for line in sys.stdin:
        order = json.loads(line)
        if "words" in order:
            answer = {"pid": _begun(order)}
        else:
            answer = _ended(order["wait"], 0) if "wait" in order else _ended(order["look"], os.WNOHANG)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _begun(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(order)
    return pid


def _become(order: dict[str, Any]) -> None:
    """Be the command, and end with its code; what is not caught ends it like any program of Python's, with 1."""
    code = 1
    try:
        for descriptor, name in ((1, "out"), (2, "err")):
            file = os.open(Path(order["output"]) / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(order["environ"])
        os.chdir(order["output"])
        if order["cpu_seconds"]:
            # Nobody catches it: the kernel ends the process between two of its instructions, as kill -9 does.
            signal.setitimer(signal.ITIMER_PROF, order["cpu_seconds"])
        code = run(order["words"])
        sys.stdout.flush()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


def _ended(pid: int, options: int) -> dict[str, Any]:
    found, status, used = os.wait4(pid, options)
    return {
        "code": os.waitstatus_to_exitcode(status) if found else None,
        "mebibytes": used.ru_maxrss // _MEBIBYTE,
        "cpu_seconds": used.ru_utime + used.ru_stime,
    }


if __name__ == "__main__":
    main()
