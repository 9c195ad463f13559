"""Generated figures in the spellings of a commune's office, and an ear that hears them back.

Nothing here comes from the reader: the ear knows the number words from a list of all thousand groups that it composes
itself (rules of the primary school, SGK Toán 4; the south says ngàn, lẻ, bốn), and hears by looking up, not by rule.
"""

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

SEED = 20261115
Value = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the words before and after its figures as spoken, what kind they are, and what they mean."""

    text: str
    before: str
    after: str
    kind: str
    value: Value
    south: bool


def cases(make: Callable[[random.Random], Case], count: int) -> Iterator[Case]:
    """As many cases, the same in every run."""
    dice = random.Random(SEED)  # noqa: S311 - a test that repeats
    return (make(dice) for _ in range(count))


def hears(case: Case, spoken: str) -> bool:
    """Whether exactly the value is heard between the known words."""
    if not (spoken.startswith(case.before + " ") and spoken.endswith(case.after)):
        return False
    words = spoken[len(case.before) + 1 : len(spoken) - len(case.after)]
    try:
        return EARS[case.kind](words.strip()) == case.value
    except (KeyError, ValueError, AttributeError):
        return False


# ---- the ear -------------------------------------------------------------------------------------------------------

_ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def _below_hundred(number: int) -> list[str]:
    """Every way to say 10..99."""
    tens, ones = divmod(number, 10)
    front = "mười" if tens == 1 else f"{_ONES[tens]} mươi"
    if ones == 0:
        return [front]
    if tens == 1:
        return [f"{front} {'lăm' if ones == 5 else _ONES[ones]}"]
    last = {1: ["mốt"], 4: ["tư", "bốn"], 5: ["lăm"]}.get(ones, [_ONES[ones]])
    return [f"{front} {word}" for word in last]


def _groups(*, inner: bool) -> dict[str, int]:
    """Words of 1..999 -> their value; inside a number the hundreds are never left out."""
    heard: dict[str, int] = {}
    for number in range(1, 1000):
        hundreds, rest = divmod(number, 100)
        if rest == 0:
            tails = [""]
        elif rest < 10:
            small = ["tư", "bốn"] if rest == 4 else [_ONES[rest]]
            tails = [f"{joint} {word}" for joint in ("linh", "lẻ") for word in small]
        else:
            tails = _below_hundred(rest)
        if hundreds or inner:
            heard |= {f"{_ONES[hundreds]} trăm {tail}".strip(): number for tail in tails}
        elif rest < 10:
            heard[_ONES[rest]] = number
        else:
            heard |= dict.fromkeys(tails, number)
    return heard


_FIRST, _INNER = _groups(inner=False), _groups(inner=True)
_STEPS = (("tỷ", 10**9), ("triệu", 10**6), ("nghìn|ngàn", 10**3))


def _number(words: str) -> int:
    """A whole number below 10^15."""
    if words == "không":
        return 0
    billions, found, rest = re.match(r"(?:(.*) (tỷ)(?: |$))?(.*)", words).groups()  # type: ignore[union-attr]
    if found:
        return _thousands(billions, inner=False) * 10**9 + (_thousands(rest, inner=True) if rest else 0)
    return _thousands(rest, inner=False)


def _thousands(words: str, *, inner: bool) -> int:
    total, table = 0, _INNER if inner else _FIRST
    for names, size in (("triệu", 10**6), ("nghìn|ngàn", 10**3)):
        found = re.match(rf"(.*?) (?:{names})(?: (.*))?$", words)
        if found:
            total += table[found[1]] * size
            words, table = found[2] or "", _INNER
    return total + (table[words] if words else 0)


def _digits(words: str) -> str:
    return "".join(str(_ONES.index(word)) for word in words.split())


def _hear_number(words: str) -> Value:
    """Sign and exact decimal, with the number of its decimals: 0,10 is not 0,1 to who hears it."""
    sign = -1 if words.startswith("âm ") else 1
    plus = words.startswith("cộng ")
    words = words.removeprefix("âm ").removeprefix("cộng ")
    whole, comma, part = words.partition(" phẩy ")
    decimals = _digits(part) if comma else ""
    return plus, sign * Decimal(f"{_number(whole)}.{decimals or 0}"), len(decimals)


def _hear_time(words: str) -> Value:
    return tuple(_clock(one) for one in words.split(" đến "))


def _clock(words: str) -> tuple[int, int, int]:
    hour, _, rest = words.partition(" giờ")
    minute, _, rest = rest.strip().partition(" phút") if "phút" in rest else ("không", "", rest)
    second = rest.strip().removesuffix(" giây") or "không"
    return _number(hour), _number(minute), _number(second)


def _hear_date(words: str) -> Value:
    return tuple(_day(one) for one in words.split(" đến "))


def _day(words: str) -> tuple[int, int, int]:
    """Day, month, year; what is not said is 0."""
    year = re.search(r" năm ((?:một|hai) (?:nghìn|ngàn)(?: .*)?)$", words)
    words = words[: year.start()] if year else words
    day, _, month = words.removeprefix("ngày ").partition(" tháng ")
    number = {"tư": 4}.get(month) or (_number(month) if month else 0)
    return _number(day), number, _number(year[1]) if year else 0


def _hear_phone(words: str) -> Value:
    return words.startswith("cộng "), _digits(words.removeprefix("cộng "))


EARS: dict[str, Callable[[str], Value]] = {
    "number": _hear_number,
    "time": _hear_time,
    "date": _hear_date,
    "phone": _hear_phone,
}


# ---- the hand that writes ------------------------------------------------------------------------------------------

_SPACES = (" ", " ", " ", "\u00a0", "  ")
_UNITS = (
    ("m", "mét"), ("mm", "mi li mét"), ("cm", "xen ti mét"), ("km", "ki lô mét"), ("m3/s", "mét khối trên giây"),
    ("m³/s", "mét khối trên giây"), ("kg", "ki lô gam"), ("ha", "héc ta"), ("%", "phần trăm"), ("°C", "độ xê"),
    ("mm/24h", "mi li mét trên hai mươi tư giờ"), ("l/s", "lít trên giây"), ("km/h", "ki lô mét trên giờ"),
)  # fmt: skip


def _grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


def _size(dice: random.Random) -> int:
    """As many of each length, so that small numbers are not lost among large ones."""
    return dice.randrange(10 ** dice.randint(1, 15))


def a_number(dice: random.Random) -> Case:
    """Whole numbers and decimals, grouped or not, with and without units and signs."""
    return dice.choice((_whole, _counted, _decimal, _level, _foreign))(dice)


def _case(dice: random.Random, text: tuple[str, str, str], kind: str, value: Value, after: str = "") -> Case:
    before, figures, behind = text
    gap = dice.choice(_SPACES)
    south = dice.random() < 0.5
    said = after.replace("tư giờ", "bốn giờ") if south else after
    return Case(f"{before}{gap}{figures}{behind}", before.lower(), said, kind, value, south)


def _whole(dice: random.Random) -> Case:
    number = _size(dice)
    written = _grouped(number, dice.choice((".", ".", "\u00a0"))) if number >= 1000 else str(number)
    return _case(dice, ("Tổng cộng", written, " người."), "number", (False, Decimal(number), 0), " người.")


def _counted(dice: random.Random) -> Case:
    number, (unit, said) = _size(dice) % 10**9, dice.choice(_UNITS)
    written = str(number) if number < 10_000 and dice.random() < 0.5 else _grouped(number, ".")
    gap = "" if dice.random() < 0.5 else " "
    return _case(dice, ("Ghi được", written, f"{gap}{unit}."), "number", (False, Decimal(number), 0), f" {said}.")


def _part(dice: random.Random) -> str:
    return f"{dice.randrange(10 ** (length := dice.randint(1, 4))):0{length}}"


def _decimal(dice: random.Random) -> Case:
    whole, (unit, said) = _size(dice) % 10**9, dice.choice(_UNITS)
    part = _part(dice) if whole == 0 or whole >= 1000 else _part(dice)[:2]
    written = f"{_grouped(whole, '.')},{part}"
    value = (False, Decimal(f"{whole}.{part}"), len(part))
    return _case(dice, ("Lượng đo", written, f" {unit}."), "number", value, f" {said}.")


def _level(dice: random.Random) -> Case:
    """+3,5 m; -0,05m; with a comma, or a dot and at most two decimals."""
    whole, part, sign = dice.randrange(200), f"{dice.randrange(100):02}"[: dice.randint(1, 2)], dice.choice("+-−")
    gap = dice.choice(("", " "))
    value = (sign == "+", (1 if sign == "+" else -1) * Decimal(f"{whole}.{part}"), len(part))
    written = f"{sign}{whole}{dice.choice(',,.')}{part}"
    return _case(dice, ("Mực nước hồ", written, f"{gap}m lúc này."), "number", value, " mét lúc này.")


def _foreign(dice: random.Random) -> Case:
    """1,234,567 and 1,234.5 are unambiguous."""
    whole = 1000 + _size(dice) % 10**9
    part = f"{dice.randrange(100):02}"[: dice.randint(1, 2)]
    if whole >= 10**6 and dice.random() < 0.5:
        return _case(dice, ("Chi hết", f"{whole:,}", " đồng."), "number", (False, Decimal(whole), 0), " đồng.")
    value = (False, Decimal(f"{whole}.{part}"), len(part))
    return _case(dice, ("Thu về", f"{whole:,}.{part}", " USD."), "number", value, " đô la mỹ.")


def _clock_written(dice: random.Random) -> tuple[str, tuple[int, int, int]]:
    hour, minute = dice.randrange(24), dice.choice((0, 0, 15, 30, 45, dice.randrange(60)))
    mark, pad = dice.choice("hhhgHG:"), dice.choice((f"{hour}", f"{hour:02}"))
    if mark == ":":
        return f"{pad}:{minute:02}", (hour, minute, 0)
    if dice.random() < 0.2:
        words = f"{pad} giờ" if minute == 0 else f"{pad} giờ {minute:02}{dice.choice((' phút', ''))}"
        return words, (hour, minute, 0)
    if minute == 0:
        return f"{pad}{mark}{dice.choice(('', '00'))}", (hour, 0, 0)
    return f"{pad}{mark}{minute:02}{dice.choice(('', '', chr(39), ' phút', 'p'))}", (hour, minute, 0)


def a_time(dice: random.Random) -> Case:
    """A time of day, a span, or one with seconds."""
    first, value = _clock_written(dice)
    shape = dice.random()
    if shape < 0.1:
        hour, minute, second = value[0], value[1], dice.randrange(1, 60)
        text = f"{hour:02}:{minute:02}:{second:02}"
        return _case(dice, ("Ghi nhận lúc", text, " hôm nay."), "time", ((hour, minute, second),), " hôm nay.")
    if shape < 0.4:
        last, end = _clock_written(dice)
        joint = dice.choice(("-", " - ", "–", " – ", " đến "))
        return _case(dice, ("Cắt điện từ", f"{first}{joint}{last}", " hôm nay."), "time", (value, end), " hôm nay.")
    return _case(dice, ("Họp lúc", first, " hôm nay."), "time", (value,), " hôm nay.")


def _any_day(dice: random.Random) -> dt.date:
    return dt.date(1900, 1, 1) + dt.timedelta(days=dice.randrange(73_000))


def a_date(dice: random.Random) -> Case:
    """A day with or without its year, in five orders of writing, or a span of days."""
    day = _any_day(dice)
    shape = dice.randrange(7)
    plain, padded = f"{day.day}/{day.month}", f"{day.day:02}/{day.month:02}"
    full = (day.day, day.month, day.year)
    if shape == 0:
        return _case(dice, ("Họp ngày", dice.choice((plain, padded)), " này."), "date", (full[:2] + (0,),), " này.")
    if shape == 1:
        return _case(dice, ("Họp ngày", day.isoformat(), "."), "date", (full,), ".")
    if shape == 2:
        words = f"{day.day} tháng {day.month} năm {day.year}"
        return _case(dice, ("Họp ngày", words, "."), "date", (full,), ".")
    if shape == 3:
        return _span(dice, day)
    mark = dice.choice("/-.")
    written = dice.choice((f"{day.day}{mark}{day.month}{mark}{day.year}", day.strftime(f"%d{mark}%m{mark}%Y")))
    return _case(dice, ("Họp ngày", written, "."), "date", (full,), ".")


def _span(dice: random.Random, day: dt.date) -> Case:
    """22-25/11/2026 and 22/11-3/12/2026."""
    last = day + dt.timedelta(days=dice.randint(1, 60))
    year = f"/{last.year}"
    if (day.month, day.year) == (last.month, last.year):
        written, first = f"{day.day}{dice.choice(('-', ' - ', '–'))}{last.day}/{last.month}{year}", (day.day, 0, 0)
    else:
        written = f"{day.day}/{day.month}{dice.choice(('-', ' - ', '–'))}{last.day}/{last.month}{year}"
        first = (day.day, day.month, 0)
    return _case(dice, ("Nghỉ từ ngày", written, "."), "date", (first, (last.day, last.month, last.year)), ".")


def a_phone(dice: random.Random) -> Case:
    """Mobiles, landlines, hotlines and +84, grouped as people group them."""
    shape = dice.random()
    tail = f"{dice.randrange(10**8):08}"
    abroad = shape < 0.1
    if shape < 0.6:
        first = dice.choice("35789")
        digits = f"0{first}{tail}"
        groups = dice.choice(((4, 3, 3), (3, 3, 4), (4, 2, 2, 2), (10,), (4, 6)))
    elif shape < 0.85:
        digits, groups = f"0{dice.choice(('234', '236', '203', '296'))}{dice.randrange(10**7):07}", (4, 7)
        groups = dice.choice(((4, 7), (4, 4, 3), (4, 3, 4), (11,)))
    else:
        digits, groups = f"{dice.choice(('1900', '1800'))}{tail[: dice.choice((4, 6))]}", (4, 10)
    mark = dice.choice((" ", ".", "-"))
    parts, at = [], 0
    for length in groups:
        parts.append(digits[at : at + length])
        at += length
    written = mark.join(part for part in parts if part)
    if abroad:
        digits, written = "84" + digits[1:], f"+84{dice.choice(('', ' '))}{written[1:]}"
    said = (abroad, digits)
    return _case(dice, (dice.choice(("Gọi số", "Điện thoại", "Liên hệ")), written, " nhé."), "phone", said, " nhé.")


KINDS: dict[str, Callable[[random.Random], Case]] = {
    "numbers": a_number,
    "times": a_time,
    "dates": a_date,
    "phones": a_phone,
}
