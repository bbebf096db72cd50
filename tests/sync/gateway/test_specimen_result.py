"""The specimen notice: one marked page, the same bytes each time, no name in errors."""

import subprocess
from datetime import date
from typing import Any

import pytest

from devices.page_printer.preview import first_page_png
from sync.gateway.specimen_result import specimen_result_pdf

WORDS: dict[str, Any] = {
    "title": "办理结果通知书",
    "official_number": "示民救〔2030〕第000873号",
    "name": "王䶮（㙓）",
    "item": "城乡居民最低生活保障待遇申请",
    "office": "示范县民政局",
    "issued": date(2030, 1, 2),
}


def _text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().replace("\n", "")


def test_the_notice_is_a_pdf_a_document_with_the_same_bytes_each_time() -> None:
    pdf = specimen_result_pdf(**WORDS)
    assert pdf.startswith(b"%PDF-")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert specimen_result_pdf(**WORDS) == pdf
    assert first_page_png(pdf, dpi=50).startswith(b"\x89PNG")


def test_all_words_can_be_found_in_it_and_it_says_that_it_is_a_specimen() -> None:
    text = _text(specimen_result_pdf(**WORDS))
    for words in ("办理结果通知书", "第000873号", "王䶮（㙓）", "示范县民政局", "2030年1月2日"):
        assert words in text
    assert "样张" in text
    assert "不具有任何效力" in text


def test_the_longest_words_still_fit_on_one_page() -> None:
    pdf = specimen_result_pdf(
        **{
            **WORDS,
            "title": "城乡居民基本养老保险待遇领取人员丧葬补助金和抚恤金核定结果通知书",
            "name": "측정갑·阿卜杜热依木·买买提·测试甲",
            "item": "城乡居民基本养老保险待遇领取人员死亡丧葬补助金和抚恤金申领（含跨省通办）办理",
            "office": "延边朝鲜族自治州示范县人力资源和社会保障局社会保险经办中心",
        }
    )
    said = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    assert b"Pages:           1" in said.stdout


def test_a_character_without_a_glyph_is_refused_without_naming_it() -> None:
    with pytest.raises(ValueError, match="none of the fonts") as raised:
        specimen_result_pdf(**{**WORDS, "name": "王\ue001"})
    assert "\ue001" not in str(raised.value)


def test_words_are_never_taken_as_markup() -> None:
    text = _text(specimen_result_pdf(**{**WORDS, "name": '#panic("x") *a*'}))
    assert '#panic("x") *a*' in text.replace("”", '"').replace("“", '"')
