"""How the paper looks: fonts, colours, styles. Sizes are points."""

from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from edge.core.errors import FinalError

FONTS = Path("/usr/share/fonts/truetype/noto")
"""Debian's fonts-noto-core; it has every letter of Vietnamese and of the minority languages written in Latin."""
PLAIN, BOLD, ITALIC = "NotoSans", "NotoSans-Bold", "NotoSans-Italic"
INK, RULE, SHADE = colors.HexColor("#1d2b33"), colors.HexColor("#b9c4ca"), colors.HexColor("#eef2f4")
WARN, GREY = colors.HexColor("#a3261c"), colors.HexColor("#51616b")
LEVEL_INKS = {"level-1": "#8f5c00", "level-2": "#b84a00", "level-3": "#b3261e"}


def load_fonts() -> None:
    """Raises FinalError when they are not there."""
    try:
        for name in (PLAIN, BOLD, ITALIC):
            file = FONTS / f"{'NotoSans-Regular' if name == PLAIN else name}.ttf"
            pdfmetrics.registerFont(TTFont(name, file))
    except TTFError as cause:
        raise FinalError("Thiếu phông chữ: hãy cài gói Debian fonts-noto-core.") from cause
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


def _style(name: str, size: float, font: str = PLAIN, **fields: Any) -> ParagraphStyle:
    given = {"textColor": INK, "leading": size * 1.38, **fields}
    return ParagraphStyle(name, fontName=font, fontSize=size, **given)


TITLE = _style("title", 15, BOLD, alignment=TA_CENTER, spaceBefore=10, spaceAfter=2)
SUBTITLE = _style("subtitle", 9.5, alignment=TA_CENTER, spaceAfter=8)
HEAD = _style("head", 12, BOLD, spaceBefore=14, spaceAfter=3)
TABLE = _style("table", 9, BOLD, textColor=GREY, spaceBefore=7, spaceAfter=2)
BODY = _style("body", 9.5, spaceAfter=3)
POINT = _style("point", 9.5, spaceAfter=3, leftIndent=10, bulletIndent=1)
CELL = _style("cell", 8.5)
NUMBER = _style("number", 8.5, alignment=TA_RIGHT)
TOTAL = _style("total", 8.5, BOLD)
TOTAL_NUMBER = _style("total-number", 8.5, BOLD, alignment=TA_RIGHT)
COLUMN = _style("column", 8, BOLD)
COLUMN_NUMBER = _style("column-number", 8, BOLD, alignment=TA_RIGHT)
NOTE = _style("note", 8, textColor=GREY, spaceBefore=4)
CENTRE = _style("centre", 9.5, alignment=TA_CENTER)
CENTRE_BOLD = _style("centre-bold", 9.5, BOLD, alignment=TA_CENTER)
CENTRE_ITALIC = _style("centre-italic", 9, ITALIC, alignment=TA_CENTER)
PLACE_DATE = _style("place-date", 9.5, ITALIC, alignment=TA_RIGHT)
