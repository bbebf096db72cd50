"""Enrols this terminal 终端登记 with the gateway, over the line."""

from enum import StrEnum, unique
from http import HTTPStatus
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import GatewayUnreachable
from sync.enrolment import Enrolled, Enrolment, Renewal, Renewed
from sync.http_answer import expect, read
from sync.http_gateway import HttpGateway
from sync.http_transport import ANSWER_TIMEOUT, BLOCK_TIMEOUT, HttpTransport
from sync.line import Body

_JSON: Final = {"Content-Type": wire.JSON}


@unique
class CodeRefused(StrEnum):
    """Why a code lets nobody in."""

    NO_SUCH_CODE = "no-such-code"
    CODE_EXPIRED = "code-expired"
    CODE_USED = "code-used"
    OTHER_SITE = "other-site"
    TOO_MANY_CODES = "too-many-codes"


class EnrolmentRefused(Exception):
    """The gateway answered, and does not let this terminal in by that code."""

    def __init__(self, why: CodeRefused) -> None:
        super().__init__(why.value)
        self.why = why


def new_key() -> ec.EllipticCurvePrivateKey:
    """This terminal's own key on P-256; it never leaves it."""
    return ec.generate_private_key(ec.SECP256R1())


def key_from(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that `secret_pem` wrote. Raises ValueError."""
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("another kind of key")
    return key


def secret_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS#8, not encrypted: for a file of mode 0640 that only root writes."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def request_of(key: ec.EllipticCurvePrivateKey) -> str:
    """PEM of a certificate request (RFC 2986) for that key; the gateway names the terminal."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "terminal")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode("ascii")


def enrol(base_url: str, asked: Enrolment, *, ca_file: str | None = None) -> Enrolled:
    """Ask once. Raises GatewayUnreachable and EnrolmentRefused; asking again does no harm."""
    line = HttpTransport(
        base_url,
        headers={},
        ca_file=ca_file,
        certificate=None,
        block_timeout=BLOCK_TIMEOUT,
        answer_timeout=ANSWER_TIMEOUT,
    )
    try:
        answer = line.ask("POST", "/v1/enrolments", body=Body(wire.canonical(asked)), headers=_JSON)
    finally:
        line.close()
    if answer.status in (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS):
        kind = read(answer, wire.Problem, wire.PROBLEM).type.rpartition(":")[2]
        try:
            raise EnrolmentRefused(CodeRefused(kind))
        except ValueError:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, kind) from None
    expect(answer, HTTPStatus.OK)
    return read(answer, Enrolled, wire.JSON)


def renew(gateway: HttpGateway, request: str) -> Renewed:
    """The next certificate of a terminal that is let in. Raises GatewayUnreachable."""
    answer = gateway.transport.ask(
        "POST", "/v1/certificates", body=Body(wire.canonical(Renewal(request))), headers=_JSON
    )
    expect(answer, HTTPStatus.OK)
    return read(answer, Renewed, wire.JSON)
