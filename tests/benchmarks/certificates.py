"""Certificates: how fast they are made, that nothing changed goes through, and SM2 against gmssl.

Goals of reference/printing.md section 7: unsigned PDF/A-2b in a tenth of ReportLab's time, signed
in a fifth of fpdf2's for the same page without a signature; five ways of tampering and 500 single
bits all refused, 500 good ones all accepted; SM2 signs 10 times and verifies 20 times as fast.
"""

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time

from gmssl import sm2 as gmssl_sm2

from kiosk.papers.signed_paper import ExpectedPaper, PaperRefused, check
from sync.gateway.issuing.composing import Proof
from sync.gateway.issuing.facts import TITLES, ProofKind
from sync.sm2 import Sm2PrivateKey, Sm2PublicKey, new_secret
from tests.benchmarks._certificate_peers import by_fpdf2, by_reportlab, truetype
from tests.counterparts.specimen_office import (
    NAME as HOLDER,
)
from tests.counterparts.specimen_office import (
    NUMBER,
    PAPER,
    TAMPERING,
    SpecimenOffice,
    bit_flips,
    composed,
    composer,
    nss_with,
    pdfsig_words,
    proof,
)

NAME = "certificates"
ROUNDS = 15
FLIPS = 500
GOOD = 500
PDFSIG_FLIPS = 60  # it takes 20 ms each and is not ours
SM2_ROUNDS = 40
TENTH, FIFTH = 10, 5
SIGN_GOAL, VERIFY_GOAL = 10, 20


def run() -> dict[str, float]:
    """Everything in one run; the figures by name."""
    with tempfile.TemporaryDirectory() as folder:
        office = SpecimenOffice.new(Path(folder))
        return {**_speed(office), **_text(), **_tampering(office, Path(folder)), **_sm2()}


