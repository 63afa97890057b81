"""Signed notes: what was signed is read back, and nothing hostile is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import KeyKind, SigningKey, VerifierKey
from audit.evidence.note import SIGNATURES_MAX, SIZE_MAX, Note, Signature, TextVerifier, open_note, sign_text

LOG = SigningKey("example.com/archive", KeyKind.TEXT, bytes(range(32)))
OTHER = SigningKey("example.com/other", KeyKind.TEXT, bytes(32))
LOG_KEY = TextVerifier(LOG.verifier)
OTHER_KEY = TextVerifier(OTHER.verifier)
TEXT = "Ačiū, jūsų pinigai grąžinti.\n\nSecond paragraph.\n"
SIGNED = bytes(Note(TEXT).signed(sign_text(TEXT, LOG)))
LINE = str(sign_text(TEXT, LOG)).encode()
OTHER_LINE = str(sign_text(TEXT, OTHER)).encode()
LINES_OF_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")).map(lambda text: text + "\n")


def test_the_example_of_the_standard_verifies() -> None:
    key = TextVerifier(VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"))
    content = (
        "This is an example message.\n\n— example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    ).encode()
    assert open_note(content, [key]).text == "This is an example message.\n"


def test_a_note_is_written_as_it_always_was() -> None:
    text = "example.com/archive\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    line = (
        "— example.com/archive "
        "qmZGUw+sSi9QMmAici0vsQLI4/dyOCgfpRhh6X0dxKTgee21PRo8b0XOuDr7KyogktIneoL53zHnYQ8LdVMbHENzPw0=\n"
    )
    assert bytes(Note(text).signed(sign_text(text, LOG))).decode() == text + "\n" + line


@given(LINES_OF_TEXT)
def test_a_signed_text_is_read_back(text: str) -> None:
    note = Note(text).signed(sign_text(text, OTHER), sign_text(text, LOG))
    assert Note.parse(bytes(note)) == note
    assert open_note(bytes(note), [OTHER_KEY, LOG_KEY]) == note


def test_signatures_of_unknown_keys_are_left_out() -> None:
    opened = open_note(SIGNED + OTHER_LINE, [OTHER_KEY])
    assert opened == Note(TEXT, (sign_text(TEXT, OTHER),))


@pytest.mark.parametrize("known", [(), (OTHER_KEY,), (TextVerifier(SigningKey.generate(LOG.name).verifier),)])
def test_a_note_no_known_key_signed_is_refused(known: tuple[TextVerifier, ...]) -> None:
    with pytest.raises(NotProven, match="No key you trust"):
        open_note(SIGNED, known)


def test_a_note_without_signatures_is_refused() -> None:
    with pytest.raises(Malformed):
        open_note(TEXT.encode() + b"\n", [LOG_KEY])
    with pytest.raises(NotProven):
        open_note(Note(TEXT), [LOG_KEY])


def test_one_false_signature_of_a_known_key_rejects_the_whole_note() -> None:
    false = Signature(OTHER.name, OTHER.verifier.id, bytes(64))
    for note in (Note(TEXT, (sign_text(TEXT, LOG), false)), Note(TEXT, (false, sign_text(TEXT, LOG)))):
        with pytest.raises(NotProven, match=r"example\.com/other is not genuine"):
            open_note(note, [LOG_KEY, OTHER_KEY])
        assert open_note(note, [LOG_KEY]).text == TEXT


def test_a_second_and_false_signature_of_the_same_key_rejects_the_note() -> None:
    false = Signature(LOG.name, LOG.verifier.id, bytes(64))
    with pytest.raises(NotProven, match="not genuine"):
        open_note(Note(TEXT, (sign_text(TEXT, LOG), false)), [LOG_KEY])


def test_a_signature_repeated_counts_once() -> None:
    assert open_note(SIGNED + LINE + LINE, [LOG_KEY, LOG_KEY]).signatures == (sign_text(TEXT, LOG),)


def test_a_false_signature_under_a_known_name_with_another_id_is_an_unknown_one() -> None:
    stranger = Signature(LOG.name, b"\x00\x01\x02\x03", b"x")
    assert open_note(Note(TEXT, (stranger, sign_text(TEXT, LOG))), [LOG_KEY]).signatures == (sign_text(TEXT, LOG),)


def test_signing_again_replaces_the_signature() -> None:
    note = Note(TEXT, (Signature(LOG.name, LOG.verifier.id, b"old"), sign_text(TEXT, OTHER)))
    assert note.signed(sign_text(TEXT, LOG)) == Note(TEXT, (sign_text(TEXT, OTHER), sign_text(TEXT, LOG)))


def test_no_byte_of_a_note_can_be_changed() -> None:
    for place in range(len(SIGNED)):
        for step in (1, 0x20, 0x80):
            altered = SIGNED[:place] + bytes((SIGNED[place] ^ step,)) + SIGNED[place + 1 :]
            with pytest.raises(NotProven):
                open_note(altered, [LOG_KEY])


def test_no_byte_of_a_note_can_be_left_out_or_doubled() -> None:
    for place in range(len(SIGNED)):
        doubled = SIGNED[: place + 1] + SIGNED[place:]
        for altered in (SIGNED[:place], SIGNED[:place] + SIGNED[place + 1 :], doubled):
            with pytest.raises(NotProven):
                open_note(altered, [LOG_KEY])


def test_a_text_may_hold_what_looks_like_a_signature() -> None:
    text = TEXT + "\n" + LINE.decode()
    note = Note(text).signed(sign_text(text, LOG))
    assert open_note(bytes(note), [LOG_KEY]).text == text
    with pytest.raises(NotProven):
        open_note(text.encode() + b"\n" + LINE, [LOG_KEY])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\n\n",
        LINE,
        b"\n" + LINE,
        TEXT.encode(),
        TEXT.encode() + b"\n",
        TEXT.encode() + LINE,
        SIGNED[:-1],
        SIGNED + b"\n",
        SIGNED + b"Unexpected line.\n",
        SIGNED.replace(b"\n", b"\r\n"),
        b"\x00" + SIGNED,
        b"\t" + SIGNED,
        b"\x1f" + SIGNED,
        b"\xff" + SIGNED,
        b"\xed\xa0\x80" + SIGNED,
        SIGNED.replace("—".encode(), b"-"),
        SIGNED.replace("— ".encode(), "—".encode()),
        SIGNED.replace("— ".encode(), "—\u00a0".encode()),
        SIGNED + "— spaced out AAAAAAA=\n".encode(),
        SIGNED + "— plus+name AAAAAAA=\n".encode(),
        SIGNED + "— no\u2003break AAAAAAA=\n".encode(),
        SIGNED + "— short AAAAAA==\n".encode(),
        SIGNED + "— short \n".encode(),
        SIGNED + "— nothing\n".encode(),
        SIGNED + "— \n".encode(),
        SIGNED + "—  AAAAAAA=\n".encode(),
        SIGNED + "— loose AAAAAAB=\n".encode(),
        SIGNED + "— loose AAAAAAA\n".encode(),
        SIGNED + LINE * SIGNATURES_MAX,
        b"a" * SIZE_MAX + SIGNED,
    ],
)
def test_what_is_not_in_the_form_of_a_note_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        open_note(content, [LOG_KEY])


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading_of_notes(content: bytes) -> None:
    with pytest.raises(NotProven):
        open_note(content, [LOG_KEY])


@given(LINES_OF_TEXT, st.lists(st.text(max_size=20), max_size=3))
def test_whatever_is_read_as_a_note_is_written_the_same(text: str, lines: list[str]) -> None:
    content = (text + "\n" + "".join(f"— {line}\n" for line in lines)).encode() + LINE
    try:
        note = Note.parse(content)
    except Malformed:
        return
    assert bytes(note) == content


def test_as_many_signatures_as_the_standard_asks_for_are_read() -> None:
    keys = [SigningKey.generate(f"example.com/w{number}") for number in range(16)]
    note = Note(TEXT).signed(*(sign_text(TEXT, key) for key in keys))
    assert len(open_note(bytes(note), [TextVerifier(key.verifier) for key in keys]).signatures) == 16


def test_a_note_may_be_as_large_as_we_say() -> None:
    strangers = [Signature("example.com/w", number.to_bytes(4), b"x") for number in range(SIGNATURES_MAX - 1)]
    note = Note(TEXT, (*strangers, sign_text(TEXT, LOG)))
    assert open_note(bytes(note), [LOG_KEY]).text == TEXT
    text = "a" * (SIZE_MAX - len(SIGNED) + len(TEXT.encode()) - 1) + "\n"
    longest = bytes(Note(text).signed(sign_text(text, LOG)))
    assert len(longest) == SIZE_MAX
    assert open_note(longest, [LOG_KEY]).text == text


@pytest.mark.parametrize(("key_id", "content"), [(b"abc", b"x"), (b"abcde", b"x"), (b"abcd", b""), (b"", b"")])
def test_a_signature_cut_short_is_refused(key_id: bytes, content: bytes) -> None:
    with pytest.raises(Malformed, match="cut short"):
        Signature(LOG.name, key_id, content)


@pytest.mark.parametrize("text", ["", "no end", "a\r\n", "a\tb\n", "\x00\n", "\ud800\n"])
def test_a_text_no_note_can_carry_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="whole lines"):
        Note(text)


def test_two_known_keys_that_notes_cannot_tell_apart_are_refused() -> None:
    stranger = SigningKey.generate(LOG.name).verifier
    twin = _KeyOfTheSameId(stranger.name, stranger.kind, stranger.public)
    with pytest.raises(Malformed, match="same id"):
        open_note(SIGNED, [LOG_KEY, TextVerifier(twin)])


def test_the_key_of_a_witness_signs_no_texts() -> None:
    witness = SigningKey("example.com/w1", KeyKind.COSIGNATURE, bytes(32))
    with pytest.raises(Malformed, match="witness"):
        sign_text(TEXT, witness)
    with pytest.raises(Malformed, match="witness"):
        TextVerifier(witness.verifier)


class _KeyOfTheSameId(VerifierKey):
    """A key whose id happens to be that of the log's: 32 bits can be made to collide."""

    @property
    def signer(self) -> tuple[str, bytes]:
        return LOG.verifier.signer
