"""A witness in a process of its own, to be killed: ``python -m tests.witness.alone FOLDER VKEY`` prints its address."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from audit.archive.witness.server import WitnessServer
from audit.evidence.keys import VerifierKey
from audit.evidence.note import TextVerifier
from tests.witness.given import a_witness


def main() -> None:
    """Serve until killed."""
    folder, vkey = sys.argv[1:]
    with (
        closing(a_witness(Path(folder), TextVerifier(VerifierKey.parse(vkey)))) as witness,
        WitnessServer(("127.0.0.1", 0), witness) as server,
    ):
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