def _medians(ways: dict[str, Callable[[int], object]], rounds: int) -> dict[str, float]:
    """Milliseconds of the processor, interleaved, each once before it counts.

    All of them only compute, and the wall's clock also counts whoever else uses the machine.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            began = process_time()
            way(number)
            if number:
                times[name].append((process_time() - began) * 1000)
    return {name: median(taken) for name, taken in times.items()}


def _speed(office: SpecimenOffice) -> dict[str, float]:
    font = truetype(Path("build/bench/fonts"))

    def page(number: int) -> Proof:
        """Another person each time, so that nothing is kept from the page before."""
        return replace(proof(), number=f"{PAPER[:-4]}{number:04d}")

    ways: dict[str, Callable[[int], object]] = {
        "unsigned": lambda n: composer().pdf(page(n)),
        "signed": lambda n: office.seal.sealed(composer().pdf(page(n))),
        "reportlab": lambda n: by_reportlab(page(n), font),
        "reportlab, font read anew": lambda n: by_reportlab(page(n), font, anew=True),
        "fpdf2": lambda n: by_fpdf2(page(n), font),
    }
    taken = _medians(ways, ROUNDS)
    sealed = office.seal.sealed(composed())
    taken |= _medians({"check": lambda _n: _accepted(sealed, office)}, ROUNDS)
    for name, ms in taken.items():
        print(f"{name:<26} {ms:8.1f} ms")
    reportlab, fpdf2 = taken["reportlab"] / taken["unsigned"], taken["fpdf2"] / taken["signed"]
    anew = taken["reportlab, font read anew"] / taken["unsigned"]
    for what, times, goal in (
        ("ReportLab unsigned / ours unsigned", reportlab, TENTH),
        ("the same, font read for each paper", anew, TENTH),
        ("fpdf2 unsigned / ours signed", fpdf2, FIFTH),
    ):
        print(f"{what:<36} {times:.1f} (goal {goal}) {_word(times >= goal)}")
    return {
        **{f"{name.replace(', ', '_').replace(' ', '_')}_ms": ms for name, ms in taken.items()},
        "reportlab_to_unsigned": reportlab,
        "reportlab_anew_to_unsigned": anew,
        "fpdf2_to_signed": fpdf2,
    }


def _text() -> dict[str, float]:
    """What pdftotext finds again of each proof."""
    found = wanted = 0
    for kind in ProofKind:
        done = subprocess.run(
            ["pdftotext", "-", "-"], input=composed(kind), capture_output=True, check=True
        )
        text = "".join(done.stdout.decode().split())
        probes = (TITLES[kind], HOLDER, NUMBER, PAPER, "2026年11月20日", "第1页共1页")
        found += sum(probe in text for probe in probes)
        wanted += len(probes)
    print(f"pdftotext found {found} of {wanted}")
    return {"text_found": found, "text_wanted": wanted}


def _tampering(office: SpecimenOffice, folder: Path) -> dict[str, float]:
    nss = nss_with(office.root_pem, folder)
    sealed = office.seal.sealed(composed())

    def pdfsig(pdf: bytes) -> bool:
        told = pdfsig_words(pdf, folder, nss=nss)
        return "Signature is Valid" in told and "Certificate is Trusted" in told

    print(f"{'accepted':<22} {'ours':>10} {'pdfsig':>10}")
    figures: dict[str, float] = {}
    classes = 0
    for way, change in TAMPERING.items():
        forged = change(sealed)
        ours, theirs = _accepted(forged, office), pdfsig(forged)
        classes += ours
        print(f"{way:<22} {ours:>10d} {theirs:>10d}")
    flips = sum(_accepted(one, office) for one in bit_flips(sealed, FLIPS))
    by_pdfsig = sum(pdfsig(one) for one in bit_flips(sealed, PDFSIG_FLIPS))
    print(f"{'single bits':<22} {f'{flips}/{FLIPS}':>10} {f'{by_pdfsig}/{PDFSIG_FLIPS}':>10}")
    good = sum(_accepted(office.seal.sealed(composed()), office) for _ in range(GOOD))
    good_pdfsig = pdfsig(sealed)
    print(f"{'good ones':<22} {f'{good}/{GOOD}':>10} {f'{good_pdfsig:d}/1':>10}")
    right = classes == 0 and flips == 0 and good == GOOD
    print(_word(right))
    figures["classes_accepted"] = classes
    figures["flips_accepted"], figures["flips"] = flips, FLIPS
    figures["good_accepted"], figures["good"] = good, GOOD
    figures["pdfsig_flips_accepted"] = by_pdfsig
    return figures


def _accepted(pdf: bytes, office: SpecimenOffice) -> bool:
    """By the signature alone: the file's hash in the record is not asked for."""
    try:
        check(
            pdf,
            roots=[office.root],
            revoked=(),
            expected=ExpectedPaper(NUMBER),
            now=datetime.now(UTC),
        )
    except PaperRefused:
        return False
    return True


def _sm2() -> dict[str, float]:
    secret = new_secret()
    private = Sm2PrivateKey(secret)
    public = Sm2PublicKey(private.public)
    other = gmssl_sm2.CryptSM2(private_key=secret.hex(), public_key=private.public.hex())
    digest = b"\x5a" * 32
    signature = private.sign(digest)
    taken = _medians(
        {
            "sign": lambda _n: private.sign(digest),
            "gmssl_sign": lambda _n: other.sign_with_sm3(digest),
            "verify": lambda _n: public.verify(signature, digest),
            "gmssl_verify": lambda _n: other.verify_with_sm3(signature.hex(), digest),
        },
        SM2_ROUNDS,
    )
    sign, verify = taken["gmssl_sign"] / taken["sign"], taken["gmssl_verify"] / taken["verify"]
    for what, times in (("sign", sign), ("verify", verify)):
        theirs = taken[f"gmssl_{what}"]
        print(f"SM2 {what} {taken[what]:.2f} ms, gmssl {theirs:.1f}: {times:.0f} times")
    print(_word(sign >= SIGN_GOAL and verify >= VERIFY_GOAL))
    return {"sm2_sign_times": sign, "sm2_verify_times": verify}


def _word(is_met: bool) -> str:
    return "met" if is_met else "MISSED"
