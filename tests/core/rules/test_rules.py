"""Every kind of rule: what fires it, and what does not."""

from dataclasses import replace

import pytest

from edge.core.place import Direction
from edge.core.policy.rules.decide import demand
from edge.core.policy.rules.rivers import DRY, HOLD_S, is_old
from edge.core.policy.rules.rule import ActiveHours, Now, Rule, RuleId
from edge.core.policy.rules.stories import Opened
from edge.core.vision import TrackSeen
from tests.core.rules.stage import BANK, COUNT, KHO, LINE, LOITER, NOON, PARKED, SAN, STREET, Stage, who

NIGHT = ActiveHours.parse("22:00-05:00")


@pytest.mark.parametrize(
    ("track", "rule", "opens"),
    [
        (who(0.2), SAN, True),
        (who(0.7), SAN, False),
        (who(0.2, hits=2), SAN, False),
        (who(0.2, label="dog"), SAN, False),
        (who(0.2, seen=False), SAN, False),
        (who(0.2, score=0.5), replace(SAN, min_score=0.6), False),
        (who(0.2, score=0.6), replace(SAN, min_score=0.6), True),
        (who(0.2, height=0.1), replace(SAN, min_height=0.15), False),
        (who(0.2, height=0.2), replace(SAN, min_height=0.15), True),
        (who(0.2), replace(SAN, active=NIGHT), False),
        (who(0.2), replace(SAN, active=ActiveHours.parse("08:00-17:00")), True),
        (who(0.2, label="car"), STREET, True),
        (who(0.2), STREET, False),
    ],
)
def test_only_what_the_rule_looks_for_opens_an_incident(track: TrackSeen, rule: Rule, opens: bool) -> None:
    assert Stage(rule).see(1.0, track) == ([f"Opened {rule.id}"] if opens else [])


@pytest.mark.parametrize(
    ("hours", "minute", "holds"),
    [
        ("always", 0, True),
        ("22:00-05:00", 22 * 60, True),
        ("22:00-05:00", 4 * 60 + 59, True),
        ("22:00-05:00", 5 * 60, False),
        ("08:00-17:00", 7 * 60 + 59, False),
        ("08:00-17:00", 8 * 60, True),
        ("08:00-08:00", 3, True),
    ],
)
def test_active_hours_may_cross_midnight(hours: str, minute: int, holds: bool) -> None:
    assert ActiveHours.parse(hours).hold(minute) is holds


def test_a_person_who_stays_is_one_incident_and_leaving_ends_it_once() -> None:
    stage = Stage(SAN)
    assert stage.see(1.0, who(0.2)) == ["Opened san"]
    assert stage.see(6.0, who(0.2)) == []
    assert stage.wait(15.9) == []
    assert stage.wait(16.0) == ["Ended san"]
    assert stage.wait(99.0) == []
    assert stage.see(100.0, who(0.2, track=9)) == ["Opened san"]


def test_who_passes_does_not_loiter_and_who_stays_does() -> None:
    stage = Stage(LOITER)
    assert [stage.see(second, who(0.2)) for second in range(20)] == [[]] * 20
    assert stage.see(20.0, who(0.2)) == ["Opened la-ca"]


def test_short_losses_do_not_end_a_stay_and_long_ones_do() -> None:
    patient, left = Stage(LOITER), Stage(LOITER)
    for second in (0, 5, 10, 15, 20):
        opened = patient.see(second, who(0.2))
    assert opened == ["Opened la-ca"]
    for second in (0, 5, 10, 18, 21, 25):
        assert left.see(second, who(0.2)) == []


def test_who_leaves_the_zone_for_long_begins_anew() -> None:
    stage = Stage(LOITER)
    for second in range(40):
        away = second % 20 >= 10
        assert stage.see(second, who(0.8 if away else 0.2)) == []


def test_a_loiterer_under_two_track_numbers_is_one() -> None:
    stage = Stage(LOITER)
    for second in range(10):
        stage.see(second, who(0.2, track=1))
    for second in range(12, 20):
        assert stage.see(second, who(0.21, track=2)) == []
    assert stage.see(20.0, who(0.21, track=2)) == ["Opened la-ca"]


