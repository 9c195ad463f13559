"""Working days of a Vietnamese office: Monday to Friday, without holidays."""

import datetime as dt
from collections.abc import Container

from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs

CLOSES = dt.time(17, 0)
"""What is due on a day is due before the office closes."""
_SATURDAY = 5
_LONGEST = 400
"""Days that are looked at: no table of holidays is that long."""


def is_working_day(day: dt.date, holidays: Container[dt.date]) -> bool:
    """Whether the office works on this day."""
    return day.weekday() < _SATURDAY and day not in holidays


def due_after(came_at_ms: AtMs, days: int, holidays: Container[dt.date]) -> AtMs:
    """The close of the office ``days`` working days after the day on which something came."""
    day, left = local(came_at_ms).date(), days
    for _ in range(_LONGEST):
        if left == 0:
            break
        day += dt.timedelta(days=1)
        left -= is_working_day(day, holidays)
    return AtMs(round(dt.datetime.combine(day, CLOSES, VIETNAM).timestamp() * 1000))
