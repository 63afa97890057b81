"""The root key in AWS KMS: what guards the keys that guard the keys never leaves the service."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from audit.domain.errors import Unavailable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable


class KmsRoot:
    """Wraps with a symmetric key of AWS KMS; the purpose is its encryption context, so that nothing can be swapped.

    ``key_id`` is a key id, an ARN or an alias. Region, credentials and endpoint are boto3's own settings.
    """

    def __init__(self, key_id: str, client: Any) -> None:
        self._key_id = key_id
        self._client = client

    @classmethod
    def at(cls, key_id: str) -> KmsRoot:
        """Return the root behind a key id. Raises WrongUse where boto3 is not installed."""
        try:
            boto3 = import_module("boto3")  # An optional extra: only who keeps the root in KMS needs it.
        except ModuleNotFoundError:
            raise WrongUse("A root key in AWS KMS needs boto3: install onrecord[kms].") from None
        return cls(key_id, boto3.client("kms"))

    def wrap(self, key: bytes, purpose: str) -> bytes:
        """Return the key as the service encrypted it. Raises Unavailable when it does not."""
        wrapped: bytes = self._called(
            lambda: self._client.encrypt(KeyId=self._key_id, Plaintext=key, EncryptionContext={"purpose": purpose})
        )["CiphertextBlob"]
        return wrapped

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """Return the key. Raises Unavailable when the service does not give it, or this root did not wrap it."""
        key: bytes = self._called(
            lambda: self._client.decrypt(
                KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext={"purpose": purpose}
            )
        )["Plaintext"]
        return key

    def _called(self, call: Callable[[], Any]) -> Any:
        faults = import_module("botocore.exceptions")
        try:
            return call()
        except (faults.BotoCoreError, faults.ClientError) as error:
            raise Unavailable(
                f"AWS KMS did not open or wrap a key ({type(error).__name__}): see its key policy and the connection."
            ) from error
