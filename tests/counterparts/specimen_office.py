"""An office that issues proofs about nobody, with a root of its own; and people who change them."""

import io
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from kiosk.papers.fonts import font_folders
from sync.gateway.issuing.authority import Authority, der_of, pem_of, secret_pem_of
from sync.gateway.issuing.composing import Composer, Proof
from sync.gateway.issuing.facts import Facts, ProofKind
from sync.gateway.issuing.sealing import Seal, seal_from_file
from sync.gateway.issuing.specimen_facts import specimen_facts
from sync.gateway.issuing.specimen_seal import specimen_seal_pdf

OFFICE = "示范县社会保险事业管理局"
NAME = "王䶮"
NUMBER = "11010519491231002X"  # the specimen of GB 11643 (recalled)
ISSUED = date(2026, 11, 20)
PAPER = "2224010010010112611200137"
QR = "DZ1/" + PAPER + "." + "ABCDEFGH" * 32


@cache
def composer() -> Composer:
    """One for all tests: it keeps the fonts."""
    return Composer(font_folders())


def proof(kind: ProofKind = ProofKind.INSURED, *, facts: Facts | None = None) -> Proof:
    """A proof about nobody."""
    return Proof(
        number=PAPER,
        office=OFFICE,
        issued=ISSUED,
        holder=NAME,
        holder_number=NUMBER,
        facts=facts or specimen_facts(kind, NAME, NUMBER),
        qr=QR,
        footnote="演示用样张，没有效力",
    )


@cache
def composed(kind: ProofKind = ProofKind.INSURED) -> bytes:
    """The unsigned page."""
    return composer().pdf(proof(kind))


@dataclass(frozen=True, slots=True)
class SpecimenOffice:
    """Keys are new for each; `root` is DER."""

    root: bytes
    root_pem: bytes
    certificate: bytes  # PEM
    key: bytes  # PEM
    picture: Path
    seal: Seal

    @classmethod
    def new(cls, folder: Path, *, until: datetime | None = None) -> "SpecimenOffice":
        """`until`: of its certificate."""
        begin = datetime.now(UTC) - timedelta(days=30)
        authority = Authority.new("样本根", now=begin)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = authority.certificate(OFFICE, key.public_key(), now=begin, until=until)
        picture = folder / "seal.pdf"
        picture.write_bytes(_mark())
        return cls(
            root=der_of(authority.root),
            root_pem=pem_of(authority.root),
            certificate=pem_of(certificate),
            key=secret_pem_of(key),
            picture=picture,
            seal=seal_from_file(secret_pem_of(key), pem_of(certificate), picture=picture),
        )


@cache
def _mark() -> bytes:
    return specimen_seal_pdf(OFFICE, font_folders())


def sealed_by_openssl(office: SpecimenOffice, folder: Path) -> bytes:
    """The envelope comes from a program that shares nothing with pyHanko."""
    for name, content in (("seal.pem", office.certificate), ("seal.key", office.key)):
        (folder / name).write_bytes(content)
    writer = IncrementalPdfFileWriter(io.BytesIO(composed()))
    embedder = PdfCMSEmbedder().write_cms("Seal", writer)
    next(embedder)
    signature = PdfSignedData(obj_type=generic.pdf_name("/Sig"), bytes_reserved=16384)
    signature["/Filter"], signature["/SubFilter"] = (
        generic.pdf_name("/Adobe.PPKLite"),
        generic.pdf_name("/ETSI.CAdES.detached"),
    )
    embedder.send(SigObjSetup(sig_placeholder=signature))
    digest, out = embedder.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    written = out.getvalue()
    begin, end = digest.reserved_region_start, digest.reserved_region_end
    (folder / "signed").write_bytes(written[:begin] + written[end:])
    words = ["openssl", "cms", "-sign", "-binary", "-cades", "-nosmimecap", "-md", "sha256"]
    words += ["-signer", str(folder / "seal.pem"), "-inkey", str(folder / "seal.key")]
    words += ["-in", str(folder / "signed"), "-outform", "DER"]
    made = subprocess.run(words, check=True, capture_output=True).stdout
    digest.fill_with_cms(out, made)
    return bytes(out.getvalue())


# -- five ways to change a signed paper


def with_root_entry(pdf: bytes) -> bytes:
    """An incremental update of the catalogue."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/Foo"] = generic.pdf_string("x")
        writer.update_root()

    return _appended(pdf, change)


def with_overlay(pdf: bytes) -> bytes:
    """Other words over the page, appended."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        stream = generic.StreamObject(stream_data=b"BT /F0 12 Tf 100 600 Td (FAKE) Tj ET")
        page["/Contents"] = generic.ArrayObject(
            [page.raw_get("/Contents"), writer.add_object(stream)]
        )
        writer.update_container(page)

    return _appended(pdf, change)


def with_trailing_bytes(pdf: bytes) -> bytes:
    """Something after the end."""
    return pdf + b"\n%x\n"


def saved_again(pdf: bytes) -> bytes:
    """As a program that edits PDF writes it."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run(["qpdf", file.name, "-"], capture_output=True, check=True)
    return done.stdout


def with_other_byte(pdf: bytes) -> bytes:
    """One byte of the page's own content is another one."""
    at = pdf.index(b"stream\n") + 40
    return pdf[:at] + bytes([pdf[at] ^ 0xFF]) + pdf[at + 1 :]


def _appended(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


TAMPERING: dict[str, Callable[[bytes], bytes]] = {
    "incremental update": with_root_entry,
    "overlay": with_overlay,
    "trailing bytes": with_trailing_bytes,
    "saved again": saved_again,
    "byte changed": with_other_byte,
}


def bit_flips(pdf: bytes, count: int, *, seed: int = 5) -> Iterator[bytes]:
    """Single bits, spread over the whole file: one at chance in each of `count` equal parts."""
    chosen = random.Random(seed)
    for n in range(count):
        at = len(pdf) * n // count
        at += chosen.randrange(max(1, len(pdf) * (n + 1) // count - at))
        changed = bytearray(pdf)
        changed[at] ^= 1 << chosen.randrange(8)
        yield bytes(changed)


def pdfsig_words(pdf: bytes, folder: Path, *, nss: Path | None = None) -> str:
    """What poppler's `pdfsig` says of it; `nss`: a database with the root."""
    file = folder / "pdfsig.pdf"
    file.write_bytes(pdf)
    words = ["pdfsig", *(["-nssdir", str(nss)] if nss else []), str(file)]
    done = subprocess.run(words, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


def nss_with(root_pem: bytes, folder: Path) -> Path:
    """A database in which that root is trusted."""
    database = folder / "nss"
    database.mkdir()
    (folder / "root.pem").write_bytes(root_pem)
    given = ["-d", f"sql:{database}"]
    subprocess.run(["certutil", "-N", *given, "--empty-password"], check=True)
    add = ["certutil", "-A", *given, "-n", "root", "-t", "CT,C,C", "-i", str(folder / "root.pem")]
    subprocess.run(add, check=True)
    return database
