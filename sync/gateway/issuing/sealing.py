"""Seals a finished paper: PAdES B-B, no change allowed after it, the office's mark as its picture.

PAdES: ETSI EN 319 142-1 (not read), by pyHanko; rules and traps: reference/printing.md section 4.1.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it writes tracebacks of what it refuses

MM: Final = 72 / 25.4  # points
# 42 mm, as the seals of counties are (国务院关于国家行政机关印章的规定, recalled), over office and
# date of sheet.typ; points from the lower left of the last page.
SEAL_BOX: Final = (round(120 * MM), round(39 * MM), round(162 * MM), round(81 * MM))
FIELD: Final = "Seal"
DIGEST: Final = "sha256"


class NotSealed(Exception):
    """The key, the certificate or the paper is not fit for it; says which, no value of it."""


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """Where a token 密码钥匙 is: its PKCS#11 module, its label, the key's label."""

    module: Path
    token: str
    key: str
    pin: str = field(repr=False)


class _KeyInMemory(signers.Signer):
    """pyHanko's own SimpleSigner loads and checks the key anew for each signature.

    The root stays out of the CMS: nothing signs it there.
    """

    def __init__(
        self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: Certificate
    ) -> None:
        super().__init__(
            signing_cert=certificate,
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
            prefer_pss=False,
        )
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """See Signer."""
        assert digest_algorithm == DIGEST
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class _SameMetadata(IncrementalPdfFileWriter):
    """Leaves the file's metadata as it was composed.

    pyHanko writes the time and itself into it and loses the keywords in one of its two places,
    which PDF/A does not allow.
    """

    def _update_meta(self) -> None:
        pass


class Seal:
    """One office's certificate with its key, and its picture. One thread; about 50 ms a paper."""

    def __init__(self, signer: signers.Signer, *, picture: Path | None) -> None:
        """`picture`: a PDF whose first page is the mark; None seals without one.

        Made by `seal_from_file` and `seal_from_token`.
        """
        self._signer = signer
        self._picture = picture

    def sealed(self, pdf: bytes) -> bytes:
        """The same paper with the signature after it. Raises NotSealed."""
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        try:
            writer = _SameMetadata(io.BytesIO(pdf))
            signing = signers.PdfSigner(
                metadata, self._signer, stamp_style=self._style(), new_field_spec=self._field()
            )
            return bytes(signing.sign_pdf(writer).getvalue())
        except (PdfError, SigningError, PKCS11Error, OSError) as error:
            raise NotSealed(type(error).__name__) from error

    def _style(self) -> StaticStampStyle | None:
        if self._picture is None:
            return None
        middle = SimpleBoxLayoutRule(
            AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
        )
        return StaticStampStyle(
            background=ImportedPdfPage(str(self._picture)),  # type: ignore[no-untyped-call]
            background_opacity=1,
            border_width=0,
            background_layout=middle,
        )

    def _field(self) -> fields.SigFieldSpec:
        if self._picture is None:
            return fields.SigFieldSpec(FIELD)
        return fields.SigFieldSpec(FIELD, on_page=-1, box=SEAL_BOX)


def seal_from_file(key: bytes, certificate: bytes, *, picture: Path | None = None) -> Seal:
    """Both in PEM; P-256 or RSA. Raises NotSealed."""
    try:
        loaded = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise NotSealed("key unreadable") from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise NotSealed("a key of another kind")
    return Seal(_KeyInMemory(loaded, _certificate(certificate)), picture=picture)


@contextmanager
def seal_from_token(
    address: TokenAddress, certificate: bytes, *, picture: Path | None = None
) -> Iterator[Seal]:
    """The key never leaves the token; the session ends with the block. Raises NotSealed."""
    criteria = TokenCriteria(label=address.token)
    try:
        session = open_pkcs11_session(
            str(address.module), token_criteria=criteria, user_pin=address.pin
        )
    except (PKCS11Error, OSError, ValueError, RuntimeError) as error:
        raise NotSealed(f"token: {type(error).__name__}") from error
    with session as token:
        # Raw: the token signs the finished digest; SoftHSM2 2.6.1 has no ECDSA with SHA-256.
        signer = PKCS11Signer(
            token,
            key_label=address.key,
            signing_cert=_certificate(certificate),
            ca_chain=(),
            use_raw_mechanism=True,
        )
        yield Seal(signer, picture=picture)


def _certificate(pem: bytes) -> Certificate:
    try:
        read = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise NotSealed("certificate unreadable") from error
    return Certificate.load(read.public_bytes(serialization.Encoding.DER))
