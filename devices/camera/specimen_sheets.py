"""Draws invented papers, plainly marked as samples: a register page, a form, a card."""

from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from devices.camera.pictures import Pixels

_FONT: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"  # Debian fonts-noto-cjk
_SIMPLIFIED: Final = 2  # the face for Simplified Chinese inside the collection
_INK: Final = (30, 30, 34)
_PEN: Final = (28, 40, 120)
_SEAL: Final = (196, 38, 40)
_WATERMARK: Final = (226, 206, 206)

Colour = tuple[int, int, int]

# Every person, place and number here is invented.
_REGISTER_ROWS: Final = (
    ("姓名", "测试甲", "户主或与户主关系", "户主"),
    ("曾用名", "", "性别", "女"),
    ("出生地", "样张省样张县", "民族", "汉"),
    ("籍贯", "样张省样张县", "出生日期", "1949年12月31日"),
    ("本市(县)其他住址", "", "宗教信仰", ""),
    ("公民身份号码", "11010519491231002X", "身高", "158"),
    ("文化程度", "初中", "婚姻状况", "有配偶"),
    ("服务处所", "样张村", "职业", "务农"),
    ("何时由何地迁来本址", "久居", "何时由何地迁来本市", "久居"),
)
_FORM_ROWS: Final = (
    ("姓名", "测试甲", "性别", "女"),
    ("公民身份号码", "11010519491231002X", "民族", "汉"),
    ("户籍所在地", "样张省样张县样张村一组", "联系电话", "00000000000"),
    ("参保日期", "2012年3月1日", "缴费档次", "三档"),
    ("开户银行", "样张农村信用社", "账号", "0000 0000 0000 0000"),
    ("待遇领取方式", "社会保障卡", "是否代办", "否"),
)
_FORM_LINES: Final = (
    "本人已了解城乡居民基本养老保险的有关规定，自愿办理待遇领取手续。",
    "以上所填内容真实无误，如有变动，本人将在三十日内告知村便民服务站。",
    "所附材料：居民户口簿、居民身份证、社会保障卡复印件各一份。",
)


def register_page() -> Pixels:
    """A page of an invented household register, 143 x 105 mm at 10 pixels a millimetre, BGR."""
    sheet = _Sheet(1430, 1050, (247, 243, 232))
    sheet.text((715, 56), "常住人口登记卡", 50)
    sheet.table(_REGISTER_ROWS, (60, 110, 1370, 880), size=30)
    sheet.text((340, 935), "承办人签章：测试乙", 28)
    sheet.text((1000, 935), "登记日期：2020年1月1日", 28)
    sheet.seal((1130, 800), 120, "样张专用")
    return sheet.finished(130)


def filled_form() -> Pixels:
    """An invented form, A4 at 8 pixels a millimetre, filled in and signed, BGR."""
    sheet = _Sheet(1680, 2376, (250, 250, 248))
    sheet.text((840, 190), "城乡居民基本养老保险待遇申请表", 68)
    sheet.table(_FORM_ROWS, (140, 330, 1540, 1230), size=38)
    for number, line in enumerate(_FORM_LINES):
        sheet.text((150, 1340 + 78 * number), line, 38, anchor="lm")
    sheet.text((900, 1760), "申请人签名：", 42, anchor="lm")
    sheet.text((1160, 1758), "测试甲", 64, colour=_PEN, anchor="lm")
    sheet.text((900, 1880), "日期：2025年1月1日", 42, anchor="lm")
    sheet.seal((460, 1840), 190, "样张专用章")
    return sheet.finished(190)


def card() -> Pixels:
    """An invented service card of ID-1 size at 14 pixels a millimetre, square corners, BGR."""
    sheet = _Sheet(1198, 756, (216, 232, 240))
    sheet.draw.rectangle((0, 0, 1198, 130), fill=(38, 84, 148))
    sheet.text((60, 66), "便民服务卡", 62, colour=(255, 255, 255), anchor="lm")
    for number, (label, value) in enumerate(
        (("姓名", "测试甲"), ("性别", "女"), ("服务点", "样张村便民服务站"))
    ):
        y = 230 + 95 * number
        sheet.text((70, y), label, 36, colour=(60, 100, 150), anchor="lm")
        sheet.text((230, y), value, 44, anchor="lm")
    sheet.draw.rectangle((850, 190, 1110, 510), fill=(190, 200, 208), outline=(90, 110, 130))
    sheet.text((980, 350), "照片", 56, colour=(120, 130, 140))
    sheet.text((70, 640), "0000 0000 0000 0000", 58, anchor="lm")
    return sheet.finished(110)


class _Sheet:
    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.image = Image.new("RGB", (width, height), paper)
        self.draw = ImageDraw.Draw(self.image)

    def text(
        self,
        place: tuple[float, float],
        text: str,
        size: int,
        *,
        colour: Colour = _INK,
        anchor: str = "mm",
    ) -> None:
        self.draw.text(place, text, font=_font(size), fill=colour, anchor=anchor)

    def table(
        self, rows: tuple[tuple[str, ...], ...], box: tuple[int, int, int, int], *, size: int
    ) -> None:
        """Four columns: label, value, label, value; values as if written by pen."""
        left, top, right, bottom = box
        shares = (0.0, 0.2, 0.55, 0.77, 1.0)
        columns = [left + share * (right - left) for share in shares]
        height = (bottom - top) / len(rows)
        for number, row in enumerate(rows):
            y = top + number * height
            for column, words in enumerate(row):
                x = columns[column]
                self.draw.rectangle((x, y, columns[column + 1], y + height), outline=_INK, width=2)
                is_label = column % 2 == 0
                fitting = self._fitting(words, size, columns[column + 1] - x - 16)
                self.text(
                    ((x + columns[column + 1]) / 2, y + height / 2),
                    words,
                    fitting,
                    colour=_INK if is_label else _PEN,
                )

    def _fitting(self, words: str, size: int, room: float) -> int:
        """The size at which the words fit into the cell."""
        return int(min(1.0, room / max(1.0, _font(size).getlength(words))) * size)

    def seal(self, centre: tuple[float, float], radius: float, words: str) -> None:
        """A round red stamp without any real body's name."""
        x, y = centre
        box = (x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(box, outline=_SEAL, width=max(4, int(radius / 18)))
        self.text((x, y - radius * 0.2), "★", int(radius * 0.6), colour=_SEAL)
        self.text((x, y + radius * 0.5), words, int(radius * 0.28), colour=_SEAL)

    def finished(self, size: int) -> Pixels:
        """The sheet with 样张 SAMPLE across it, so that no photo of it passes for a paper."""
        mark = Image.new("L", self.image.size, 0)
        pen = ImageDraw.Draw(mark)
        width, height = self.image.size
        for across, down in ((0.42, 0.28), (0.58, 0.72)):
            place = (width * across, height * down)
            pen.text(place, "样张 SAMPLE", font=_font(size), fill=110, anchor="mm")
        turned = mark.rotate(14)
        self.image.paste(Image.new("RGB", self.image.size, _WATERMARK), (0, 0), turned)
        red = Image.new("RGB", self.image.size, (214, 120, 120))
        self.image.paste(red, (0, 0), turned.point(lambda value: value // 2))
        return np.ascontiguousarray(np.asarray(self.image, np.uint8)[:, :, ::-1])


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size, index=_SIMPLIFIED)
