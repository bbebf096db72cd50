"""Pictures and picture generators that lie beside the checkout, in the folder `shared`."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final

CHECKOUT: Final = Path(__file__).parents[2]
_SUBSTITUTES: Final = Path("/usr/share/fonts/opentype/noto")  # fonts-noto-cjk
_OWN_FONTS: Final = CHECKOUT / "build" / "fonts"  # Debian packages of fonts unpacked there


class NoMaterialError(Exception):
    """The folder is not beside this checkout."""


def shared_folder() -> Path:
    """Raises NoMaterialError, whose text says what is missing."""
    for above in CHECKOUT.parents:
        if (above / "shared" / "examples" / "scanning").is_dir():
            return above / "shared"
    raise NoMaterialError("no folder shared/examples/scanning beside or above this checkout")


def generator(name: str) -> ModuleType:
    """gen_barcodes, gen_ocr or gen_pages. A font that is not installed is replaced by Noto."""
    folder = str(shared_folder() / "examples" / "scanning")
    written = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # the folder is not ours
    sys.path.insert(0, folder)
    try:
        pages: Any = importlib.import_module("gen_pages")
        made = importlib.import_module(name)
    finally:
        sys.path.remove(folder)
        sys.dont_write_bytecode = written
    for key, (path, index) in dict(pages.FONTS).items():
        if Path(path).exists():
            continue
        unpacked = _OWN_FONTS / path.lstrip("/")
        substitute = (str(_SUBSTITUTES / "NotoSansCJK-Regular.ttc"), 2)
        pages.FONTS[key] = (str(unpacked), index) if unpacked.exists() else substitute
    return made
