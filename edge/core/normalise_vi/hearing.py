"""Listens to a spoken time, date, telephone, share or quantity and asks whether it still says what was written.

The readers know which figure became which word. This ear does not: it gets the words and the written token, takes the
figures out of each on its own, and compares. On every run, for every such token; what it cannot follow is unread.
Decimals are exact (no floats): 0,10 m and 0,1 m are the same level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from edge.core.normalise_vi.numbers import words_to_digits, words_to_number
from edge.core.normalise_vi.result import Kind

_FIGURES = re.compile(r"[0-9]+")
_CLOCK = re.compile(
    r"(?P<hour>[^,]+?) giờ(?: (?P<minute>[^,]+?) phút)?(?: (?P<second>[^,]+?) giây)?(?: (?:sáng|chiều|tối|mỗi .+))?"
)
_DAY = re.compile(
    r"(?:(?:ngày|thứ) )?(?P<day>(?!tháng )[^,]+?)?(?: ?tháng (?P<month>[^,]+?))?"
    r"(?: năm (?P<year>(?:một|hai) (?:nghìn|ngàn)[^,]*))?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

_NUMBER_WORDS = frozenset(
    ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "mốt", "tư", "lăm", "trăm"]
    + ["linh", "lẻ", "nghìn", "ngàn", "triệu", "tỷ", "tỉ", "phẩy"]
)
_NOT_COUNTED = {"phần": {"trăm", "nghìn", "ngàn", "triệu"}, "mỗi": {"năm"}}
_MAGNITUDES = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}
_WRITTEN_MAGNITUDE = re.compile(r"[ \u00a0\u202f]*(?:triệu|trđ|tr|tỷ|tỉ|nghìn|ngàn|[kK](?![A-Za-z0-9]))")
_POWER_OF = {"triệu": 6, "trđ": 6, "tr": 6, "tỷ": 9, "tỉ": 9, "nghìn": 3, "ngàn": 3, "k": 3, "K": 3}
_LITERAL = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+(?:[.,][0-9]+)*")
_POWER = re.compile(r"(?<=[mM])[23](?![0-9])")
_OURS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_HEIGHT = re.compile(r"[0-9]m[23]")  # 1m2 after `cao`
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([., \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")

_UNITS_SAID = {
    "m": "mét", "cm": "xen ti mét", "mm": "mi li mét", "km": "ki lô mét", "m3/s": "mét khối trên giây",
    "m³/s": "mét khối trên giây", "mm/h": "mi li mét trên giờ", "km/h": "ki lô mét trên giờ", "m/s": "mét trên giây",
    "°C": "độ xê", "%": "phần trăm", "ha": "héc ta", "kg": "ki lô gam", "đ": "đồng", "đồng": "đồng", "VNĐ": "đồng",
    "l/s": "lít trên giây", "mg/l": "mi li gam trên lít", "m2": "mét vuông", "m²": "mét vuông", "m3": "mét khối",
    "m³": "mét khối", "tấn": "tấn", "ml": "mi li lít", "g/l": "gam trên lít", "cm/h": "xen ti mét trên giờ",
}  # fmt: skip
"""The units that lives hang on, written here a second time on purpose: a slip in the reader's table is heard."""


def heard_as_written(kind: Kind | None, source: str, spoken: str) -> bool:
    """True when the words of a token say the figures, the sign and the unit of its source; True for other kinds."""
    ear = _EARS.get(kind) if kind else None
    if ear is None:
        return True
    try:
        return ear(source, spoken)
    except (ValueError, KeyError, ArithmeticError):
        return False


def _time(source: str, spoken: str) -> bool:
    """Hours, minutes and seconds in their order; minutes that are all zeros may pass unsaid."""
    return _clocks(spoken.rstrip(",").split(" đến "), _FIGURES.findall(source))


def _clocks(spoken: list[str], written: list[str]) -> bool:
    """The first clock takes its figures from the front, in either way that it can; the others go on from there."""
    if not spoken:
        return not written
    clock = _CLOCK.fullmatch(spoken[0])
    if clock is None:
        return False
    heard = [words_to_number(part) for part in clock.group("hour", "minute", "second") if part is not None]
    unsaid = clock["minute"] is None and written[1:2] == ["00"]
    said = [int(figures) for figures in written[: len(heard)]] == heard
    return said and (
        _clocks(spoken[1:], written[len(heard) :]) or (unsaid and _clocks(spoken[1:], written[len(heard) + 1 :]))
    )


def _date(source: str, spoken: str) -> bool:
    """Days, months and years in their order; 2026-11-22 is said from its end."""
    written = [int(figures) for figures in _FIGURES.findall(_YEAR_FIRST.sub(r"\3-\2-\1", source))]
    return list(_dates_heard(spoken)) == written


def _dates_heard(spoken: str) -> Iterator[int]:
    for part in re.split(r" đến | và |, ", spoken):
        found = _DAY.fullmatch(part)
        if found is None:
            raise ValueError(part)
        for name in ("day", "month", "year"):
            if found[name]:
                yield 4 if found[name] == "tư" else words_to_number(found[name])


def _phone(source: str, spoken: str) -> bool:
    digits = "".join(_FIGURES.findall(source))
    return words_to_digits(spoken.removeprefix("cộng ").replace(",", "")) == digits


