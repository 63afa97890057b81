"""A small log, a bundle from it, and the bundle altered in every way we can think of, with the verdict it must get."""

from __future__ import annotations

import copy
import hmac
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from audit.evidence.bundle import Evidence, make_bundle
from audit.evidence.bundle_form import Opened
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.cosignature import cosign
from audit.evidence.hashes import entry_hash
from audit.evidence.keys import KeyKind, SigningKey, VerifierKey
from audit.evidence.leaf import leaf_bytes
from audit.evidence.note import Note, sign_text
from audit.evidence.prover import Tree

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = SigningKey("example.com/archive", KeyKind.TEXT, bytes(32))
STRANGER = SigningKey("example.com/archive", KeyKind.TEXT, bytes(31) + b"\1")
WITNESS = SigningKey("witness.example/w1", KeyKind.COSIGNATURE, bytes(range(32)))
OTHER_WITNESS = SigningKey("witness.example/w2", KeyKind.COSIGNATURE, bytes(range(1, 33)))
VKEY = str(LOG.verifier)
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
TEXTS = (
    "I will credit you 100 dollars.",
    "Grąžinsime 100 €.",
    "Ще върнем 100 лв.\nУтре.",
    "перезвоним",
    "我们会退款。😀",
)
ORDER = 2**252 + 27742317777372353535851937790883648493


class Verdict(StrEnum):
    PROVEN = "proven"
    UNANCHORED = "unanchored"
    NOT_GENUINE = "not-genuine"
    COULD_NOT_RUN = "could-not-run"


@dataclass(frozen=True)
class Case:
    """A file, what is trusted from outside (a vkey or a policy, nothing when empty), and what must come of it."""

    content: bytes
    trusted: str
    verdict: Verdict


def salt(number: int, part: str) -> bytes:
    return hmac.digest(str(number).encode(), part.encode(), "sha256")


def parts(number: int) -> dict[str, str]:
    return {"text": TEXTS[number % len(TEXTS)], "author": f"Somebody {number}"}


def leaf(number: int, topic: str = "message.posted") -> bytes:
    commits = {
        name: b64encode(hmac.digest(salt(number, name), words.encode(), "sha256")).decode()
        for name, words in parts(number).items()
    }
    state = {"version": 1, "recorded_at": "2026-03-01T09:00:00Z", "event": {"amount": 1.50}, "commit": commits}
    return leaf_bytes(UUID(int=number + 1), 1, topic, json.dumps(state).encode())


def opened(number: int, *names: str) -> dict[str, Opened]:
    return {name: Opened(salt(number, name), parts(number)[name]) for name in names}


LEAVES = [leaf(number) for number in range(41)]
TREE = Tree(map(entry_hash, LEAVES))
TEXT = str(Checkpoint(LOG.name, TREE.size, TREE.root()))
NOTE = Note(TEXT).signed(sign_text(TEXT, LOG), cosign(TEXT, WITNESS, at=AT))
EVIDENCE = (
    Evidence(3, LEAVES[3], opened(3, "text", "author")),
    Evidence(4, LEAVES[4], opened(4, "text")),
    Evidence(17, LEAVES[17]),
    Evidence(29),
    Evidence(40, LEAVES[40], opened(40, "text")),
)
BUNDLE = make_bundle(NOTE, LOG.verifier, TREE.size, EVIDENCE, TREE.hash_at)
POLICY = f"log {VKEY}\nwitness w1 {WITNESS.verifier}\ngroup all-of-them all w1\nquorum all-of-them\n"
STRICT_POLICY = (
    f"# both\nlog {VKEY}\nwitness w1 {WITNESS.verifier}\nwitness w2 {OTHER_WITNESS.verifier}\ngroup g all w1 w2\n"
    "quorum g\n"
)


def written(members: Any) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def altered(change: Callable[[Any], object], content: bytes = BUNDLE) -> bytes:
    """Return the bundle with something done to its members."""
    members = copy.deepcopy(json.loads(content))
    change(members)
    return written(members)


def resigned(text: str, key: SigningKey = LOG, log_key: VerifierKey | None = None) -> bytes:
    """Return the bundle under another checkpoint, signed by a key."""
    note = bytes(Note(text).signed(sign_text(text, key))).decode()

    def change(members: Any) -> None:
        members |= {"checkpoint": note, "log_key": str(log_key or key.verifier)}

    return altered(change)


