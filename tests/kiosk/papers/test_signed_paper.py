"""What a terminal may show and print: nothing that was changed, by anybody, in any bit."""

import logging
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.papers.signed_paper import (
    CheckedPaper,
    ExpectedPaper,
    PaperRefused,
    RefusedPaper,
    check,
)
from sync.gateway.issuing.facts import ProofKind
from sync.gateway.issuing.sealing import seal_from_file
from sync.wire import hash_of
from tests.counterparts.specimen_office import (
    NUMBER,
    OFFICE,
    PAPER,
    TAMPERING,
    SpecimenOffice,
    bit_flips,
    composed,
    nss_with,
    pdfsig_words,
    sealed_by_openssl,
)

HER_PAPER = ExpectedPaper(NUMBER)
FLIPS = 120  # of 500; the benchmark `certificates` does all of them


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SpecimenOffice:
    return SpecimenOffice.new(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def paper(office: SpecimenOffice) -> bytes:
    return office.seal.sealed(composed())


def checked(
    pdf: bytes,
    office: SpecimenOffice,
    *,
    revoked: frozenset[str] = frozenset(),
    expected: ExpectedPaper | None = HER_PAPER,
    now: datetime | None = None,
) -> CheckedPaper:
    moment = now or datetime.now(UTC)
    return check(pdf, roots=[office.root], revoked=revoked, expected=expected, now=moment)


def why_not(pdf: bytes, office: SpecimenOffice, **given: object) -> RefusedPaper:
    with pytest.raises(PaperRefused) as refused:
        checked(pdf, office, **given)  # type: ignore[arg-type]
    return refused.value.reason


@pytest.mark.parametrize("kind", ProofKind)
def test_a_good_paper_may_be_printed(office: SpecimenOffice, kind: ProofKind) -> None:
    pdf = office.seal.sealed(composed(kind))
    seen = checked(pdf, office)
    assert (seen.sha256, seen.number, seen.office) == (hash_of(pdf), PAPER, OFFICE)
    assert seen.holder_number == NUMBER
    assert NUMBER not in repr(seen)


def test_many_good_papers_are_all_accepted(office: SpecimenOffice) -> None:
    for _ in range(12):  # each with a signature of its own
        checked(office.seal.sealed(composed()), office)


@pytest.mark.parametrize("way", TAMPERING)
def test_a_changed_paper_is_refused(office: SpecimenOffice, paper: bytes, way: str) -> None:
    forged = TAMPERING[way](paper)
    assert forged != paper
    reason = why_not(forged, office, expected=None)
    assert reason in (RefusedPaper.CHANGED, RefusedPaper.NOT_WHOLE)


@pytest.mark.counterpart
def test_pdfsig_calls_some_of_them_valid(
    office: SpecimenOffice, paper: bytes, tmp_path: Path
) -> None:
    """Why its word alone would not do; and that it agrees about the good one."""
    nss = nss_with(office.root_pem, tmp_path)
    good = pdfsig_words(paper, tmp_path, nss=nss)
    assert "Signature is Valid" in good
    assert "Certificate is Trusted" in good
    assert "Total document signed" in good
    fooled = {
        way
        for way, change in TAMPERING.items()
        if "Signature is Valid" in pdfsig_words(change(paper), tmp_path, nss=nss)
    }
    assert fooled == {"incremental update", "overlay", "trailing bytes"}


def test_no_flipped_bit_goes_through(office: SpecimenOffice, paper: bytes) -> None:
    for forged in bit_flips(paper, FLIPS):
        why_not(forged, office, expected=None)


def test_no_flipped_bit_of_the_signature_goes_through(office: SpecimenOffice, paper: bytes) -> None:
    """Nothing signs its version numbers, its list of digests, its spare zeros."""
    begin, end = paper.index(b"/Contents <") + 10, paper.rindex(b"/ByteRange")
    chosen = random.Random(2)
    head = range(begin, begin + 160)  # the envelope's head, where readers are most patient
    for at in [*head, *chosen.sample(range(begin, end), 60)]:
        changed = bytearray(paper)
        changed[at] ^= 1 << chosen.randrange(8)
        why_not(bytes(changed), office, expected=None)


@pytest.mark.counterpart
def test_another_signers_envelope_is_as_good_and_as_strict(
    office: SpecimenOffice, tmp_path: Path
) -> None:
    """OpenSSL writes other attributes in another order; every unsigned byte counts there too."""
    paper = sealed_by_openssl(office, tmp_path)
    assert checked(paper, office).office == OFFICE
    begin, chosen = paper.index(b"/Contents <") + 10, random.Random(4)
    for at in chosen.sample(range(begin, begin + 1500), 80):
        changed = bytearray(paper)
        changed[at] ^= 1 << chosen.randrange(8)
        why_not(bytes(changed), office, expected=None)


def test_without_a_signature_it_is_no_certificate(office: SpecimenOffice) -> None:
    assert why_not(composed(), office) is RefusedPaper.UNSIGNED


def test_another_root_is_not_the_provinces(
    office: SpecimenOffice, paper: bytes, tmp_path: Path
) -> None:
    assert why_not(paper, SpecimenOffice.new(tmp_path)) is RefusedPaper.UNTRUSTED
    with pytest.raises(PaperRefused) as refused:
        check(paper, roots=[], revoked=(), expected=None, now=datetime.now(UTC))
    assert refused.value.reason is RefusedPaper.UNTRUSTED


def test_a_certificate_that_ran_out(tmp_path: Path) -> None:
    office = SpecimenOffice.new(tmp_path, until=datetime.now(UTC) + timedelta(days=1))
    paper = office.seal.sealed(composed())
    later = datetime.now(UTC) + timedelta(days=2)
    assert why_not(paper, office, now=later) is RefusedPaper.EXPIRED


def test_what_was_revoked(office: SpecimenOffice, paper: bytes) -> None:
    seal = x509.load_pem_x509_certificate(office.certificate).public_bytes(Encoding.DER)
    for name in (hash_of(paper), hash_of(seal), hash_of(office.root)):
        assert why_not(paper, office, revoked=frozenset({name})) is RefusedPaper.REVOKED


def test_it_is_for_the_person_whose_number_it_holds(office: SpecimenOffice, paper: bytes) -> None:
    other = ExpectedPaper("440524188001010014")
    assert why_not(paper, office, expected=other) is RefusedPaper.OTHER_PERSON
    nobody = ExpectedPaper("")
    assert why_not(paper, office, expected=nobody) is RefusedPaper.OTHER_PERSON


def test_another_paper_of_the_same_person_is_not_the_one_that_was_named(
    office: SpecimenOffice, paper: bytes
) -> None:
    checked(paper, office, expected=ExpectedPaper(NUMBER, hash_of(paper)))
    named = ExpectedPaper(NUMBER, "0" * 64)
    assert why_not(paper, office, expected=named) is RefusedPaper.CHANGED


def test_a_second_signature_is_one_too_many(
    office: SpecimenOffice, paper: bytes, tmp_path: Path
) -> None:
    """The certifying one forbids it, so this is made by hand: two papers, one after the other."""
    stranger = SpecimenOffice.new(tmp_path)
    twice = seal_from_file(stranger.key, stranger.certificate).sealed(composed())
    assert why_not(paper + twice, office) is not None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_else_happens(content: bytes) -> None:
    for pdf in (content, b"%PDF-1.7\n" + content, composed()[:3000] + content):
        with pytest.raises(PaperRefused):
            check(pdf, roots=[], revoked=(), expected=None, now=datetime.now(UTC))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_paper_torn_anywhere_is_refused(data: st.DataObject) -> None:
    whole = composed()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(PaperRefused):
        check(whole[:cut], roots=[], revoked=(), expected=None, now=datetime.now(UTC))


def test_the_log_stays_quiet(
    office: SpecimenOffice, paper: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        why_not(TAMPERING["overlay"](paper), office)
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]
