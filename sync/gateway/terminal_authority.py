"""Signs the certificates by which terminals are known on the line (mutual TLS).

Its key lies in the gateway's folder, mode 0600; X.509 by `cryptography` (RFC 5280, recalled).
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.gateway.signing import keep_secret

# Of a terminal's certificate: as long as the machine, since no terminal renews its own yet; whom
# the gateway lets in hangs on its list of terminals, which a revocation changes at once.
LIVES: Final = timedelta(days=3650)
ROOT_LIVES: Final = timedelta(days=7300)
SITE: Final = "urn:doorstep:site:"
_EARLIER: Final = timedelta(days=1)  # clocks of terminals may be behind


class NoRequest(ValueError):
    """Not a certificate request on P-256 that its own key signed."""


class TerminalAuthority:
    """Any thread; a signature takes about 0.1 ms."""

    def __init__(self, folder: Path, *, now: datetime) -> None:
        """Key and root in `folder`, made when there are none. Raises OSError, ValueError."""
        path = folder / "terminal-authority.pem"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = _new_authority(now)
            keep_secret(path, content)
        key = serialization.load_pem_private_key(content, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{path.name}: not a key on an elliptic curve")
        self._key = key
        self._root = x509.load_pem_x509_certificate(content)

    @property
    def pem(self) -> str:
        """The root, for `--terminal-authority` and for the terminals."""
        return self._root.public_bytes(serialization.Encoding.PEM).decode("ascii")

    def certificate(self, request: str, *, terminal_id: str, site: str, now: datetime) -> str:
        """PEM, for that terminal at that site, whatever name the request gives itself.

        Raises NoRequest.
        """
        public = key_in(request)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, terminal_id)])
        places = [x509.UniformResourceIdentifier(f"{SITE}{site}")]
        draft = _draft(name, self._root.subject, public, now, now + LIVES, is_root=False)
        draft = draft.add_extension(x509.SubjectAlternativeName(places), critical=False)
        draft = draft.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        signed = draft.sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode("ascii")


def key_in(request: str) -> ec.EllipticCurvePublicKey:
    """The key that a certificate request is for. Raises NoRequest."""
    try:
        read = x509.load_pem_x509_csr(request.encode("ascii"))
        public = read.public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey) or not read.is_signature_valid:
            raise NoRequest("another kind of key, or not signed by it")
    except NoRequest:
        raise
    except (
        ValueError,
        TypeError,
        InvalidSignature,
        UnsupportedAlgorithm,
        x509.InvalidVersion,
    ) as error:
        raise NoRequest("not a certificate request") from error
    if not isinstance(public.curve, ec.SECP256R1):
        raise NoRequest("another curve")
    return public


def _new_authority(now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Doorstep terminals")])
    root = _draft(name, name, key.public_key(), now, now + ROOT_LIVES, is_root=True)
    signed = root.sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + signed.public_bytes(serialization.Encoding.PEM)


def _draft(
    name: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    now: datetime,
    until: datetime,
    *,
    is_root: bool,
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
        .add_extension(usage, critical=True)
    )
