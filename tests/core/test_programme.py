"""Programmes, the airings that follow of them, and where two meet."""

import datetime as dt
from dataclasses import replace

import pytest

from edge.core.broadcast import Priority
from edge.core.clashes import clashes, sift
from edge.core.moment import AtMs
from edge.core.place import HamletId
from edge.core.policy.airtime import Hours, Limits, Rules, Verdict
from edge.core.programme import (
    DAY_MS,
    GAP_MS,
    MINUTE_MS,
    Airing,
    OnHolidays,
    Part,
    Programme,
    Source,
    When,
    complaints,
    expand,
    midnight_ms,
    storm_times,
)

MONDAY = dt.date(2026, 2, 9)
DONG, TAY = HamletId("dong"), HamletId("tay")
HOLIDAYS = {dt.date(2026, 2, 10): "Tết"}
WORKDAYS = frozenset(range(6))
DAWN, DUSK = 300, 1020
NOTICE = Part(Source.NOTICE, "b1", 60_000, "Thu gom rác")
RADIO = Part(Source.RELAY, "vov1", 30 * MINUTE_MS, "Tiếp sóng VOV1")
WHEN = When(WORKDAYS, (DAWN, DUSK), MONDAY, MONDAY + dt.timedelta(days=20))
BLOCK = Programme("p1", "Buổi sáng, chiều", (RADIO, NOTICE, replace(NOTICE, ref="b2")), WHEN, (DONG,), Priority.THUONG)
SINCE = midnight_ms(MONDAY)


def starts(programme: Programme, days: int = 7) -> list[str]:
    found = expand([programme], HOLIDAYS, SINCE, SINCE + days * DAY_MS)
    return [
        f"{dt.datetime.fromtimestamp(one.at_ms / 1000, dt.timezone(dt.timedelta(hours=7))):%a %H:%M:%S}"
        for one in found
    ]


def test_a_block_is_played_part_after_part_from_each_of_its_times() -> None:
    assert starts(BLOCK, 1) == ["Mon 05:00:00", "Mon 05:30:02", "Mon 05:31:04"] + [
        "Mon 17:00:00",
        "Mon 17:30:02",
        "Mon 17:31:04",
    ]
    first = expand([BLOCK], HOLIDAYS, SINCE, SINCE + DAY_MS)
    assert [one.priority for one in first[:2]] == [Priority.RELAY, Priority.THUONG]
    assert [one.key for one in first[:2]] == ["p1/20260209-0300/0", "p1/20260209-0300/1"]


def test_a_part_that_cannot_be_played_leaves_its_place_to_the_next() -> None:
    silent = replace(BLOCK, parts=(replace(RADIO, length_ms=0), *BLOCK.parts[1:]))
    assert starts(silent, 1)[:2] == ["Mon 05:00:00", "Mon 05:01:02"]


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({}, "Mon Tue Wed Thu Fri Sat"),
        ({"holidays": OnHolidays.SKIP}, "Mon Wed Thu Fri Sat"),
        ({"holidays": OnHolidays.ONLY}, "Tue"),
        ({"days": frozenset({6})}, "Sun"),
        ({"except_on": frozenset({MONDAY})}, "Tue Wed Thu Fri Sat"),
        ({"last": MONDAY + dt.timedelta(days=2)}, "Mon Tue Wed"),
        ({"first": MONDAY + dt.timedelta(days=4)}, "Fri Sat"),
        ({"until_ms": AtMs(SINCE + 2 * DAY_MS)}, "Mon Tue"),
    ],
)
def test_days_are_chosen_by_weekday_span_holiday_and_exception(change: dict[str, object], days: str) -> None:
    when = replace(WHEN, times=(DAWN,), **change)  # type: ignore[arg-type]  # fields of When
    single = replace(BLOCK, parts=(NOTICE,), when=when)
    assert " ".join(start[:3] for start in starts(single)) == days


