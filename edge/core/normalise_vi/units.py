"""Symbols of units and money after a number, and what follows a slash."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.core.normalise_vi.capitals import after_capitals
from edge.core.normalise_vi.context import GAP
from edge.core.normalise_vi.figures import cardinal
from edge.core.normalise_vi.numbers import thousand
from edge.core.normalise_vi.reading import Manner, Piece
from edge.core.normalise_vi.result import Accent
from edge.core.normalise_vi.syllable import is_syllable

THOUSAND = "{thousand}"

MONEY = {
    "đ": "đồng", "đồng": "đồng", "ĐỒNG": "đồng", "Đ": "đồng", "VNĐ": "đồng", "VND": "đồng", "vnđ": "đồng",
    "vnd": "đồng", "₫": "đồng", "k": THOUSAND, "K": THOUSAND, "tr": "triệu", "trđ": "triệu đồng",
    "tr.đ": "triệu đồng", "tr.đồng": "triệu đồng", "tr đồng": "triệu đồng", "triệu": "triệu", "tỷ": "tỷ", "tỉ": "tỉ",
    "nghìn": "nghìn", "ngàn": "ngàn",
    "triệu đồng": "triệu đồng", "tỷ đồng": "tỷ đồng", "tỉ đồng": "tỉ đồng", "nghìn đồng": "nghìn đồng",
    "ngàn đồng": "ngàn đồng", "USD": "đô la mỹ", "$": "đô la", "EUR": "ơ rô", "€": "ơ rô",
}  # fmt: skip

UNITS = {
    "mm": "mi li mét", "MM": "mi li mét", "cm": "xen ti mét", "CM": "xen ti mét", "dm": "đề xi mét", "m": "mét",
    "km": "ki lô mét", "Km": "ki lô mét", "KM": "ki lô mét", "m2": "mét vuông", "M2": "mét vuông",
    "m²": "mét vuông", "km2": "ki lô mét vuông", "km²": "ki lô mét vuông", "cm2": "xen ti mét vuông",
    "cm²": "xen ti mét vuông", "m3": "mét khối", "M3": "mét khối", "m³": "mét khối", "cm3": "xen ti mét khối",
    "cm³": "xen ti mét khối", "dm3": "đề xi mét khối", "km3": "ki lô mét khối", "km³": "ki lô mét khối",
    "ha": "héc ta", "Ha": "héc ta", "HA": "héc ta", "kg": "ki lô gam", "Kg": "ki lô gam", "KG": "ki lô gam",
    "mg": "mi li gam", "µg": "mi cờ rô gam", "μg": "mi cờ rô gam", "l": "lít", "ml": "mi li lít", "mL": "mi li lít",
    "°C": "độ xê", "ºC": "độ xê", "oC": "độ xê", "℃": "độ xê", "độ C": "độ xê", "độ c": "độ xê", "ĐỘ C": "độ xê",
    "° C": "độ xê", "°F": "độ ép", "độ F": "độ ép", "°": "độ", "º": "độ",
    "%": "phần trăm", "‰": "phần {thousand}",
    "W": "oát", "kW": "ki lô oát", "KW": "ki lô oát", "MW": "mê ga oát", "kWh": "ki lô oát giờ",
    "KWh": "ki lô oát giờ", "kwh": "ki lô oát giờ", "KWH": "ki lô oát giờ", "MWh": "mê ga oát giờ", "V": "vôn",
    "kV": "ki lô vôn", "KV": "ki lô vôn", "kVA": "ki lô vôn am pe", "KVA": "ki lô vôn am pe",
    "Hz": "héc", "kHz": "ki lô héc", "MHz": "mê ga héc", "GHz": "gi ga héc", "KB": "ki lô bai", "MB": "mê ga bai",
    "GB": "gi ga bai", "Mbps": "mê ga bít trên giây", "hPa": "héc tô pát can", "mb": "mi li ba",
    "mmHg": "mi li mét thủy ngân", "dB": "đề xi ben", "ppm": "phần triệu", "HP": "mã lực", "hp": "mã lực",
    "cc": "phân khối", "'": "phút", "’": "phút", "′": "phút", "phút": "phút", "giây": "giây",
    "g": "gam", "h": "giờ", "ph": "phút", "M": "mét", "LÍT": "lít", "MÉT": "mét", "TẤN": "tấn",
    "kN": "ki lô niu tơn", "CC": "phân khối", "độ Richter": "độ rích te", "PHÚT": "phút", "lít": "lít", "mét": "mét",
    "tấn": "tấn", "tạ": "tạ",
}  # fmt: skip

MAGNITUDES = frozenset({"tr", "triệu", "tỷ", "tỉ", "nghìn", "ngàn"})
DEGREES = frozenset({"°C", "ºC", "oC", "℃", "độ C", "độ c", "ĐỘ C", "° C", "°F", "độ F", "°", "º"})
LENGTHS = frozenset({"m", "cm", "mm", "M"})
_DIVISORS = UNITS | {
    "h": "giờ",
    "s": "giây",
    "p": "phút",
    "giờ": "giờ",
    "S": "giây",
    "H": "giờ",
    "GIỜ": "giờ",
    "GIÂY": "giây",
    "L": "lít",
}
_ATTACHED_ONLY = frozenset({"k", "K", "'", "’", "′", "h"})

# Words that make 1.5 a decimal number: a thing one can have half of.
MEASURED_NEXT = re.compile(
    rf"{GAP}{{0,2}}(?:mét|ki lô mét|cây số|lít|tấn|tạ|yến|kí|ký|cân|lần|giờ|độ|điểm|triệu|tỷ|tỉ|nghìn|ngàn|héc|sào|mẫu"
    r"|công|khối|phân|gam|ki lô|phần trăm|phần)(?!\w)",
    re.IGNORECASE,
)

_ALTERNATIVES = "|".join(map(re.escape, sorted(MONEY.keys() | UNITS.keys(), key=len, reverse=True)))
_UNIT = re.compile(rf"{GAP}{{0,2}}(?P<symbol>{_ALTERNATIVES})(?![\w²³])")
_DIVISOR_ALTERNATIVES = "|".join(map(re.escape, sorted(_DIVISORS, key=len, reverse=True)))
_PER_UNIT = re.compile(rf"{GAP}?/{GAP}?(?P<symbol>{_DIVISOR_ALTERNATIVES})(?![\w²³])")
_PER_AMOUNT = re.compile(rf"{GAP}?/{GAP}?(?P<count>[0-9]{{1,4}}){GAP}?(?P<symbol>{_DIVISOR_ALTERNATIVES})(?![\w²³])")
_PER_COUNT = re.compile(rf"{GAP}?/{GAP}?(?P<count>[0-9]{{1,3}})(?={GAP}[^\W\d_]{{2}})")
_PER_WORD = re.compile(rf"{GAP}?/{GAP}?(?P<word>[^\W\d_]{{1,7}})(?!\w)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit read after a number: its pieces, its end, and the symbol before any slash."""

    end: int
    symbol: str
    pieces: tuple[Piece, ...]

    @property
    def words(self) -> str:
        """The unit as spoken."""
        return " ".join(piece.words for piece in self.pieces)


