"""One story for one thing."""

from dataclasses import replace

from edge.core.incident import Severity
from edge.core.policy.rules.decide import resumed, undone
from edge.core.policy.rules.rule import RuleId
from edge.core.policy.rules.stories import UPDATE_EVERY_S, Ended, Updated
from tests.core.rules.stage import GRAVE, KHO, LINE, LOITER, SAN, Stage, who


def test_who_walks_into_the_next_zone_is_the_same_story() -> None:
    stage = Stage(SAN, KHO)
    assert stage.see(1.0, who(0.4)) == ["Opened san"]
    assert stage.see(2.0, who(0.6)) == []
    assert stage.wait(11.9) == []
    assert stage.wait(12.0) == ["Ended san"]


def test_somebody_else_in_the_next_zone_is_another_story() -> None:
    stage = Stage(SAN, KHO)
    stage.see(1.0, who(0.2))
    assert stage.see(2.0, who(0.2), who(0.9, track=2)) == ["Opened kho"]


def test_another_kind_of_rule_tells_its_own_story() -> None:
    stage = Stage(SAN, LINE)
    assert stage.see(1.0, who(0.4)) == ["Opened san"]
    assert stage.see(2.0, who(0.6)) == ["Opened vach"]


def test_a_track_that_flickers_opens_nothing_new() -> None:
    stage = Stage(SAN, KHO)
    stage.see(0.0, who(0.4, track=1))
    for step in range(1, 30):
        assert stage.see(step * 1.5, who(0.4 + 0.005 * step, track=1 + step)) == []


def test_a_graver_rule_makes_the_story_graver_and_speaks_once() -> None:
    stage = Stage(SAN, GRAVE)
    stage.see(1.0, who(0.4))
    assert stage.see(2.0, who(0.6)) == ["Updated san"]
    update = stage.told[-1]
    assert isinstance(update, Updated)
    assert update.graver == "kho"
    assert stage.watch.stories[RuleId("san")].severity is Severity.EXTREME
    assert stage.see(3.0, who(0.62)) == []
    assert stage.see(4.0, who(0.4)) == []
    assert stage.see(5.0, who(0.6)) == []


def test_a_rule_that_speaks_is_never_silenced_by_a_story_that_does_not() -> None:
    speaks = replace(KHO, speaks="canh-bao")
    stage = Stage(replace(SAN, severity=Severity.EXTREME), speaks)
    stage.see(1.0, who(0.4))
    assert stage.see(2.0, who(0.6)) == ["Updated san"]
    assert stage.watch.stories[RuleId("san")].severity is Severity.EXTREME


def test_of_two_zones_at_once_the_graver_one_tells() -> None:
    both = replace(GRAVE, shape=SAN.shape)
    for rules in ((SAN, both), (both, SAN)):
        assert Stage(*rules).see(1.0, who(0.2)) == ["Opened kho"]


def test_more_people_are_told_of_but_not_at_every_picture() -> None:
    stage = Stage(SAN)
    stage.see(0.0, who(0.1, track=1))
    assert stage.see(1.0, who(0.1, track=1), who(0.3, track=2)) == []
    assert stage.see(2.0, who(0.1, track=1), who(0.3, track=2), who(0.45, track=3)) == []
    assert stage.see(UPDATE_EVERY_S, who(0.1, track=1)) == ["Updated san"]
    update = stage.told[-1]
    assert isinstance(update, Updated)
    assert update.most == 3


def test_a_better_picture_is_kept_and_a_slightly_better_one_is_not() -> None:
    stage = Stage(SAN)
    stage.see(0.0, who(0.2, height=0.2))
    assert stage.see(10.0 - 0.1, who(0.2, height=0.22)) == []
    stage = Stage(SAN)
    stage.see(0.0, who(0.2, height=0.2))
    stage.see(5.0, who(0.2, height=0.4))
    assert stage.wait(10.0) == ["Updated san"]
    update = stage.told[-1]
    assert isinstance(update, Updated)
    assert update.figure is not None
    assert update.figure.height > 0.39


def test_the_end_tells_how_many_and_how_sure_it_was_at_most() -> None:
    stage = Stage(SAN)
    stage.see(0.0, who(0.2, score=0.5))
    stage.see(1.0, who(0.2, score=0.9), who(0.4, track=2, score=0.6))
    stage.wait(11.0)
    end = stage.told[-1]
    assert isinstance(end, Ended)
    assert (end.most, end.score) == (2, 0.9)


def test_a_resting_rule_opens_nothing_and_its_story_ends() -> None:
    stage = Stage(SAN)
    assert stage.see(1.0, who(0.2), resting=("san",)) == []
    assert stage.see(2.0, who(0.2)) == ["Opened san"]
    assert stage.see(11.0, who(0.2), resting=("san",)) == []
    assert stage.see(12.0, who(0.2), resting=("san",)) == ["Ended san"]


def test_an_older_picture_decides_nothing() -> None:
    stage = Stage(SAN)
    stage.see(5.0)
    assert stage.see(4.0, who(0.2)) == []
    assert stage.see(5.0, who(0.2)) == ["Opened san"]


def test_a_clock_that_goes_back_ends_nothing_and_opens_nothing_twice() -> None:
    stage = Stage(SAN)
    stage.see(100.0, who(0.2))
    assert stage.wait(50.0) == []
    assert stage.wait(109.9) == []
    assert stage.wait(110.0) == ["Ended san"]


def test_after_a_restart_what_was_open_goes_on() -> None:
    stage = Stage(SAN, LOITER)
    stage.watch = resumed({RuleId("san"): 2, RuleId("gone"): 1}, stage.rules, 100.0)
    assert stage.see(101.0, who(0.2)) == []
    assert stage.wait(111.0) == ["Ended san"]


def test_what_could_not_be_stored_is_decided_again() -> None:
    stage = Stage(SAN, KHO, LINE)
    stage.see(1.0, who(0.45))
    before = stage.watch
    assert stage.see(2.0, who(0.55)) == ["Opened vach"]
    stage.watch = undone(before, stage.watch, [RuleId("vach")])
    assert stage.see(2.5, who(0.56)) == ["Opened vach"]
    before = stage.watch
    assert sorted(stage.wait(20.0)) == ["Ended san", "Ended vach"]
    stage.watch = undone(before, stage.watch, [RuleId("san")])
    assert stage.wait(21.0) == ["Ended san"]