def test_more_than_so_many_at_once_fire() -> None:
    stage = Stage(COUNT)
    crowd = [who(0.1 * number, track=number) for number in (1, 2, 3)]
    assert stage.see(1.0, *crowd[:2]) == []
    assert stage.see(2.0, *crowd) == ["Opened dong"]
    assert isinstance(stage.told[0], Opened)
    assert stage.told[0].most == 3


def test_one_lost_detection_in_a_crowd_changes_no_number() -> None:
    stage = Stage(COUNT)
    stage.see(1.0, who(0.1, track=1), who(0.2, track=2))
    assert stage.see(2.0, who(0.2, track=2), who(0.48, track=3)) == ["Opened dong"]
    apart = Stage(COUNT)
    apart.see(1.0, who(0.1, track=1), who(0.2, track=2))
    assert apart.see(4.0, who(0.2, track=2), who(0.48, track=3)) == []


def test_the_same_one_in_three_pictures_is_no_crowd() -> None:
    stage = Stage(COUNT)
    for step in range(10):
        assert stage.see(step * 0.2, who(0.2 + 0.01 * step, track=step + 1)) == []


@pytest.mark.parametrize(
    ("direction", "there", "back"),
    [
        (Direction.BOTH, ["Opened vach"], []),
        (Direction.LEFT_TO_RIGHT, ["Opened vach"], []),
        (Direction.RIGHT_TO_LEFT, [], ["Opened vach"]),
    ],
)
def test_a_line_is_crossed_in_its_direction(direction: Direction, there: list[str], back: list[str]) -> None:
    stage = Stage(replace(LINE, direction=direction))
    assert stage.see(1.0, who(0.4)) == []
    assert stage.see(2.0, who(0.6)) == there
    assert stage.see(3.0, who(0.4)) == back


def test_a_box_that_trembles_on_the_line_crosses_it_never() -> None:
    stage = Stage(LINE)
    for step in range(50):
        assert stage.see(step * 0.2, who(0.498 + 0.004 * (step % 2))) == []


def test_who_crosses_before_the_detector_is_sure_is_noticed_when_it_is() -> None:
    stage = Stage(LINE)
    assert stage.see(1.0, who(0.45, hits=1)) == []
    assert stage.see(1.2, who(0.55, hits=2)) == []
    assert stage.see(1.4, who(0.6, hits=3)) == ["Opened vach"]


def test_who_walks_around_the_end_of_a_line_does_not_cross_it() -> None:
    half = replace(LINE, shape=(LINE.shape[0], replace(LINE.shape[1], y=0.5)))
    stage = Stage(half)
    for step, (x, y) in enumerate(((0.4, 0.8), (0.4, 0.45), (0.6, 0.45), (0.6, 0.8))):
        assert stage.see(step, who(x, y=y)) == []


def test_a_track_that_is_lost_at_the_line_and_found_behind_it_crossed_it() -> None:
    stage = Stage(LINE)
    stage.see(1.0, who(0.47, track=1))
    assert stage.see(3.0, who(0.53, track=2)) == ["Opened vach"]


def test_somebody_new_behind_the_line_did_not_cross_it() -> None:
    stage = Stage(LINE)
    stage.see(1.0, who(0.2, track=1))
    assert stage.see(2.0, who(0.9, track=2)) == []


def test_a_line_that_slept_while_somebody_crossed_it_says_nothing_when_it_wakes() -> None:
    stage = Stage(LINE)
    stage.see(1.0, who(0.4))
    stage.see(2.0, who(0.6), resting=("vach",))
    assert stage.see(3.0, who(0.7)) == []


def test_a_car_that_stands_is_parked_and_one_that_creeps_is_not() -> None:
    stands, creeps = Stage(PARKED), Stage(PARKED)
    for second in range(0, 60, 4):
        assert stands.see(second, who(0.2 + 0.002 * (second % 3), label="car")) == []
        assert creeps.see(second, who(0.1 + 0.005 * second, label="car")) == []
    assert stands.see(60.0, who(0.2, label="car")) == ["Opened do"]
    assert creeps.see(60.0, who(0.4, label="car")) == []