def with_leaf(content: bytes, **also: Any) -> bytes:
    """Return a bundle over a log of this one leaf, properly signed."""
    tree = Tree([entry_hash(content)])
    text = str(Checkpoint(LOG.name, 1, tree.root()))
    item = {"index": 0, "leaf": b64encode(content).decode(), "proof": [], **also}
    note = bytes(Note(text).signed(sign_text(text, LOG))).decode()
    return written({"format": "onrecord-bundle@v1", "checkpoint": note, "log_key": VKEY, "nodes": [], "items": [item]})


def signed_by_nobody(public: bytes, signature: bytes) -> bytes:
    """Return the bundle under a key and a signature that only a careless verifier takes for genuine."""
    key = VerifierKey(LOG.name, KeyKind.TEXT, public)
    line = f"\u2014 {key.name} {b64encode(key.id + signature).decode()}\n"

    def change(members: Any) -> None:
        members |= {"checkpoint": TEXT + "\n" + line, "log_key": str(key)}

    return altered(change)


def with_signature(change: Callable[[bytes], bytes]) -> bytes:
    """Return the bundle with the log's signature changed in its 64 bytes."""
    known = sign_text(TEXT, LOG)
    line = f"\u2014 {LOG.name} {b64encode(known.key_id + change(known.content)).decode()}\n"
    return altered(lambda members: members.update(checkpoint=TEXT + "\n" + line))


def s_plus_order(signature: bytes) -> bytes:
    number = int.from_bytes(signature[32:], "little") + ORDER
    return signature[:32] + number.to_bytes(32, "little")


