"""Draws invented cards and papers whose print can be read, and photographs them: nobody's papers.

For the demonstration, the tests and the benchmark. Every number begins with 99, which is no
division, and 样张 stands where a card has its portrait.
"""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from devices.camera.api import Frame
from devices.camera.pictures import Pixels, Reals, frame_of
from devices.camera.reading.check_characters import credit_check_character
from kiosk.domain.id_number import check_character

FONT: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"  # Debian fonts-noto-cjk
_SIMPLIFIED: Final = 2  # the face for Simplified Chinese inside the collection
_CARD: Final = (1012, 638)  # pixels: ID-1 at 300 dpi
_LABEL: Final = (40, 110, 170)
_INK: Final = (22, 22, 24)
_LINE: Final = 11  # characters of an address in one line

Colour = tuple[int, int, int]
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Face:
    """What stands on the cards of one invented person."""

    name: str = field(default="测试甲", repr=False)
    sex: str = field(default="女", repr=False)
    nation: str = field(default="汉", repr=False)
    birth: str = field(default="19491231", repr=False)
    address: str = field(default="样张省样张县样张镇样张村3组12号", repr=False)
    serial: str = field(default="002", repr=False)  # digits 15 to 17 of the number
    area: str = field(default="990101", repr=False)

    @property
    def number(self) -> str:
        """With its right check character."""
        first = self.area + self.birth + self.serial
        return first + check_character(first)


def id_card_front(face: Face, font: str = FONT) -> Pixels:
    """居民身份证, the side with the portrait, 300 dpi, BGR."""
    sheet = _Sheet(_CARD, font, (222, 232, 238))
    sheet.label((70, 75), "姓名")
    sheet.value((165, 68), face.name, 44)
    sheet.label((70, 165), "性别")
    sheet.value((165, 160), face.sex, 38)
    sheet.label((300, 165), "民族")
    sheet.value((395, 160), face.nation, 38)
    sheet.label((70, 255), "出生")
    parts = (face.birth[:4], "年", str(int(face.birth[4:6])), "月", str(int(face.birth[6:])), "日")
    for at, part in zip((165, 262, 312, 365, 412, 465), parts, strict=True):
        (sheet.label if part in "年月日" else sheet.value)((at, 252), part, 36)
    sheet.label((70, 345), "住址")
    for at in range(0, len(face.address), _LINE):
        sheet.value((165, 340 + at // _LINE * 52), face.address[at : at + _LINE], 38)
    sheet.label((70, 545), "公民身份号码")
    sheet.value((330, 536), face.number, 48)
    sheet.portrait((660, 80, 940, 440))
    return sheet.finished()


def social_card_front(face: Face, font: str = FONT) -> Pixels:
    """社会保障卡, the side with the portrait; its lines stand where this drawing chose."""
    sheet = _Sheet(_CARD, font, (236, 228, 214))
    sheet.draw.rectangle((0, 0, 1012, 130), fill=(70, 120, 190))
    sheet.value((60, 38), "社会保障卡（样张）", 52, (255, 255, 255))
    rows = (("姓名", face.name), ("社会保障号码", face.number), ("社会保障卡号", "A99000012"))
    for at, (label, value) in enumerate(rows):
        sheet.label((300, 214 + 90 * at), label, 26)
        sheet.value((490, 207 + 90 * at), value, 36)
    sheet.portrait((40, 190, 270, 500))
    return sheet.finished()


def bank_card(number: str, font: str = FONT) -> Pixels:
    """银行卡: its number in groups of four, as printed on cards without raised digits."""
    sheet = _Sheet(_CARD, font, (206, 214, 228))
    sheet.value((60, 60), "样张银行", 56, (160, 30, 40))
    groups = "  ".join(number[at : at + 4] for at in range(0, len(number), 4))
    sheet.value((70, 356), groups, 56)
    sheet.value((70, 520), "样张 SAMPLE", 40, (130, 130, 140))
    return sheet.finished()


def licence(code: str, name: str, font: str = FONT) -> Pixels:
    """营业执照, A4 landscape at 150 dpi: its code and the name of the business."""
    sheet = _Sheet((1754, 1240), font, (250, 248, 240))
    sheet.value((650, 190), "营业执照", 100)
    sheet.value((690, 320), "（样张，无效）", 36, (196, 38, 40))
    sheet.value((120, 340), "统一社会信用代码", 30)
    sheet.value((120, 420), code, 40)
    for at, (label, value) in enumerate((("名称", name), ("类型", "个体工商户"))):
        sheet.label((150, 550 + 90 * at), label, 34)
        sheet.value((360, 545 + 90 * at), value, 40)
    return sheet.finished()


def credit_code(serial: int) -> str:
    """A code of an organisation that does not exist, with its right check character."""
    first = f"92990101MA{serial:07d}"
    return first + credit_check_character(first)


def photographed(
    sheet: Pixels, random: np.random.Generator, *, share: float = 0.6, size: tuple[int, int]
) -> tuple[Pixels, Corners]:
    """The sheet under a document camera: tilted, unevenly lit, in part shadow, a little soft,
    noisy, as JPEG. `share`: of the picture's width. Also its corners, clockwise from top left."""
    width, height = size
    corners = _pose(sheet, random, share, size)
    desk = np.full((height, width, 3), random.uniform(40, 120, 3), np.float32)
    grain = random.standard_normal((height // 8, width // 40)).astype(np.float32)
    desk *= 1 + 0.08 * np.asarray(cv2.resize(grain, size))[:, :, None]
    tall, wide = sheet.shape[:2]
    whole = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
    turn = cv2.getPerspectiveTransform(whole, corners.astype(np.float32))
    shrunk = float(np.sqrt(cv2.contourArea(corners.astype(np.float32)) / (wide * tall)))
    fine = cv2.GaussianBlur(sheet, (0, 0), max(0.1, 0.45 / shrunk)) if shrunk < 1 else sheet
    laid = np.asarray(cv2.warpPerspective(fine, turn, size), np.float32)
    cover = np.full((tall, wide), 255, np.uint8)
    mask = np.asarray(cv2.warpPerspective(cover, turn, size), np.float32)[:, :, None] / 255
    picture = desk * (1 - mask) + laid * mask * 0.92
    picture *= _light(random, size)[:, :, None]
    soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.5, 1.0))))
    noisy = soft + random.standard_normal(soft.shape).astype(np.float32) * random.uniform(1, 4)
    seen = np.clip(noisy, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, 82])
    again = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return again, tuple((float(x), float(y)) for x, y in corners)


