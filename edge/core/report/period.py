"""Which day or month a report is of, and which reports are due. Days are those of the local calendar."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from edge.core.airreport import month_span
from edge.core.errors import FinalError
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs, ClockState

DAY_MS = 86_400_000
MISSED_DAYS = 31
"""A box that was off for longer makes no more daily reports of that time: nobody asks for them; months tell it."""
MISSED_MONTHS = 3
LONGEST_AWAY_MS = 31 * DAY_MS
"""A clock that nothing confirms is believed no farther ahead of when it was last known than this."""
_DAY = re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class Kind(StrEnum):
    """What is reported: a day or a month of the commune, or a month of its loudspeakers alone."""

    DAY = "day"
    MONTH = "month"
    AIR = "air"


@dataclass(frozen=True, slots=True)
class Period:
    """From its first instant on and before its end, UTC milliseconds. ``key``: ``2026-11-27`` or ``2026-11``."""

    kind: Kind
    key: str
    since_ms: int
    until_ms: int

    @property
    def words(self) -> str:
        """``ngày 27/11/2026`` or ``tháng 11/2026``."""
        if self.kind is Kind.DAY:
            return f"ngày {self.key[8:]}/{self.key[5:7]}/{self.key[:4]}"
        return f"tháng {self.key[5:7]}/{self.key[:4]}"

    @property
    def stem(self) -> str:
        """The beginning of its files' names and of its id."""
        return {Kind.DAY: "ngay", Kind.MONTH: "thang", Kind.AIR: "phat-thanh"}[self.kind] + f"-{self.key}"


def period_of(kind: Kind, key: str) -> Period:
    """The period with this key; raises FinalError for what is no day or month."""
    if (_DAY if kind is Kind.DAY else _MONTH).fullmatch(key) is None:
        raise FinalError(f"Không có kỳ báo cáo {key[:20]!r}.")
    if kind is not Kind.DAY:
        return Period(kind, key, *month_span(int(key[:4]), int(key[5:])))
    try:
        return _day(dt.date.fromisoformat(key))
    except ValueError as cause:
        raise FinalError(f"Không có ngày {key}.") from cause


def _day(day: dt.date) -> Period:
    since_ms = round(dt.datetime.combine(day, dt.time(), VIETNAM).timestamp() * 1000)
    return Period(Kind.DAY, day.isoformat(), since_ms, since_ms + DAY_MS)


def due(now_ms: int, minute: int, first_ms: int, done: Collection[tuple[str, str]]) -> list[Period]:
    """What must be made now, the newest first: each ends a whole day or month, and is made ``minute`` minutes later.

    ``first_ms`` is when this box began: what ended before it is nobody's. ``done``: (kind, key) that are made.
    """
    today = local(AtMs(now_ms)).date()
    days = [_day(today - dt.timedelta(days=back)) for back in range(1, MISSED_DAYS + 1)]
    count = today.year * 12 + today.month - 1
    keys = [f"{number // 12}-{number % 12 + 1:02d}" for number in range(count - 1, count - 1 - MISSED_MONTHS, -1)]
    found = days + [period_of(Kind.MONTH, key) for key in keys]
    return [
        period
        for period in found
        if period.until_ms > first_ms
        and period.until_ms + minute * 60_000 <= now_ms
        and (period.kind, period.key) not in done
    ]


def is_known(clock: ClockState, now_ms: int, last_known_ms: int) -> bool:
    """Whether reports may be made by this clock.

    A set clock is known. One that only runs on is believed when it is neither before the time that was known last nor
    long after it (0: no time was ever known).
    """
    if clock is ClockState.SYNCED:
        return True
    if clock is ClockState.FLOOR:
        return False
    return last_known_ms == 0 or last_known_ms <= now_ms <= last_known_ms + LONGEST_AWAY_MS
