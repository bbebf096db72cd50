"""A name on a public screen."""

import pytest

from kiosk.domain.masked_name import masked_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("测试甲", "测**"), ("测甲", "测*"), ("测", "测*"), (" 测试 ", "测*"), ("", ""), ("  ", "")],
)
def test_only_the_first_character_is_shown(name: str, shown: str) -> None:
    assert masked_name(name) == shown
