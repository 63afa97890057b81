"""Check an evidence bundle of On Record offline: one file, Python 3.8 or later, nothing to install.

    python3 verify_bundle.py BUNDLE.json --log-key VKEY        trust this key of the log
    python3 verify_bundle.py BUNDLE.json --policy FILE         trust what a C2SP tlog-policy file names

Ask for the key (VKEY) by another way than the one the bundle came: the company's site, a contract, an auditor.
Exit code 0: proven. 1: not genuine. 2: whole, but no key was given from outside (UNANCHORED). 3: could not run.
What is proven: these words were in the log when the checkpoint was signed. What is not: that they are true, that
nothing else was said, or who typed them.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import re
import struct
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMAT = "onrecord-bundle@v1"
PROVEN, NOT_GENUINE, UNANCHORED, COULD_NOT_RUN = 0, 1, 2, 3
BUNDLE_MAX, NOTE_MAX, SIGNATURES_MAX, PROOF_MAX = 1 << 28, 1000000, 100, 63
NUMBER_MAX, COUNT_MAX, SHOWN_MAX = 2**63 - 1, 2**53 - 1, 60
END_OF_9999 = 253402300799
HASH_SIZE, PUBLIC_SIZE, SIGNATURE_SIZE, KEY_ID_SIZE, STREAM_SIZE = 32, 32, 64, 4, 16
TEXT, COSIGNATURE = 1, 4
VKEY_PARTS, CHECKPOINT_LINES, GROUP_WORDS = 3, 3, 4
LENGTH, VERSION, TIME = struct.Struct(">I"), struct.Struct(">Q"), struct.Struct(">Q")
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class NotGenuine(Exception):
    """Something in the bundle does not follow from the rest."""


class CouldNotRun(Exception):
    """There is nothing to check, or what is to be trusted cannot be read."""


def expect(holds: object, reason: str) -> None:
    """Raise NotGenuine unless it holds."""
    if not holds:
        raise NotGenuine(reason)


# -- Ed25519: RFC 8032 section 5.1 --

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


class Point(NamedTuple):
    """A point of the curve in extended coordinates."""

    x: int
    y: int
    z: int
    t: int

    def plus(self, other: Point) -> Point:
        a = (self.y - self.x) * (other.y - other.x) % P
        b = (self.y + self.x) * (other.y + other.x) % P
        c, d = 2 * self.t * other.t * D % P, 2 * self.z * other.z % P
        e, f, g, h = b - a, d - c, d + c, b + a
        return Point(e * f % P, g * h % P, f * g % P, e * h % P)

    def times(self, number: int) -> Point:
        total, power = NEUTRAL, self
        while number:
            if number & 1:
                total = total.plus(power)
            power = power.plus(power)
            number >>= 1
        return total

    def equals(self, other: Point) -> bool:
        return (self.x * other.z - other.x * self.z) % P == 0 and (self.y * other.z - other.y * self.z) % P == 0


NEUTRAL = Point(0, 1, 1, 0)


def point_of(encoded: bytes) -> Point | None:
    """Return a point from its 32 bytes; None unless they are the one way to write it and it is not of small order."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == (P - u) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    point = Point(x, y, 1, x * y % P)
    return None if point.times(8).equals(NEUTRAL) else point


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or NEUTRAL


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the key signed the message (section 5.1.7)."""
    if len(public) != PUBLIC_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    key, commitment = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return BASE.times(s).equals(commitment.plus(key.times(k)))


# -- what can be written in one way only --


def shown(text: str) -> str:
    return ascii(text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "...")


def bytes_of(text: str) -> bytes:
    """Read standard base64 with padding."""
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NotGenuine(f"something that should be base64 is not: {shown(text)}") from None
    expect(base64.b64encode(content).decode() == text, f"base64 is written in another way than ours: {shown(text)}")
    return content


def number_of(text: str) -> int:
    """Read a decimal number without leading zeros, of at most 63 bits."""
    written = re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII)
    expect(written and int(text) <= NUMBER_MAX, f"{shown(text)} is not a number as logs write it")
    return int(text)


def is_text(value: Any) -> bool:
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= COUNT_MAX


def bytes_in(value: Any, what: str) -> bytes:
    expect(is_text(value), f"{what} is no text")
    return bytes_of(value)


def hash_in(value: Any, what: str) -> bytes:
    content = bytes_in(value, what)
    expect(len(content) == HASH_SIZE, f"{what} has {len(content)} bytes and must have {HASH_SIZE}")
    return content


def members_of(value: Any, wanted: Iterable[str], what: str, also: Iterable[str] = ()) -> dict[str, Any]:
    """Return an object that has these members and, beside them, none but those also allowed."""
    expect(isinstance(value, dict), f"{what} is no object")
    must, may = set(wanted), set(wanted) | set(also)
    expect(must <= set(value) <= may, f"{what} has other members than it must have")
    return dict(value)


def list_in(value: Any, what: str) -> list[Any]:
    expect(isinstance(value, list), f"{what} is no list")
    return list(value)


def read_json(content: bytes, what: str) -> Any:
    """Read JSON that says one thing only: no member stands there twice, no number is not JSON's."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        expect(len(members) == len(pairs), f"{what} has a member twice")
        return members

    def no_number(word: str) -> NoReturn:
        raise NotGenuine(f"{what} holds {word}, which is no number")

    try:
        return json.loads(content.decode(), object_pairs_hook=once, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise NotGenuine(f"{what} cannot be read") from None


# -- keys, notes and checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature --


def is_key_name(name: str) -> bool:
    return re.fullmatch(r"[^\s+\x00-\x1f\ud800-\udfff]+", name) is not None


class Key:
    """A public key under a name, read from its vkey."""

    def __init__(self, vkey: str, kind: int) -> None:
        parts = vkey.split("+", VKEY_PARTS - 1)
        expect(len(parts) == VKEY_PARTS and is_key_name(parts[0]), f"{shown(vkey)} is no key: name+id+base64 is one")
        self.name, written, material = parts[0], parts[1], bytes_of(parts[2])
        self.kind, self.public = kind, material[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:KEY_ID_SIZE]
        expect(self.id.hex() == written, f"the key {shown(vkey)} has another id than it names: it was cut or altered")
        expect(len(material) == 1 + PUBLIC_SIZE, f"the key {shown(vkey)} is no Ed25519 key")
        expect(material[0] == kind, f"the key {shown(vkey)} is for another use: a log's is of kind 1, a witness's of 4")

    def check(self, text: str, signature: bytes) -> int:
        """Return the time a witness states, 0 for a log; raise unless the signature under the text is genuine."""
        message, seconds = text.encode(), 0
        if self.kind == COSIGNATURE:
            expect(len(signature) == TIME.size + SIGNATURE_SIZE, f"the cosignature of {self.name} is cut short")
            seconds = TIME.unpack_from(signature)[0]
            expect(seconds <= END_OF_9999, f"the witness {self.name} states a time no clock shows")
            message, signature = f"cosignature/v1\ntime {seconds}\n".encode() + message, signature[TIME.size :]
        genuine = is_signed(self.public, message, signature)
        expect(genuine, f"the signature of {self.name} under the checkpoint is not genuine")
        return seconds


class Signature(NamedTuple):
    """One line under a note."""

    name: str
    key_id: bytes
    content: bytes


def read_signature(line: str) -> Signature:
    name, _, written = line[2:].partition(" ")
    expect(line.startswith("\u2014 ") and is_key_name(name), "a signature of the checkpoint cannot be read")
    content = bytes_of(written)
    expect(len(content) > KEY_ID_SIZE, "a signature of the checkpoint is cut short")
    return Signature(name, content[:KEY_ID_SIZE], content[KEY_ID_SIZE:])


def read_note(note: Any) -> tuple[str, list[Signature]]:
    """Return the text of a note and the signatures under it."""
    expect(is_text(note) and len(note.encode()) <= NOTE_MAX, "the checkpoint is no note")
    text, blank, lines = note.rpartition("\n\n")
    expect(blank and lines.endswith("\n"), "the checkpoint is not a text, a blank line and signatures")
    expect(not re.search(r"[\x00-\x09\x0b-\x1f]", text), "the checkpoint holds control characters")
    signatures = [read_signature(line) for line in lines[:-1].split("\n")]
    expect(len(signatures) <= SIGNATURES_MAX, "the checkpoint has too many signatures")
    return text + "\n", signatures


class Checkpoint(NamedTuple):
    """The head of a log, and when the witnesses saw it."""

    origin: str
    size: int
    root: bytes
    seen: dict[str, int]


class Policy:
    """Which logs and witnesses are trusted, and which witness or group of them must have cosigned (None: nobody)."""

    def __init__(self, logs: Iterable[Key] = ()) -> None:
        self.logs = list(logs)
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorums: list[str | None] = []

    def open_checkpoint(self, note: Any) -> Checkpoint:
        """Return the checkpoint in a note this policy accepts."""
        text, signatures = read_note(note)
        lines = text[:-1].split("\n")
        expect(len(lines) >= CHECKPOINT_LINES and all(lines), "a checkpoint has lines for origin, size and root")
        origin, size, root = lines[0], number_of(lines[1]), hash_in(lines[2], "the root")
        by_log = [key for key in self.logs for one in signatures if self._signed(key, one, text) is not None]
        seen: dict[str, int] = {}
        for name, key in self.witnesses.items():
            times = [self._signed(key, one, text) for one in signatures]
            stated = [seconds for seconds in times if seconds is not None]
            seen.update({name: min(stated)} if stated else {})
        expect(any(key.name == origin for key in by_log), f"no key you trust signed for the log {shown(origin)}")
        expect(self._is_met_by(set(seen)), "too few of the witnesses you trust cosigned the checkpoint")
        return Checkpoint(origin, size, root, seen)

    def _signed(self, key: Key, signature: Signature, text: str) -> int | None:
        if (key.name, key.id) != (signature.name, signature.key_id):
            return None
        return key.check(text, signature.content)

    def _is_met_by(self, met: set[str]) -> bool:
        for name, (threshold, members) in self.groups.items():
            if len(met & set(members)) >= threshold:
                met.add(name)
        return all(quorum is None or quorum in met for quorum in self.quorums)


# -- policies: C2SP tlog-policy --


def read_policy(content: bytes) -> Policy:
    """Read a policy file."""
    expect(len(content) <= NOTE_MAX and content.endswith(b"\n"), "a policy is lines of text with a newline at the end")
    expect(not re.search(rb"[^\t\n\x20-\x7e\x80-\xff]", content), "a policy holds no control characters")
    policy = Policy()
    for line in content.decode(errors="surrogateescape").split("\n"):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if words and not words[0].startswith("#"):
            read_policy_line(policy, words)
    for keys in (policy.logs, list(policy.witnesses.values())):
        expect(len({key.public for key in keys}) == len(keys), "the policy names one key twice")
    expect(len(policy.quorums) == 1, 'a policy has one quorum line ("quorum none" where no witness is required)')
    return policy


def read_policy_line(policy: Policy, words: list[str]) -> None:
    known = {*policy.witnesses, *policy.groups}
    if words[0] == "log" and len(words) in {2, 3}:
        policy.logs.append(Key(words[1], TEXT))
    elif words[0] == "witness" and len(words) in {3, 4}:
        expect(words[1] not in known | {"none"}, f"the name {shown(words[1])} is taken")
        policy.witnesses[words[1]] = Key(words[2], COSIGNATURE)
    elif words[0] == "group" and len(words) >= GROUP_WORDS:
        expect(words[1] not in known | {"none"}, f"the name {shown(words[1])} is taken")
        policy.groups[words[1]] = read_group(policy, known, words[2], words[3:])
    elif words[0] == "quorum" and len(words) == 2:  # noqa: PLR2004  # the word and the name
        expect(words[1] in known | {"none"}, f"the quorum {shown(words[1])} is not defined before")
        policy.quorums.append(None if words[1] == "none" else words[1])
    else:
        raise NotGenuine(f"the policy has a line that cannot be read: {shown(' '.join(words))}")


def read_group(policy: Policy, known: set[str], threshold: str, members: list[str]) -> tuple[int, list[str]]:
    taken = {member for _, others in policy.groups.values() for member in others}
    one_vote_each = len(set(members)) == len(members) and not taken & set(members)
    expect(one_vote_each and set(members) <= known, "a group of the policy has unknown or repeated members")
    wanted = {"any": 1, "all": len(members)}.get(threshold)
    wanted = number_of(threshold) if wanted is None else wanted
    expect(1 <= wanted <= len(members), "a group of the policy asks for more members than it has, or for nobody")
    return wanted, members


# -- the tree: RFC 6962 section 2.1, RFC 9162 section 2.1.3.2 --


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def check_inclusion(item: Item, size: int, root: bytes) -> None:
    """Raise unless the proof leads from the leaf with this index to the root."""
    reason = f"event {item.event} is not shown to be in the log: the event or its proof is altered"
    place, last, reached = item.event - 1, size - 1, item.leaf_hash
    expect(place <= last, reason)
    for node in item.proof:
        expect(last != 0, reason)
        if place & 1 or place == last:
            reached = node_hash(node, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, node)
        place, last = place >> 1, last >> 1
    expect(last == 0 and reached == root, reason)


# -- the bundle --


class Item(NamedTuple):
    """One event of a bundle: ``leaf`` is None where all of it is withheld."""

    event: int
    leaf: bytes | None
    leaf_hash: bytes
    proof: list[bytes]
    opened: dict[str, Any]


class Leaf(NamedTuple):
    """What a leaf says, and the commitments of its sealed parts."""

    stream: str
    version: int
    topic: str
    state: dict[str, Any]
    commits: dict[str, bytes]


def read_item(value: Any, nodes: list[bytes]) -> Item:
    shows = isinstance(value, dict) and "leaf" in value
    item = members_of(value, ("index", "proof", "leaf" if shows else "leaf_hash"), "an event of the bundle", ("open",))
    expect(is_count(item["index"]), "the index of an event is no number")
    places = list_in(item["proof"], "a proof")
    expect(len(places) <= PROOF_MAX, "a proof is longer than any log needs")
    expect(all(is_count(one) and one < len(nodes) for one in places), "a proof names a hash that is not there")
    opened = item.get("open", {})
    expect(isinstance(opened, dict) and (shows or not opened), "an event opens parts of a leaf that is not shown")
    leaf = bytes_in(item["leaf"], "a leaf") if shows else None
    hashed = hash_in(item["leaf_hash"], "a leaf's hash") if leaf is None else hashlib.sha256(b"\0" + leaf).digest()
    return Item(item["index"] + 1, leaf, hashed, [nodes[one] for one in places], opened)


def read_bundle(content: bytes) -> tuple[dict[str, Any], list[Item]]:
    """Return the members of a bundle, and its events."""
    if not content.lstrip(b" \t\r\n").startswith(b"{") or b"onrecord-bundle@" not in content:
        raise CouldNotRun("the file is not an evidence bundle")
    whole = read_json(content, "the bundle")
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise CouldNotRun(f"the file is not an evidence bundle of the form {FORMAT}")
    bundle = members_of(whole, ("format", "checkpoint", "log_key", "nodes", "items"), "the bundle")
    expect(is_text(bundle["log_key"]), "the key of the log is no text")
    nodes = [hash_in(one, "a hash of a proof") for one in list_in(bundle["nodes"], "the list of hashes")]
    items = [read_item(one, nodes) for one in list_in(bundle["items"], "the list of events")]
    places = [item.event for item in items]
    expect(places and places == sorted(set(places)), "a bundle lists at least one event, each once and in order")
    return bundle, items


def read_leaf(leaf: bytes) -> Leaf:
    reason = "a leaf is not one whole stored event"

    def piece(start: int) -> tuple[bytes, int]:
        expect(start + LENGTH.size <= len(leaf), reason)
        end = start + LENGTH.size + LENGTH.unpack_from(leaf, start)[0]
        expect(end <= len(leaf), reason)
        return leaf[start + LENGTH.size : end], end

    stream, at = piece(0)
    expect(len(stream) == STREAM_SIZE and at + VERSION.size <= len(leaf), reason)
    version = VERSION.unpack_from(leaf, at)[0]
    topic, at = piece(at + VERSION.size)
    state, at = piece(at)
    expect(at == len(leaf), reason)
    said = read_json(state, "what a leaf says")
    expect(isinstance(said, dict) and isinstance(said.get("commit", {}), dict), reason)
    commits = {name: hash_in(commit, "a commitment") for name, commit in said.get("commit", {}).items()}
    expect(all(map(is_text, commits)), reason)
    try:
        return Leaf(stream.hex(), version, topic.decode(), said, commits)
    except UnicodeDecodeError:
        raise NotGenuine(reason) from None


def open_part(event: int, leaf: Leaf, name: str, value: Any) -> str:
    """Return the words of an opened part; raise unless the leaf declares the part and binds these words."""
    part = members_of(value, ("salt", "value"), "an opened part")
    salt, words = hash_in(part["salt"], "a salt"), part["value"]
    expect(is_text(words) and is_text(name), "an opened part is no text")
    expect(name in leaf.commits, f"event {event} has no part {shown(name)}: it was added")
    bound = hmac.new(salt, words.encode(), hashlib.sha256).digest()
    genuine = hmac.compare_digest(bound, leaf.commits[name])
    expect(genuine, f"the words shown as {shown(name)} of event {event} are not those recorded")
    return str(words)


def open_item(item: Item) -> dict[str, Any]:
    """Return what is proven of one event."""
    event = item.event
    if item.leaf is None:
        return {"event": event, "withheld": True}
    leaf = read_leaf(item.leaf)
    words = {name: open_part(event, leaf, name, part) for name, part in item.opened.items()}
    return {
        "event": event,
        "topic": leaf.topic,
        "stream": leaf.stream,
        "version": leaf.version,
        "happened_at": leaf.state.get("happened_at"),
        "recorded_at": leaf.state.get("recorded_at"),
        "opened": words,
        "not_disclosed": sorted(set(leaf.commits) - set(words)),
    }


def verify(content: bytes, policy: Policy | None) -> dict[str, Any]:
    """Return what the bundle proves; without a policy it trusts the key inside, which anchors nothing."""
    bundle, items = read_bundle(content)
    trusted = Policy([Key(bundle["log_key"], TEXT)]) if policy is None else policy
    checkpoint = trusted.open_checkpoint(bundle["checkpoint"])
    for item in items:
        check_inclusion(item, checkpoint.size, checkpoint.root)
    return {
        "status": "unanchored" if policy is None else "proven",
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": base64.b64encode(checkpoint.root).decode(),
        "log_key": bundle["log_key"],
        "witnessed_at": {name: moment(seconds) for name, seconds in sorted(checkpoint.seen.items())},
        "events": [open_item(item) for item in items],
    }


# -- the command --


def moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def read_file(path: str, limit: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise CouldNotRun(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > limit:
        raise CouldNotRun(f"{path} is larger than {limit} bytes")
    return content


def policy_of(log_keys: list[str], file: str | None) -> Policy | None:
    """Return what is trusted from outside, None where nothing was given."""
    if not log_keys and file is None:
        return None
    try:
        policy = Policy() if file is None else read_policy(read_file(file, NOTE_MAX))
        given = [Key(vkey.strip(), TEXT) for vkey in log_keys]
    except NotGenuine as reason:
        raise CouldNotRun(f"what you trust cannot be read: {reason}") from None
    known = {key.public for key in policy.logs}
    policy.logs += [key for key in given if key.public not in known]
    return policy


def printable(text: str) -> str:
    """Return hostile text without what moves the cursor of a terminal or turns its direction."""
    return "".join(
        f"\\u{ord(one):04x}" if one != "\n" and unicodedata.category(one) in INVISIBLE else one for one in text
    )


def told(result: dict[str, Any]) -> str:
    """Return the result in words."""
    said = [f"log {result['origin']}, {result['size']} events, root {result['root']}"]
    said += [f"witness {name} saw it at {when}" for name, when in result["witnessed_at"].items()]
    for event in result["events"]:
        said += told_event(event)
    if result["status"] == "proven":
        said.append("\nPROVEN: this stood in the log when the checkpoint was signed, so and not otherwise.")
    else:
        said.append("\nUNANCHORED: the bundle is whole, but who signed it is only what it says itself.")
        said.append(f"Ask for the log's key by another way and give it with --log-key. It names {result['log_key']}")
    said.append("Nothing is said here about what is not in the bundle.")
    return printable("\n".join(said))


def told_event(event: dict[str, Any]) -> list[str]:
    if event.get("withheld"):
        return [f"\nevent {event['event']}: something is recorded here; all of it is withheld"]
    said = [f"\nevent {event['event']}: {event['topic']}, recorded {event['recorded_at']}"]
    for name, words in event["opened"].items():
        indented = words.replace("\n", "\n    ")
        said.append(f"  {name}: {indented}")
    if event["not_disclosed"]:
        said.append(f"  not disclosed: {', '.join(event['not_disclosed'])}")
    return said


class Options(argparse.ArgumentParser):
    """Options whose misuse is told as everything else is."""

    def error(self, message: str) -> NoReturn:
        raise CouldNotRun(f"{message} (--help tells more)")


def outcome(words: Sequence[str]) -> tuple[int, dict[str, Any], str]:
    """Return the exit code, the result, and the result in words."""
    options = Options(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("bundle", help="the bundle, a JSON file")
    options.add_argument("--log-key", action="append", default=[], metavar="VKEY", help="a key of the log you trust")
    options.add_argument("--policy", metavar="FILE", help="a C2SP tlog-policy file")
    options.add_argument("--json", action="store_true", help="print one JSON object")
    try:
        given = options.parse_args(words)
        policy = policy_of(given.log_key, given.policy)
        result = verify(read_file(given.bundle, BUNDLE_MAX), policy)
    except NotGenuine as reason:
        return NOT_GENUINE, {"status": "not genuine", "reason": str(reason)}, printable(f"NOT GENUINE: {reason}.")
    except CouldNotRun as reason:
        return COULD_NOT_RUN, {"status": "could not run", "reason": str(reason)}, printable(f"COULD NOT RUN: {reason}.")
    return (UNANCHORED if policy is None else PROVEN), result, told(result)


def main() -> int:
    """Run the command; print one JSON object or words, and return the exit code."""
    words = sys.argv[1:]
    code, result, said = outcome(words)
    sys.stdout.buffer.write((json.dumps(result) if "--json" in words else said).encode() + b"\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
