from __future__ import annotations

from email.message import EmailMessage
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain.conversation import AttachmentKept, MessagePosted
from audit.domain.errors import Unreadable
from audit.domain.event import Personal
from audit.intake.mail import Mail
from audit.intake.mbox import Mbox
from audit.intake.source import Found, Reading
from tests.intake.reading import found, read, refused

MAIL = Mail()
HEADER = b"Message-ID: <1@example.com>\nDate: Sun, 1 Mar 2026 10:00:00 +0000\nFrom: rasa@example.com\n"


def posted(raw: bytes, reading: Reading | None = None) -> MessagePosted:
    (one,) = read(MAIL, raw, reading or Reading())
    assert isinstance(one, Found)
    (event,) = [fact.event for fact in one.item.facts if isinstance(fact.event, MessagePosted)]
    return event


def ties(raw: bytes, *ours: str) -> list[tuple[str, str]]:
    (one,) = read(MAIL, raw, Reading(our_addresses=frozenset(ours)))
    assert isinstance(one, Found)
    return [tie for fact in one.item.facts if isinstance(fact.event, MessagePosted) for tie in fact.ties]


def test_the_bytes_are_kept_as_received() -> None:
    raw = HEADER + b"X-Odd: \xff\n\nwords\n"
    assert posted(raw).raw == Personal(raw)


def test_where_words_are_masked_no_bytes_are_kept() -> None:
    assert posted(HEADER + b"\nwords\n", Reading(keep_raw=False)).raw is None


def test_a_mail_with_other_line_ends_and_another_way_is_the_same_mail() -> None:
    raw = HEADER + b"Content-Type: text/plain; charset=utf-8\n\nNe\xc5\xa1ildo\n"
    other = b"Received: from elsewhere\r\n" + raw.replace(b"\n", b"\r\n")
    (one,), (two,) = found(MAIL, raw), found(MAIL, other)
    assert (one.item.name, one.item.normal) == (two.item.name, two.item.normal)


def test_a_mail_with_other_words_is_another_mail() -> None:
    (one,), (two,) = found(MAIL, HEADER + b"\nyes\n"), found(MAIL, HEADER + b"\nno\n")
    assert one.item.normal != two.item.normal


def test_the_customer_is_the_sender_unless_the_address_is_ours() -> None:
    raw = HEADER + b"To: help@example.org, jonas@example.net\n\nwords\n"
    assert ties(raw)[0] == ("customer", "rasa@example.com")
    assert ties(raw, "rasa@example.com")[0] == ("customer", "help@example.org")
    assert ties(raw, "rasa@example.com", "help@example.org") == [
        ("customer", "jonas@example.net"),
        ("conversation", "1@example.com"),
    ]


def test_each_address_outside_is_a_recipient_of_its_own() -> None:
    raw = HEADER + b"To: Help <help@example.org>\nCc: Jonas@Example.net, rasa@example.com\n\nwords\n"
    recipients = [written for kind, written in ties(raw, "help@example.org") if kind == "recipient"]
    assert recipients == ["jonas@example.net"]


def test_a_mail_among_ourselves_belongs_to_its_thread() -> None:
    raw = HEADER + b"To: help@example.org\n\nwords\n"
    assert ties(raw, "rasa@example.com", "help@example.org") == [("conversation", "1@example.com")]


@pytest.mark.parametrize(
    ("field", "automatic"),
    [
        (b"Auto-Submitted: auto-replied", True),
        (b"Auto-Submitted: no", False),
        (b"Return-Path: <>", True),
        (b"Content-Type: multipart/report; boundary=x", True),
        (b"Subject: Auto", False),
    ],
)
def test_what_a_machine_wrote_is_marked(field: bytes, automatic: bool) -> None:
    assert posted(HEADER + field + b"\n\nwords\n").automatic is automatic


@pytest.mark.parametrize(
    ("date", "iso", "assumed"),
    [
        (b"Sun, 1 Mar 2026 10:00:00 +0200", "2026-03-01T10:00:00+02:00", False),
        (b"Sun, 1 Mar 2026 10:00:00 -0000", "2026-03-01T10:00:00+00:00", False),
        (b"Sun, 1 Mar 2026 10:00:00", "2026-03-01T10:00:00+00:00", True),
        (b"1 Mar 26 10:00 GMT", "2026-03-01T10:00:00+00:00", False),
    ],
)
def test_a_date_says_whether_its_zone_is_ours(date: bytes, iso: str, assumed: bool) -> None:
    (one,) = read(MAIL, HEADER.replace(b"Sun, 1 Mar 2026 10:00:00 +0000", date) + b"\nwords\n", Reading())
    assert isinstance(one, Found)
    fact = one.item.facts[0]
    assert (fact.at.isoformat(), fact.zone_assumed) == (iso, assumed)


@pytest.mark.parametrize("date", [b"", b"soon", b"Sun, 1 Mar 2026 10:00:00 +9900", b"1 Mar 99999 10:00:00 +0000"])
def test_a_mail_without_a_date_that_can_be_read_is_refused(date: bytes) -> None:
    (one,) = refused(MAIL, HEADER.replace(b"Sun, 1 Mar 2026 10:00:00 +0000", date) + b"\nwords\n")
    assert "Date" in one.reason


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("utf-8", "Nešildo 不热"),
        ("koi8-r", "не греет"),
        ("gb2312", "不热"),
        ("windows-1251", "не топли"),
        ("utf-16", "a"),
    ],
)
def test_words_are_read_in_their_charset(charset: str, words: str) -> None:
    mail = EmailMessage()
    mail["Date"], mail["From"], mail["Subject"] = "Sun, 1 Mar 2026 10:00:00 +0000", "a@example.com", words
    mail.set_content(words.encode(charset), "text", "plain", cte="base64", params={"charset": charset})
    event = posted(mail.as_bytes())
    assert event.text == Personal(words)
    assert event.subject == Personal(words)


