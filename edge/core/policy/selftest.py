"""When the horns test themselves: once a week, quietly, one after the other, never in people's rest."""

import datetime as dt
import math

from edge.core.local_time import local, minute_of_day
from edge.core.moment import AtMs

VOLUME_SHARE = 0.2
"""A fifth of full volume: heard under the pole, not in the bedrooms."""
GAIN_DB = 20 * math.log10(VOLUME_SHARE)
LATEST_MS = 24 * 3_600_000
"""A box that was off at the hour catches up for a day; later the next week is near enough."""
REST = ((20 * 60, 24 * 60), (0, 7 * 60), (11 * 60 + 30, 13 * 60 + 30))
"""Evening, night and noon, in minutes of the local day: a test can always wait."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = dt.timedelta(days=7)


def is_rest(at_ms: AtMs) -> bool:
    """Whether people rest at this instant."""
    minute = minute_of_day(at_ms)
    return any(begins <= minute < ends for begins, ends in REST)


def last_due_ms(day: str, at: str, now_ms: AtMs) -> AtMs | None:
    """The newest instant at or before now at which a test of every horn was due; None when it is too long ago.

    ``day`` is one of DAYS; ``at`` is "HH:MM", local time.
    """
    here = local(now_ms)
    hour, minute = map(int, at.split(":"))
    due = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    due -= dt.timedelta(days=(here.weekday() - DAYS.index(day)) % 7)
    if due > here:
        due -= _WEEK
    due_ms = AtMs(round(due.timestamp() * 1000))
    return due_ms if now_ms - due_ms <= LATEST_MS else None
