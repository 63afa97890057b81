"""The command ``onrecord``."""

from __future__ import annotations

import sys

from audit.cli.commands.read_file import at_once


def main() -> None:
    """Run the command with the words it was given, and end the process with its code."""
    words = sys.argv[1:]
    code = at_once(words)
    if code is None:
        from audit.cli.app import run  # noqa: PLC0415  # seconds that a pipe of texts need not wait for

        code = run(words)
    sys.exit(code)


if __name__ == "__main__":
    main()