def test_a_storm_sounds_from_its_first_hour_to_its_last_until_its_end() -> None:
    assert storm_times(60, 7 * 60, 20 * 60) == tuple(range(420, 1201, 60))
    when = When(frozenset(range(7)), storm_times(60, 420, 1200), MONDAY, MONDAY, until_ms=midnight_ms(MONDAY))
    end = replace(when, until_ms=AtMs(SINCE + 9 * 60 * MINUTE_MS))  # nine o'clock
    storm = Programme("s", "Bão số 3", (NOTICE,), end, (DONG,), Priority.KHAN_CAP, at_night=True, every_min=60)
    assert complaints(storm) == ()
    assert starts(storm) == ["Mon 07:00:00", "Mon 08:00:00"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": ()}, "từ 1 đến 20 mục"),
        ({"hamlets": ()}, "thôn"),
        ({"when": replace(WHEN, times=())}, "giờ phát"),
        ({"when": replace(WHEN, days=frozenset())}, "ngày phát"),
        ({"when": replace(WHEN, last=MONDAY - dt.timedelta(days=1))}, "sau ngày bắt đầu"),
        ({"when": replace(WHEN, last=MONDAY + dt.timedelta(days=400))}, "ngày kết thúc"),
        ({"when": replace(WHEN, times=(300, 310))}, "quá gần nhau"),
        ({"priority": Priority.KHAN_CAP}, "chế độ bão"),
        ({"gain_db": 3.0}, "Âm lượng"),
        ({"every_min": 60}, "giờ kết thúc"),
        ({"every_min": 2, "when": replace(WHEN, times=(300,), until_ms=AtMs(1))}, "sớm nhất"),
        ({"parts": (replace(RADIO, length_ms=3 * 3_600_000),), "when": replace(WHEN, times=(300,))}, "2 giờ"),
    ],
)
def test_a_plan_that_makes_no_sense_is_complained_of(change: dict[str, object], words: str) -> None:
    found = complaints(replace(BLOCK, **change))  # type: ignore[arg-type]  # fields of Programme
    assert any(words in sentence for sentence in found), found
    assert complaints(BLOCK) == ()


def one(name: str, at_min: float, length_min: float, priority: Priority, hamlets: tuple[HamletId, ...]) -> Airing:
    at_ms = AtMs(SINCE + round(at_min * MINUTE_MS))
    return Airing(
        f"{name}/x/0",
        name,
        0,
        at_ms,
        round(length_min * MINUTE_MS),
        hamlets,
        priority,
        Source.NOTICE,
        name,
        name,
    )


@pytest.mark.parametrize(
    ("first", "second", "at_min", "hamlets", "verdict"),
    [
        (Priority.THUONG, Priority.THUONG, 305, (DONG,), Verdict.WAIT),
        (Priority.RELAY, Priority.THUONG, 305, (DONG, TAY), Verdict.PREEMPT),
        (Priority.UU_TIEN, Priority.UU_TIEN, 305, (DONG,), Verdict.ASK),
        (Priority.UU_TIEN, Priority.THUONG, 305, (DONG,), Verdict.WAIT),
        (Priority.THUONG, Priority.THUONG, 305, (TAY,), None),
        (Priority.THUONG, Priority.THUONG, 310, (DONG,), None),
    ],
)
def test_two_that_meet_on_a_horn_are_named_with_what_the_arbiter_would_do(
    first: Priority, second: Priority, at_min: float, hamlets: tuple[HamletId, ...], verdict: Verdict | None
) -> None:
    pair = [one("a", 300, 10, first, (DONG,)), one("b", at_min, 10, second, hamlets)]
    found = clashes(pair, Rules(Limits(hamlets=frozenset({DONG, TAY}))))
    assert [clash.verdict for clash in found] == ([verdict] if verdict else [])
    for clash in found:
        assert (clash.hamlets, clash.from_ms) == ((DONG,), SINCE + 305 * MINUTE_MS)
        assert clash.until_ms == SINCE + 310 * MINUTE_MS
        assert clash.words.endswith(".")


def test_limits_leave_the_earlier_ones_and_say_why_the_others_are_out() -> None:
    limits = Limits(quiet=Hours(21 * 60, 5 * 60), session_s=900, hamlets=frozenset({DONG, TAY}))
    wanted = [
        one("early", 299, 5, Priority.THUONG, (DONG,)),
        one("a", 300, 10, Priority.THUONG, (DONG,)),
        one("b", 320, 10, Priority.THUONG, (DONG,)),
        one("c", 330, 10, Priority.THUONG, (TAY,)),
        one("d", 340, 10, Priority.KHAN_CAP, (DONG,)),
        one("e", 1000, 10, Priority.THUONG, (DONG,)),
    ]
    sifted = sift(wanted, limits, {})
    assert [kept.programme for kept in sifted.airings] == ["a", "c", "d", "e"]
    assert [(out.airing.programme, out.why.split(":")[0]) for out in sifted.refused] == [
        ("early", "Từ 21"),
        ("b", "Quá thời lượng một buổi"),
    ]
    assert sifted.spent[MONDAY.toordinal(), 0, DONG] == 1_200.0


def test_between_two_parts_a_horn_has_time_to_leave_the_first() -> None:
    assert GAP_MS >= 1_000
