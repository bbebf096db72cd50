"""The same proof by ReportLab and by fpdf2, unsigned: same words, table, frame, code and letters.

Both need TrueType outlines, so the package's Noto Serif SC is converted once, into build/.
"""

import io
from pathlib import Path

import pylopdf_fonts_zh_cn
import segno
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as Font
from fontTools.ttLib import newTable
from fpdf import FPDF, FontFace
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus.doctemplate import BaseDocTemplate

from sync.gateway.issuing.composing import ANY_MASK, Proof
from sync.gateway.issuing.facts import Insured

NAME = "NotoSerifSC"
MM = 72 / 25.4
HEADS = ("险　种", "参保状态", "首次参保", "缴费截至", "累计月数")
WIDTHS = (58, 24, 26, 26, 22)  # mm
PERSON = (27, 51, 34, 44)
GREY = HexColor("#f2f2f2")
RED = HexColor("#7a1f1f")
OPENING = "兹证明上述人员参加社会保险的情况如下："
CLOSING = "以上信息以开具时社会保险经办系统的记录为准，特此证明。"


def truetype(folder: Path) -> Path:
    """Noto Serif SC with quadratic outlines; a minute or two the first time."""
    made = folder / f"{NAME}.ttf"
    if made.exists():
        return made
    folder.mkdir(parents=True, exist_ok=True)
    font = Font(pylopdf_fonts_zh_cn.serif_path())
    glyphs, names = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in names:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = names, drawn
    font["maxp"].tableVersion = 0x00010000
    for field in (
        "maxZones",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ):
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 3.0
    for table in ("CFF ", "VORG"):
        if table in font:
            del font[table]
    font.sfntVersion = "\x00\x01\x00\x00"
    font.save(made)
    return made


def _rows(proof: Proof) -> list[tuple[str, ...]]:
    assert isinstance(proof.facts, Insured)
    rows = [
        (one.scheme, one.state, one.since, one.until, str(one.months))
        for one in proof.facts.insurances
    ]
    return [HEADS, *rows]


def _person(proof: Proof) -> list[tuple[str, ...]]:
    assert isinstance(proof.facts, Insured)
    return [
        ("姓　　名", proof.holder, "公民身份号码", proof.holder_number),
        ("参 保 地", proof.facts.place, "", ""),
    ]


def _day(proof: Proof) -> str:
    return f"{proof.issued.year}年{proof.issued.month}月{proof.issued.day}日"


def _code(proof: Proof) -> io.BytesIO:
    out = io.BytesIO()
    code = segno.make(proof.qr, error="m", micro=False, mask=ANY_MASK, boost_error=False)
    code.save(out, kind="png", border=4, scale=2)
    out.seek(0)
    return out


