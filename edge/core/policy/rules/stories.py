"""Open incidents of a camera as the rules see them: who belongs to each, and what people were told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edge.core.incident import Severity
from edge.core.policy.rules.figures import Figure, FigureId
from edge.core.policy.rules.rule import Rule, RuleId, RuleKind

UPDATE_EVERY_S = 10.0
"""A story is told again at most this often, unless it became graver."""
BETTER_PICTURE = 1.3
"""So many times the worth of the picture that is kept is worth another one."""
GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Opened:
    """A new story of this rule: ``figure`` is the best of ``most`` that are there."""

    rule: RuleId
    figure: Figure
    most: int


@dataclass(frozen=True, slots=True)
class Updated:
    """More of them, a better picture (``figure``), or a graver rule (``graver``) fulfilled by the same ones."""

    rule: RuleId
    most: int
    figure: Figure | None = None
    graver: RuleId | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """Nobody of the story was seen for its quiet time."""

    rule: RuleId
    most: int
    score: float


Action = Opened | Updated | Ended


@dataclass(frozen=True, slots=True)
class Story:
    """One open incident, under the rule that opened it. ``heard`` is when somebody of it was last noticed.

    ``worth`` and ``told_most`` are what was told of it at ``told``; ``best`` is the best picture since then.
    """

    kind: RuleKind
    severity: Severity
    heard: float
    told: float
    most: int = 1
    told_most: int = 1
    worth: float = 0.0
    score: float = 0.0
    best: Figure | None = None
    figures: frozenset[FigureId] = frozenset()
    said: frozenset[str] = frozenset()


Stories = Mapping[RuleId, Story]


def opened(rule: Rule, figures: tuple[Figure, ...], now: float) -> tuple[Story, Opened]:
    """The story of a rule that had none."""
    best = best_of(figures)
    story = Story(
        rule.kind,
        rule.severity,
        now,
        now,
        len(figures),
        len(figures),
        best.worth,
        best.track.score,
        None,
        frozenset(figure.id for figure in figures),
        frozenset({rule.speaks} - {""}),
    )
    return story, Opened(rule.id, best, len(figures))


def host_of(stories: Stories, rule: Rule, figures: Iterable[Figure]) -> RuleId | None:
    """The story of the same kind that all these figures belong to already, the rule's own first."""
    if rule.id in stories:
        return rule.id
    wanted = {figure.id for figure in figures}
    hosts = (owner for owner, story in sorted(stories.items()) if story.kind is rule.kind and wanted <= story.figures)
    return next(hosts, None)


def grown(
    story: Story, owner: RuleId, rule: Rule, figures: tuple[Figure, ...], now: float
) -> tuple[Story, Updated | None]:
    """The story after the rule was fulfilled once more; Updated at once when the rule is graver or speaks anew."""
    best = best_of((*figures, story.best) if story.best else figures)
    after = replace(
        story,
        heard=now,
        most=max(story.most, len(figures)),
        score=max(story.score, best.track.score),
        best=best,
        figures=story.figures | {figure.id for figure in figures},
    )
    graver = GRAVITY[rule.severity] > GRAVITY[story.severity]
    if not graver and (not rule.speaks or rule.speaks in story.said):
        return after, None
    worst = rule.severity if graver else story.severity
    after = replace(after, severity=worst, said=after.said | ({rule.speaks} - {""}))
    return _told(after, now), Updated(owner, after.most, best, rule.id)


def news(story: Story, owner: RuleId, now: float) -> tuple[Story, Updated | None]:
    """What there is to tell that nobody was told yet, not too often."""
    better = story.best if story.best and story.best.worth >= story.worth * BETTER_PICTURE else None
    if now - story.told < UPDATE_EVERY_S or (better is None and story.most == story.told_most):
        return story, None
    return _told(story, now), Updated(owner, story.most, better)


def _told(story: Story, now: float) -> Story:
    worth = max(story.worth, story.best.worth if story.best else 0.0)
    return replace(story, told=now, told_most=story.most, worth=worth, best=None)


def best_of(figures: Iterable[Figure]) -> Figure:
    """The one that makes the best picture."""
    return max(figures, key=lambda figure: (figure.worth, -figure.id))
