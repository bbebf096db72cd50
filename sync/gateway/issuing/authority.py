"""A specimen authority: a root and an office's signing certificate, for walking the whole way.

A province has its own authority; an office brings its certificate and its key, in a file or in a
token. X.509: RFC 5280 (recalled), by `cryptography`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
ROOT_YEARS: Final = 10
SEAL_YEARS: Final = 2
_EARLIER: Final = timedelta(days=1)  # clocks of terminals may be behind


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority that signs the certificates of offices, with a key on P-256."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    root: x509.Certificate

    @classmethod
    def new(cls, name: str, *, now: datetime) -> "Authority":
        """A new root of that name."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = now + timedelta(days=365 * ROOT_YEARS)
        draft = _draft(name, name, key.public_key(), key.public_key(), now, until, is_root=True)
        return cls(key, draft.sign(key, hashes.SHA256()))

    def certificate(
        self,
        office: str,
        public: PublicKey,
        *,
        now: datetime,
        until: datetime | None = None,
    ) -> x509.Certificate:
        """A certificate with which that office may seal papers until then; SEAL_YEARS if None."""
        [issuer] = self.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        end = until or now + timedelta(days=365 * SEAL_YEARS)
        name = str(issuer.value)
        draft = _draft(office, name, public, self.key.public_key(), now, end, is_root=False)
        return draft.sign(self.key, hashes.SHA256())


def _draft(
    name: str,
    issuer: str,
    public: PublicKey,
    issuer_public: PublicKey,
    now: datetime,
    until: datetime,
    *,
    is_root: bool,
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False
        )
        .add_extension(usage, critical=True)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def pem_of(certificate: x509.Certificate) -> bytes:
    """As it is kept in a file."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def der_of(certificate: x509.Certificate) -> bytes:
    """As it is compared and hashed."""
    return certificate.public_bytes(serialization.Encoding.DER)


def secret_pem_of(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """PKCS#8, not encrypted: for a file of mode 0600."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
