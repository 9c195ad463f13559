"""The commune's rules of air time, and the table of holidays, recomputed from the moon."""

import datetime as dt
from math import floor, pi, sin

import pytest

from edge.config.airtime import holidays_of, hours_of, limits_of, national_holidays
from edge.config.load import parse
from edge.core.errors import MisconfiguredError
from edge.core.place import HamletId
from edge.core.policy.airtime import Hours
from tests.config.test_errors import GOOD

YEARS = range(2026, 2031)
LOUDNESS = '[[station.loudness]]\nhours = "always"\ngain_db = -6.0\nhamlets = ["{}"]\n'
GROUP = '\n[[group]]\nid = "{}"\nname = "Ven sông"\nhamlets = ["{}"]\n'
HOLIDAY = '[[station.holiday]]\ndate = 2026-03-08\nname = "Hội làng"\n'


def new_moon(number: int) -> dt.date:
    """Local day of Vietnam of a new moon, counted from January 1900 (J. Meeus, Astronomical Algorithms, chapter 32)."""
    t = number / 1236.85
    t2, t3, rad = t * t, t * t * t, pi / 180
    day = 2415020.75933 + 29.53058868 * number + 0.0001178 * t2 - 0.000000155 * t3
    day += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t2) * rad)
    m = (359.2242 + 29.10535608 * number - 0.0000333 * t2 - 0.00000347 * t3) * rad
    mp = (306.0253 + 385.81691806 * number + 0.0107306 * t2 + 0.00001236 * t3) * rad
    f = (21.2964 + 390.67050646 * number - 0.0016528 * t2 - 0.00000239 * t3) * rad
    day += (0.1734 - 0.000393 * t) * sin(m) + 0.0021 * sin(2 * m) - 0.4068 * sin(mp) + 0.0161 * sin(2 * mp)
    day += -0.0004 * sin(3 * mp) + 0.0104 * sin(2 * f) - 0.0051 * sin(m + mp) - 0.0074 * sin(m - mp)
    day += 0.0004 * sin(2 * f + m) - 0.0004 * sin(2 * f - m) - 0.0006 * sin(2 * f + mp) + 0.001 * sin(2 * f - mp)
    day += 0.0005 * sin(2 * mp + m) - (-0.000278 + 0.000265 * t + 0.000262 * t2)
    return dt.date.fromordinal(floor(day + 0.5 + 7 / 24) - 1721425)


def first_moon(year: int) -> int:
    """The new moon that begins the year: the one between 21 January and 19 February."""
    about = round((year - 1900) * 12.3685)
    (found,) = [k for k in range(about - 2, about + 3) if dt.date(year, 1, 21) <= new_moon(k) <= dt.date(year, 2, 19)]
    return found


@pytest.mark.parametrize("year", YEARS)
def test_tet_and_the_kings_day_stand_on_the_days_that_the_moon_gives(year: int) -> None:
    table, moon = national_holidays(), first_moon(year)
    tet = new_moon(moon)
    days = [day for day, name in table.items() if name == "Tết Nguyên đán" and day.year == year]
    assert sorted(days) == [tet + dt.timedelta(days=number) for number in range(-1, 4)]
    (king,) = [day for day, name in table.items() if name == "Giỗ Tổ Hùng Vương" and day.year == year]
    assert king == new_moon(moon + 2) + dt.timedelta(
        days=9
    )  # the tenth of the third month; none of these years leaps before
    assert {dt.date(year, 1, 1), dt.date(year, 4, 30), dt.date(year, 5, 1), dt.date(year, 9, 2)} <= table.keys()


def station(lines: str, rest: str = "") -> str:
    return f"{GOOD}\n[station]\n{lines}\n{rest}"


def test_limits_come_from_the_settings() -> None:
    config = parse(station('quiet = "22:00-04:30"\nminutes_session = 45', LOUDNESS.format("dong")).encode(), "x.toml")
    limits = limits_of(config)
    assert (limits.quiet, limits.session_s, limits.day_s) == (Hours(1320, 270), 2_700.0, 0.0)
    assert [(cap.hours, set(cap.hamlets)) for cap in limits.caps] == [(Hours(0, 1440), {HamletId("dong")})]
    assert limits_of(parse(GOOD.encode(), "x.toml")).quiet == hours_of("21:00-05:00")
    assert limits_of(parse(station('quiet = "never"').encode(), "x.toml")).quiet is None


def test_a_commune_has_its_own_holidays_beside_the_countrys() -> None:
    config = parse(station("", HOLIDAY).encode(), "x.toml")
    assert holidays_of(config)[dt.date(2026, 3, 8)] == "Hội làng"
    assert dt.date(2026, 2, 17) in holidays_of(config)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (station("", LOUDNESS.format("khong-co")), "station.loudness"),
        (station('quiet = "05:00-05:00"'), "station.quiet"),
        (station("minutes_day = 10\nminutes_session = 20"), "minutes_session"),
        (GOOD + GROUP.format("ven-song", "khong-co"), r"group\[0\].hamlets"),
        (GOOD + GROUP.format("dong", "dong"), r"group\[0\].id"),
        (GOOD + '\n[[radio]]\nid = "x"\nname = "X"\nsource = "file:///etc/passwd"\napproved_by = "A"\n', "radio"),
    ],
)
def test_what_cannot_be_is_named(text: str, where: str) -> None:
    with pytest.raises(MisconfiguredError, match=where):
        parse(text.encode(), "x.toml")
