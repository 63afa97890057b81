"""The form of an evidence bundle, ``onrecord-bundle@v1``: JSON, described to the letter in docs/bundle.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from audit.evidence.errors import Malformed
from audit.evidence.exact_json import base64_in, count_of, list_of, must_have, object_of, read_json, string_of
from audit.evidence.hashes import entry_hash, must_be_hashes
from audit.evidence.notation import base64_of
from audit.evidence.note import Note

if TYPE_CHECKING:
    from typing import Self

FORMAT: Final = "onrecord-bundle@v1"
SUFFIX: Final = ".json"
SIZE_MAX: Final = 1 << 28
PROOF_MAX: Final = 63
_MEMBERS: Final = frozenset({"format", "checkpoint", "log_key", "nodes", "items"})
_ALWAYS: Final = frozenset({"index", "proof"})
_NAMED: Final = b"onrecord-bundle@"
_LEAF, _LEAF_HASH, _OPEN = "leaf", "leaf_hash", "open"


class NoBundle(Malformed):
    """The file is something else, or a bundle of a form this code does not know."""


@dataclass(frozen=True)
class Opened:
    """A part that is shown: its salt, and its words as the text the commitment in the leaf is made over."""

    salt: bytes
    value: str

    def __post_init__(self) -> None:
        must_be_hashes((self.salt,))  # a salt has as many bytes as a hash; a shorter one could stand for a longer


@dataclass(frozen=True)
class BundleItem:
    """One event: its leaf, or the hash alone where all of it is withheld, and what is opened of it."""

    index: int
    leaf_hash: bytes
    proof: tuple[bytes, ...]
    leaf: bytes | None = None
    opened: Mapping[str, Opened] = field(default_factory=dict)

    def __post_init__(self) -> None:
        must_be_hashes((self.leaf_hash, *self.proof))
        if len(self.proof) > PROOF_MAX:
            raise Malformed(f"The proof of event {self.index + 1} is longer than any log needs: it was altered.")
        if self.leaf is None and self.opened:
            raise Malformed(f"Event {self.index + 1} opens parts of a leaf that is not shown: it was altered.")


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds. Nothing in it is checked yet, and ``log_key`` is only what it says of itself."""

    checkpoint: Note
    log_key: str
    items: tuple[BundleItem, ...]

    def __post_init__(self) -> None:
        places = [item.index for item in self.items]
        if not places or any(one >= other for one, other in pairwise(places)):
            raise Malformed("A bundle lists at least one event, and each once, in the order of the log.")

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a bundle. Raises NoBundle for another kind of file, Malformed for one that is not as it was made."""
        members = _members(content)
        must_have(members, _MEMBERS, frozenset(), "The bundle")
        nodes = [base64_in(one, "A node") for one in list_of(members["nodes"], "The list of nodes")]
        must_be_hashes(nodes)
        items = tuple(_item(one, nodes) for one in list_of(members["items"], "The list of events"))
        note = Note.parse(string_of(members["checkpoint"], "The checkpoint").encode())
        return cls(note, string_of(members["log_key"], "The key of the log"), items)

    def __bytes__(self) -> bytes:
        """Write the bundle, each hash that proofs share once: the same bytes for the same content."""
        places: dict[bytes, int] = {}
        items = [_written(item, places) for item in self.items]
        members = {
            "format": FORMAT,
            "checkpoint": bytes(self.checkpoint).decode(),
            "log_key": self.log_key,
            "nodes": [base64_of(node) for node in places],
            "items": items,
        }
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _members(content: bytes) -> dict[str, Any]:
    if len(content) > SIZE_MAX:
        raise NoBundle(f"A bundle has at most {SIZE_MAX} bytes, this file {len(content)}: ask for fewer events in one.")
    if not content.lstrip(b" \t\r\n").startswith(b"{") or _NAMED not in content:
        raise NoBundle("The file is not an evidence bundle: give the JSON file that onrecord prove wrote.")
    members = object_of(read_json(content, "The bundle"), "The bundle")
    if members.get("format") != FORMAT:
        raise NoBundle(f"The file is not an evidence bundle of the form {FORMAT}: use the version that made it.")
    return members


def _item(value: Any, nodes: list[bytes]) -> BundleItem:
    item = object_of(value, "An event of the bundle")
    shown = frozenset({_LEAF}) if _LEAF in item else frozenset({_LEAF_HASH})
    must_have(item, _ALWAYS | shown, frozenset({_OPEN}), "An event of the bundle")
    leaf = base64_in(item[_LEAF], "A leaf") if _LEAF in item else None
    leaf_hash = base64_in(item[_LEAF_HASH], "The hash of a leaf") if leaf is None else entry_hash(leaf)
    opened = object_of(item.get(_OPEN, {}), "The list of opened parts")
    return BundleItem(
        index=count_of(item["index"], "The index of an event"),
        leaf_hash=leaf_hash,
        proof=tuple(_node(one, nodes) for one in list_of(item["proof"], "A proof")),
        leaf=leaf,
        opened={string_of(name, "A part"): _opened(part) for name, part in opened.items()},
    )


def _node(value: Any, nodes: list[bytes]) -> bytes:
    place = count_of(value, "A place in the list of nodes")
    if place >= len(nodes):
        raise Malformed(f"A proof names node {place}, and the bundle has {len(nodes)}: it was cut short.")
    return nodes[place]


def _opened(value: Any) -> Opened:
    part = object_of(value, "An opened part")
    must_have(part, frozenset({"salt", "value"}), frozenset(), "An opened part")
    return Opened(base64_in(part["salt"], "A salt"), string_of(part["value"], "What an opened part says"))


def _written(item: BundleItem, places: dict[bytes, int]) -> dict[str, Any]:
    content = item.leaf_hash if item.leaf is None else item.leaf
    written: dict[str, Any] = {
        "index": item.index,
        _LEAF_HASH if item.leaf is None else _LEAF: base64_of(content),
        "proof": [places.setdefault(node, len(places)) for node in item.proof],
    }
    if item.opened:
        written[_OPEN] = {
            name: {"salt": base64_of(part.salt), "value": part.value} for name, part in sorted(item.opened.items())
        }
    return written
