"""A letter is handed to a real mail server, and it is known whether it may have gone."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default as readable
from typing import TYPE_CHECKING

import pytest

from audit.domain.errors import WrongUse
from audit.reports.post.addresses import address, plain, same
from audit.reports.post.letter import Enclosed, Writing, written
from audit.reports.post.smtp import NO_TLS, TLS, hand_over, relay_of
from tests.archive.house import BEGINNING
from tests.post.server import PASSWORD, Post, served, trusted

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

ONA = "ona@example.org"


def _mail(to: str = ONA, name: str = "Ona", subject: str = "Your talk", text: str = "Hello.\n.\n..dots\r\n") -> bytes:
    return written(Writing("post@example.com", to, name, subject, text), letter="l1", at=BEGINNING)


def _read(mail: bytes) -> EmailMessage:
    return message_from_bytes(mail, policy=readable)


def test_a_letter_arrives_as_it_was_written() -> None:
    post = Post()
    with served(post) as relay:
        outcome = hand_over(relay, ONA, _mail())
    assert (outcome.outcome, outcome.answer) == ("accepted", "250 2.0.0 queued as 7")
    assert post.recipients == [ONA]
    read = _read(post.letters[0])
    assert read["Message-ID"] == "<l1@example.com>"
    assert read.get_content().splitlines() == ["Hello.", ".", "..dots"]


@pytest.mark.parametrize(
    ("to_address", "to_letter", "outcome"),
    [
        ("450 4.2.0 later", "250 OK", "put-off"),
        ("550 5.1.1 no such user", "250 OK", "refused"),
        ("250 OK", "452 4.3.1 no room", "put-off"),
        ("250 OK", "554 5.7.1 spam", "refused"),
        ("250 OK", None, "unknown"),
    ],
)
def test_what_the_server_does_is_told_apart(to_address: str, to_letter: str | None, outcome: str) -> None:
    with served(Post(to_address=to_address, to_letter=to_letter)) as relay:
        ended = hand_over(relay, ONA, _mail())
    assert ended.outcome == outcome
    assert ended.answer


def test_a_server_that_is_not_there_puts_the_letter_off() -> None:
    with served(Post()) as relay:
        pass
    assert hand_over(relay, ONA, _mail()).outcome == "put-off"


def test_letters_go_protected_and_under_our_own_authority(tmp_path: Path) -> None:
    tls, authorities = trusted(tmp_path)
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")
    post = Post()
    with served(post, tls=tls) as bare:
        relay = replace(bare, user="onrecord", password_file=secret, authorities=authorities)
        assert hand_over(relay, ONA, _mail()).outcome == "accepted"
        secret.write_text("another")
        turned_away = hand_over(relay, ONA, _mail())
        assert (turned_away.outcome, turned_away.answer[:3]) == ("put-off", "535")
        assert hand_over(replace(relay, authorities=None), ONA, _mail()).outcome == "put-off"
        assert hand_over(replace(relay, security=NO_TLS, user=None), ONA, _mail()).outcome == "refused"
        assert hand_over(replace(relay, authorities=tmp_path / "none"), ONA, _mail()).outcome == "put-off"
        assert hand_over(replace(relay, password_file=tmp_path / "none"), ONA, _mail()).outcome == "put-off"
    assert post.logins[:2] == ["onrecord", "onrecord"]
    assert len(post.letters) == 1


def test_a_server_without_protection_gets_no_letter() -> None:
    post = Post()
    with served(post) as relay:
        assert hand_over(replace(relay, security="starttls"), ONA, _mail()).outcome == "put-off"
        assert hand_over(replace(relay, security=TLS, seconds=1), ONA, _mail()).outcome == "put-off"
    assert post.letters == []


def test_addresses_in_any_script_go_through() -> None:
    post = Post()
    with served(post) as relay:
        to = address("žmogus@pavyzdys-ąčę.lt")
        assert hand_over(relay, to.spec, _mail(to.spec)).outcome == "accepted"
    assert to.domain.startswith("xn--")
    assert "SMTPUTF8" in post.options
    assert post.recipients == [to.spec]
    assert f"<{to.spec}>".encode() in post.letters[0]


@pytest.mark.parametrize(
    "words",
    [
        "Ona\r\nBcc: eve@example.net",
        "Ona\nBcc: eve@example.net",
        "Ona\rBcc: eve@example.net",
        "Ona\u2028Bcc: eve@example.net",
        "Ona\x85Bcc: eve@example.net",
        "Ona\x0b\x0c\x00Bcc: eve@example.net",
        '"Ona" <eve@example.net>, x',
        "=?utf-8?q?Ona=0D=0ABcc:_eve?=",
        "\u202eanO\u202c" * 30,
        "\ud800" + "x" * 5_000,
    ],
)
def test_no_name_and_no_subject_begins_a_header_or_adds_somebody(words: str) -> None:
    read = _read(_mail(name=words, subject=words))
    assert sorted(set(read.keys())) == sorted(
        {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "Content-Type",
            "Content-Transfer-Encoding", "MIME-Version",
        }
    )  # fmt: skip
    assert [one.addr_spec for one in read["To"].addresses] == [ONA]
    assert read.get_content().startswith("Hello.")


def test_a_name_from_right_to_left_stays_itself() -> None:
    assert _read(_mail(name="דוד כהן"))["To"].addresses[0].display_name == "דוד כהן"
    assert plain("\u202eevil\u2066name") == "evil name"


@pytest.mark.parametrize(
    "wrong",
    [
        "", "ona", "@example.com", "ona@", "ona@localhost", "ona@example.com, eve@example.net", "Ona <ona@example.com>",
        "ona@example.com\r\nRCPT TO:<eve@example.net>", "ona@example.com\0", "o na@example.com", "ona@@example.com",
        ".ona@example.com", "ona..x@example.com", "ona@-example.com", "ona@example..com", "ona@exa mple.com",
        "x" * 65 + "@example.com", "ona@" + "x" * 64 + ".com", "ona@" + "abcdefghi." * 30 + "com",
        "\u202eona@example.com",
        "ona@[127.0.0.1]", "ona;eve@example.com", "\ud800@example.com",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(wrong: str) -> None:
    with pytest.raises(WrongUse):
        address(wrong)


def test_capitals_do_not_make_another_mailbox() -> None:
    assert same("Ona@Example.ORG", ONA)
    assert not same("one", "one")
    assert not same("ona@example.org", "ono@example.org")


def test_a_letter_is_the_same_bytes_however_often_it_is_written() -> None:
    writing = Writing(
        "post@example.com",
        ONA,
        "Ona",
        "Ąžuolas",
        "text",
        "<p>text</p>",
        [Enclosed("a\r\nb.pdf", "application/pdf", b"%PDF")],
    )
    one, other = (written(writing, letter="l1", at=BEGINNING) for _ in range(2))
    assert one == other
    (enclosed,) = _read(one).iter_attachments()
    assert (enclosed.get_filename(), enclosed.get_content()) == ("a b.pdf", b"%PDF")


def test_settings_are_refused_with_all_that_is_wrong() -> None:
    assert relay_of({}) is None
    with pytest.raises(WrongUse) as told:
        relay_of(
            {
                "ONRECORD_SMTP_HOST": "h",
                "ONRECORD_SMTP_SECURITY": "some",
                "ONRECORD_SMTP_PORT": "0x",
                "ONRECORD_SMTP_USER": "u",
            }
        )
    for name in ("SECURITY", "PORT", "FROM", "PASSWORD_FILE"):
        assert f"ONRECORD_SMTP_{name}" in str(told.value)
    clear = {"ONRECORD_SMTP_SECURITY": "none", "ONRECORD_SMTP_USER": "u", "ONRECORD_SMTP_PASSWORD_FILE": "f"}
    with pytest.raises(WrongUse, match="in clear"):
        relay_of({"ONRECORD_SMTP_HOST": "h", "ONRECORD_SMTP_FROM": "a@example.com", **clear})
    relay = relay_of({"ONRECORD_SMTP_HOST": "h", "ONRECORD_SMTP_FROM": "a@example.com"})
    assert relay is not None
    assert (relay.port, relay.security) == (587, "starttls")
