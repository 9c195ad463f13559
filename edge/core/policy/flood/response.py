"""What happens when the water rises, when a release is announced, when much rain fell; and the way back.

``decide`` takes what stands and one fact, and gives what stands now and what is to be done. It knows no clock and no
wire; ``edge/flood`` carries it out. Camera rules that watch the bank need no action: a rule of kind ``river_bank``
switches itself on by the same gauge (``core/policy/rules/rivers.py``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from edge.core.decimals import decimal
from edge.core.incident import Severity
from edge.core.moment import AtMs
from edge.core.policy.flood.limits import HOUR_MS
from edge.core.policy.flood.rule import (
    SEVERITY_OF_LEVEL,
    Fact,
    FloodRule,
    ForecastFact,
    LevelFact,
    RainFact,
    ReleaseFact,
    When,
)
from edge.core.policy.flood.words import amount, clock_and_day, message

RELEASE_LASTS_MS = 24 * HOUR_MS
"""A release that nobody renews or calls off counts so long after it began."""
FORECAST_LASTS_MS = 3 * HOUR_MS
"""A forecast that is not renewed says nothing any more."""
RAIN_OVER = 0.8
"""Rain that fell below this share of its amount is over: the window slides, and must not ring at its edge."""
ORDER = tuple(Severity)
GREW, MOVED_MS = 1.25, HOUR_MS
RELEASE_HEAD = "XẢ LŨ"


class Turn(StrEnum):
    """Which way it went."""

    RISEN = "risen"
    LOWER = "lower"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Say:
    """This template is said in these hamlets because of this rule, and again every so many minutes (0: once)."""

    rule: str
    template: str
    hamlets: tuple[str, ...]
    every_min: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """What is to be done: the incident ``subject`` opens, becomes lower, or is over, and these words are said.

    ``head``, ``name`` and ``figure`` are its title. ``told``: officials get a message. ``blanks`` fill the templates.
    ``cap``: other systems are told.
    """

    turn: Turn
    subject: str
    severity: Severity
    head: str
    name: str
    figure: str
    place: str
    level: int
    hamlets: tuple[str, ...]
    says: tuple[Say, ...]
    told: bool
    cap: bool
    at_ms: AtMs
    blanks: Mapping[str, str]

    @property
    def title(self) -> str:
        """For the wall."""
        return f"{self.head}: {self.name} {self.figure}".rstrip()

    @property
    def sms(self) -> str:
        """For phones: one part. What is over needs no answer."""
        return message(self.head, self.name, self.figure, self.at_ms, answer=self.turn is not Turn.OVER)


@dataclass(frozen=True, slots=True)
class Stand:
    """Something that lasts: a báo động of a gauge, a release, a forecast, rain. ``until_ms`` 0: until it is over.

    ``ahead_ms``: when what was announced or foretold begins; 0: it is here.
    """

    subject: str
    station: str
    name: str
    level: int
    figure: float
    since_ms: AtMs
    until_ms: AtMs
    rules: tuple[str, ...]
    hamlets: tuple[str, ...]
    ahead_ms: AtMs = AtMs(0)


State = Mapping[str, Stand]
Outcome = tuple[State, tuple[Response, ...]]


def subject_of_level(station: str) -> str:
    """The one incident of a gauge's level."""
    return f"gauge/{station}/bao-dong"


def subject_of_rule(rule: FloodRule) -> str:
    """The incident of a release, a forecast or rain."""
    return f"flood/{rule.id}"


def decide(state: State, fact: Fact, rules: Sequence[FloodRule], now: AtMs) -> Outcome:
    """What stands after this fact, and what is to be done because of it."""
    mine = [rule for rule in rules if rule.station == fact.station]
    if isinstance(fact, LevelFact):
        return _level(state, fact, mine)
    return _others(state, fact, mine, now)


def expire(state: State, rules: Sequence[FloodRule], now: AtMs) -> Outcome:
    """What has lasted as long as it may: a release that went by, a forecast that nobody renewed."""
    by_id = {rule.id: rule for rule in rules}
    left, done = dict(state), []
    for stand in state.values():
        if stand.until_ms and now >= stand.until_ms:
            del left[stand.subject]
            done.append(_over(stand, [by_id[name] for name in stand.rules if name in by_id], stand.figure, now))
    return left, tuple(done)


def _level(state: State, fact: LevelFact, rules: Sequence[FloodRule]) -> Outcome:
    if fact.after > fact.before:
        return _risen(state, fact, rules)
    return _fallen(state, fact, rules)


def _risen(state: State, fact: LevelFact, rules: Sequence[FloodRule]) -> Outcome:
    reached = _reached(fact, rules)
    fresh = [rule for rule in reached if rule.level > fact.before]
    known = state.get(subject_of_level(fact.station))
    names = dict.fromkeys((*(known.rules if known else ()), *(rule.id for rule in fresh)))
    up = _at_level(fact, reached)
    response = replace(up, says=_says(fresh), told=bool(fresh), cap=all(rule.cap for rule in fresh))
    left, overtaken = _overtaken(state, fact, rules)
    return {**left, up.subject: _level_stand(fact, tuple(names), up.hamlets)}, (response, *overtaken)