@pytest.mark.parametrize("charset", ["none-such", "idna", "punycode", "hex", "unicode_escape", "utf-7", "a\0b", "ж"])
def test_a_charset_that_is_none_loses_no_mail(charset: str) -> None:
    raw = HEADER + f"Content-Type: text/plain; charset={charset}\n\n\\xff +2AA- a\n".encode()
    assert posted(raw).text.text


def test_files_within_files_are_kept_each() -> None:
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("forwarded words")
    mail = EmailMessage()
    mail["Date"], mail["From"] = "Sun, 1 Mar 2026 10:00:00 +0000", "a@example.com"
    mail.set_content("words")
    mail.add_attachment(inner)
    mail.add_attachment(b"PDF", maintype="application", subtype="pdf", filename="sąskaita.pdf")
    (one,) = found(MAIL, mail.as_bytes())
    kept = [fact.event for fact in one.item.facts if isinstance(fact.event, AttachmentKept)]
    assert [(event.media_type, event.name and event.name.value) for event in kept] == [
        ("message/rfc822", None),
        ("application/pdf", "sąskaita.pdf"),
    ]
    assert kept[0].content is not None
    assert b"forwarded words" in kept[0].content.value
    assert all(fact.of == one.item.name for fact in one.item.facts if isinstance(fact.event, AttachmentKept))


@pytest.mark.parametrize(
    "raw",
    [
        HEADER + b"Content-Type: message/rfc822\n\n" * 20_000,
        HEADER + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(60)),
        HEADER + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(600)),
        HEADER + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 2_000,
        HEADER + b"X: " + b"x" * 2_000_000,
        HEADER + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 60_000,
        HEADER + b"X: boundary=b\n" * 100 + b"\n" * 600_000,
        HEADER + b"Content-Type: text/plain;" + b" a=b;\n" * 6_000 + b"\nwords",
        HEADER + b"To: " + b", ".join(b"p%d@example.com" % n for n in range(600)) + b"\n\nwords\n",
    ],
    ids=["mails in mails", "deep", "deeper", "parts", "header", "more parts", "effort", "field", "recipients"],
)
def test_a_mail_built_to_exhaust_us_is_refused(raw: bytes) -> None:
    assert len(refused(MAIL, raw)) == 1


@pytest.mark.parametrize(
    "field",
    [
        b"To: " + b"(" * 50_000,
        b"To: " + b"<" * 50_000,
        b'To: "' + b"\\" * 50_000,
        b"Subject: " + b"=?utf-8?q?" * 20_000,
        b"Subject: =?utf-8?b?" + b"=" * 1000 + b"?=",
        b"Content-Type: text/plain; " + b"a*0=b;" * 2_000,
        b"Content-Type: text/plain; name*" + b"9" * 5000 + b"*=x",
        b"Content-Type: multipart/mixed",
        b"Content-Type: ;;;",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Disposition: attachment; filename*=bad''%",
        b"References: " + b"<" * 50_000,
        b"Message-ID: \xff\xfe",
    ],
)
def test_a_header_that_is_broken_loses_no_mail(field: bytes) -> None:
    assert len(found(MAIL, HEADER + field + b"\n\nbegin 644 x\nM\xff\nwords\n")) == 1


def test_a_part_that_would_swell_is_kept_as_it_is_written() -> None:
    raw = HEADER + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + b"M!!!\n" * 1_000_000
    text = posted(raw).text.text
    assert text is not None
    assert len(text) < len(raw)


def test_what_has_no_header_is_no_mail() -> None:
    with pytest.raises(Unreadable):
        read(MAIL, b"\0\1\2" * 100)


def test_notes_with_colons_are_not_taken_for_mail() -> None:
    assert not MAIL.recognises(PurePosixPath("notes.md"), b"Title: x\nAuthor: y\nDate: today\n\nwords")
    assert not MAIL.recognises(PurePosixPath("a.eml"), b"")


def test_a_mail_in_a_mailbox_is_the_same_mail_as_in_a_file_of_its_own() -> None:
    raw = HEADER + b"\nwords\n>From him\nFrom her\n"
    box = b"From x Sun Mar  1 10:00:00 2026\n" + raw.replace(b">From", b">>From").replace(b"From her", b">From her")
    (one,), (two,) = found(MAIL, raw), found(Mbox(), box + b"\n")
    assert (one.item.name, one.item.normal) == (two.item.name, two.item.normal)


def test_what_does_not_begin_as_a_mailbox_is_none() -> None:
    with pytest.raises(Unreadable):
        read(Mbox(), b"words")


_PIECES = st.sampled_from(
    [
        b"Content-Type: ",
        b"multipart/mixed; boundary=b\n",
        b"multipart/alternative; boundary=b\n",
        b"message/rfc822\n",
        b"text/html",
        b"; charset=x",
        b"; name*0*=",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: x-uuencode\n",
        b"Content-Disposition: attachment; filename=",
        b"=?utf-8?b?",
        b"?=",
        b"From: ",
        b"To: a@b",
        b"\n\n",
        b"--b\n",
        b"--b--\n",
        b"<p>",
        b'"',
        b"(",
        b"\xff",
        b"\0",
    ]
)


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(_PIECES | st.binary(max_size=20), max_size=25))
def test_any_mail_is_either_found_or_refused(pieces: list[bytes]) -> None:
    results: list[Any] = read(MAIL, HEADER + b"".join(pieces))
    assert len(results) == 1
