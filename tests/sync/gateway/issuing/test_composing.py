"""The five proofs: every word on them, as PDF/A, and nothing that the fonts do not have."""

import io
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from devices.camera.codes import read_codes
from devices.camera.pictures import frame_from_file_bytes
from sync.gateway.issuing.composing import Unwritable
from sync.gateway.issuing.facts import (
    TITLES,
    Contribution,
    NotFacts,
    Payment,
    ProofKind,
    kind_of,
    read_facts,
)
from tests.counterparts.specimen_office import (
    NAME,
    NUMBER,
    PAPER,
    QR,
    SpecimenOffice,
    composed,
    composer,
    proof,
)

PROBES = {
    ProofKind.INSURED: ("城乡居民基本养老保险", "正常参保", "2012年1月", "178", "工伤保险"),
    ProofKind.PENSION: ("178.30", "壹佰柒拾捌元叁角整", "2019年7月", "正常发放"),
    ProofKind.RESIDENCE: ("女", "1949年12月31日", "滨河路88号2栋3单元501室", "三个月内有效"),
    ProofKind.ALLOWANCE: ("农村居民最低生活保障", "样低保字第000873号", "配偶", "玖佰叁拾肆元整"),
    ProofKind.PAYMENT: ("2016年度", "2026-03-18", "贰仟贰佰元整", "2,200.00"),
}


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.parametrize("kind", ProofKind)
def test_every_word_is_found_again(kind: ProofKind) -> None:
    text = text_of(composed(kind))
    for words in (TITLES[kind], NAME, NUMBER, PAPER, "2026年11月20日", "第1页共1页", *PROBES[kind]):
        assert words.replace(" ", "") in text


@pytest.mark.parametrize("kind", ProofKind)
def test_it_is_whole_and_says_pdf_a(kind: ProofKind, tmp_path: Path) -> None:
    """No validator of PDF/A is to be had here: XMP, output intent and fonts are looked at."""
    file = tmp_path / "proof.pdf"
    file.write_bytes(composed(kind))
    subprocess.run(["qpdf", "--check", str(file)], check=True, capture_output=True)
    assert b"<pdfaid:part>2" in composed(kind)
    assert b"<pdfaid:conformance>B" in composed(kind)
    assert b"/OutputIntent" in composed(kind)
    told = subprocess.run(["pdffonts", str(file)], check=True, capture_output=True, text=True)
    fonts = told.stdout.splitlines()[2:]
    assert fonts
    assert all("yes yes yes" in line for line in fonts)  # embedded, a part, with its text


def test_the_same_words_give_the_same_bytes() -> None:
    assert composer().pdf(proof()) == composed()


def test_a_missing_character_is_named_to_the_clerk_and_not_in_the_text() -> None:
    with pytest.raises(Unwritable) as error:
        composer().pdf(replace(proof(), holder="王\ue001"))
    assert error.value.character == "\ue001"
    assert "\ue001" not in str(error.value)


def test_words_are_never_markup() -> None:
    sly = '#panic("x") *粗* $x$ <a> @b'
    assert sly.replace(" ", "") in text_of(composer().pdf(replace(proof(), office=sly)))


def test_a_long_voucher_goes_on_over_leaf_and_is_sealed_on_the_last(tmp_path: Path) -> None:
    row = Contribution("城乡居民基本养老保险", "2026年度", 20_000, date(2026, 3, 18))
    long = proof(facts=Payment(place="示范县", contributions=(row,) * 60))
    pdf = SpecimenOffice.new(tmp_path).seal.sealed(composer().pdf(long))
    assert "第1页共3页" in text_of(pdf)
    assert text_of(pdf).count("缴费项目") == 3  # the head of the table comes again
    assert text_of(pdf).count("2026年11月20日") == 1
    pages = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"]
    assert [bool(page.get_object().get("/Annots")) for page in pages] == [False, False, True]


def test_the_code_on_the_paper_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "sealed.pdf").write_bytes(SpecimenOffice.new(tmp_path).seal.sealed(composed()))
    words = ["pdftoppm", "-r", "200", "-png", str(tmp_path / "sealed.pdf"), str(tmp_path / "page")]
    subprocess.run(words, check=True)
    [page] = tmp_path.glob("page*.png")
    assert [code.text for code in read_codes(frame_from_file_bytes(page.read_bytes()))] == [QR]


def test_facts_come_from_a_file_and_are_read_strictly() -> None:
    file = '{"type": "pension", "scheme": "x", "since": "2019-07", "monthly": 17830,'
    good = file + '"paid_until": "2026-10", "state": "正常"}'
    assert kind_of(read_facts(good.encode())) is ProofKind.PENSION
    for wrong in ("", "[]", "{}", good.replace("-07", "-13"), good.replace("state", "stat")):
        with pytest.raises(NotFacts):
            read_facts(wrong.encode())
