"""Signatures on paper: they hold, they are seen to break, and they leave the page as it was."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from audit.domain.errors import Unreadable
from audit.evidence.errors import NotProven
from audit.evidence.keys import SigningKey
from audit.reports.certificates import as_pem, read_credentials, speaks_for_log
from audit.reports.customer_record import compile_record
from audit.reports.pdf import render
from audit.reports.signature_fields import COUNTERSIGNATURE, SEAL
from audit.reports.signatures import signatures_of
from audit.reports.signing import Signing, sign
from tests.reports.archives import credentials
from tests.reports.given import STAFF, a_whole_story, scope

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey.generate("example.org/archive")
OTHER = SigningKey.generate("example.org/supervisor")


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    story = a_whole_story()
    return render(compile_record(story.records, scope(story), staff=STAFF)).pdf


@pytest.fixture(scope="module")
def signed(unsigned: bytes) -> bytes:
    return sign(unsigned, Signing(seal=credentials(KEY), countersignature=credentials(OTHER)))


def test_a_signed_paper_begins_with_the_unsigned_one(unsigned: bytes, signed: bytes) -> None:
    assert signed.startswith(unsigned)
    assert len(signed) > len(unsigned)
    assert signatures_of(unsigned) == []


def test_both_signatures_hold_and_say_whose_they_are(signed: bytes) -> None:
    seal, counter = signatures_of(signed)
    assert (seal.field, counter.field) == (SEAL, COUNTERSIGNATURE)
    assert speaks_for_log(seal.certificate, KEY.verifier)
    assert not speaks_for_log(seal.certificate, OTHER.verifier)
    assert not speaks_for_log(counter.certificate, KEY.verifier)
    assert seal.claimed_at is not None
    assert seal.attested_at is None


def test_any_changed_byte_breaks_a_signature(unsigned: bytes, signed: bytes) -> None:
    places = [*range(40, len(unsigned), len(unsigned) // 12), len(unsigned) + 200, len(signed) - 30]
    for at in places:
        changed = bytearray(signed)
        changed[at] ^= 1
        with pytest.raises(NotProven):
            assert [one.field for one in signatures_of(bytes(changed))] == [SEAL, COUNTERSIGNATURE], at


def test_what_is_added_afterwards_is_found(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pdf.Root.Lang = pikepdf.String("fr")
        again = io.BytesIO()
        pdf.save(again)
    with pytest.raises(NotProven):
        signatures_of(again.getvalue())
    with pytest.raises(NotProven, match="whole file"):
        signatures_of(signed + b"\n% more\n")


def test_signing_leaves_conformance_as_it_was(unsigned: bytes, signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(unsigned)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        assert after.pdf_version == before.pdf_version == "1.7"
        assert "/Version" not in after.Root
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert str(after.docinfo["/Producer"]) == str(before.docinfo["/Producer"])
        assert len(after.Root.AcroForm.Fields) == len(before.Root.AcroForm.Fields) == 2
        for field in after.Root.AcroForm.Fields:
            assert int(field.F) & 0b10 == 0, "PDF/A, 6.3.2: not hidden"
            assert int(field.F) & 0b100, "PDF/A, 6.3.2: printed"
            assert "/StructParent" in field, "PDF/UA, 7.18.1: tagged"
            assert str(field.TU)
            assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"


def test_the_fields_stand_in_the_tree_of_tags(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        for field in pdf.Root.AcroForm.Fields:
            form = parents[int(field.StructParent)]
            assert str(form.S) == "/Form"
            assert form.K.Obj.objgen == field.objgen
            assert str(form.Alt) == str(field.TU)


@pytest.mark.parametrize("passphrase", [None, "a passphrase"])
def test_a_key_from_outside_is_read_from_either_form(tmp_path: Path, passphrase: str | None) -> None:
    own = credentials(KEY)
    pem, p12 = tmp_path / "key.pem", tmp_path / "key.p12"
    guarded = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    key = own.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, guarded)
    pem.write_bytes(key + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in reversed(own.chain)))
    p12.write_bytes(pkcs12.serialize_key_and_certificates(b"x", own.key, own.certificate, own.chain[1:], guarded))  # type: ignore[arg-type]  # it is RSA
    for path in (pem, p12):
        read = read_credentials(path, passphrase)
        assert read.certificate == own.certificate
        assert set(read.chain) == set(own.chain)


def test_a_key_that_cannot_be_used_is_refused_with_what_to_do(tmp_path: Path) -> None:
    whole = as_pem(credentials(KEY))
    alone, other = tmp_path / "alone.pem", tmp_path / "other.pem"
    alone.write_bytes(whole[: whole.index(b"-----BEGIN CERTIFICATE")])
    other.write_bytes(alone.read_bytes() + credentials(OTHER).certificate.public_bytes(serialization.Encoding.PEM))
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"\x00rubbish")
    for path in (alone, other, rubbish, tmp_path / "absent"):
        with pytest.raises(Unreadable):
            read_credentials(path, None)


def test_the_certificate_is_one_for_signing_and_long_enough_for_paper() -> None:
    own, root = credentials(KEY).chain
    usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert (own.not_valid_after_utc - own.not_valid_before_utc).days > 7000