def by_reportlab(proof: Proof, font: Path, *, anew: bool = False) -> bytes:
    """Flowing text and tables as its manual has them. `anew`: it reads the font for this paper."""
    if anew or NAME not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(NAME, str(font)))

    def style(size: float, **more: object) -> ParagraphStyle:
        return ParagraphStyle(
            "s", fontName=NAME, fontSize=size, leading=size * 1.7, wordWrap="CJK", **more
        )

    def frame(page: Canvas, document: BaseDocTemplate) -> None:
        page.setStrokeColor(RED)
        for inset, width in ((12, 1.4), (13.4, 0.4)):
            page.setLineWidth(width)
            side, top = (210 - 2 * inset) * MM, (297 - 2 * inset) * MM
            page.rect(inset * MM, inset * MM, side, top)
        page.setFont(NAME, 9)
        page.drawString(27 * MM, 20 * MM, f"{proof.number}　{proof.footnote}")
        page.drawRightString(183 * MM, 20 * MM, f"第 {document.page} 页　共 1 页")

    grid = [
        ("GRID", (0, 0), (-1, -1), 0.6, black),
        ("FONT", (0, 0), (-1, -1), NAME, 11),
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 3 * MM),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3 * MM),
    ]
    shades = [("BACKGROUND", (n, 0), (n, 0), GREY) for n in (0, 2)]
    person = [*grid, *shades, ("SPAN", (1, 1), (3, 1)), ("BACKGROUND", (0, 1), (0, 1), GREY)]
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=27 * MM,
        rightMargin=27 * MM,
        topMargin=27 * MM,
        bottomMargin=24 * MM,
        title=proof.title,
        author=proof.office,
        keywords=f"holder:{proof.holder_number}, paper:{proof.number}",
    )
    document.build(
        [
            Paragraph(proof.title, style(25, alignment=TA_CENTER)),
            Paragraph(f"编号：{proof.number}", style(11, alignment=TA_RIGHT)),
            Table(_person(proof), [width * MM for width in PERSON], style=person),
            Paragraph(OPENING, style(13, firstLineIndent=26)),
            Table(
                _rows(proof),
                [width * MM for width in WIDTHS],
                repeatRows=1,
                style=[*grid, ("BACKGROUND", (0, 0), (-1, 0), GREY)],
            ),
            Paragraph(CLOSING, style(13, firstLineIndent=26)),
            Spacer(1, 60 * MM),
            Table(
                [[Image(_code(proof), 33 * MM, 33 * MM), f"{proof.office}\n{_day(proof)}"]],
                [72 * MM, 84 * MM],
                style=[("FONT", (0, 0), (-1, -1), NAME, 13), ("ALIGN", (1, 0), (1, 0), "CENTER")],
            ),
            Paragraph(proof.check, style(9)),
        ],
        onFirstPage=frame,
        onLaterPages=frame,
    )
    return out.getvalue()


class _Framed(FPDF):
    """Frame and page numbers on every page."""

    def __init__(self, proof: Proof) -> None:
        super().__init__(format="A4")
        self._proof = proof

    def header(self) -> None:
        self.set_draw_color(0x7A, 0x1F, 0x1F)
        for inset, width in ((12, 0.5), (13.4, 0.14)):
            self.set_line_width(width)
            self.rect(inset, inset, 210 - 2 * inset, 297 - 2 * inset)
        self.set_draw_color(0)

    def footer(self) -> None:
        self.set_y(-22)
        self.set_font(NAME, size=9)
        self.cell(0, 5, f"{self._proof.number}　{self._proof.footnote}")
        self.set_y(-22)
        self.cell(0, 5, f"第 {self.page_no()} 页　共 {{nb}} 页", align="R")


def by_fpdf2(proof: Proof, font: Path) -> bytes:
    """It reads the font for each document; there is no way to keep it."""
    page = _Framed(proof)
    page.add_font(NAME, fname=str(font))
    page.set_margins(27, 27)
    page.set_auto_page_break(auto=True, margin=24)
    page.set_title(proof.title)
    page.set_author(proof.office)
    page.set_keywords(f"holder:{proof.holder_number}, paper:{proof.number}")
    page.add_page()

    def say(size: float, words: str, align: str = "J") -> None:
        page.set_font(NAME, size=size)
        page.multi_cell(0, size * 0.6, words, align=align, new_x="LMARGIN", new_y="NEXT")

    say(25, proof.title, "C")
    say(11, f"编号：{proof.number}", "R")
    page.set_font(NAME, size=11)
    with page.table(
        col_widths=PERSON, line_height=9, text_align="CENTER", first_row_as_headings=False
    ) as table:
        for name, value, *rest in _person(proof):
            row = table.row()
            row.cell(name)
            row.cell(value, colspan=1 if any(rest) else 3)
            for words in filter(None, rest):
                row.cell(words)
    say(13, f"　　{OPENING}")
    page.set_font(NAME, size=11)
    with page.table(
        col_widths=WIDTHS, line_height=9, text_align="CENTER", headings_style=FontFace(emphasis="")
    ) as table:
        for cells in _rows(proof):
            table.row(cells)
    say(13, f"　　{CLOSING}")
    page.set_y(-84)
    page.image(_code(proof), 27, 215, 33, 33)
    say(13, f"{proof.office}\n{_day(proof)}", "R")
    page.set_y(-46)
    say(9, proof.check, "L")
    return bytes(page.output())
