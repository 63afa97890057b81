"""The root key in AWS KMS, against moto's server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.archive.keyring import Keyring
from audit.archive.kms_root import KmsRoot
from audit.domain.errors import Unavailable
from tests.archive.house import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client() -> Iterator[Any]:
    """A client of a service of its own."""
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed: install onrecord[kms]")
    server = pytest.importorskip("moto.server", reason="moto is not installed: install onrecord[dev]")
    service = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    service.start()
    host, port = service.get_host_and_port()
    client = boto3.client(
        "kms",
        endpoint_url=f"http://{host}:{port}",
        region_name="eu-north-1",
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
    )
    yield client
    client.close()
    service.stop()


def test_keys_open_again_under_a_root_in_the_service(client: Any, tmp_path: Path) -> None:
    root = KmsRoot(client.create_key()["KeyMetadata"]["KeyId"], client)
    url = f"sqlite:///{tmp_path / 'keys.db'}"
    keyring = Keyring(url, root, repeated())
    keyring.create({"archive": b"x" * 16})
    keyring.close()
    again = Keyring(url, root, repeated())
    assert again.secret("archive") == b"x" * 16
    again.close()


def test_what_was_wrapped_for_one_purpose_or_by_another_root_does_not_open(client: Any) -> None:
    one, other = (KmsRoot(client.create_key()["KeyMetadata"]["KeyId"], client) for _ in range(2))
    wrapped = one.wrap(b"k" * 32, "epoch 1")
    assert one.unwrap(wrapped, "epoch 1") == b"k" * 32
    with pytest.raises(Unavailable, match="KMS"):
        one.unwrap(wrapped, "epoch 2")
    with pytest.raises(Unavailable, match="KMS"):
        other.unwrap(wrapped[:-1], "epoch 1")
