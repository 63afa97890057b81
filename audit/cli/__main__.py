"""The command ``onrecord``."""

from __future__ import annotations

import sys

from audit.cli.app import run


def main() -> None:
    """Run the command with the words it was given, and end the process with its code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
