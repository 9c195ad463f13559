"""An indicator, one value of it, and how that value stands: by its target and by its age."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAP = 0.5
"""A new value that differs from the one before by more than this share is asked about: a slip of a digit looks so."""


class Origin(StrEnum):
    """How a value came here."""

    TYPED = "typed"
    IMPORTED = "imported"
    ASKED = "asked"
    """From an address or a broker."""
    BOX = "box"
    """Counted by the box itself."""


class Stands(StrEnum):
    """What a tile says."""

    NEVER = "never"
    OLD = "old"
    """Older than its age limit: whether the target is met, nobody knows any more."""
    OPEN = "open"
    """There is no target."""
    MET = "met"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured.

    ``target`` and ``low`` to ``high`` are in ``unit``. ``total``: of how many (2.115 households), where each value
    brings none of its own; ``target_pct`` is a target as a share of that. ``less_is_better`` turns the target round.
    ``source`` says whose figures these are; ``by_hand``: people type or import them.
    """

    id: str
    name: str
    unit: str = ""
    group: str = ""
    digits: int = 0
    target: float | None = None
    target_pct: float | None = None
    total: float | None = None
    less_is_better: bool = False
    low: float = 0.0
    high: float = 1e9
    age_limit_s: int = 35 * 86_400
    source: str = ""
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """One value, as of ``at_ms`` (UTC); ``seen_ms``: until when it was still so."""

    value: float
    at_ms: int
    seen_ms: int
    total: float | None = None
    origin: Origin = Origin.TYPED
    by: str = ""
    note: str = ""


def whole_of(indicator: Indicator, last: Measured | None) -> float | None:
    """Of how many: what the value itself says, else the settings; None where it is a figure of its own."""
    return last.total if last is not None and last.total is not None else indicator.total


def target_of(indicator: Indicator, last: Measured | None) -> float | None:
    """The target in the indicator's unit; a share needs something that it is a share of."""
    if indicator.target_pct is None:
        return indicator.target
    whole = whole_of(indicator, last)
    return None if whole is None else whole * indicator.target_pct / 100


def share_pct(indicator: Indicator, last: Measured | None) -> float | None:
    """1.632 of 2.115 households as 77,2; None where there is no whole, or nothing of it."""
    whole = whole_of(indicator, last)
    return None if last is None or not whole else last.value / whole * 100


def is_old(indicator: Indicator, last: Measured, now_ms: int) -> bool:
    """Whether nobody confirmed it for longer than its age limit."""
    return now_ms - last.seen_ms > indicator.age_limit_s * 1000


def stands(indicator: Indicator, last: Measured | None, now_ms: int) -> Stands:
    """What to say of it now."""
    if last is None:
        return Stands.NEVER
    if is_old(indicator, last, now_ms):
        return Stands.OLD
    target = target_of(indicator, last)
    if target is None or whole_of(indicator, last) == 0:
        return Stands.OPEN
    met = last.value <= target if indicator.less_is_better else last.value >= target
    return Stands.MET if met else Stands.SHORT


def leaps(before: Measured | None, value: float) -> bool:
    """Whether it is so far from the value before that a person should look again."""
    if before is None or before.value == 0:
        return False
    return abs(value - before.value) > LEAP * abs(before.value)


def impossible(indicator: Indicator, value: float, total: float | None) -> str:
    """Why this can be no value of it, a Vietnamese sentence; empty when it can."""
    if round(value, indicator.digits) != value:
        most = f"có nhiều nhất {indicator.digits} chữ số sau dấu phẩy"
        return f"phải {most if indicator.digits else 'là số nguyên'}."
    if not indicator.low <= value <= indicator.high:
        return f"phải từ {figure(indicator.low)} đến {figure(indicator.high)}."
    if total is not None and not 0 <= total <= indicator.high:
        return f"tổng số phải từ 0 đến {figure(indicator.high)}."
    whole = indicator.total if total is None else total
    if whole is not None and value > whole:
        return f"lớn hơn tổng số {figure(whole, indicator.digits)}."
    return ""


def thinned(points: Sequence[tuple[int, float]], most: int) -> list[tuple[int, float]]:
    """At most ``most`` points, evenly chosen, the first and the newest among them."""
    if len(points) <= most:
        return list(points)
    step = (len(points) - 1) / (most - 1)
    return [points[round(number * step)] for number in range(most)]


def figure(value: float, digits: int = 0) -> str:
    """As people write it here: 1.632 and 77,2; no more places than there are."""
    text = f"{value:,.{digits}f}" if digits or value == int(value) else f"{value:,.6f}".rstrip("0")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def spoken(indicator: Indicator, last: Measured) -> str:
    """``1.632/2.115 hộ``, ``98,5 %``."""
    whole = whole_of(indicator, last)
    of = "" if whole is None else f"/{figure(whole, indicator.digits)}"
    return f"{figure(last.value, indicator.digits)}{of} {indicator.unit}".strip()
