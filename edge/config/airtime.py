"""The commune's rules of air time as its settings give them, and the holidays that every commune has."""

import datetime as dt
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from edge.config.lines import PathKey
from edge.config.problem import Problem
from edge.config.schema import Config
from edge.core.place import EVERYWHERE, HamletId
from edge.core.policy.airtime import Cap, Hours, Limits
from edge.core.policy.airtime.limits import DAY_MIN
from edge.core.programme import Holidays

HOLIDAYS = Path(__file__).parent / "holidays.toml"


def limits_of(config: Config) -> Limits:
    """Quiet hours, minutes and volumes."""
    station = config.station
    return Limits(
        quiet=None if station.quiet == "never" else hours_of(station.quiet),
        day_s=station.minutes_day * 60.0,
        session_s=station.minutes_session * 60.0,
        caps=tuple(
            Cap(hours_of(one.hours), one.gain_db, frozenset(map(HamletId, one.hamlets))) for one in station.loudness
        ),
        hamlets=frozenset(HamletId(hamlet.id) for hamlet in config.hamlet),
    )


def hours_of(text: str) -> Hours:
    """``22:00-05:00``, or ``always``."""
    if text == "always":
        return Hours(0, DAY_MIN)
    begin, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return Hours(begin, end)


def holidays_of(config: Config) -> Holidays:
    """The country's holidays and the commune's own; the commune's name of a day wins."""
    return {**national_holidays(), **{one.date: one.name for one in config.station.holiday}}


@cache
def national_holidays() -> dict[dt.date, str]:
    """The table of ``holidays.toml``: fixed days of every year that it knows, and the moving ones by date."""
    table = tomllib.loads(HOLIDAYS.read_text("utf-8"))
    found: dict[dt.date, str] = {}
    for year in table["years"]:
        for fixed in table["fixed"]:
            found[dt.date(year, fixed["month"], fixed["day"])] = fixed["name"]
    for moving in table["moving"]:
        for day in range(moving.get("days", 1)):
            found[moving["date"] + dt.timedelta(days=day)] = moving["name"]
    return found


def check_airtime(config: Config) -> Iterator[Problem]:
    """Hamlets that groups and volumes name, and hours that are none."""
    known = {hamlet.id for hamlet in config.hamlet}
    for path, hamlet in _named(config):
        if hamlet not in known:
            yield Problem(path, f"không có thôn `{hamlet}`.")
    quiet = config.station.quiet
    if quiet != "never" and quiet[:5] == quiet[6:]:
        yield Problem(("station", "quiet"), "giờ bắt đầu và giờ hết phải khác nhau.")
    if 0 < config.station.minutes_day < config.station.minutes_session:
        yield Problem(("station", "minutes_session"), "một buổi không thể dài hơn cả ngày.")
    for index, group in enumerate(config.group):
        if group.id in known | {EVERYWHERE}:
            yield Problem(("group", index, "id"), f"tên `{group.id}` đã dùng cho một thôn.")


def _named(config: Config) -> Iterator[tuple[PathKey, str]]:
    for index, group in enumerate(config.group):
        for column, hamlet in enumerate(group.hamlets):
            yield ("group", index, "hamlets", column), hamlet
    for index, loudness in enumerate(config.station.loudness):
        for column, hamlet in enumerate(loudness.hamlets):
            yield ("station", "loudness", index, "hamlets", column), hamlet
