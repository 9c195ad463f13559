"""The arbiter of the air: verdicts by tables, promises by random histories."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings

from edge.core.broadcast import Priority
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import EVERYWHERE, HamletId
from edge.core.policy.airtime import (
    AfterCut,
    Asked,
    Budget,
    Cap,
    Chosen,
    Close,
    End,
    Ended,
    Hours,
    Item,
    Limits,
    OnAir,
    Queue,
    Rules,
    Start,
    State,
    Stopped,
    Tick,
    Verdict,
    decide,
    judge,
    questions,
    rest_of,
)
from edge.core.policy.airtime.limits import hushed_now, over_limit, session_of, top_gain_db
from edge.core.programme import midnight_ms
from hil.prove.voice.airtime_histories import Histories

EAST, WEST = frozenset({HamletId("dong")}), frozenset({HamletId("tay")})
ALL = frozenset({EVERYWHERE})
BOTH = EAST | WEST
NIGHT = Limits(quiet=Hours(21 * 60, 5 * 60), hamlets=BOTH)


def at(hour: float, clock: ClockState = ClockState.SYNCED, steady: float = 0.0) -> Moment:
    return Moment(AtMs(1_772_384_400_000 + round(hour * 3_600_000)), Steady(steady), clock)


def item(name: str, priority: Priority, hamlets: frozenset[HamletId] = EAST, length_s: float = 60.0) -> Item:
    return Item(name, priority, hamlets, length_s)


PLAYING = State(on_air=(OnAir(item("a", Priority.UU_TIEN), Steady(60)),))


def test_the_hours_of_these_tests_are_local() -> None:
    assert session_of(at(0).at_ms)[1] == 0
    assert midnight_ms(dt.date(2026, 3, 2)) == at(0).at_ms


@pytest.mark.parametrize(
    ("priority", "hamlets", "steady", "verdict", "cuts"),
    [
        (Priority.KHAN_CAP, EAST, 0, Verdict.PREEMPT, ("a",)),
        (Priority.LIVE, EAST, 0, Verdict.PREEMPT, ("a",)),
        (Priority.UU_TIEN, EAST, 0, Verdict.ASK, ()),
        (Priority.THUONG, EAST, 0, Verdict.WAIT, ()),
        (Priority.RELAY, EAST, 0, Verdict.WAIT, ()),
        (Priority.THUONG, WEST, 0, Verdict.NOW, ()),
        (Priority.THUONG, ALL, 0, Verdict.WAIT, ()),
        (Priority.KHAN_CAP, ALL, 0, Verdict.PREEMPT, ("a",)),
        (Priority.THUONG, EAST, 61, Verdict.NOW, ()),
    ],
)
def test_air_time_goes_to_the_stronger(
    priority: Priority, hamlets: frozenset[HamletId], steady: float, verdict: Verdict, cuts: tuple[str, ...]
) -> None:
    decision = judge(PLAYING, item("b", priority, hamlets), Rules(), at(9, steady=steady))
    assert (decision.verdict, decision.cuts) == (verdict, cuts)
    assert decision.reason.endswith(".")


@pytest.mark.parametrize(
    ("priority", "hour", "allowed"),
    [
        (Priority.THUONG, 20.99, True),
        (Priority.THUONG, 21, False),
        (Priority.UU_TIEN, 2, False),
        (Priority.RELAY, 4.99, False),
        (Priority.THUONG, 5, True),
        (Priority.LIVE, 2, True),
        (Priority.KHAN_CAP, 2, True),
    ],
)
def test_quiet_hours_are_kept_by_what_need_not_wake_people(priority: Priority, hour: float, allowed: bool) -> None:
    verdict = judge(State(), item("a", priority), Rules(NIGHT), at(hour)).verdict
    assert (verdict is Verdict.NOW) is allowed
    assert judge(State(), replace(item("a", priority), at_night=True), Rules(NIGHT), at(hour)).verdict is Verdict.NOW


def test_a_box_that_does_not_know_the_hour_keeps_no_quiet_hours() -> None:
    assert hushed_now(Priority.THUONG, NIGHT, at(2, ClockState.FLOOR)) == ""


@pytest.mark.parametrize(
    ("priority", "length_s", "hour", "fits"),
    [
        (Priority.THUONG, 300, 9, True),
        (Priority.THUONG, 302, 9, False),
        (Priority.THUONG, 302, 13, True),
        (Priority.THUONG, 902, 13, False),
        (Priority.LIVE, 302, 9, False),
        (Priority.KHAN_CAP, 5_000, 9, True),
    ],
)
def test_minutes_of_a_session_and_of_a_day_are_a_limit(
    priority: Priority, length_s: float, hour: float, fits: bool
) -> None:
    """20 minutes a session, 30 a day; 15 of this morning are used."""
    limits = Limits(session_s=1_200, day_s=1_800, hamlets=BOTH)
    day, session = session_of(at(9).at_ms)
    budget = Budget(limits, {(day, session, HamletId("dong")): 900.0})
    why = over_limit(priority, ALL, length_s, at(hour).at_ms, budget)
    assert (why == "") is fits
    assert fits or why.endswith("phút.")


@pytest.mark.parametrize(
    ("priority", "hamlets", "wanted_db", "hour", "gain_db"),
    [
        (Priority.THUONG, EAST, 0.0, 5.5, -6.0),
        (Priority.THUONG, EAST, -9.0, 5.5, -9.0),
        (Priority.THUONG, EAST, 0.0, 7, 0.0),
        (Priority.THUONG, BOTH, 0.0, 7, -20.0),
        (Priority.THUONG, WEST, 0.0, 5.5, -20.0),
        (Priority.KHAN_CAP, BOTH, 0.0, 5.5, 0.0),
    ],
)
def test_the_quietest_cap_of_hour_and_hamlet_decides(
    priority: Priority, hamlets: frozenset[HamletId], wanted_db: float, hour: float, gain_db: float
) -> None:
    caps = (Cap(Hours(300, 360), -6.0), Cap(Hours(0, 1440), -20.0, WEST))
    assert top_gain_db(priority, hamlets, wanted_db, round(hour * 60), Limits(caps=caps, hamlets=BOTH)) == gain_db


def test_what_had_to_give_way_is_said_again_before_others_of_its_rank() -> None:
    state, rules, now = State(), Rules(), at(9)
    for name, priority in (("a", Priority.THUONG), ("b", Priority.THUONG), ("c", Priority.KHAN_CAP)):
        state, actions = decide(state, Asked(item(name, priority)), rules, now)
    assert [type(one) for one in actions] == [Start]
    assert [act.item.id for act in state.on_air if act.leaving] == ["a"]
    state, _ = decide(state, Ended("a", 10.0, whole=False), rules, now)
    assert [one.id for one in state.waiting] == ["a", "b"]
    state, actions = decide(state, Ended("c", 60.0, whole=True), rules, now)
    started = [one.item.id for one in actions if isinstance(one, Start)]
    assert started == ["a"]


@pytest.mark.parametrize(
    ("rule", "heard_s", "rest"),
    [
        (AfterCut.AGAIN, 25.0, (0, 60.0)),
        (AfterCut.ON, 25.0, (1, 50.0)),
        (AfterCut.ON, 9.0, (0, 60.0)),
        (AfterCut.ON, 61.0, None),
        (AfterCut.DROP, 25.0, None),
    ],
)
def test_it_goes_on_where_the_rule_says(rule: AfterCut, heard_s: float, rest: tuple[int, float] | None) -> None:
    cut = replace(item("a", Priority.THUONG), clips_s=(10.0, 20.0, 30.0))
    left = rest_of(cut, heard_s, rule)
    assert (left and (left.from_clip, left.length_s)) == rest


def test_a_relay_that_gave_way_goes_on_for_the_rest_of_its_time_if_that_is_worth_it() -> None:
    relay = item("a", Priority.RELAY, length_s=600.0)
    left = rest_of(relay, 500.0, AfterCut.ON)
    assert left is not None
    assert left.length_s == 100.0
    assert rest_of(relay, 590.0, AfterCut.ON) is None


def test_people_are_asked_once_about_two_urgent_ones_and_unasked_the_first_comes_first() -> None:
    rules, now = Rules(), at(9)
    state, _ = decide(State(), Asked(item("a", Priority.UU_TIEN)), rules, now)
    state, _ = decide(state, Asked(item("b", Priority.UU_TIEN)), rules, now)
    assert [(ask.first, ask.second) for ask in questions(state, rules, now)] == [("a", "b")]
    _, unasked = decide(state, Ended("a", 60.0, whole=True), rules, now)
    assert [one.item.id for one in unasked if isinstance(one, Start)] == ["b"]
    chosen, actions = decide(state, Chosen("b", "a"), rules, now)
    assert [(one.item.id, one.cuts) for one in actions if isinstance(one, Start)] == [("b", ("a",))]
    assert decide(chosen, Chosen("a", "b"), rules, now)[0].chosen == chosen.chosen


def test_a_stop_in_one_hamlet_leaves_the_others_their_sound() -> None:
    rules, now = Rules(Limits(hamlets=BOTH)), at(9)
    state, _ = decide(State(), Asked(item("a", Priority.THUONG, BOTH)), rules, now)
    state, _ = decide(state, Asked(item("b", Priority.THUONG, EAST)), rules, now)
    state, actions = decide(state, Stopped(EAST), rules, now)
    assert [(one.id, one.end) for one in actions if isinstance(one, Close)] == [("b", End.STOPPED)]
    assert [act.item.hamlets for act in state.on_air] == [WEST]
    _, actions = decide(state, Ended("a", 9.0, whole=False), rules, now)
    assert [(one.id, one.end) for one in actions if isinstance(one, Close)] == [("a", End.STOPPED)]


def test_who_waits_into_the_quiet_hours_is_told_so() -> None:
    rules = Rules(NIGHT)
    state, _ = decide(State(), Asked(item("a", Priority.THUONG, length_s=900)), rules, at(20.9))
    state, actions = decide(state, Asked(item("b", Priority.THUONG)), rules, at(20.95))
    assert isinstance(actions[0], Queue)
    _, actions = decide(state, Tick(), rules, at(21.01, steady=10))
    assert [(one.id, one.end) for one in actions if isinstance(one, Close)] == [("b", End.DROPPED)]


def test_random_histories_break_no_promise() -> None:
    case = Histories.TestCase
    case.settings = settings(
        max_examples=40, stateful_step_count=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    case("runTest").runTest()
