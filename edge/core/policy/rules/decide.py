"""The decision: what a camera's rules do about a sighting, a reading, or time that passed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from edge.core.policy.rules.figures import Figure, Figures, follow
from edge.core.policy.rules.rivers import DRY, Gauged, Rivers, after_reading, stands_above
from edge.core.policy.rules.rule import Now, Rule, RuleId, RuleKind
from edge.core.policy.rules.signs import NO_MARKS, Marks, forget, notice
from edge.core.policy.rules.stories import (
    GRAVITY,
    Action,
    Ended,
    Opened,
    Stories,
    Story,
    Updated,
    grown,
    host_of,
    news,
    opened,
)
from edge.core.vision import Sighting

Fact = Sighting | Gauged | None
"""None: only time has passed."""
LONG_AGO = float("-inf")


@dataclass(frozen=True, slots=True)
class Watch:
    """All that the rules of one camera remember. ``seen`` is the newest picture, ``now`` the newest decision."""

    figures: Figures
    marks: Marks
    rivers: Rivers
    stories: Stories
    seen: float = LONG_AGO
    now: float = LONG_AGO


NEW_WATCH = Watch({}, NO_MARKS, DRY, {})


def resumed(running: Mapping[RuleId, int], rules: Iterable[Rule], now: float) -> Watch:
    """The watch after a restart: stories that run (rule, and how many they were) go on and are not opened again."""
    stories = {
        rule.id: Story(
            rule.kind,
            rule.severity,
            now,
            now,
            running[rule.id],
            running[rule.id],
            worth=1.0,
            said=frozenset({rule.speaks}),
        )
        for rule in rules
        if rule.id in running
    }
    return replace(NEW_WATCH, stories=stories)


def decide(watch: Watch, fact: Fact, rules: Collection[Rule], now: Now) -> tuple[Watch, tuple[Action, ...]]:
    """The new watch and what must be done. Time only goes forward: a picture older than one judged decides nothing."""
    now = replace(now, steady=max(now.steady, watch.now))
    watch = replace(watch, now=now.steady)
    actions: list[Action] = []
    if isinstance(fact, Gauged):
        watch = replace(watch, rivers=after_reading(watch.rivers, fact, rules))
    elif fact is not None and fact.steady >= watch.seen:
        watch = _look(watch, fact, rules, now, actions)
    stories = dict(watch.stories)
    for rule in sorted(rules, key=lambda rule: rule.id):
        if rule.id in stories:
            _pass_time(stories, rule, now.steady, actions)
    return replace(watch, stories=stories), tuple(actions)


def is_active(rule: Rule, rivers: Rivers, now: Now) -> bool:
    """Whether the rule looks at all now: its hours, its river, and no rest."""
    if rule.id in now.resting or not rule.active.hold(now.minute):
        return False
    return rule.kind is not RuleKind.RIVER_BANK or stands_above(rivers, rule, now.steady)


def demand(rules: Iterable[Rule], rivers: Rivers, now: Now) -> float:
    """Whoever stays so many seconds must be seen, say the rules that are active now; 0 when none of them says it."""
    wanted = (rule.seen_s for rule in rules if rule.seen_s and is_active(rule, rivers, now))
    return min(wanted, default=0.0)


def undone(before: Watch, after: Watch, failed: Collection[RuleId]) -> Watch:
    """The watch when what was decided for some rules could not be stored: they decide again at the next picture."""
    if not failed:
        return after
    stories = {rule: story for rule, story in after.stories.items() if rule not in failed}
    stories |= {rule: story for rule, story in before.stories.items() if rule in failed}
    places = {key: point for key, point in after.marks.beside.items() if key[0] not in failed}
    places |= {key: point for key, point in before.marks.beside.items() if key[0] in failed}
    return replace(after, stories=stories, marks=replace(after.marks, beside=places))


def _look(watch: Watch, sighting: Sighting, rules: Iterable[Rule], now: Now, actions: list[Action]) -> Watch:
    figures, shown = follow(watch.figures, sighting)
    active = [rule for rule in rules if is_active(rule, watch.rivers, now)]
    marks = forget(watch.marks, {figure.id for figure in figures.values()}, {rule.id for rule in active})
    stories = dict(watch.stories)
    for rule in sorted(active, key=lambda rule: (-GRAVITY[rule.severity], rule.id)):  # the gravest gets the story
        marks, there = notice(rule, shown, marks, sighting.steady)
        if there:
            actions.extend(_tell_of(stories, rule, there, now.steady))
    return replace(watch, figures=figures, marks=marks, stories=stories, seen=sighting.steady)


def _tell_of(
    stories: dict[RuleId, Story], rule: Rule, there: tuple[Figure, ...], now: float
) -> Iterable[Opened | Updated]:
    host = host_of(stories, rule, there)
    if host is None:
        stories[rule.id], begun = opened(rule, there, now)
        return (begun,)
    stories[host], more = grown(stories[host], host, rule, there, now)
    return (more,) if more else ()


def _pass_time(stories: dict[RuleId, Story], rule: Rule, now: float, actions: list[Action]) -> None:
    story = stories[rule.id]
    if now - story.heard >= rule.quiet_s:
        del stories[rule.id]
        actions.append(Ended(rule.id, story.most, story.score))
        return
    stories[rule.id], more = news(story, rule.id, now)
    if more:
        actions.append(more)
