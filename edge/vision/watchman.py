"""What one camera's tracks mean: keeps the watch of a camera's rules and carries their decisions out."""

from collections.abc import Awaitable, Callable, Mapping

from edge.config.cameras import rules_of
from edge.config.schema import Camera
from edge.core.errors import MolangError
from edge.core.incident import Evidence, Incident, IncidentId, IncidentKind
from edge.core.local_time import minute_of_day
from edge.core.moment import AtMs, Moment
from edge.core.policy.rules.decide import NEW_WATCH, Fact, Watch, decide, demand, is_active, resumed, undone
from edge.core.policy.rules.figures import Figure
from edge.core.policy.rules.rivers import is_old
from edge.core.policy.rules.rule import Now, Rule, RuleId
from edge.core.policy.rules.stories import Action, Ended, Opened, Updated
from edge.core.sentences import river_now, rule_title
from edge.core.vision import Sighting
from edge.incidents.desk import LONGEST_CLIP_MS, IncidentDesk
from edge.vision.rules import policy_rule

Picture = Callable[[str, str, int], Awaitable[None]]
"""Ask the shard to keep a picture: (camera, incident, track)."""


class Watchman:
    """The rules of one camera, with their state."""

    def __init__(
        self, camera: Camera, gauge_periods_s: Mapping[str, float], desk: IncidentDesk, picture: Picture
    ) -> None:
        self._camera = camera
        self._tables = {RuleId(table.id): table for table in rules_of(camera)}
        self._rules = {rule: policy_rule(table, gauge_periods_s) for rule, table in self._tables.items()}
        self._desk = desk
        self._picture = picture
        self._watch: Watch = NEW_WATCH
        self._incidents: dict[RuleId, str] = {}
        self._labels: dict[RuleId, str] = {}
        self._worded_by: dict[RuleId, RuleId] = {}
        self._rest_until_ms: dict[RuleId, int] = {}
        self._unfilmed: dict[RuleId, AtMs] = {}

    def resume(self, open_subjects: Mapping[str, str], now: Moment) -> tuple[str, ...]:
        """After a restart: rules whose incident is open are watched on, not reported again.

        Returns the subjects of this camera whose rule is no longer in the config: nobody else would end them.
        """
        subjects = {self._subject(rule): rule for rule in self._rules}
        self._incidents = {subjects[one]: number for one, number in open_subjects.items() if one in subjects}
        running = dict.fromkeys(self._incidents, 1)
        self._watch = resumed(running, self._rules.values(), now.steady)
        mine = f"camera/{self._camera.id}/"
        return tuple(one for one in open_subjects if one.startswith(mine) and one not in subjects)

    def rest(self, rule: str, until_ms: int | None) -> None:
        """Let a rule, or ``all`` of them, rest until then; None ends the rest."""
        for one in self._rules if rule == "all" else (RuleId(rule),):
            if until_ms is None:
                self._rest_until_ms.pop(one, None)
            else:
                self._rest_until_ms[one] = until_ms

    def rests_until_ms(self, rule: str, at_ms: int) -> int | None:
        """Until when this rule rests; None when it does not."""
        until_ms = self._rest_until_ms.get(RuleId(rule), 0)
        return until_ms if until_ms > at_ms else None

    def has(self, rule: str) -> bool:
        """Whether this camera has such a rule."""
        return rule in self._rules

    def rule(self, rule: str) -> Rule:
        """One rule of this camera."""
        return self._rules[RuleId(rule)]

    def active(self, now: Moment) -> frozenset[RuleId]:
        """The rules that look now."""
        moment = self._now(now)
        return frozenset(rule.id for rule in self._rules.values() if is_active(rule, self._watch.rivers, moment))

    def demand(self, now: Moment) -> float:
        """Whoever stays so many seconds must be seen, say the rules that are active now (0: no demand)."""
        return demand(self._rules.values(), self._watch.rivers, self._now(now))

    def _now(self, now: Moment) -> Now:
        resting = frozenset(rule for rule, until_ms in self._rest_until_ms.items() if until_ms > now.at_ms)
        return Now(now.steady, minute_of_day(now.at_ms), resting)

    async def see(self, fact: Fact, now: Moment) -> None:
        """Decide about a sighting, a reading, or time that passed, and act for every rule.

        Raises the first MolangError of what could not be stored.
        """
        after, actions = decide(self._watch, fact, tuple(self._rules.values()), self._now(now))
        failed: list[tuple[RuleId, MolangError]] = []
        for action in actions:
            try:
                await self._carry_out(action, after, fact.at_ms if isinstance(fact, Sighting) else now.at_ms)
            except MolangError as error:
                failed.append((action.rule, error))
        self._watch = undone(self._watch, after, [rule for rule, _ in failed])
        await self._film_long_ones(now)
        if failed:
            raise failed[0][1]

    async def _carry_out(self, action: Action, watch: Watch, at_ms: AtMs) -> None:
        if isinstance(action, Opened):
            await self._open(action, watch, at_ms)
        elif isinstance(action, Updated):
            await self._update(action, watch, at_ms)
        else:
            await self._end(action)

    async def _open(self, action: Opened, watch: Watch, at_ms: AtMs) -> None:
        self._labels[action.rule] = action.figure.track.label
        self._worded_by[action.rule] = action.rule
        incident = self._incident(action, watch, at_ms, self._desk.new_id())
        template = self._tables[action.rule].template
        await self._desk.open(incident, template, (self._camera.hamlet,))
        self._incidents[action.rule] = incident.id
        self._unfilmed[action.rule] = at_ms
        await self._picture(self._camera.id, incident.id, action.figure.track.track)

    async def _update(self, action: Updated, watch: Watch, at_ms: AtMs) -> None:
        """A graver rule takes the words over; people are told again, and its template is said."""
        if action.rule not in self._incidents:
            return
        if action.graver:
            self._worded_by[action.rule] = action.graver
        incident = self._incident(action, watch, at_ms, IncidentId(self._incidents[action.rule]))
        template = self._tables[action.graver].template if action.graver else None
        if await self._desk.update(incident, template, tell=action.graver is not None) and action.figure:
            await self._picture(self._camera.id, incident.id, action.figure.track.track)

    async def _end(self, action: Ended) -> None:
        await self._desk.close(self._subject(action.rule), most=action.most, score=action.score)
        for book in (self._incidents, self._labels, self._worded_by, self._unfilmed):
            book.pop(action.rule, None)

    async def _film_long_ones(self, now: Moment) -> None:
        """People look at the film of an incident that goes on for hours while it goes on."""
        for rule, began_ms in list(self._unfilmed.items()):
            if now.at_ms - began_ms > LONGEST_CLIP_MS:
                del self._unfilmed[rule]
                await self._desk.film(self._incidents[rule], self._camera.id, began_ms, now.at_ms)

    def _subject(self, rule: RuleId) -> str:
        return f"camera/{self._camera.id}/{rule}"

    def _incident(self, action: Opened | Updated, watch: Watch, at_ms: AtMs, number: IncidentId) -> Incident:
        worded = self._rules[self._worded_by.get(action.rule, action.rule)]
        label = self._labels.get(action.rule) or min(worded.labels)
        return Incident(
            id=number,
            kind=IncidentKind.INTRUSION,
            severity=watch.stories[action.rule].severity,
            subject=self._subject(action.rule),
            place=self._tables[worded.id].name,
            hamlet=self._camera.hamlet,
            title=self._title(worded, label, action.most, watch),
            began_at_ms=at_ms,
            evidence=_evidence(self._camera.id, worded, label, action.most, action.figure),
        )

    def _title(self, rule: Rule, label: str, most: int, watch: Watch) -> str:
        river = watch.rivers.newest.get(rule.gauge)
        old_s = watch.now - river.steady if river and is_old(watch.rivers, rule, watch.now) else None
        return rule_title(
            rule.kind,
            label,
            most,
            self._tables[rule.id].name,
            self._camera.name,
            after_s=rule.after_s,
            more_than=rule.more_than,
            river=river_now(river.level_m, old_s) if river else "",
        )


def _evidence(camera: str, rule: Rule, label: str, most: int, figure: Figure | None) -> Evidence:
    track = figure.track if figure else None
    return Evidence(
        camera, rule.kind, rule.id, label, track.score if track else None, track.box if track else None, most
    )