def flipped(written_base64: str) -> str:
    content = bytearray(b64decode(written_base64))
    content[len(content) // 2] ^= 4
    return b64encode(content).decode()


def _set(members: Any, *path: Any) -> None:
    """Put the last of the path in the place the others lead to."""
    *lead, last, value = path
    for step in lead:
        members = members[step]
    members[last] = value


def put(*path: Any) -> bytes:
    return altered(lambda members: _set(members, *path))


def flip(*path: Any) -> bytes:
    """Return the bundle with one bit of the base64 at this place changed."""

    def change(members: Any) -> None:
        place = members
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = flipped(place[path[-1]])

    return altered(change)


def _swap(members: Any) -> None:
    first, second = members["items"][:2]
    first["index"], second["index"] = second["index"], first["index"]
    members["items"].sort(key=lambda item: item["index"])


def _as_state(state: bytes) -> bytes:
    return leaf_bytes(UUID(int=7), 1, "message.posted", state)


_ONE_PART = opened(3, "text")["text"]
_OPEN = {"salt": b64encode(_ONE_PART.salt).decode(), "value": _ONE_PART.value}
_COMMIT = b64encode(hmac.digest(_ONE_PART.salt, _ONE_PART.value.encode(), "sha256")).decode()
_IDENTITY = (1).to_bytes(32, "little")
_IDENTITY_WRITTEN_OTHERWISE = (2**255 - 19 + 1).to_bytes(32, "little")
_MINUS_ONE = (2**255 - 20).to_bytes(32, "little")
_OF_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022

NOT_GENUINE: dict[str, bytes] = {
    "a text that was changed": put("items", 0, "open", "text", "value", "I will credit you 1000 dollars."),
    "a text with a space more": put("items", 0, "open", "text", "value", TEXTS[3] + " "),
    "a salt that was changed": flip("items", 0, "open", "text", "salt"),
    "a salt that is too short": put("items", 0, "open", "text", "salt", b64encode(bytes(31)).decode()),
    "a text under another part": altered(
        lambda members: members["items"][1]["open"].update(author=members["items"][1]["open"].pop("text"))
    ),
    "a part the leaf does not declare": put("items", 1, "open", "promise", _OPEN),
    "a part named like a member every object has": put("items", 1, "open", "__proto__", _OPEN),
    "a part that is no object": put("items", 1, "open", "text", "words"),
    "a part with more in it": put("items", 1, "open", "text", "more", 1),
    "words that are a number": put("items", 1, "open", "text", "value", 5),
    "parts opened of a leaf that is not shown": put("items", 3, "open", {"text": _OPEN}),
    "a wrong index": put("items", 1, "index", 5),
    "an index beyond the log": put("items", 4, "index", 41),
    "an index that is a fraction": BUNDLE.replace(b'"index":4,', b'"index":4.0,'),
    "an index with an exponent": BUNDLE.replace(b'"index":40,', b'"index":4e1,'),
    "an index below zero": put("items", 0, "index", -1),
    "an index that is true": put("items", 0, "index", True),
    "an index no number holds": put("items", 4, "index", 2**53),
    "two events in each other's place": altered(_swap),
    "two events out of order": altered(lambda members: members["items"].reverse()),
    "an event twice": altered(lambda members: members["items"].append(members["items"][-1])),
    "no events": put("items", []),
    "a leaf that was changed": flip("items", 2, "leaf"),
    "a leaf that is empty": put("items", 2, "leaf", ""),
    "a hash of a leaf that was changed": flip("items", 3, "leaf_hash"),
    "a hash of a leaf that is empty": put("items", 3, "leaf_hash", ""),
    "a leaf and its hash": put("items", 3, "leaf", b64encode(LEAVES[29]).decode()),
    "a proof without its last hash": altered(lambda members: members["items"][0]["proof"].pop()),
    "a proof with a hash more": altered(lambda members: members["items"][0]["proof"].append(0)),
    "a proof of a hash that is not there": put("items", 0, "proof", 0, 999),
    "a proof that begins at the end": put("items", 0, "proof", 0, -1),
    "a proof as long as none can be": put("items", 0, "proof", [0] * 64),
    "a proof that is no list": put("items", 0, "proof", "0"),
    **{
        f"hash {number} of the proofs changed": flip("nodes", number)
        for number in range(len(json.loads(BUNDLE)["nodes"]))
    },
    "a hash of 31 bytes": put("nodes", 0, b64encode(bytes(31)).decode()),
    "a hash of 33 bytes": put("nodes", 0, b64encode(bytes(33)).decode()),
    "a hash of no bytes": put("nodes", 0, ""),
    "base64 without its padding": altered(lambda members: _set(members, "nodes", 0, members["nodes"][0].rstrip("="))),
    "base64 with a line break": altered(lambda members: _set(members, "nodes", 0, members["nodes"][0] + "\n")),
    "base64 with bits that mean nothing": altered(
        lambda members: _set(members, "nodes", 0, members["nodes"][0][:-2] + "B=")
    ),
    "a checkpoint of another size": put("checkpoint", bytes(NOTE).decode().replace("\n41\n", "\n42\n")),
    "a checkpoint of another root": resigned(str(Checkpoint(LOG.name, 41, bytes(32)))),
    "a checkpoint with a root of 31 bytes": resigned(f"{LOG.name}\n41\n{b64encode(bytes(31)).decode()}\n"),
    "a checkpoint with a size of zeros": resigned(f"{LOG.name}\n041\n{b64encode(TREE.root()).decode()}\n"),
    "a checkpoint of another log": resigned(str(Checkpoint("example.com/other", 41, TREE.root()))),
    "a checkpoint nobody signed": put("checkpoint", TEXT + "\n"),
    "a checkpoint without a text": put("checkpoint", "\n\n" + str(sign_text(TEXT, LOG))),
    "a checkpoint signed by a stranger": resigned(TEXT, STRANGER),
    "a checkpoint that is no text": put("checkpoint", 7),
    "a signature with a bit changed": with_signature(lambda known: bytes([known[0] ^ 1]) + known[1:]),
    "a signature with S changed": with_signature(lambda known: known[:-1] + bytes([known[-1] ^ 1])),
    "a signature with S beyond the order": with_signature(s_plus_order),
    "a signature of 63 bytes": with_signature(lambda known: known[:-1]),
    "a signature of 65 bytes": with_signature(lambda known: known + b"\0"),
    "a member more": put("also", "unproven"),
    "a member more in an event": put("items", 0, "note", "unproven"),
    "a member less": altered(lambda members: members.pop("log_key")),
    "a member twice": BUNDLE.replace(b'{"format"', b'{"log_key":"other","format"'),
    "a member twice, written otherwise": BUNDLE.replace(b'"value":', b'"valu\\u0065":"first","value":', 1),
    "a lone surrogate": BUNDLE.replace(TEXTS[4].encode(), b"\\ud83d"),
    "bytes that are not UTF-8": BUNDLE.replace("п".encode(), b"\xff"),
    "a number that is none": BUNDLE.replace(b'"index":3', b'"index":NaN'),
    "only the first half": BUNDLE[: len(BUNDLE) // 2],
    "nested beyond all measure": b'{"format":"onrecord-bundle@v1","items":' + b"[" * 100_000,
    "a leaf that declares a part twice": with_leaf(
        _as_state(f'{{"commit":{{"text":"{_COMMIT}"}},"commit":{{"text":"{_COMMIT}"}}}}'.encode()), open={"text": _OPEN}
    ),
    "a leaf with a commitment of 31 bytes": with_leaf(
        _as_state(json.dumps({"commit": {"text": b64encode(bytes(31)).decode()}}).encode())
    ),
    "a leaf with bytes behind it": with_leaf(LEAVES[0] + b"\0"),
    "a leaf cut short": with_leaf(LEAVES[0][:-1]),
    "a leaf that is a list": with_leaf(_as_state(b"[]")),
    "a leaf that is not JSON": with_leaf(_as_state(b"{'commit':1}")),
    "a leaf whose commitments are a list": with_leaf(_as_state(b'{"commit":[]}')),
}

UNTRUSTWORTHY_KEYS: dict[str, bytes] = {
    "the neutral point as key": signed_by_nobody(_IDENTITY, _IDENTITY + bytes(32)),
    "the neutral point written otherwise": signed_by_nobody(_IDENTITY_WRITTEN_OTHERWISE, _IDENTITY + bytes(32)),
    "the neutral point with a sign": signed_by_nobody(_IDENTITY[:31] + b"\x80", _IDENTITY + bytes(32)),
    "a key of order two": signed_by_nobody(_MINUS_ONE, _IDENTITY + bytes(32)),
    "a key of order four": signed_by_nobody(bytes(32), _IDENTITY + bytes(32)),
    "a key of order eight": signed_by_nobody(_OF_ORDER_8.to_bytes(32, "little"), _IDENTITY + bytes(32)),
    "a key that is no point": signed_by_nobody((2).to_bytes(32, "little"), _IDENTITY + bytes(32)),
    "a signature whose R is written otherwise": with_signature(lambda known: _IDENTITY_WRITTEN_OTHERWISE + known[32:]),
    "a key whose id was changed": put("log_key", VKEY.replace(LOG.verifier.id.hex(), "00000000")),
    "a witness's key in the place of the log's": put("log_key", str(WITNESS.verifier)),
    "a key that is no key": put("log_key", "example.com/archive"),
}

_WITNESSES = f"log {VKEY}\nwitness w1 {WITNESS.verifier}\nwitness w2 {OTHER_WITNESS.verifier} https://w2.example\n"
POLICIES: dict[str, tuple[str, Verdict]] = {
    "of any of two": ("group g any w1 w2\nquorum g\n", Verdict.PROVEN),
    "of one of two, with tabs and blanks": (" \tgroup\tg  1 w1 \t w2 \n\n# done\nquorum g \n", Verdict.PROVEN),
    "of two of two": ("group g 2 w1 w2\nquorum g\n", Verdict.NOT_GENUINE),
    "of a group in a group": ("group g any w1\ngroup h all g w2\nquorum h\n", Verdict.NOT_GENUINE),
    "that asks for one witness": ("quorum w1\n", Verdict.PROVEN),
    "that asks for another witness": ("quorum w2\n", Verdict.NOT_GENUINE),
    "that asks for nobody": ("quorum none\n", Verdict.PROVEN),
    "with two quorums": ("quorum w1\nquorum w2\n", Verdict.COULD_NOT_RUN),
    "with a quorum of the unknown": ("quorum w3\n", Verdict.COULD_NOT_RUN),
    "that asks for three of two": ("group g 3 w1 w2\nquorum g\n", Verdict.COULD_NOT_RUN),
    "that asks for none of two": ("group g 0 w1 w2\nquorum g\n", Verdict.COULD_NOT_RUN),
    "that asks for many with zeros": ("group g 01 w1 w2\nquorum g\n", Verdict.COULD_NOT_RUN),
    "with two votes for one": ("group g all w1 w1\nquorum g\n", Verdict.COULD_NOT_RUN),
    "with one vote in two groups": ("group g all w1\ngroup h all w1\nquorum h\n", Verdict.COULD_NOT_RUN),
    "with a group of nobody": ("group g all\nquorum g\n", Verdict.COULD_NOT_RUN),
    "with a name twice": ("group w1 all w2\nquorum w1\n", Verdict.COULD_NOT_RUN),
    "with a group named none": ("group none all w2\nquorum none\n", Verdict.COULD_NOT_RUN),
    "with the key of the log twice": (f"log {VKEY}\nquorum none\n", Verdict.COULD_NOT_RUN),
    "with a witness twice": (f"witness w3 {WITNESS.verifier}\nquorum none\n", Verdict.COULD_NOT_RUN),
    "with a log's key as a witness": (f"witness w3 {VKEY}\nquorum none\n", Verdict.COULD_NOT_RUN),
    "with a line nobody knows": ("timestamp t\nquorum none\n", Verdict.COULD_NOT_RUN),
    "with a control character": ("quorum\x0cnone\n", Verdict.COULD_NOT_RUN),
}

CASES: dict[str, Case] = {
    "the bundle, with the log's key": Case(BUNDLE, VKEY, Verdict.PROVEN),
    "the bundle, with a policy": Case(BUNDLE, POLICY, Verdict.PROVEN),
    "the bundle alone": Case(BUNDLE, "", Verdict.UNANCHORED),
    "the bundle, indented by somebody": Case(json.dumps(json.loads(BUNDLE), indent=2).encode(), VKEY, Verdict.PROVEN),
    "a bundle of one event": Case(with_leaf(LEAVES[0]), VKEY, Verdict.PROVEN),
    "a leaf that declares nothing": Case(with_leaf(_as_state(b'{"salt":"AA"}')), VKEY, Verdict.PROVEN),
    "another key inside, which is not asked": Case(put("log_key", str(STRANGER.verifier)), VKEY, Verdict.PROVEN),
    "signed by a stranger who names themselves": Case(resigned(TEXT, STRANGER), "", Verdict.UNANCHORED),
    "the bundle, with another key": Case(BUNDLE, str(STRANGER.verifier), Verdict.NOT_GENUINE),
    "a policy with a witness that did not sign": Case(BUNDLE, STRICT_POLICY, Verdict.NOT_GENUINE),
    "a witness's line taken away": Case(resigned(TEXT), POLICY, Verdict.NOT_GENUINE),
    "a witness's line changed": Case(
        put("checkpoint", str(TEXT + "\n" + str(sign_text(TEXT, LOG)) + str(cosign(TEXT + "x\n", WITNESS, at=AT)))),
        POLICY,
        Verdict.NOT_GENUINE,
    ),
    "a key that cannot be read": Case(BUNDLE, VKEY[:-3], Verdict.COULD_NOT_RUN),
    "a witness's key as the log's": Case(BUNDLE, str(WITNESS.verifier), Verdict.COULD_NOT_RUN),
    "a policy without a quorum": Case(BUNDLE, f"log {VKEY}\n", Verdict.COULD_NOT_RUN),
    "a policy of unknown witnesses": Case(BUNDLE, f"log {VKEY}\nquorum w1\n", Verdict.COULD_NOT_RUN),
    "another file": Case(b"%PDF-1.7\n", VKEY, Verdict.COULD_NOT_RUN),
    "an empty file": Case(b"", VKEY, Verdict.COULD_NOT_RUN),
    "another JSON file": Case(b'{"format": "something"}', VKEY, Verdict.COULD_NOT_RUN),
    "another file of lines of JSON": Case(b'{"kind":"message"}\n' * 2, VKEY, Verdict.COULD_NOT_RUN),
    "a bundle of tomorrow": Case(BUNDLE.replace(b"@v1", b"@v2"), VKEY, Verdict.COULD_NOT_RUN),
    **{f"a policy {name}": Case(BUNDLE, _WITNESSES + lines, verdict) for name, (lines, verdict) in POLICIES.items()},
    **{name: Case(content, VKEY, Verdict.NOT_GENUINE) for name, content in NOT_GENUINE.items()},
    **{name: Case(content, "", Verdict.NOT_GENUINE) for name, content in UNTRUSTWORTHY_KEYS.items()},
}
