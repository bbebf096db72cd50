"""Where this terminal stands, as slips and cases name it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A service point 便民服务点 and the terminal in it."""

    code: str  # 12-digit division code
    name: str
    terminal: str  # two digits, unique at this site
    phone: str = ""  # whom a resident may call
    query_prefix: str = "DS1/"  # what stands before the receipt number in the QR code
