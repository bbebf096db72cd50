"""Whether a signature is written in its one right form, so that no bit of it can change unnoticed.

A signature covers neither itself nor its own envelope: version numbers, the list of digests, spare
zeros and the copies of certificates. Verifiers read past changes there (reference/printing.md
section 4.3); here each of these bytes must be what the signed parts say. RFC 5652 (recalled).
"""

import re
from collections.abc import Collection
from typing import Final

from asn1crypto import cms, parser, x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_HEX: Final = re.compile(rb"<(?:[0-9a-f]+|[0-9A-F]+)>")
_NO_PARAMETERS: Final = (b"", b"\x05\x00")  # left out, or NULL
_END_OF_CONTENTS: Final = (0, 0)  # class and tag
_CONSTRUCTED: Final = 1  # of asn1crypto.parser
_BY_ISSUER: Final = "issuer_and_serial_number"


def has_one_form(pdf: bytes, signature: EmbeddedPdfSignature, path: Collection[bytes]) -> bool:
    """False when a byte that nothing signs is not as it must be. The signature is valid already.

    `path`: the certificates, in DER, by which the signer is trusted.
    """
    written = _contents(pdf, signature)
    envelope = cms.ContentInfo.load(written) if written else None
    if envelope is None or not _is_distinguished(envelope.dump()):
        return False
    signed = envelope["content"]
    if any(written[len(envelope.dump()) :]) or len(signed["signer_infos"]) != 1:
        return False
    signer = signed["signer_infos"][0]
    certificates = [one.chosen for one in signed["certificates"]]
    return (
        _versions_fit(signed, signer)
        and _algorithms_fit(signed, signer)
        and signed["encap_content_info"]["content_type"].native == "data"
        and not signed["encap_content_info"]["content"].native
        and not signed["crls"].native
        and all(one.dump() in path and _is_whole(one) for one in certificates)
        and _names_signer(signer, signature.signer_cert)
    )


def _contents(pdf: bytes, signature: EmbeddedPdfSignature) -> bytes:
    """The gap that the signature leaves for itself, b"" when it is not plain hex."""
    _, begin, end, _ = (int(n) for n in signature.byte_range)
    gap = pdf[begin:end]
    return bytes.fromhex(gap[1:-1].decode("ascii")) if _HEX.fullmatch(gap) else b""


def _is_distinguished(written: bytes) -> bool:
    """Whether every length is written as DER (X.690, 10.1, recalled) has it, all the way down.

    Spare zeros that a longer length takes in would read as ends of contents, which DER has not.
    """
    rest = written
    while rest:
        kind, method, tag, _, content, trailer = parser.parse(rest)
        size = len(parser.emit(kind, method, tag, content))
        if (kind, tag) == _END_OF_CONTENTS:
            return False
        if trailer or parser.emit(kind, method, tag, content) != rest[:size]:
            return False
        if method == _CONSTRUCTED and not _is_distinguished(content):
            return False
        rest = rest[size:]
    return True


def _versions_fit(signed: cms.SignedData, signer: cms.SignerInfo) -> bool:
    """RFC 5652 sections 5.1 and 5.3: both follow from how the signer is named."""
    version = "v1" if signer["sid"].name == _BY_ISSUER else "v3"
    return bool(signer["version"].native == signed["version"].native == version)


def _algorithms_fit(signed: cms.SignedData, signer: cms.SignerInfo) -> bool:
    """Named twice and three times; the signed attribute (RFC 6211, recalled) decides."""
    digest, algorithm = signer["digest_algorithm"], signer["signature_algorithm"]
    if [one.dump() for one in signed["digest_algorithms"]] != [digest.dump()]:
        return False
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "cms_algorithm_protection":
            [told] = attribute["values"]
            return bool(
                told["digest_algorithm"].dump() == digest.dump()
                # the same with an implicit tag [1] for its first byte
                and told["signature_algorithm"].contents == algorithm.contents
            )
    return (
        digest["parameters"].dump() in _NO_PARAMETERS
        and algorithm["parameters"].dump() in _NO_PARAMETERS
    )


def _is_whole(certificate: x509.Certificate) -> bool:
    """Outside of what its issuer signed: the algorithm's copy, and the spare bits of a string."""
    inner = certificate["tbs_certificate"]["signature"]
    return bool(
        certificate["signature_algorithm"].dump() == inner.dump()
        and certificate["signature_value"].contents[:1] == b"\x00"
    )


def _names_signer(signer: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """The same bytes as in the certificate: names compare as equal in several forms."""
    if signer["sid"].name != _BY_ISSUER:
        return True
    named = signer["sid"].chosen
    inner = certificate["tbs_certificate"]
    return bool(
        named["issuer"].dump() == inner["issuer"].dump()
        and named["serial_number"].dump() == inner["serial_number"].dump()
    )
