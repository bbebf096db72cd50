"""What the packaged fonts have, and what they have not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.papers.fonts import font_files, missing_glyphs

RARE = "䶮㙓㛃㭎㐱㸌䥽䴖䓖䢺䴓䗪䓨𬭩𬭬𫖯𬀩𫘧𬱖𬴂𬍛𬺈𪨰𫰛𬜬𬉼𫓧𬭬𠅤𬕂𨱏𬶐𫍯𬣙"


def test_rare_name_characters_and_korean_and_signs_are_there() -> None:
    for serif in (False, True):
        assert missing_glyphs(f"{RARE}연변 조선족￥¥①②℃√·《》——\u200b\ufe0f", serif=serif) == ()


def test_what_no_font_has_is_named_once_and_in_order() -> None:
    assert missing_glyphs("王\U000322a3a\ue001\U000322a3") == ("\U000322a3", "\ue001")


def test_the_fonts_come_with_their_wheels() -> None:
    assert all(file.is_file() for serif in (False, True) for file in font_files(serif=serif))


@settings(deadline=None)  # the first call reads the fonts
@given(st.text())
def test_any_words_can_be_asked_about(words: str) -> None:
    assert set(missing_glyphs(words)) <= set(words)
