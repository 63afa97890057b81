"""``onrecord witness``: cosigns the checkpoints of logs that others keep, as long as each continues the one before."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Annotated, Final

import typer

from audit.archive.log.signer import KEY_FILE
from audit.archive.witness.server import WitnessServer
from audit.archive.witness.witness import open_witness
from audit.cli.session import Answer, Session, say
from audit.domain.errors import Unavailable, WrongUse
from audit.evidence.errors import NotProven
from audit.evidence.keys import VerifierKey
from audit.evidence.note import TextVerifier

if TYPE_CHECKING:
    from audit.archive.witness.witness import Witness

Logs = Annotated[list[str], typer.Option("--log", help="The vkey of a log to watch; may be repeated.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="The port to listen on; 0 takes a free one.")]
Host = Annotated[str, typer.Option("--host", help="The address to listen on; by default this machine alone is heard.")]
Name = Annotated[
    str | None, typer.Option("--name", help="What the witness is called, at its first start: like example.com/witness.")
]

_FOLDER: Final = Path("onrecord-witness")


def witness(session: Session, log: Logs, port: Port = 7380, host: Host = "127.0.0.1", name: Name = None) -> Answer:
    """Watch logs that others keep, and cosign what continues; --data names the witness's own folder."""
    folder = session.data or _FOLDER
    if (folder / KEY_FILE).exists():
        raise WrongUse(f"{folder} holds an archive: a witness proves something only apart from it, in another folder.")
    logs = [_log(vkey) for vkey in log]
    default = f"{gethostname()}/witness"
    own = open_witness(folder, logs=logs, clock=partial(datetime.now, UTC), name=name, default=default)
    try:
        url = _serve(own, (host, port))
    finally:
        own.close()
    return Answer(facts={"vkey": str(own.key.verifier), "url": url}, words="Stopped.")


def _serve(own: Witness, address: tuple[str, int]) -> str:
    try:
        server = WitnessServer(address, own)
    except OSError as error:
        why = error.strerror or error
        raise Unavailable(f"{address[0]}:{address[1]} cannot be listened on ({why}): name another port.") from None
    # Whatever moment it is ended at, what was answered is remembered.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with server:
            say(f"{own.key.verifier}\nThe witness listens on {server.url} ; stop with Ctrl+C.")
            server.serve_forever()
    except KeyboardInterrupt:
        say("Stopping.")
    finally:
        signal.signal(signal.SIGTERM, before)
    return server.url


def _log(vkey: str) -> TextVerifier:
    try:
        return TextVerifier(VerifierKey.parse(vkey.strip()))
    except NotProven as reason:
        raise WrongUse(
            f"--log takes the vkey of a log, as onrecord init and onrecord seal print it: {reason}"
        ) from reason
