from dataclasses import replace

import numpy as np
import pytest

from devices.camera.pictures import frame_of, pixels_of
from devices.camera.reading import specimen_cards
from devices.camera.reading.paper import FieldKey, ReadingKind, ReadPaper
from devices.camera.reading.pp_ocr import PpOcrLineReader
from devices.camera.reading.read_paper import read_paper, read_photograph
from devices.camera.reading.specimen_cards import Face, id_card_front, photographed
from devices.camera.specimen_sheets import register_page
from kiosk.domain.id_number import check_character

FACE = Face(name="崔喆珠", nation="朝鲜", address="吉林省延吉市朝阳川镇太阳村3组12号楼2单元501室")


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_card_is_read_whichever_way_it_lies(reader: PpOcrLineReader, turns: int) -> None:
    lying = np.ascontiguousarray(np.rot90(id_card_front(FACE), turns))
    paper = read_paper(frame_of(lying), ReadingKind.ID_CARD_FRONT, reader)
    assert _texts(paper) == {
        FieldKey.NAME: FACE.name,
        FieldKey.SEX: "女",
        FieldKey.NATION: "朝鲜",
        FieldKey.ADDRESS: FACE.address,
        FieldKey.NUMBER: FACE.number,
        FieldKey.BIRTH: "1949-12-31",
    }
    checked = {one.key for one in paper.fields if one.checked}
    assert checked == {FieldKey.NUMBER, FieldKey.BIRTH, FieldKey.SEX}


def test_a_photograph_is_read_from_our_own_corners(reader: PpOcrLineReader) -> None:
    picture, _ = photographed(
        id_card_front(FACE), np.random.default_rng(7), share=0.6, size=(1600, 1200)
    )
    paper = read_photograph(frame_of(picture), ReadingKind.ID_CARD_FRONT, reader)
    assert paper is not None
    assert paper.text_of(FieldKey.NAME) == FACE.name
    assert paper.text_of(FieldKey.NUMBER) == FACE.number
    for one in paper.fields:
        cut = paper.cut_out(one)
        assert (cut.width, cut.height) == (one.box.width, one.box.height)


def test_a_number_with_a_wrong_check_character_proves_nothing(reader: PpOcrLineReader) -> None:
    class Forged(Face):
        @property
        def number(self) -> str:
            first = self.area + self.birth + self.serial
            return first + ("1" if check_character(first) != "1" else "2")

    paper = read_paper(frame_of(id_card_front(Forged())), ReadingKind.ID_CARD_FRONT, reader)
    assert paper.text_of(FieldKey.NUMBER) == Forged().number  # as printed, never put right
    assert not any(one.checked for one in paper.fields)
    assert paper.text_of(FieldKey.BIRTH) == ""


def test_a_sex_that_the_number_denies_is_not_checked(reader: PpOcrLineReader) -> None:
    man = replace(Face(), sex="男")
    paper = read_paper(frame_of(id_card_front(man)), ReadingKind.ID_CARD_FRONT, reader)
    sex = next(one for one in paper.fields if one.key is FieldKey.SEX)
    assert (sex.text, sex.checked) == ("男", False)


def test_a_desk_without_a_card_gives_none(reader: PpOcrLineReader) -> None:
    desk = np.full((600, 800, 3), 90, np.uint8)
    assert read_photograph(frame_of(desk), ReadingKind.ID_CARD_FRONT, reader) is None


def test_a_blank_card_has_empty_fields(reader: PpOcrLineReader) -> None:
    blank = frame_of(np.full((638, 1012, 3), 220, np.uint8))
    paper = read_paper(blank, ReadingKind.ID_CARD_FRONT, reader)
    assert set(_texts(paper).values()) == {""}
    assert not any(one.sure for one in paper.fields)


def test_the_other_papers_are_read(reader: PpOcrLineReader) -> None:
    face = Face(name="朴淑琴")
    social = read_paper(
        frame_of(specimen_cards.social_card_front(face)), ReadingKind.SOCIAL_CARD_FRONT, reader
    )
    assert social.text_of(FieldKey.NAME) == face.name
    assert social.text_of(FieldKey.NUMBER) == face.number
    assert social.text_of(FieldKey.CARD_NUMBER) == "A99000012"
    number = "6299990000000000014"
    bank = read_paper(frame_of(specimen_cards.bank_card(number)), ReadingKind.BANK_CARD, reader)
    assert bank.text_of(FieldKey.CARD_NUMBER) == number
    code = specimen_cards.credit_code(7)
    licence = read_paper(
        frame_of(specimen_cards.licence(code, "样张村小卖部")), ReadingKind.LICENCE, reader
    )
    assert licence.text_of(FieldKey.LICENCE_NUMBER) == code
    assert licence.text_of(FieldKey.NAME) == "样张村小卖部"
    assert next(one for one in licence.fields).checked


def test_a_register_page_under_its_watermark(reader: PpOcrLineReader) -> None:
    page = read_paper(frame_of(register_page()), ReadingKind.REGISTER_PAGE, reader)
    assert page.text_of(FieldKey.NUMBER) == "11010519491231002X"
    assert page.text_of(FieldKey.NAME) == "测试甲"
    assert page.text_of(FieldKey.RELATION) == "户主"
    assert page.text_of(FieldKey.NATION) == "汉"


def test_nothing_that_was_read_is_in_a_repr(reader: PpOcrLineReader) -> None:
    paper = read_paper(frame_of(id_card_front(FACE)), ReadingKind.ID_CARD_FRONT, reader)
    assert FACE.number not in repr(paper)
    assert FACE.name not in repr(paper)
    assert pixels_of(paper.picture).shape[1] == paper.picture.width


def _texts(paper: ReadPaper) -> dict[FieldKey, str]:
    return {one.key: one.text for one in paper.fields}
