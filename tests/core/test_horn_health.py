import datetime as dt

import pytest

from edge.core.broadcast import Outcome
from edge.core.local_time import VIETNAM
from edge.core.moment import AtMs
from edge.core.policy import selftest
from edge.core.policy.horn_health import (
    LEFT_ON_S,
    Condition,
    Fact,
    Fault,
    Reported,
    Told,
    began,
    decide,
    may_tell,
    over,
)

WELL, LOST, LOUD = Told(False, False), Told(True, False), Told(False, True)


def after(*facts: tuple[float, Fact]) -> frozenset[Fault]:
    condition = Condition()
    for now, fact in facts:
        condition = decide(condition, fact, now)
    return condition.faults


@pytest.mark.parametrize(
    ("facts", "faults"),
    [
        ([Reported(Outcome.SILENT)], {Fault.SILENT}),
        ([Reported(Outcome.UNKNOWN)], {Fault.UNKNOWN}),
        ([Reported(Outcome.SILENT, broken_off=True)], set()),
        ([Reported(Outcome.REFUSED)], set()),
        ([Reported(Outcome.PARTIAL)], set()),
        ([Reported(Outcome.UNKNOWN), Reported(Outcome.SILENT)], {Fault.SILENT}),
        ([Reported(Outcome.SILENT), Reported(Outcome.REFUSED)], {Fault.SILENT}),
        ([Reported(Outcome.SILENT), Reported(Outcome.PARTIAL, broken_off=True)], {Fault.SILENT}),
        ([Reported(Outcome.SILENT), Reported(Outcome.PLAYED)], set()),
        ([LOST], {Fault.AMPLIFIER}),
        ([LOST, WELL], set()),
        ([LOST, Reported(Outcome.PLAYED)], {Fault.AMPLIFIER}),
        ([Reported(Outcome.SILENT), WELL], {Fault.SILENT}),
    ],
)
def test_a_horn_is_faulty_until_it_is_heard_again(facts: list[Fact], faults: set[Fault]) -> None:
    assert after(*((0.0, fact) for fact in facts)) == faults


def test_an_amplifier_on_for_nothing_is_a_fault_only_after_the_node_could_have_mended_it() -> None:
    assert after((0, LOUD), (LEFT_ON_S - 1, LOUD)) == frozenset()
    assert after((0, LOUD), (LEFT_ON_S, None)) == {Fault.LEFT_ON}
    assert after((0, LOUD), (10, WELL), (12, LOUD), (20, LOUD)) == frozenset()
    assert after((0, LOUD), (LEFT_ON_S, LOUD), (LEFT_ON_S + 1, WELL)) == frozenset()


def test_faults_against_open_incidents_say_what_to_open_and_close() -> None:
    condition = Condition(frozenset({Fault.SILENT}), open=frozenset({Fault.UNKNOWN}))
    assert (began(condition), over(condition)) == ((Fault.SILENT,), (Fault.UNKNOWN,))


def test_twenty_silent_horns_are_one_sms_but_one_left_on_is_always_told() -> None:
    assert may_tell(Fault.SILENT, None, 0)
    assert not may_tell(Fault.SILENT, 0, 899)
    assert may_tell(Fault.SILENT, 0, 900)
    assert may_tell(Fault.LEFT_ON, 0, 1)


def at(day: int, hour: int, minute: int = 0) -> AtMs:
    """November 2026: the 25th is a Wednesday."""
    return AtMs(int(dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM).timestamp() * 1000))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(25, 9, 29), None),
        (at(25, 9, 30), at(25, 9, 30)),
        (at(26, 9, 29), at(25, 9, 30)),
        (at(26, 9, 31), None),
        (at(24, 12), None),
    ],
)
def test_the_weekly_test_is_due_from_its_hour_on_for_a_day(now: AtMs, due: AtMs | None) -> None:
    assert selftest.last_due_ms("wednesday", "09:30", now) == due


@pytest.mark.parametrize(
    ("now", "rest"),
    [
        (at(25, 6, 59), True),
        (at(25, 7), False),
        (at(25, 11, 30), True),
        (at(25, 13, 30), False),
        (at(25, 19, 59), False),
        (at(25, 20), True),
        (at(25, 0), True),
    ],
)
def test_nobody_is_woken_by_a_test(now: AtMs, rest: bool) -> None:
    assert selftest.is_rest(now) is rest


def test_a_test_is_a_fifth_of_full_volume() -> None:
    assert round(selftest.GAIN_DB, 1) == -14.0
