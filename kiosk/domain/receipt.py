"""What stands on the slip handed to the resident. Knows no printer."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Receipt:
    """A slip 回执, top to bottom: marks, title, site, lines, materials, notes, QR code, footer."""

    title: str
    site: str
    lines: tuple[tuple[str, str], ...] = field(repr=False)  # (label, value)
    materials: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    qr: str = field(default="", repr=False)  # what the QR code holds
    footer: str = ""
    materials_title: str = "已收材料"
    qr_words: str = "扫码查询办理进度"
    marks: tuple[str, ...] = ()  # above everything: 训练, not yet uploaded
    with_korean: bool = False  # Korean under the words that have a translation (kiosk/papers)
    korean: tuple[tuple[str, str], ...] = ()  # translations of this slip's own words: a title