def _fallen(state: State, fact: LevelFact, rules: Sequence[FloodRule]) -> Outcome:
    known = state.get(subject_of_level(fact.station))
    passed = [rule for rule in rules if rule.when is When.FALLING and fact.after < rule.level <= fact.before]
    if not fact.after:
        return _all_clear(state, fact, rules, passed)
    reached = _reached(fact, rules)
    response = replace(
        _at_level(fact, reached),
        turn=Turn.LOWER,
        head=f"NƯỚC RÚT, CÒN BÁO ĐỘNG {fact.after}",
        hamlets=_hamlets([*reached, *passed]) or (known.hamlets if known else ()),
        says=_says(passed),
        told=known is None or bool(known.rules),
    )
    names = known.rules if known else ()
    return {**state, response.subject: _level_stand(fact, names, response.hamlets)}, (response,)


def _reached(fact: LevelFact, rules: Iterable[FloodRule]) -> list[FloodRule]:
    return [rule for rule in rules if rule.when is When.LEVEL and rule.level <= fact.after]


def _at_level(fact: LevelFact, reached: Sequence[FloodRule]) -> Response:
    """A báo động that stands now, reached from below; nothing is said of it yet."""
    return Response(
        turn=Turn.RISEN,
        subject=subject_of_level(fact.station),
        severity=_gravity(fact.after, reached),
        head=f"BÁO ĐỘNG {fact.after}",
        name=fact.name,
        figure=f"{decimal(fact.value)}m",
        place=fact.name,
        level=fact.after,
        hamlets=_hamlets(reached),
        says=(),
        told=False,
        cap=all(rule.cap for rule in reached),
        at_ms=fact.at_ms,
        blanks={"station": fact.name, "level": str(fact.after), "value": f"{decimal(fact.value)} m"},
    )


def _level_stand(fact: LevelFact, rules: tuple[str, ...], hamlets: tuple[str, ...]) -> Stand:
    subject = subject_of_level(fact.station)
    return Stand(subject, fact.station, fact.name, fact.after, fact.value, fact.at_ms, AtMs(0), rules, hamlets)


def _all_clear(state: State, fact: LevelFact, rules: Sequence[FloodRule], passed: Sequence[FloodRule]) -> Outcome:
    subject = subject_of_level(fact.station)
    known = state.get(subject)
    fired = [rule for rule in rules if known and rule.id in known.rules]
    stand = known or Stand(subject, fact.station, fact.name, 0, fact.value, fact.at_ms, AtMs(0), (), ())
    response = _over(stand, fired, fact.value, fact.at_ms)
    says = _merged(_says(passed), response.says)
    return {name: one for name, one in state.items() if name != subject}, (replace(response, says=says),)


def _over(stand: Stand, fired: Sequence[FloodRule], figure: float, at_ms: AtMs) -> Response:
    """The end of something: every hamlet that was told hears that it is over, by the gravest rule that told it.

    What stands names only those whom the water still reached when it fell; who was warned at its height is told too.
    """
    river = stand.subject == subject_of_level(stand.station)
    return Response(
        turn=Turn.OVER,
        subject=stand.subject,
        severity=Severity.MINOR,
        head="HẾT BÁO ĐỘNG" if river else "ĐÃ QUA",
        name=stand.name if river or not fired else fired[0].name,
        figure=f"{decimal(figure)}m" if river else "",
        place=stand.name,
        level=0,
        hamlets=tuple(dict.fromkeys((*stand.hamlets, *_hamlets(fired)))),
        says=_says([replace(rule, template=rule.all_clear, storm_every_min=0) for rule in fired]),
        told=bool(stand.rules),
        cap=True,
        at_ms=at_ms,
        blanks={"station": stand.name, "level": "0", "value": f"{decimal(figure)} m" if river else ""},
    )


def _overtaken(state: State, fact: LevelFact, rules: Sequence[FloodRule]) -> tuple[dict[str, Stand], list[Response]]:
    """A forecast that came true is over without a word: the level itself speaks now."""
    left, done = dict(state), []
    for rule in rules:
        stand = state.get(subject_of_rule(rule))
        if stand and rule.when is When.FORECAST and rule.level <= fact.after:
            del left[stand.subject]
            done.append(replace(_over(stand, [], stand.figure, fact.at_ms), told=False))
    return left, done