def photographed_id_card() -> Frame:
    """The front of an invented person's ID card under the camera, 1600x1200, always the same."""
    random = np.random.default_rng(7)
    return frame_of(photographed(id_card_front(Face()), random, size=(1600, 1200))[0])


def _pose(sheet: Pixels, random: np.random.Generator, share: float, size: tuple[int, int]) -> Reals:
    """Turned by up to 8 degrees, its corners moved as by a tilted camera."""
    tall, wide = sheet.shape[:2]
    half = np.array([share * size[0], share * size[0] * tall / wide]) / 2
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) * half
    angle = np.radians(random.uniform(-8, 8))
    turned = square @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    tilted = turned * (1 + random.uniform(-0.04, 0.04, (4, 1)))
    placed: Reals = tilted + np.array(size) / 2 + random.uniform(-0.03, 0.03, 2) * size
    return placed


def _light(random: np.random.Generator, size: tuple[int, int]) -> Reals:
    """Brighter towards one side, and the shadow of a hand somewhere."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    slope = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    shadow = np.zeros((height // 4, width // 4), np.float32)
    around = random.uniform(0.2, 0.8, 2) * (width / 4, height / 4)
    spots = around + random.standard_normal((5, 2)) * (width / 24, height / 24)
    cv2.fillConvexPoly(shadow, cv2.convexHull(spots.astype(np.int32)), 1.0)
    soft = cv2.resize(cv2.GaussianBlur(shadow, (0, 0), float(random.uniform(4, 15))), size)
    lit: Reals = (1 + 0.3 * slope) * (1 - 0.3 * np.asarray(soft))
    return lit.astype(np.float32)


class _Sheet:
    def __init__(self, size: tuple[int, int], font: str, paper: Colour) -> None:
        y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
        waves = 6 * np.sin(x / 9 + 8 * np.sin(y / 70))  # the fine lines of printed cards
        ground = np.array(paper, np.float32) + waves[:, :, None] * np.array([1, 0.4, -0.6])
        self.image = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
        self.draw = ImageDraw.Draw(self.image)
        self._font = font

    def label(self, place: tuple[int, int], words: str, size: int = 30) -> None:
        self.value(place, words, size, _LABEL)

    def value(self, place: tuple[int, int], words: str, size: int, colour: Colour = _INK) -> None:
        face = ImageFont.truetype(
            self._font, size, index=_SIMPLIFIED if "Noto" in self._font else 0
        )
        # by the height of its ideographs, whatever the font leaves above them
        above = face.getbbox("国")[1]
        self.draw.text((place[0], place[1] + 4 - above), words, font=face, fill=colour)

    def portrait(self, box: tuple[int, int, int, int]) -> None:
        """A silhouette, and the words that this is nobody."""
        left, top, right, bottom = box
        self.draw.rectangle(box, fill=(205, 212, 218))
        middle = (left + right) // 2
        self.draw.ellipse((middle - 60, top + 40, middle + 60, top + 190), fill=(214, 178, 150))
        self.value((left + 30, bottom - 80), "样张 SAMPLE", 32, (140, 90, 90))

    def finished(self) -> Pixels:
        return np.ascontiguousarray(np.asarray(self.image, np.uint8)[:, :, ::-1])
