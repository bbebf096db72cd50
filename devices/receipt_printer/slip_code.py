"""QR codes of slips, as small as they can be."""

import segno


def slip_code(content: str) -> segno.QRCode:
    """Error level M. Raises ValueError when it is too long.

    Each side of a # is in a mode of its own: with the one character that the alphanumeric mode
    lacks (ISO/IEC 18004, not read) all of an address would need half as much room again.
    """
    head, mark, tail = content.partition("#")
    if mark and head and tail:
        # the library takes a list of segments (encoder.prepare_data); its types know only one
        parts = [head, mark, tail]
        return segno.make(parts, error="m", micro=False)  # type: ignore[arg-type]
    return segno.make(content, error="m", micro=False)
