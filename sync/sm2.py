"""SM2 signatures 国密: the system's libcrypto does the work; this file only calls it.

GB/T 32918.2 signatures over the curve of GB/T 32918.5, with SM3 (GB/T 32905) inside (all recalled;
their published vectors are in the tests). `cryptography` has SM3 but no SM2, and OpenSSL 3 has
both. The calls are those of EVP_DigestSign(3) and EVP_PKEY_CTX_set1_id(3).
"""

import ctypes
import hashlib
import secrets
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

LIBRARY: Final = "libcrypto.so.3"
DEFAULT_ID: Final = b"1234567812345678"  # GM/T 0009, for signers who have agreed on no other
# Order of the base point, GB/T 32918.5.
ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SIZE: Final = 32  # bytes of a number
# ECPrivateKey (RFC 5915) and SubjectPublicKeyInfo (RFC 5480) around 1.2.156.10197.1.301.
_PRIVATE: Final = bytes.fromhex("30310201010420")
_CURVE: Final = bytes.fromhex("a00a06082a811ccf5501822d")
_PUBLIC: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")

_P, _N, _B, _I = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_int
_SIGNATURES: Final = {
    "d2i_AutoPrivateKey": (_P, _P, _P, ctypes.c_long),
    "d2i_PUBKEY": (_P, _P, _P, ctypes.c_long),
    "i2d_PUBKEY": (_I, _P, _P),
    "EVP_PKEY_free": (None, _P),
    "EVP_MD_CTX_new": (_P,),
    "EVP_MD_CTX_free": (None, _P),
    "EVP_PKEY_CTX_new": (_P, _P, _P),
    "EVP_PKEY_CTX_free": (None, _P),
    "EVP_MD_CTX_set_pkey_ctx": (None, _P, _P),
    "EVP_PKEY_CTX_set1_id": (_I, _P, _B, _I),
    "EVP_sm3": (_P,),
    "EVP_DigestSignInit": (_I, _P, _P, _P, _P, _P),
    "EVP_DigestSign": (_I, _P, _B, ctypes.POINTER(_N), _B, _N),
    "EVP_DigestVerifyInit": (_I, _P, _P, _P, _P, _P),
    "EVP_DigestVerify": (_I, _P, _B, _N, _B, _N),
    "ERR_clear_error": (None,),
}


class Sm2Missing(Exception):
    """This machine's libcrypto is missing or was built without SM2."""


class WrongSm2Key(ValueError):
    """The bytes are no key of this curve."""


@cache
def _library() -> Any:
    try:
        library = ctypes.CDLL(LIBRARY)
        for name, (result, *arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise Sm2Missing(str(error)) from None
    return library


def sm3(content: bytes) -> bytes:
    """32 bytes. Raises Sm2Missing where OpenSSL has no SM3."""
    try:
        return hashlib.new("sm3", content).digest()
    except ValueError:
        raise Sm2Missing("no SM3") from None


class _Key:
    """A key of libcrypto, freed with this object. One thread at a time."""

    _handle: int | None = None

    def __init__(self, der: bytes, reader: str) -> None:
        self._library = _library()
        buffer = ctypes.create_string_buffer(der, len(der))
        place = ctypes.c_void_p(ctypes.addressof(buffer))
        self._handle = getattr(self._library, reader)(None, ctypes.byref(place), len(der))
        if not self._handle:
            self._library.ERR_clear_error()
            raise WrongSm2Key("no SM2 key")

    def __del__(self) -> None:
        if self._handle:
            self._library.EVP_PKEY_free(self._handle)

    def _run(
        self, begin: str, signer_id: bytes, use: Callable[[int], bytes | bool]
    ) -> bytes | bool:
        """What `use` makes of a context that has hashed the signer's id and the key."""
        library = self._library
        context = library.EVP_MD_CTX_new()
        key_context = library.EVP_PKEY_CTX_new(self._handle, None)
        try:
            # The id goes into the hash first, so it is set before the beginning.
            if library.EVP_PKEY_CTX_set1_id(key_context, signer_id, len(signer_id)) != 1:
                raise Sm2Missing("id refused")
            library.EVP_MD_CTX_set_pkey_ctx(context, key_context)
            started = getattr(library, begin)(context, None, library.EVP_sm3(), None, self._handle)
            if started != 1:
                raise Sm2Missing("no SM2")
            return use(context)
        finally:
            library.EVP_MD_CTX_free(context)
            library.EVP_PKEY_CTX_free(key_context)
            library.ERR_clear_error()


class Sm2PublicKey(_Key):
    """Whoever has it tells that a signature is the signer's."""

    def __init__(self, point: bytes) -> None:
        """64 bytes, x and y. Raises WrongSm2Key, Sm2Missing."""
        if len(point) != 2 * SIZE:
            raise WrongSm2Key("64 bytes are needed")
        super().__init__(_PUBLIC + b"\x04" + point, "d2i_PUBKEY")

    def verify(self, signature: bytes, message: bytes, signer_id: bytes = DEFAULT_ID) -> bool:
        """`signature`: 64 bytes, r and s. About 0.5 ms. Raises Sm2Missing."""
        if len(signature) != 2 * SIZE:
            return False
        r, s = (int.from_bytes(part, "big") for part in (signature[:SIZE], signature[SIZE:]))
        der = encode_dss_signature(r, s)

        def use(context: int) -> bool:
            args = (context, der, len(der), message, len(message))
            return bool(self._library.EVP_DigestVerify(*args) == 1)

        return bool(self._run("EVP_DigestVerifyInit", signer_id, use))


class Sm2PrivateKey(_Key):
    """The signer's own key."""

    def __init__(self, secret: bytes) -> None:
        """32 bytes, the number d. Raises WrongSm2Key, Sm2Missing."""
        if len(secret) != SIZE or not 1 <= int.from_bytes(secret, "big") <= ORDER - 2:
            raise WrongSm2Key("a number from 1 to n - 2 is needed")
        super().__init__(_PRIVATE + secret + _CURVE, "d2i_AutoPrivateKey")
        size = self._library.i2d_PUBKEY(self._handle, None)
        buffer = ctypes.create_string_buffer(size)
        place = ctypes.c_void_p(ctypes.addressof(buffer))
        self._library.i2d_PUBKEY(self._handle, ctypes.byref(place))
        self.public = buffer.raw[-2 * SIZE :]

    def sign(self, message: bytes, signer_id: bytes = DEFAULT_ID) -> bytes:
        """64 bytes, r and s. About 0.6 ms. Raises Sm2Missing."""

        def use(context: int) -> bytes:
            size = _N()
            out = None
            for _ in range(2):  # the first call tells the size
                args = (context, out, ctypes.byref(size), message, len(message))
                if self._library.EVP_DigestSign(*args) != 1:
                    raise Sm2Missing("signing failed")
                der = out.raw[: size.value] if out is not None else b""
                out = ctypes.create_string_buffer(size.value)
            return der

        der = self._run("EVP_DigestSignInit", signer_id, use)
        assert isinstance(der, bytes)
        return b"".join(number.to_bytes(SIZE, "big") for number in decode_dss_signature(der))


def new_secret() -> bytes:
    """A secret for Sm2PrivateKey."""
    return (secrets.randbelow(ORDER - 2) + 1).to_bytes(SIZE, "big")
