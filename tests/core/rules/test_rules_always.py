"""What holds whatever happens before a camera: random people, rules, losses, clocks and rests."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as some

from edge.core.moment import AtMs, Steady
from edge.core.place import CameraId
from edge.core.policy.rules.decide import NEW_WATCH, Fact, Watch, decide, undone
from edge.core.policy.rules.rivers import Gauged
from edge.core.policy.rules.rule import Now, Rule, RuleId
from edge.core.policy.rules.stories import UPDATE_EVERY_S, Action, Ended, Opened, Updated
from edge.core.vision import Sighting, TrackId, TrackSeen
from tests.core.rules.stage import BANK, COUNT, GRAVE, LINE, LOITER, PARKED, SAN, STREET, who

RULES: tuple[Rule, ...] = (SAN, GRAVE, replace(LOITER, after_s=3.0), COUNT, STREET, replace(PARKED, after_s=5.0),
                           BANK, LINE)  # fmt: skip
TRACK = some.builds(
    who,
    some.floats(0.05, 0.95),
    track=some.integers(1, 6),
    label=some.sampled_from(["person", "car", "truck", "dog"]),
    height=some.floats(0.05, 0.5),
    score=some.floats(0.3, 1.0),
    hits=some.integers(1, 9),
    seen=some.booleans(),
)
TRACKS = some.lists(TRACK, max_size=4, unique_by=lambda track: track.track)
STEP = some.tuples(
    some.sampled_from([-3.0, 0.0, 0.2, 0.5, 2.0, 4.0, 9.0, 40.0]),
    some.one_of(TRACKS, some.none(), some.floats(3.0, 5.0)),
    some.frozensets(some.sampled_from([rule.id for rule in RULES]), max_size=2),
    some.integers(0, 1439),
)
STEPS = some.lists(STEP, max_size=40)
Step = tuple[float, Sequence[TrackSeen] | float | None, frozenset[RuleId], int]


def fact_of(what: Sequence[TrackSeen] | float | None, steady: float) -> Fact:
    if what is None:
        return None
    if isinstance(what, float):
        return Gauged("song", what, steady)
    return Sighting(CameraId("cong"), AtMs(round(steady * 1000)), Steady(steady), tuple(what))


def played(steps: Sequence[Step], rules: Sequence[Rule] = RULES) -> tuple[Watch, list[tuple[float, Action]]]:
    watch, told, steady = NEW_WATCH, [], 1000.0
    for wait, what, resting, minute in steps:
        steady += wait
        watch, actions = decide(watch, fact_of(what, steady), rules, Now(steady, minute, resting))
        told += [(watch.now, action) for action in actions]
    return watch, told


@given(STEPS)
@settings(max_examples=120, deadline=None)
def test_a_rule_never_has_two_open_stories_and_every_end_has_a_beginning(steps: list[Step]) -> None:
    watch, told = played(steps)
    running: set[RuleId] = set()
    for _, action in told:
        if isinstance(action, Opened):
            assert action.rule not in running
            running.add(action.rule)
        elif isinstance(action, Updated):
            assert action.rule in running
        else:
            assert action.rule in running
            running.remove(action.rule)
    assert running == watch.stories.keys()


@given(STEPS)
@settings(max_examples=80, deadline=None)
def test_whatever_was_opened_is_ended_by_time_alone(steps: list[Step]) -> None:
    watch, told = played(steps)
    later = watch.now + max(rule.quiet_s for rule in RULES)
    watch, actions = decide(watch, None, RULES, Now(later, 0))
    assert watch.stories == {}
    opened = sum(isinstance(action, Opened) for _, action in told)
    ended = sum(isinstance(action, Ended) for action in (*(action for _, action in told), *actions))
    assert opened == ended


@given(STEPS, some.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_rules_and_of_tracks_in_a_picture_changes_nothing(steps: list[Step], chance: Random) -> None:
    def shuffled(what: Sequence[TrackSeen] | float | None) -> Sequence[TrackSeen] | float | None:
        return chance.sample(what, len(what)) if isinstance(what, list) else what

    other = [(wait, shuffled(what), resting, minute) for wait, what, resting, minute in steps]
    assert played(other, chance.sample(RULES, len(RULES)))[1] == played(steps)[1]


@given(STEPS)
@settings(max_examples=80, deadline=None)
def test_time_goes_only_forward(steps: list[Step]) -> None:
    watch, steady = NEW_WATCH, 1000.0
    for wait, what, resting, minute in steps:
        steady += wait
        before = watch
        watch, _ = decide(watch, fact_of(what, steady), RULES, Now(steady, minute, resting))
        assert watch.now >= before.now
        assert watch.seen >= before.seen


@given(STEPS)
@settings(max_examples=80, deadline=None)
def test_a_story_is_told_again_seldom_unless_it_became_graver(steps: list[Step]) -> None:
    _, told = played(steps)
    last: dict[RuleId, float] = {}
    for now, action in told:
        if isinstance(action, Updated) and action.graver is None:
            assert now - last[action.rule] >= UPDATE_EVERY_S
        last[action.rule] = now


@given(STEPS)
@settings(max_examples=80, deadline=None)
def test_nothing_is_opened_by_a_rule_that_rests(steps: list[Step]) -> None:
    watch, steady = NEW_WATCH, 1000.0
    for wait, what, resting, minute in steps:
        steady += wait
        watch, actions = decide(watch, fact_of(what, steady), RULES, Now(steady, minute, resting))
        assert not any(isinstance(action, Opened) and action.rule in resting for action in actions)


@given(STEPS, STEP)
@settings(max_examples=80, deadline=None)
def test_what_was_not_stored_is_as_if_it_had_not_been_decided(steps: list[Step], last: Step) -> None:
    before, _ = played(steps)
    wait, what, resting, minute = last
    now = Now(max(before.now, 1000.0) + abs(wait), minute, resting)
    after, actions = decide(before, fact_of(what, now.steady), RULES, now)
    failed = {action.rule for action in actions}
    kept = undone(before, after, failed)
    assert {rule: story for rule, story in kept.stories.items() if rule in failed} == {
        rule: story for rule, story in before.stories.items() if rule in failed
    }


@given(some.lists(some.tuples(some.floats(0.0, 5.0), TRACKS), max_size=300))
@settings(max_examples=15, deadline=None)
def test_what_a_watch_remembers_stays_small(pictures: list[tuple[float, Sequence[TrackSeen]]]) -> None:
    crowded: list[Step] = [
        (wait, [replace(track, track=TrackId(track.track * 1000 + turn)) for track in tracks], frozenset(), 0)
        for turn, (wait, tracks) in enumerate(pictures)
    ]
    watch, _ = played(crowded)
    assert len(watch.figures) <= 200
    assert len(watch.marks.stays) + len(watch.marks.beside) <= 200 * len(RULES)
