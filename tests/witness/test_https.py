"""A witness behind HTTPS: asked where its certificate is good, and silent to us where it is not."""

from __future__ import annotations

import ssl
from contextlib import closing, contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from audit.archive.witness.server import WitnessServer
from tests.witness.asking import asking_log, cosigners, log_key, policy_file, say
from tests.witness.authority import web_server_files
from tests.witness.given import a_witness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from audit.bootstrap.house import House


@contextmanager
def listening_safely(house: House, folder: Path, certificate: Path, key: Path) -> Iterator[tuple[str, str]]:
    """Serve a witness with this certificate; give its vkey and its address."""
    witness = a_witness(folder, log_key(house), name="example.com/w1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with closing(witness), WitnessServer(("127.0.0.1", 0), witness, seconds=10) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield str(witness.key.verifier), f"https://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_witness_over_https_is_asked_and_one_nobody_vouches_for_is_not(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ca, certificate, key = web_server_files(tmp_path)
    say(house, 1, 10)
    with listening_safely(house, tmp_path / "w1", certificate, key) as (vkey, url):
        policy = policy_file(tmp_path, {"w1": vkey}, "all")
        log = asking_log(house, policy, f"w1={url}")
        assert log.seal() is not None
        assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
        assert log.without_witnesses() == 1
        monkeypatch.setenv("SSL_CERT_FILE", str(ca))
        say(house, 11, 20)
        signed = log.seal()
        assert signed is not None
        assert cosigners(signed.note, {"w1": vkey}) == {"w1"}
        assert log.without_witnesses() == 0
        other = asking_log(house, policy, f"w1={url.replace('localhost', '127.0.0.1')}")
        say(house, 21, 22)
        caplog.clear()
        other.seal()
        assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