def _others(
    state: State, fact: ReleaseFact | ForecastFact | RainFact, rules: Iterable[FloodRule], now: AtMs
) -> Outcome:
    current, done = dict(state), []
    for rule in rules:
        verdict = _meets(rule, fact, now)
        stand = current.get(subject_of_rule(rule))
        if verdict is None:
            continue
        if verdict.begins and (stand is None or verdict.anew(stand)):
            current[subject_of_rule(rule)] = _stand_of(rule, fact, verdict)
            done.append(_begun(rule, fact, verdict))
        elif verdict.begins and stand:
            current[stand.subject] = replace(stand, until_ms=verdict.until_ms)
        elif verdict.over and stand:
            del current[stand.subject]
            done.append(_over(stand, [rule], verdict.figure, fact.at_ms))
    return current, tuple(done)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a fact means to one rule."""

    begins: bool
    over: bool
    figure: float
    until_ms: AtMs
    head: str
    words: str
    ahead_ms: AtMs = AtMs(0)

    @property
    def when(self) -> str:
        """When it begins, in words."""
        return clock_and_day(self.ahead_ms) if self.ahead_ms else ""

    def anew(self, stand: Stand) -> bool:
        """A release that grew by a quarter or moved by an hour is told again; the rest is not."""
        moved = abs(self.ahead_ms - stand.ahead_ms) >= MOVED_MS
        return self.head == RELEASE_HEAD and (self.figure >= GREW * stand.figure or moved)


def _meets(rule: FloodRule, fact: ReleaseFact | ForecastFact | RainFact, now: AtMs) -> _Verdict | None:
    if isinstance(fact, ReleaseFact) and rule.when is When.RELEASE:
        return _release(rule, fact, now)
    if isinstance(fact, ForecastFact) and rule.when is When.FORECAST:
        return _forecast(rule, fact, now)
    if isinstance(fact, RainFact) and rule.when is When.RAIN and rule.hours in fact.amounts:
        return _rain(rule, fact)
    return None


def _release(rule: FloodRule, fact: ReleaseFact, now: AtMs) -> _Verdict:
    until = AtMs(fact.from_ms + RELEASE_LASTS_MS)
    begins = fact.discharge > 0 and fact.discharge >= rule.at_least and until > now
    return _Verdict(
        begins, not begins, fact.discharge, until, RELEASE_HEAD, f"{amount(fact.discharge)} m³/s", fact.from_ms
    )


def _forecast(rule: FloodRule, fact: ForecastFact, now: AtMs) -> _Verdict:
    soon = now < fact.eta_ms <= now + rule.hours * HOUR_MS
    begins = fact.level >= rule.level and soon
    until = AtMs(fact.at_ms + FORECAST_LASTS_MS)
    head = f"CÓ THỂ LÊN BÁO ĐỘNG {rule.level}"
    return _Verdict(begins, fact.level < rule.level, rule.level, until, head, "", fact.eta_ms)


def _rain(rule: FloodRule, fact: RainFact) -> _Verdict:
    fell = fact.amounts[rule.hours]
    words = f"{amount(fell)} mm/{rule.hours} giờ"
    return _Verdict(fell >= rule.at_least, fell < RAIN_OVER * rule.at_least, fell, AtMs(0), "MƯA LỚN", words)


def _stand_of(rule: FloodRule, fact: Fact, verdict: _Verdict) -> Stand:
    return Stand(
        subject=subject_of_rule(rule),
        station=fact.station,
        name=fact.name,
        level=rule.level,
        figure=verdict.figure,
        since_ms=fact.at_ms,
        until_ms=verdict.until_ms,
        rules=(rule.id,),
        hamlets=rule.hamlets,
        ahead_ms=verdict.ahead_ms,
    )


def _begun(rule: FloodRule, fact: Fact, verdict: _Verdict) -> Response:
    figure = " ".join(word for word in (verdict.words, f"từ {verdict.when}" if verdict.when else "") if word)
    if rule.when is When.FORECAST:
        figure = f"khoảng {verdict.when}"
    return Response(
        turn=Turn.RISEN,
        subject=subject_of_rule(rule),
        severity=rule.gravity,
        head=verdict.head,
        name=fact.name,
        figure=figure,
        place=fact.name,
        level=rule.level,
        hamlets=rule.hamlets,
        says=_says([rule]),
        told=True,
        cap=rule.cap,
        at_ms=fact.at_ms,
        blanks={"station": fact.name, "value": verdict.words, "when": verdict.when, "level": str(rule.level)},
    )


def _gravity(level: int, reached: Sequence[FloodRule]) -> Severity:
    """The gravest of the rules of exactly this level, or what the level alone means."""
    own = [rule.gravity for rule in reached if rule.level == level]
    return max(own, key=ORDER.index) if own else SEVERITY_OF_LEVEL[min(level, max(SEVERITY_OF_LEVEL))]


def _hamlets(rules: Iterable[FloodRule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hamlet for rule in rules for hamlet in rule.hamlets))


def _says(rules: Sequence[FloodRule]) -> tuple[Say, ...]:
    """One announcement a rule; a hamlet that two of them name hears only the graver one."""
    told: set[str] = set()
    says = []
    for rule in sorted((rule for rule in rules if rule.template), key=lambda rule: -rule.level):
        hamlets = tuple(hamlet for hamlet in rule.hamlets if hamlet not in told)
        told.update(hamlets)
        if hamlets:
            says.append(Say(rule.id, rule.template, hamlets, rule.storm_every_min))
    return tuple(says)


def _merged(first: Sequence[Say], then: Sequence[Say]) -> tuple[Say, ...]:
    """What ``first`` says, and ``then`` where that was silent."""
    told = {hamlet for say in first for hamlet in say.hamlets}
    rest = [replace(say, hamlets=tuple(h for h in say.hamlets if h not in told)) for say in then]
    return (*first, *(say for say in rest if say.hamlets))
