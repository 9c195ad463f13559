"""The local clock of Vietnam, UTC+7 without summer time."""

import datetime as dt

from edge.core.moment import AtMs

VIETNAM = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")


def local(at_ms: AtMs) -> dt.datetime:
    """This instant as people of the commune read it."""
    return dt.datetime.fromtimestamp(at_ms / 1000, VIETNAM)


def clock(at_ms: AtMs) -> str:
    """17h05."""
    here = local(at_ms)
    return f"{here.hour}h{here.minute:02d}"


def instant(text: str) -> AtMs:
    """The instant of an ISO 8601 time; one that names no zone is Vietnam's. Raises ValueError."""
    at = dt.datetime.fromisoformat(text)
    return AtMs(round((at if at.tzinfo else at.replace(tzinfo=VIETNAM)).timestamp() * 1000))


def minute_of_day(at_ms: AtMs) -> int:
    """Minutes since local midnight."""
    here = local(at_ms)
    return here.hour * 60 + here.minute
