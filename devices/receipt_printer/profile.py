"""What kinds of receipt printers can do, as data: `profiles.toml`, and a county's own file."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

CharacterSet = Literal["", "gb2312", "gbk", "gb18030"]
DoubleByte = Literal["switched", "always"]

PACKAGED: Final = Path(__file__).with_name("profiles.toml")
LATIN_DOTS: Final = 12  # width of a letter of font A; a Hanzi is twice as wide
DEFAULT: Final = "escpos-80"
_WIDTHS: Final = (576, 384)  # 72 mm of 80 mm paper, 48 mm of 58 mm, 8 dots a millimetre
_BAUD: Final = range(1200, 921_601)


class ProfileError(ValueError):
    """The file or the name is of no use; says why."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One kind of printer. The defaults suit any: pictures only, asked for a proof, cut."""

    name: str = DEFAULT
    width_dots: int = 576
    character_set: CharacterSet = ""  # of the Hanzi in its memory; "" for not known: pictures only
    double_byte: DoubleByte = "switched"  # "always": does not know FS &, so none is sent
    text: bool = False  # slips as text, where the character set has every character
    native_qr: bool = False  # knows GS ( k; otherwise codes go as pictures
    can_confirm: bool = True  # answers GS r 1 in its turn
    can_cut: bool = True
    baud: int = 115_200  # on a serial line

    @property
    def columns(self) -> int:
        """Letters in a line."""
        return self.width_dots // LATIN_DOTS


def profile_named(name: str, own_file: Path | None = None) -> PrinterProfile:
    """That profile; one in the county's own file goes before ours of the same name.

    Raises ProfileError.
    """
    known = dict(_read(PACKAGED))
    if own_file is not None:
        known.update(_read(own_file))
    if name not in known:
        raise ProfileError(f"no printer profile {name}; there are: {', '.join(sorted(known))}")
    return known[name]


def _read(file: Path) -> MappingProxyType[str, PrinterProfile]:
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ProfileError(f"{file}: {error}") from None
    found = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ProfileError(f"{file}: {name} is no table")
        found[name] = _profile(f"{file}: {name}", {"name": name, **table})
    return MappingProxyType(found)


def _profile(where: str, table: dict[str, object]) -> PrinterProfile:
    standard = PrinterProfile()
    for key, value in table.items():
        if key not in {one.name for one in fields(PrinterProfile)}:
            raise ProfileError(f"{where}: {key} is not known")
        if type(value) is not type(getattr(standard, key)):
            raise ProfileError(f"{where}: {key} must be like {getattr(standard, key)!r}")
    made = PrinterProfile(**table)  # type: ignore[arg-type]
    if made.character_set not in get_args(CharacterSet):
        raise ProfileError(f"{where}: character_set is gb2312, gbk or gb18030")
    if made.double_byte not in get_args(DoubleByte):
        raise ProfileError(f"{where}: double_byte is switched or always")
    if made.width_dots not in _WIDTHS:
        raise ProfileError(f"{where}: width_dots is one of {_WIDTHS}")
    if made.text and not made.character_set:
        raise ProfileError(f"{where}: text needs a character_set")
    if made.baud not in _BAUD:
        raise ProfileError(f"{where}: baud is of no use")
    return made
