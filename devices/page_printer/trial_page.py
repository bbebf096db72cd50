"""One A4 page to see whether the printer works: frame, sizes of type, greys."""

from datetime import datetime
from typing import Final

import typst

_PAGE: Final = """
#set page(paper: "a4", margin: 20mm)
#set text(font: ("Noto Sans CJK SC", "Noto Serif CJK SC"), size: 14pt, lang: "zh")
#rect(width: 100%, height: 100%, inset: 10mm)[
  #align(center, text(size: 36pt, weight: "bold")[打印测试])
  #v(8mm)
  #align(center)[{when}]
  #v(8mm)
  #for size in (9pt, 12pt, 16pt, 24pt) [#text(size: size)[家门口办 0123456789 ABC] \\ ]
  #v(8mm)
  #grid(columns: 6, gutter: 4mm, ..range(6).map(n => rect(width: 22mm, height: 22mm,
    fill: luma(n * 20%))))
  #v(8mm)
  四边的框完整、文字清楚、灰块分得出，就正常。这一页不是证明，看完请收走。
]
"""


def trial_page(now: datetime) -> bytes:
    """The page as PDF; about half a second, most of it for the fonts of the system."""
    pdf = typst.compile(_PAGE.replace("{when}", f"{now:%Y-%m-%d %H:%M}").encode(), format="pdf")
    assert isinstance(pdf, bytes)
    return pdf
