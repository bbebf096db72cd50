"""New terminals come in by a code, once, with a key of their own."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from sync.enrolment import ALPHABET, Enrolment, code_as_meant, new_code
from sync.gateway.admission import Admission
from sync.gateway.enrolling import EnrolmentRefused, NotEnrolled
from sync.gateway.office import Office
from sync.gateway.terminal_authority import SITE, NoRequest, key_in
from sync.http_enrolment import CodeRefused, enrol, new_key, renew, request_of
from sync.http_enrolment import EnrolmentRefused as Refused
from sync.http_gateway import HttpGateway
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import Village

NAME, PLACE, TOKEN = "222401001001-01", "222401001001", "a token that this terminal made itself"
HASH = hashlib.sha256(TOKEN.encode()).digest()


REQUEST = request_of(new_key()).encode()


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    office = Office(tmp_path / "gateway", now=clock)
    yield office
    office.close()


def asked(code: str, request: str | None = None, site: str = PLACE) -> Enrolment:
    return Enrolment(
        code=code, request=request or request_of(new_key()), token_hash=HASH, site_code=site
    )


def test_a_code_lets_one_terminal_in(office: Office) -> None:
    code = office.enrolling.code_for(NAME, site=PLACE)
    key = new_key()
    enrolled = office.enrolling.enrol(asked(code.lower().replace("-", " "), request_of(key)))
    assert (enrolled.terminal_id, enrolled.site_code) == (NAME, PLACE)
    assert office.door.admit(NAME, TOKEN) is Admission.GRANTED
    certificate = x509.load_pem_x509_certificate(enrolled.certificate.encode())
    root = x509.load_pem_x509_certificate(enrolled.authority.encode())
    certificate.verify_directly_issued_by(root)
    assert certificate.public_key() == key.public_key()
    [place] = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert place.value == SITE + PLACE
    again = office.enrolling.enrol(asked(code, request_of(key)))  # the answer was lost
    assert again.terminal_id == NAME
    with pytest.raises(EnrolmentRefused) as refused:
        office.enrolling.enrol(asked(code))
    assert refused.value.why is NotEnrolled.CODE_USED


def test_codes_end(office: Office, clock: Clock) -> None:
    old = office.enrolling.code_for(NAME, site=PLACE)
    code = office.enrolling.code_for(NAME, site=PLACE)
    for wrong in (old, new_code(), "", "not a code"):
        with pytest.raises(EnrolmentRefused) as refused:
            office.enrolling.enrol(asked(wrong))
        assert refused.value.why is NotEnrolled.NO_SUCH_CODE
    clock.now += timedelta(hours=73)
    with pytest.raises(EnrolmentRefused) as refused:
        office.enrolling.enrol(asked(code))
    assert refused.value.why is NotEnrolled.CODE_EXPIRED
    assert office.door.admit(NAME, TOKEN) is Admission.UNKNOWN


def test_moving_ends_what_it_had_before(office: Office) -> None:
    old = office.door.add_terminal(NAME)
    office.enrolling.enrol(asked(office.enrolling.code_for(NAME, site=PLACE)))
    assert office.door.admit(NAME, old) is Admission.UNKNOWN
    assert office.door.admit(NAME, TOKEN) is Admission.GRANTED


def test_who_was_revoked_or_replaced_does_not_come_back_by_its_code(office: Office) -> None:
    code, request = office.enrolling.code_for(NAME, site=PLACE), request_of(new_key())
    office.enrolling.enrol(asked(code, request))
    office.door.revoke(NAME)
    with pytest.raises(EnrolmentRefused):
        office.enrolling.enrol(asked(code, request))
    assert office.door.admit(NAME, TOKEN) is Admission.REVOKED
    first = office.enrolling.code_for(NAME, site=PLACE)
    office.enrolling.enrol(asked(first, request))
    replacement = request_of(new_key())
    office.enrolling.enrol(asked(office.enrolling.code_for(NAME, site=PLACE), replacement))
    with pytest.raises(EnrolmentRefused):
        office.enrolling.enrol(asked(first, request))


def test_a_code_of_another_place_changes_nothing(office: Office) -> None:
    token = office.door.add_terminal(NAME)
    code = office.enrolling.code_for(NAME, site=PLACE)
    with pytest.raises(EnrolmentRefused) as refused:
        office.enrolling.enrol(asked(code, site="222401103201"))
    assert refused.value.why is NotEnrolled.OTHER_SITE
    assert office.door.admit(NAME, token) is Admission.GRANTED
    office.enrolling.enrol(asked(code))  # it was not burnt


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_any_bytes_are_a_request_or_none(at: int, other: bytes) -> None:
    raw = bytearray(x509.load_pem_x509_csr(REQUEST).public_bytes(serialization.Encoding.DER))
    at %= len(raw)
    raw[at : at + len(other)] = other
    body = base64.encodebytes(raw).decode()
    with suppress(NoRequest):
        key_in(f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n")


def test_only_requests_on_our_curve_count() -> None:
    for wrong in ("", "é", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n", _of_another_kind()):
        with pytest.raises(NoRequest):
            key_in(wrong)
    right = x509.load_pem_x509_csr(request_of(new_key()).encode())
    damaged = bytearray(right.public_bytes(serialization.Encoding.DER))
    damaged[-5] ^= 1  # in the signature
    body = base64.encodebytes(damaged).decode()
    with pytest.raises(NoRequest):
        key_in(f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n")


def _of_another_kind() -> str:
    key = rsa.generate_private_key(65537, 2048)
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_a_code_as_people_copy_it() -> None:
    code = new_code()
    assert code_as_meant(f" {code.lower()} ") == code.replace("-", "")
    assert code_as_meant("oil0-oil0-oil0") == "011001100110"
    assert code_as_meant("UUUU-UUUU-UUUU") == ""
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.logs_expected
def test_over_the_line(village: Village) -> None:
    office = village.gateway._office
    key, url = new_key(), village.gateway.base_url
    with pytest.raises(Refused) as refused:
        enrol(url, asked(new_code()))
    assert refused.value.why is CodeRefused.NO_SUCH_CODE
    enrolled = enrol(url, asked(office.enrolling.code_for(NAME, site=PLACE), request_of(key)))
    gateway = HttpGateway(url, terminal_id=NAME, token=TOKEN, gateway_key=enrolled.public_key)
    assert gateway.reachable() is None
    next_key = new_key()
    renewed = renew(gateway, request_of(next_key))
    certificate = x509.load_pem_x509_certificate(renewed.certificate.encode())
    assert certificate.public_key() == next_key.public_key()


@pytest.mark.logs_expected
def test_guessing_is_slow(village: Village) -> None:
    url, seen = village.gateway.base_url, set()
    for _ in range(22):
        with pytest.raises(Refused) as refused:
            enrol(url, asked(new_code()))
        seen.add(refused.value.why)
    assert seen == {CodeRefused.NO_SUCH_CODE, CodeRefused.TOO_MANY_CODES}
