"""Writes a page of print as a small PDF: a stencil for each ink. The only file that knows pikepdf.

ISO 32000-1 sections 8.9.6.2 (stencil masking) and 7.4.6 (CCITTFaxDecode), recalled; method and
sizes in reference/scanning.md section 5.
"""

import io
from collections.abc import Sequence
from typing import Final

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from PIL import Image
from PIL.TiffImagePlugin import ROWSPERSTRIP, STRIPBYTECOUNTS, STRIPOFFSETS, TiffImageFile

from devices.camera.ink_stencils import Stencil
from devices.camera.pictures import Flags

LONGER_SIDE: Final = 297 / 25.4 * 72  # points: a page is as long as A4 (see straighten)


def page_pdf(layers: Sequence[Stencil], *, width: int, height: int) -> bytes:
    """One page with these layers, the first at the bottom. `width` and `height` in pixels.

    Same layers give the same bytes: no date, and the file's identifier is made from the content.
    About 30 ms.
    """
    pdf = Pdf.new()
    scale = LONGER_SIDE / max(width, height)
    pdf.add_blank_page(page_size=(round(width * scale, 2), round(height * scale, 2)))
    _paint(pdf, layers, below=False)
    return _saved(pdf)


def underlaid(content: bytes, layer: Stencil) -> bytes:
    """The same page with one more stencil below all others, laid over the whole page.

    Raises ValueError when the bytes are no PDF with a page.
    """
    try:
        with Pdf.open(io.BytesIO(content)) as pdf:
            if not pdf.pages:
                raise ValueError("a PDF without a page")
            _paint(pdf, (layer,), below=True)
            return _saved(pdf)
    except pikepdf.PdfError as error:
        raise ValueError("not a readable PDF") from error


def _paint(pdf: Pdf, layers: Sequence[Stencil], *, below: bool) -> None:
    page = pdf.pages[0]
    _, _, width, height = (float(side) for side in page.mediabox)
    drawing = [f"q {width:.2f} 0 0 {height:.2f} 0 0 cm"]
    for number, layer in enumerate(layers):
        wanted = Name(f"/{'Below' if below else 'Ink'}{number}")  # of itself it is a random one
        name = page.add_resource(_mask(pdf, layer.ink), Name.XObject, wanted)
        red, green, blue = (part / 255 for part in layer.colour)
        drawing.append(f"{red:.3f} {green:.3f} {blue:.3f} rg {name} Do")
    drawing.append("Q")
    page.contents_add(pdf.make_stream("\n".join(drawing).encode("ascii")), prepend=below)


def _mask(pdf: Pdf, ink: Flags) -> pikepdf.Stream:
    height, width = ink.shape
    mask = pdf.make_stream(_group_4(ink))
    mask.Type, mask.Subtype = Name.XObject, Name.Image
    mask.Width, mask.Height, mask.ImageMask, mask.BitsPerComponent = width, height, True, 1
    mask.Decode = pikepdf.Array([1, 0])
    mask.Filter = Name.CCITTFaxDecode
    mask.DecodeParms = Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=False)
    return mask


def _group_4(ink: Flags) -> bytes:
    """ITU-T T.6 (recalled) by libtiff, in one strip."""
    packed = io.BytesIO()
    one_strip = {ROWSPERSTRIP: ink.shape[0]}
    Image.fromarray(~ink).save(packed, "TIFF", compression="group4", tiffinfo=one_strip)
    packed.seek(0)
    with TiffImageFile(packed) as tiff:
        assert len(tiff.tag_v2[STRIPOFFSETS]) == 1, "libtiff keeps to the strips that it is told"
        begin, size = tiff.tag_v2[STRIPOFFSETS][0], tiff.tag_v2[STRIPBYTECOUNTS][0]
    return packed.getvalue()[begin : begin + size]


def _saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
