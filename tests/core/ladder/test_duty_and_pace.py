"""Who is on duty, whose rest is kept, when a SIM may send, and what an SMS wants."""

import datetime as dt

import pytest

from edge.core.alert import Person, Shift
from edge.core.incident import Severity
from edge.core.policy.ladder.duty import asleep, chairman_of, group_of, on_duty, told_now
from edge.core.policy.ladder.grouping import STORM_MS, hold_ms
from edge.core.policy.ladder.pace import Pace
from edge.core.policy.ladder.reply import Wants, understand

FRIDAY = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
NIGHT = Shift(frozenset({4}), 22 * 60, 5 * 60)


def person(name: str, duty: str = "trực", hamlet: str = "", **more: object) -> Person:
    return Person(name, name, "0900000001", hamlet, duty, **more)  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize(
    ("day", "hour", "there"),
    [(0, 21, False), (0, 22, True), (1, 4, True), (1, 5, False), (1, 23, False), (0, 4, False)],
)
def test_a_shift_past_midnight_belongs_to_the_day_on_which_it_began(day: int, hour: int, there: bool) -> None:
    here = FRIDAY + dt.timedelta(days=day, hours=hour)
    assert on_duty(person("an", shifts=(NIGHT,)), here) is there


def test_who_is_off_duty_is_told_of_emergencies_only_and_everybody_when_the_time_is_unknown() -> None:
    people = (person("an", shifts=(NIGHT,)), person("binh"))
    noon = FRIDAY + dt.timedelta(hours=12)
    assert told_now(people, Severity.MODERATE, noon) == people[1:]
    assert told_now(people, Severity.SEVERE, noon) == people
    assert told_now(people, Severity.MODERATE, None) == people
    assert told_now(people[:1], Severity.MODERATE, noon) == people[:1], "somebody must hear of it"


def test_quiet_hours_are_kept_but_for_emergencies() -> None:
    an = person("an", quiet=(22 * 60, 5 * 60))
    assert asleep(an, Severity.MODERATE, FRIDAY + dt.timedelta(hours=23))
    assert not asleep(an, Severity.EXTREME, FRIDAY + dt.timedelta(hours=23))
    assert not asleep(an, Severity.MODERATE, FRIDAY + dt.timedelta(hours=12))
    assert not asleep(an, Severity.MODERATE, None)


def test_groups_and_the_chairman_are_found_by_their_duty() -> None:
    roster = (person("a", "Phó Chủ tịch UBND"), person("b", "Chủ tịch UBND"), person("c", "Đội xung kích", "dong"))
    assert chairman_of(roster) == "b"
    assert chairman_of(roster[:1]) == "a"
    assert [one.id for one in group_of(roster, {"dong"}, "xung kích")] == ["c"]


def test_a_sim_sends_ten_parts_in_any_minute() -> None:
    pace, sent, now = Pace(10), list[float](), 0.0
    while len(sent) < 30:
        wait = pace.wait_s(1, now)
        if wait == 0:
            pace.begin(1, now)
            sent.append(now)
            now += 4.0  # what a network takes for one
        else:
            now += wait
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[10:], strict=False))
    assert sent[-1] <= 160


def test_the_fourth_message_in_two_minutes_waits_for_the_first_to_grow_old() -> None:
    assert hold_ms([1_000, 2_000], 3_000) is None
    assert hold_ms([1_000, 2_000, 3_000], 4_000) == 1_000 + STORM_MS
    assert hold_ms([1_000, 2_000, 3_000], 1_000 + STORM_MS) is None


@pytest.mark.parametrize(
    ("text", "wants", "note"),
    [
        ("1", Wants.TAKE, ""),
        (" 1. ", Wants.TAKE, ""),
        ("1 đang tới", Wants.TAKE, "đang tới"),
        ("1, cần thêm người", Wants.TAKE, "cần thêm người"),
        ("12", Wants.NOTE, "12"),
        ("1 2", Wants.NOTE, "1 2"),
        ("?", Wants.STATE, ""),
        ("??", Wants.STATE, ""),
        ("MUC", Wants.LEVELS, ""),
        ("Mức", Wants.LEVELS, ""),
        ("mỨc", Wants.LEVELS, ""),
        ("nước ngập sân", Wants.NOTE, "nước ngập sân"),
        ("STOP", Wants.NOTE, "STOP"),
        ("  ", Wants.NOTHING, ""),
    ],
)
def test_an_sms_wants_one_of_four_things(text: str, wants: Wants, note: str) -> None:
    reply = understand(text)
    assert (reply.wants, reply.note) == (wants, note)
