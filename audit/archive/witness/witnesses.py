"""The witnesses a log asks, and how many of them have to agree: a policy file, and where each of them is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from audit.archive.witness.client import WitnessClient
from audit.archive.witness.exchange import is_web_address
from audit.domain.errors import AuditError, Refused, Unreadable, WrongUse
from audit.evidence.errors import NotProven, OutsideTree
from audit.evidence.note import Note, TextVerifier, open_note
from audit.evidence.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from audit.archive.log.log import Log
    from audit.archive.log.store import SignedCheckpoint
    from audit.evidence.note import Signature

_WITH_URL = 4


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The settings: the policy's file, and addresses of witnesses beside those in it, as ``name=url`` or ``url``."""

    policy: Path
    addresses: tuple[str, ...] = ()


class Asked(NamedTuple):
    """What the witnesses said: genuine cosignatures, and a sentence for each who gave none."""

    signatures: tuple[Signature, ...]
    refusals: tuple[str, ...]


class Witnesses:
    """Whom to ask. The policy is read again each time, so that it can be corrected while the log goes on."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._clients: dict[tuple[str, str], WitnessClient] = {}

    def accept(self, note: str, key: TextVerifier) -> bool:
        """Return whether enough witnesses cosigned this checkpoint of ours. Raises Unreadable for a bad policy."""
        return meets(self._policy()[0], Note.parse(note.encode()), key)

    def ask(self, signed: SignedCheckpoint, prove_growth: Callable[[int, int], list[bytes]]) -> Asked:
        """Ask all witnesses at once, and wait for the slowest of them. Raises Unreadable or WrongUse for the policy."""
        policy, addresses = self._policy()
        clients = [self._clients.setdefault(one, WitnessClient(*one)) for one in addresses]

        def cosignatures(client: WitnessClient) -> tuple[Signature, ...] | str:
            try:
                found = client.ask(signed, prove_growth)
                # Signatures of keys the policy does not name are left out here.
                text = Note.parse(signed.note.encode()).text
                return open_note(Note(text, found), policy.witnesses.values()).signatures
            except AuditError as fault:
                return str(fault)
            except (NotProven, OutsideTree) as fault:
                return f"The witness {client.name} did not give a cosignature to rely upon: {fault}"

        with ThreadPoolExecutor(max_workers=max(1, len(clients)), thread_name_prefix="witness") as pool:
            answers = list(pool.map(cosignatures, clients))
        signatures = {one.signer: one for answer in answers if not isinstance(answer, str) for one in answer}
        return Asked(tuple(signatures.values()), tuple(answer for answer in answers if isinstance(answer, str)))

    def policy(self) -> Policy:
        """Return the policy as it stands. Raises Unreadable for one that cannot be read."""
        return self._read()[0]

    def _policy(self) -> tuple[Policy, list[tuple[str, str]]]:
        path = self._asking.policy
        policy, content = self._read()
        addresses = _addresses(self._asking.addresses, content, policy.witnesses)
        if policy.quorum is not None and not addresses:
            raise WrongUse(f"{path} says of no witness where it is: add its URL there, or set ONRECORD_WITNESSES.")
        return policy, addresses

    def _read(self) -> tuple[Policy, bytes]:
        path = self._asking.policy
        try:
            content = path.read_bytes()
            return Policy.parse(content), content
        except OSError as error:
            raise Unreadable(
                f"{path} cannot be read ({error.strerror}): set ONRECORD_POLICY to a file that can."
            ) from None
        except NotProven as reason:
            raise Unreadable(f"{path} is no policy: {reason}") from reason


def meets(policy: Policy, note: Note, key: TextVerifier) -> bool:
    """Return whether this log's key signed a note and enough of a policy's witnesses cosigned it."""
    try:
        replace(policy, logs=(key,)).open_checkpoint(note)
    except NotProven:
        return False
    return True


def gained(note: Note, found: Sequence[Signature]) -> tuple[Signature, ...]:
    """Return the cosignatures of witnesses whose signature a note does not have yet."""
    signers = {one.signer for one in note.signatures}
    return tuple(one for one in found if one.signer not in signers)


def own_policy(asking: Asking | None, log: Log) -> Policy | None:
    """Return the policy the settings name, None where they name none. What it does not say of this log, the log does.

    Such a file often names witnesses alone: whose log it is they look at is clear there, and to no stranger.
    """
    if asking is None:
        return None
    policy = Witnesses(asking).policy()
    if any(one.key.name == log.origin for one in policy.logs):
        return policy
    own = tuple(TextVerifier(key) for key, _ in log.key_history().keys)
    return replace(policy, logs=(*policy.logs, *own))


def must_be_address(text: str) -> None:
    """Raise WrongUse for what is neither ``name=url`` nor ``url``."""
    _, url = _parted(text)
    fine = is_web_address(url) and "?" not in url
    if not fine:
        raise WrongUse(f"{text!r} does not say where a witness is: write url or name=url, like w1=https://example.com.")


def _addresses(given: Sequence[str], content: bytes, known: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return names and addresses: those that were given, and of the others those in the policy."""
    addresses: dict[str, str] = {}
    for text in given:
        must_be_address(text)
        name, url = _parted(text)
        if name and name not in known:
            raise Refused(f"The policy knows no witness {name}: correct ONRECORD_WITNESSES, or add its line there.")
        addresses[name or url] = url
    for line in content.decode(errors="surrogateescape").split("\n"):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if len(words) == _WITH_URL and words[0] == "witness":
            must_be_address(words[3])
            addresses.setdefault(words[1], words[3])
    return list(addresses.items())


def _parted(text: str) -> tuple[str, str]:
    if text.startswith(("http://", "https://")):
        return "", text
    name, _, url = text.partition("=")
    return name, url
