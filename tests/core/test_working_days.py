"""Two working days: weekends and holidays do not count."""

import datetime as dt

import pytest

from edge.config.airtime import national_holidays
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.working_days import due_after


def at(text: str) -> AtMs:
    return AtMs(round(dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp() * 1000))


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ("2026-11-23T08:00", "2026-11-25T17:00"),  # Monday
        ("2026-11-23T23:59", "2026-11-25T17:00"),
        ("2026-11-26T10:00", "2026-11-30T17:00"),  # Thursday: Friday and Monday
        ("2026-11-27T16:59", "2026-12-01T17:00"),
        ("2026-11-28T09:00", "2026-12-01T17:00"),  # Saturday
        ("2026-08-31T09:00", "2026-09-03T17:00"),  # the National Day lies between
        ("2026-02-13T09:00", "2026-02-24T17:00"),  # Tết
    ],
)
def test_a_deadline_falls_on_the_second_working_day(came: str, due: str) -> None:
    found = local(due_after(at(came), 2, national_holidays()))
    assert f"{found:%Y-%m-%dT%H:%M}" == due
