"""The five levels of disaster risk (Quyết định 18/2021/QĐ-TTg): another scale than báo động, with colours of its own.

Báo động 1 to 3 says how high the water stands at one gauge. Cấp độ rủi ro thiên tai 1 to 5 says how much harm is
expected in an area; it is declared by the forecasting service and never computed from a gauge by this box.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Risk:
    """One level: its number, its name, the colour's legal name, and that colour on a screen."""

    number: int
    name: str
    colour: str
    rgb: str


RISKS = {
    1: Risk(1, "Cấp độ 1: rủi ro nhỏ", "xanh da trời nhạt", "#8fd3f4"),
    2: Risk(2, "Cấp độ 2: rủi ro trung bình", "vàng nhạt", "#fff2a8"),
    3: Risk(3, "Cấp độ 3: rủi ro lớn", "da cam", "#ff9c3a"),
    4: Risk(4, "Cấp độ 4: rủi ro rất lớn", "đỏ", "#e5232b"),
    5: Risk(5, "Cấp độ 5: rủi ro thảm họa", "tím", "#7b2d8b"),
}


def risk_from_text(text: str) -> Risk | None:
    """The level that a warning names (parameter ``vn:cap-do-rui-ro``); None when it is not 1 to 5."""
    plain = text.strip()
    return RISKS.get(int(plain)) if plain.isascii() and plain.isdecimal() and len(plain) == 1 else None