def _ratio(source: str, spoken: str) -> bool:
    """Two figures or more with phần, trên or a pause between them; ½ has none."""
    if not _FIGURES.search(source):
        return True
    heard = re.split(r" phần | trên |, ", spoken.removesuffix(" giờ"))
    written = [figures for figures in re.split(r"[/:]", source.replace(".", "")) if _FIGURES.search(figures)]
    return len(heard) == len(written) and all(map(_one_of_ratio, written, heard))


def _one_of_ratio(written: str, heard: str) -> bool:
    found = _FIGURES.search(written)
    if found is None:
        return False
    figures, power = found[0], _power(written, found.end())
    words = " ".join(word for word in heard.split() if word in _NUMBER_WORDS)
    if words == "tư":
        return int(figures) == 4
    if words.startswith("không "):
        return words_to_digits(words) == figures
    return bool(words_to_number(words) == int(figures) * 10**power)


def _quantity(source: str, spoken: str) -> bool:
    """Every number with its decimals and its million, every sign, and the unit at the end."""
    if spoken == "nhất":
        return source in {"1", "01"}
    if "tr" in source and re.search(r"tr[0-9]", source):
        return True  # 2tr5: "hai triệu năm" is no number that a grammar knows, and its pieces were heard one by one
    if not (_signs(source, spoken) and _unit(source, spoken)):
        return False
    heard = list(_numbers_heard(spoken))
    plain = _POWER.sub("", source)
    return any(_same(heard, written) for written in (_written(plain), _written(source), _apart(source)))


def _signs(source: str, spoken: str) -> bool:
    opened = re.match(r"[^0-9+±−–-]*(?P<sign>[+±−–-]?)", source)
    sign = opened["sign"] if opened else ""
    said = spoken.split(" ", 2)
    minus, plus = "âm" in said[:2], "cộng" in said[:2]
    return (minus, plus) == (sign in {"-", "−", "–"}, sign in {"+", "±"})


def _unit(source: str, spoken: str) -> bool:
    """The last unit, where it is one that the ear knows."""
    last = [literal.end() for literal in _LITERAL.finditer(_POWER.sub("²", source))][-1]
    said = _UNITS_SAID.get(source[last:].strip())
    return said is None or _HEIGHT.fullmatch(source) is not None or spoken.removesuffix(" trở lên").endswith(said)


def _numbers_heard(spoken: str) -> Iterator[str]:
    """Runs of number words; `trăm` of a per cent and `năm` of a year are none."""
    run: list[str] = []
    before = ""
    for word in [*spoken.replace(",", " , ").split(), ""]:
        if word in _NUMBER_WORDS and word not in _NOT_COUNTED.get(before, ()):
            run.append(word)
        elif run:
            yield " ".join(run)
            run = []
        before = word


def _written(source: str) -> list[tuple[str, int]]:
    """Each number as written, and the power of ten of the word right behind it."""
    return [(literal[0], _power(source, literal.end())) for literal in _LITERAL.finditer(source)]


def _power(source: str, at: int) -> int:
    """Of `nghìn tỷ` both count."""
    power = 0
    while found := _WRITTEN_MAGNITUDE.match(source, at):
        power, at = power + _POWER_OF[found[0].strip(" \u00a0\u202f")], found.end()
    return power


def _apart(source: str) -> list[tuple[str, int]]:
    """1,2,3 as a list, and 3.1 as a paragraph."""
    return [(figures, 0) for figures in _FIGURES.findall(source)]


def _same(heard: list[str], written: list[tuple[str, int]]) -> bool:
    return len(heard) == len(written) and all(
        _one(words, literal, power) for words, (literal, power) in zip(heard, written, strict=True)
    )


def _one(words: str, literal: str, power: int) -> bool:
    digits = "".join(_FIGURES.findall(literal))
    try:
        if words_to_digits(words) == digits:
            return True
    except ValueError:
        pass
    if words in {"tư", "nhất"}:
        return int(digits) == 4
    return _value(words, power) in _meanings(literal, power)


def _value(words: str, power: int) -> Decimal:
    stripped = 0
    while stripped < power:
        words, _, last = words.rpartition(" ")
        stripped += _MAGNITUDES[last]
    if stripped != power:
        raise ValueError(words)
    whole, _, part = words.partition(" phẩy ")
    decimals = f".{words_to_digits(part)}" if part else ""
    return Decimal(f"{words_to_number(whole)}{decimals}").scaleb(power)


def _meanings(literal: str, power: int) -> set[Decimal]:
    """What the literal may mean, here or abroad; which of them it is was the reader's to settle."""
    if _OURS.fullmatch(literal):
        return {Decimal(literal.replace(".", "")).scaleb(power)}
    found = {Decimal(re.sub("[^0-9]", "", literal))} if _THOUSANDS.fullmatch(literal) or literal.isdigit() else set()
    for mark, other in ((",", "."), (".", ",")):
        whole, _, part = literal.rpartition(mark)
        whole = whole.replace(other, "")
        if whole.isdigit() and part.isdigit():
            found.add(Decimal(f"{whole}.{part}"))
    return {value.scaleb(power) for value in found}


_EARS: dict[Kind, Callable[[str, str], bool]] = {
    Kind.TIME: _time,
    Kind.DATE: _date,
    Kind.PHONE: _phone,
    Kind.RATIO: _ratio,
    Kind.QUANTITY: _quantity,
    Kind.NUMBER: _quantity,
}
