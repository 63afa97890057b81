"""The witness over HTTP: add-checkpoint and the newest checkpoint, small bodies only, and no waiting for the slow."""

from __future__ import annotations

import logging
import re
import sys
from http.server import BaseHTTPRequestHandler
from socket import AF_INET6
from socketserver import ThreadingTCPServer
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, Final

from audit.archive.witness.hurried import Hurried
from audit.domain.errors import AuditError
from audit.evidence.witness import BODY_MAX, TEXT_TYPE, Answer

if TYPE_CHECKING:
    from audit.archive.witness.witness import Witness

SECONDS: Final = 10.0
_CONNECTIONS: Final = 64
_DOES_NOT_GO_ON: Final = 422
_ADD: Final = "/add-checkpoint"
_NEWEST: Final = re.compile(r"/([0-9a-f]{64})/checkpoint")
_LENGTH: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_UNKNOWN: Final = Answer(404, b"A witness answers POST add-checkpoint and GET <origin hash>/checkpoint.\n")

_logger = logging.getLogger(__name__)


class WitnessServer(ThreadingTCPServer):
    """Serves one witness. ``seconds`` is how long a request, and the wait for it, may take."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], witness: Witness, *, seconds: float = SECONDS) -> None:
        if ":" in address[0]:
            self.address_family = AF_INET6
        self.witness = witness
        self.seconds = seconds
        self._places = BoundedSemaphore(_CONNECTIONS)
        super().__init__(address, _Conversation)

    @property
    def url(self) -> str:
        """Where to reach it on this machine."""
        host, port = self.server_address[:2]
        shown = host.decode() if isinstance(host, bytes | bytearray) else host
        return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        # When all places are taken the others wait in the system's queue; nobody keeps a place for longer than allowed.
        self._places.acquire()
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong in a conversation; one that was cut off is nothing to speak of."""
        del request
        fault = sys.exception()
        if isinstance(fault, OSError):
            _logger.debug("A conversation with %s ended early (%s)", client_address, fault)
        else:
            _logger.error("A conversation with %s failed", client_address, exc_info=fault)


class _Conversation(BaseHTTPRequestHandler):
    """One connection, which may carry several requests after one another."""

    server: WitnessServer
    protocol_version = "HTTP/1.1"
    error_message_format = "%(message)s\n"
    error_content_type = TEXT_TYPE

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._incoming = Hurried(self.connection)
        self.rfile = self._incoming.buffered()

    def handle_one_request(self) -> None:
        self._incoming.give(self.server.seconds)
        super().handle_one_request()

    def do_POST(self) -> None:
        length = self._length()
        if self.path != _ADD or length is None or length > BODY_MAX:
            # What follows cannot be told from the next request, or is too long to read.
            self.close_connection = True
        if self.path != _ADD:
            self._say(_UNKNOWN)
        elif length is None:
            self._say(Answer(400, b"Say the length of the body in one Content-Length, in bytes.\n"))
        elif length > BODY_MAX:
            self._say(Answer(413, f"A submission has at most {BODY_MAX} bytes.\n".encode()))
        else:
            self._add(self.rfile.read(length), length)

    def do_GET(self) -> None:
        self.close_connection = True
        found = _NEWEST.fullmatch(self.path)
        self._say(self._asked(found[1]) if found else _UNKNOWN)

    def version_string(self) -> str:
        return "onrecord-witness"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name for it
        _logger.debug(format, *args)

    def _add(self, content: bytes, length: int) -> None:
        if len(content) < length:
            self.close_connection = True
            return
        try:
            answer = self.server.witness.add_checkpoint(content)
        except AuditError as fault:
            answer = self._fault(fault)
        # Anybody can send what is refused otherwise, but that a log does not go on takes the log's own signature.
        level = logging.WARNING if answer.status == _DOES_NOT_GO_ON else logging.DEBUG
        _logger.log(level, "%s: %s", answer.status, answer.content.decode().strip())
        self._say(answer)

    def _asked(self, origin_hash: str) -> Answer:
        try:
            return self.server.witness.checkpoint(origin_hash)
        except AuditError as fault:
            return self._fault(fault)

    def _fault(self, fault: AuditError) -> Answer:
        _logger.error("%s", fault)
        return Answer(503, b"The witness cannot answer now: try again later.\n")

    def _length(self) -> int | None:
        lengths = self.headers.get_all("Content-Length", [])
        if len(lengths) != 1 or "Transfer-Encoding" in self.headers or not _LENGTH.fullmatch(lengths[0]):
            return None
        return int(lengths[0])

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.content)
