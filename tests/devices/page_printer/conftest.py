"""A real print system and a small A4 document."""

from collections.abc import Iterator

import pytest

from tests.counterparts.cups_server import CupsServer


@pytest.fixture
def cups_server() -> Iterator[CupsServer]:
    """A print system of its own for each test; it is up in a third of a second."""
    with CupsServer() as server:
        yield server


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """One empty A4 page, written by hand: 595 x 842 points."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length 22 >>\nstream\n100 100 200 300 re f  \nendstream",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
