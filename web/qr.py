"""QR codes as pictures of a page."""

import segno

_SCALE = 5


def qr_code(text: str) -> str:
    """An SVG of the code as a data address: it needs no inline script and no file."""
    return segno.make(text, error="m").svg_data_uri(scale=_SCALE, border=3, dark="#000", light="#fff", omitsize=False)
