"""Sealed with a key in a file and with one in a token; what the file's reader sees of it."""

import io
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.reader import PdfFileReader

from kiosk.papers.signed_paper import ExpectedPaper, check
from sync.gateway.issuing.authority import Authority, der_of, pem_of, secret_pem_of
from sync.gateway.issuing.sealing import (
    NotSealed,
    TokenAddress,
    seal_from_file,
    seal_from_token,
)
from tests.counterparts.specimen_office import NUMBER, SpecimenOffice, composed, pdfsig_words

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "1234"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SpecimenOffice:
    return SpecimenOffice.new(tmp_path_factory.mktemp("office"))


def is_good(pdf: bytes, office: SpecimenOffice) -> bool:
    check(
        pdf,
        roots=[office.root],
        revoked=(),
        expected=ExpectedPaper(NUMBER),
        now=datetime.now(UTC),
    )
    return True


def test_a_reader_finds_one_signature_over_all_of_it(
    office: SpecimenOffice, tmp_path: Path
) -> None:
    sealed = office.seal.sealed(composed())
    told = pdfsig_words(sealed, tmp_path)
    assert told.count("Signature #") == 1
    assert "Signature Type: ETSI.CAdES.detached" in told
    assert "Total document signed" in told
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    subprocess.run(["qpdf", "--check", str(tmp_path / "sealed.pdf")], check=True)


def test_the_root_is_not_in_it_and_no_change_is_allowed(office: SpecimenOffice) -> None:
    [signature] = PdfFileReader(io.BytesIO(office.seal.sealed(composed()))).embedded_signatures
    info = cms.ContentInfo.load(bytes(signature.pkcs7_content))
    inside = [one.chosen.dump() for one in info["content"]["certificates"]]
    own = x509.load_pem_x509_certificate(office.certificate)
    assert inside == [own.public_bytes(serialization.Encoding.DER)]
    assert signature.docmdp_level.value == 1  # no changes


def test_the_metadata_stays_as_it_was_composed(office: SpecimenOffice) -> None:
    """PDF/A wants the two places to agree, and the holder's number is in both."""
    before, after = (
        PdfFileReader(io.BytesIO(pdf)) for pdf in (composed(), office.seal.sealed(composed()))
    )
    assert dict(before.trailer["/Info"]) == dict(after.trailer["/Info"])
    assert before.root["/Metadata"].data == after.root["/Metadata"].data


def test_without_a_picture_nothing_is_drawn(office: SpecimenOffice) -> None:
    plain = seal_from_file(office.key, office.certificate).sealed(composed())
    assert is_good(plain, office)
    assert len(plain) < len(office.seal.sealed(composed()))


def test_rsa_keys_seal_too() -> None:
    begin, key = datetime.now(UTC) - timedelta(days=1), rsa.generate_private_key(65537, 2048)
    authority = Authority.new("样本根", now=begin)
    certificate = authority.certificate("某局", key.public_key(), now=begin)
    sealed = seal_from_file(secret_pem_of(key), pem_of(certificate)).sealed(composed())
    seen = check(
        sealed,
        roots=[der_of(authority.root)],
        revoked=(),
        expected=ExpectedPaper(NUMBER),
        now=datetime.now(UTC),
    )
    assert seen.office == "某局"


@pytest.mark.parametrize("wrong", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAA==\n"])
def test_what_is_no_key_or_certificate(office: SpecimenOffice, wrong: bytes) -> None:
    with pytest.raises(NotSealed):
        seal_from_file(wrong, office.certificate)
    with pytest.raises(NotSealed):
        seal_from_file(office.key, wrong)


def test_what_is_no_pdf_is_not_sealed(office: SpecimenOffice) -> None:
    with pytest.raises(NotSealed):
        office.seal.sealed(b"not a PDF")


@pytest.fixture
def token(office: SpecimenOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TokenAddress:
    """A real PKCS#11 module with the office's key in it."""
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    (tmp_path / "key.pem").write_bytes(office.key)
    key = ["--import", str(tmp_path / "key.pem"), "--token", "seal", "--label", "sealkey"]
    for words in (
        ["--init-token", "--free", "--label", "seal", "--so-pin", PIN],
        [*key, "--id", "A1"],
    ):
        subprocess.run(["softhsm2-util", *words, "--pin", PIN], check=True, capture_output=True)
    return TokenAddress(SOFTHSM, "seal", "sealkey", PIN)


@pytest.mark.counterpart
def test_a_key_in_a_token_seals_as_well(office: SpecimenOffice, token: TokenAddress) -> None:
    with seal_from_token(token, office.certificate, picture=office.picture) as seal:
        assert is_good(seal.sealed(composed()), office)
    for wrong in (
        TokenAddress(SOFTHSM, "seal", "sealkey", "9999"),
        TokenAddress(SOFTHSM, "other", "sealkey", PIN),
        TokenAddress(Path("/nowhere.so"), "seal", "sealkey", PIN),
    ):
        with pytest.raises(NotSealed), seal_from_token(wrong, office.certificate):
            pass
    missing = TokenAddress(SOFTHSM, "seal", "nokey", PIN)
    with pytest.raises(NotSealed), seal_from_token(missing, office.certificate) as seal:
        seal.sealed(composed())
    assert PIN not in repr(token)
