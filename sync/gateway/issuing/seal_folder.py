"""The folder of an office that seals: certificate, keys, picture; each file what its name says.

`office.json` names the office; `seal.pem` is its certificate; `seal.key` its key, unless that is in
a token; `seal.pdf` the mark as the office's seal maker drew it; `sm2.key` the key of the records.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Meta

from sync.gateway.issuing.authority import Authority, der_of, pem_of, secret_pem_of
from sync.gateway.issuing.sealing import (
    NotSealed,
    Seal,
    TokenAddress,
    seal_from_file,
    seal_from_token,
)
from sync.gateway.issuing.specimen_seal import specimen_seal_pdf
from sync.gateway.signing import keep_secret, secret_in, sync_folder
from sync.sm2 import Sm2PrivateKey, new_secret

SPECIMEN_ROOT: Final = "演示用根证书（没有效力）"


class OfficeName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose seal it is; `specimen` stands on every paper of a demonstration."""

    office: Annotated[str, Meta(min_length=1, max_length=60)]
    specimen: bool = False


class SealFolder:
    """One folder. Reads at each call; raises OSError and NotSealed for what is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def exists(self) -> bool:
        """Whether an office was set up here."""
        return (self._folder / "office.json").exists()

    def name(self) -> OfficeName:
        """Whose it is."""
        try:
            return msgspec.json.decode((self._folder / "office.json").read_bytes(), type=OfficeName)
        except msgspec.DecodeError as error:
            raise NotSealed(f"office.json: {error}") from None

    def seal(self, token: TokenAddress | None = None) -> AbstractContextManager[Seal]:
        """The seal, with its key in the file or in that token."""
        certificate = (self._folder / "seal.pem").read_bytes()
        picture = self._folder / "seal.pdf"
        if token is not None:
            return seal_from_token(token, certificate, picture=picture)
        key = (self._folder / "seal.key").read_bytes()
        return nullcontext(seal_from_file(key, certificate, picture=picture))

    def sm2(self) -> Sm2PrivateKey:
        """The key of the records. Raises Sm2Missing too."""
        return Sm2PrivateKey(secret_in(self._folder / "sm2.key", made=new_secret))

    def make_specimen(self, office: str, *, fonts: Sequence[Path], now: datetime) -> bytes:
        """Set up an invented office with an authority of its own; its root in DER.

        Raises FileExistsError where one is set up already.
        """
        if self.exists:
            raise FileExistsError(self._folder / "office.json")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = Authority.new(SPECIMEN_ROOT, now=now)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = authority.certificate(office, key.public_key(), now=now)
        keep_secret(self._folder / "root.key", secret_pem_of(authority.key))
        keep_secret(self._folder / "seal.key", secret_pem_of(key))
        self.sm2()
        for name, content in (
            ("root.pem", pem_of(authority.root)),
            ("seal.pem", pem_of(certificate)),
            ("seal.pdf", specimen_seal_pdf(office, fonts)),
            ("office.json", msgspec.json.encode(OfficeName(office, specimen=True))),
        ):
            (self._folder / name).write_bytes(content)
        sync_folder(self._folder)
        return der_of(authority.root)
