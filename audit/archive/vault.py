"""The vault: seals what is meant to be stored under the keys of today, and again when keys were destroyed meanwhile."""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import TYPE_CHECKING, TypeVar

from audit.archive.faults import database_faults
from audit.archive.recorders.errors import KeysOutdated
from audit.archive.sealing import event_key
from audit.archive.stored import Fingerprint
from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from audit.archive.keyring import Keyring
    from audit.archive.mapper import Mapper
    from audit.archive.recorders.prepared import Prepared
    from audit.archive.recorders.recorder import Recorder
    from audit.archive.stamping import Meant
    from audit.domain.fact import Item

_Result = TypeVar("_Result")
_ATTEMPTS = 5
_CACHED = 100_000


class Vault:
    """Holds the keys in use, and the count of erasures they were taken at."""

    def __init__(self, recorder: Recorder, keyring: Keyring, mapper: Mapper) -> None:
        self._recorder = recorder
        self._keyring = keyring
        self._mapper = mapper
        self._erasures: int | None = None
        self._print_keys: dict[str, bytes] = {}

    def open(self, key_ids: Iterable[str]) -> dict[str, bytes | None]:
        """Return keys by their ids, as they are after every erasure that is on record."""
        with database_faults():
            self._follow_erasures(self._recorder.head().erasures)
        return self._keyring.open(key_ids)

    def put(
        self,
        meant: Sequence[Sequence[Meant]],
        store: Callable[[list[list[Prepared]], int], _Result],
        items: Sequence[Item] = (),
    ) -> _Result:
        """Seal the events of each item and hand them to ``store`` with the count of erasures their keys were taken at.

        ``items``, where given, are what the events tell: each gets its fingerprint under the key of its first event.
        """
        for _ in range(_ATTEMPTS):
            erasures = self._erasures_now()
            keys = self._keyring.keys_for({one.key for item in meant for one in item})
            try:
                with database_faults():
                    sealed = []
                    for place, events in enumerate(meant):
                        first = keys[events[0].key]
                        known = self.fingerprint(items[place], first.id, first.key) if items else None
                        sealed.append([self._mapper.store(one.draft, keys[one.key], known) for one in events])
                    return store(sealed, erasures)
            except KeysOutdated:
                self._erasures = None
        raise Unavailable("Erasures are being executed one after another: try again when they are done.")

    def fingerprint(self, item: Item, key_id: str, key: bytes) -> Fingerprint:
        """Return what tells an item from a changed copy of it, readable by nobody without the key."""
        print_key = self._print_keys.get(key_id)
        if print_key is None:
            if len(self._print_keys) >= _CACHED:
                self._print_keys.clear()
            print_key = self._print_keys[key_id] = event_key(key, b"fingerprint")
        mac = hmac.digest(print_key, item.normal, "sha256")
        return Fingerprint(item.normal_version, key_id, b64encode(mac).decode())

    def _erasures_now(self) -> int:
        if self._erasures is None:
            with database_faults():
                self._follow_erasures(self._recorder.head().erasures)
        assert self._erasures is not None, "it was just read"
        return self._erasures

    def _follow_erasures(self, count: int) -> None:
        if count != self._erasures:
            self._keyring.forget_cached()
            self._print_keys.clear()
            self._erasures = count