def unit_after(text: str, at: int, accent: Accent) -> Unit | None:
    """The unit that stands right after the number that ends at `at`."""
    found = _UNIT.match(text, at)
    if not found or (found["symbol"] in _ATTACHED_ONLY and found.start("symbol") > at):
        return None
    symbol = found["symbol"]
    if symbol in "đĐ" and text.startswith(("/c ", "/C "), found.end()):
        return None  # 12 đ/c are twelve comrades
    if symbol == "M" and not after_capitals(text, at):
        return None
    head = Piece(symbol, _words(symbol, accent), Manner.UNIT)
    if symbol in MAGNITUDES and (counted := unit_after(text, found.end(), accent)):
        return Unit(counted.end, counted.symbol, (head, *counted.pieces))
    end, divisor = divisor_after(text, found.end(), accent, each=symbol in MONEY)
    return Unit(end, symbol, (head, *divisor))


def _words(symbol: str, accent: Accent) -> str:
    return (MONEY.get(symbol) or UNITS[symbol]).replace(THOUSAND, thousand(accent))


def divisor_after(text: str, at: int, accent: Accent, *, each: bool) -> tuple[int, tuple[Piece, ...]]:
    """What follows a slash: `trên giây` after a unit, `mỗi người` after money; (at, ()) when there is none."""
    end, pieces = _one_divisor(text, at, accent, each=each)
    if pieces:
        end, more = _one_divisor(text, end, accent, each=each)
        return end, (*pieces, *more)
    return at, ()


def _one_divisor(text: str, at: int, accent: Accent, *, each: bool) -> tuple[int, tuple[Piece, ...]]:
    joint = "mỗi" if each else "trên"
    if found := _PER_AMOUNT.match(text, at):
        unit = Piece(found["symbol"], _divisor(found["symbol"], accent), Manner.UNIT)
        return found.end(), (Piece("/", "trên"), cardinal(found["count"], accent), unit)
    if found := _PER_UNIT.match(text, at):
        return found.end(), (Piece("/", joint), Piece(found["symbol"], _divisor(found["symbol"], accent), Manner.UNIT))
    if found := _PER_COUNT.match(text, at):
        return found.end(), (Piece("/", "trên"), cardinal(found["count"], accent))
    found = _PER_WORD.match(text, at)
    if found and is_syllable(found["word"].lower()):
        return found.end(), (Piece("/", "mỗi"), Piece(found["word"], found["word"].lower()))
    return at, ()


def _divisor(symbol: str, accent: Accent) -> str:
    return _DIVISORS[symbol].replace(THOUSAND, thousand(accent))