def test_a_parked_car_behind_a_bus_that_the_detector_calls_a_truck_then_is_the_same() -> None:
    stage = Stage(PARKED)
    stage.see(0.0, who(0.2, label="car", track=1))
    assert stage.see(61.0, who(0.2, label="truck", track=7)) == ["Opened do"]


def test_a_car_on_the_spot_of_another_that_left_begins_anew() -> None:
    stage = Stage(PARKED)
    stage.see(0.0, who(0.1, label="car", track=1))
    for second in (20, 22, 24):
        stage.see(second, who(0.1 + 0.1 * (second - 18), label="car", track=1))
    assert stage.see(61.0, who(0.1, label="car", track=2)) == []


def test_people_at_the_bank_are_told_of_only_while_the_river_is_high() -> None:
    stage = Stage(BANK)
    assert stage.see(1.0, who(0.2)) == []
    stage.river(2.0, 3.95)
    assert stage.see(3.0, who(0.2)) == []
    stage.river(4.0, 4.0)
    assert stage.see(5.0, who(0.2)) == ["Opened bo"]
    stage.river(6.0, 3.95)
    assert stage.see(30.0, who(0.2, track=2)) == []  # still the same story: a wave below the mark ends nothing
    stage.river(31.0, 3.85)
    assert stage.see(32.0, who(0.2, track=3)) == []
    assert stage.wait(50.0) == ["Ended bo"]
    assert stage.see(51.0, who(0.2, track=4)) == []


def test_the_bank_is_watched_down_to_the_hysteresis_as_a_level_stands() -> None:
    stage = Stage(replace(BANK, above_m=4.2))
    stage.river(1.0, 4.2)
    stage.river(2.0, 4.1)  # 4.2 - 0.1 is a little more than 4.1 in binary fractions
    assert stage.see(3.0, who(0.2)) == ["Opened bo"]


def test_an_old_reading_keeps_the_last_state_for_hours_and_says_that_it_is_old() -> None:
    stage = Stage(BANK)
    stage.river(0.0, 4.5)
    assert not is_old(stage.watch.rivers, BANK, BANK.fresh_s)
    assert is_old(stage.watch.rivers, BANK, BANK.fresh_s + 1)
    assert stage.see(HOLD_S - 100, who(0.2)) == ["Opened bo"]
    stage.wait(HOLD_S)
    assert stage.see(HOLD_S + 1, who(0.2, track=2)) == []


def test_a_reading_that_comes_late_does_not_take_back_a_newer_one() -> None:
    stage = Stage(BANK)
    stage.river(10.0, 4.5)
    stage.river(5.0, 1.0)
    assert stage.see(11.0, who(0.2)) == ["Opened bo"]


@pytest.mark.parametrize(
    ("rules", "minute", "resting", "wanted"),
    [
        ((SAN,), NOON, (), 0.0),
        ((SAN, LINE), NOON, (), 1.0),
        ((LINE, replace(KHO, seen_s=0.5)), NOON, (), 0.5),
        ((LINE,), NOON, ("vach",), 0.0),
        ((replace(LINE, active=NIGHT),), NOON, (), 0.0),
        ((replace(LINE, active=NIGHT),), 23 * 60, (), 1.0),
        ((BANK,), NOON, (), 0.0),
        ((), NOON, (), 0.0),
    ],
)
def test_only_rules_that_look_now_demand_anything(
    rules: tuple[Rule, ...], minute: int, resting: tuple[str, ...], wanted: float
) -> None:
    now = Now(5.0, minute, frozenset(RuleId(rule) for rule in resting))
    assert demand(rules, DRY, now) == wanted


def test_a_river_bank_demands_once_the_river_is_high() -> None:
    stage = Stage(BANK)
    stage.river(1.0, 4.2)
    assert demand((BANK,), stage.watch.rivers, Now(2.0, NOON)) == 1.0
