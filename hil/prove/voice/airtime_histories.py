"""Random histories of a commune's air, played against the arbiter, with a world of horns that keeps its own books.

The world knows nothing of the arbiter's state: it sees only what was asked and what the arbiter ordered, and complains
of every promise that is broken. ``tests/core`` plays a few histories, ``./run prove 3 --only airtime`` thousands.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.core.broadcast import Priority
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import HamletId
from edge.core.policy.airtime import (
    Action,
    Asked,
    Cap,
    Chosen,
    Close,
    End,
    Ended,
    Fact,
    Hours,
    Item,
    Limits,
    Rules,
    Start,
    State,
    Stopped,
    Tick,
    Voided,
    decide,
    questions,
)

VIETNAM = dt.timezone(dt.timedelta(hours=7))
HAMLETS = frozenset(HamletId(name) for name in ("dong", "tay", "nam", "bac"))
SESSION_S, DAY_S = 1_200.0, 1_800.0
QUIET_FROM, QUIET_UNTIL = 21, 5
LOUDEST_AT_DAWN_DB = -6.0
RULES = Rules(
    Limits(
        quiet=Hours(QUIET_FROM * 60, QUIET_UNTIL * 60),
        session_s=SESSION_S,
        day_s=DAY_S,
        caps=(Cap(Hours(5 * 60, 6 * 60), LOUDEST_AT_DAWN_DB),),
        hamlets=HAMLETS,
    ),
    slack_s=1.0,
)
REPORT_S = 10.0
"""A horn that had to give way says so by then."""
LONGEST_S, MOST_PLAYS = 300.0, 5
MIDNIGHT = dt.datetime(2026, 3, 2, tzinfo=VIETNAM).timestamp()
TALLY: Counter[str] = Counter()
"""Of all histories of this process."""


@dataclass
class Sound:
    """Something that a horn plays, or was made to leave at ``left_at``."""

    item: Item
    began: Steady
    left_at: Steady | None = None


@dataclass
class World:
    """Horns, ledger and clock."""

    now: Moment
    sounds: dict[str, Sound] = field(default_factory=dict)
    on_horn: dict[HamletId, str] = field(default_factory=dict)
    asked: dict[str, Item] = field(default_factory=dict)
    ends: dict[str, Close] = field(default_factory=dict)
    void: set[str] = field(default_factory=set)
    chosen: set[tuple[str, str]] = field(default_factory=set)
    used_s: dict[tuple[dt.date, bool, HamletId], float] = field(default_factory=lambda: defaultdict(float))

    @property
    def hour(self) -> dt.datetime:
        """The wall clock of the commune."""
        return dt.datetime.fromtimestamp(self.now.at_ms / 1000, VIETNAM)

    def waiting(self) -> list[str]:
        """Who has asked and neither sounds nor has ended, oldest first."""
        return [name for name in self.asked if name not in self.ends and name not in self.sounds]

    def obey(self, action: Action) -> None:
        """Do what the arbiter orders, and check it against the books."""
        if isinstance(action, Start):
            self._start(action)
        elif isinstance(action, Close):
            assert action.id not in self.ends, f"{action.id} ended twice"
            assert action.reason.endswith("."), "an end without a sentence"
            self.ends[action.id] = action
            TALLY[action.end] += 1
        else:
            assert action.reason.endswith("."), "a verdict without a sentence"

    def _start(self, start: Start) -> None:
        item, hour = start.item, self.hour
        asked = self.asked[item.id]
        TALLY["started"] += 1
        assert start.reason.endswith("."), "a start without a sentence"
        assert asked.approved, "something unapproved airs"
        assert item.id not in self.void, "something airs whose approval is void"
        assert item.id not in self.ends, "something airs after its end"
        assert item.id not in self.sounds, "something airs twice at once"
        self._check_hour(start, hour)
        self._check_order(item)
        for name in start.cuts:
            self._cut(name, item)
        for hamlet in item.hamlets:
            assert hamlet not in self.on_horn, f"two sounds on one horn: {self.on_horn[hamlet]} and {item.id}"
            self.on_horn[hamlet] = item.id
        self.sounds[item.id] = Sound(item, self.now.steady)
        self._count(item, hour)

    def _check_hour(self, start: Start, hour: dt.datetime) -> None:
        item = start.item
        quiet = hour.hour >= QUIET_FROM or hour.hour < QUIET_UNTIL
        assert not (quiet and item.priority <= Priority.UU_TIEN and not item.at_night), "it airs in quiet hours"
        capped = hour.hour == 5 and item.priority < Priority.KHAN_CAP
        assert start.gain_db == (LOUDEST_AT_DAWN_DB if capped else item.gain_db), "the volume is wrong"

    def _check_order(self, item: Item) -> None:
        """Nobody overtakes who waits for a common horn and is his equal or more, unless people said so."""
        for name in self.waiting():
            other = self.asked[name]
            if name == item.id or not other.hamlets & item.hamlets or other.priority < item.priority:
                continue
            later = list(self.asked).index(name) > list(self.asked).index(item.id)
            again = item.cuts > 0
            said = any(item.id == first for first, _ in self.chosen)  # before somebody who stands before this one
            assert other.priority == item.priority, f"{item.id} overtakes the stronger {name}"
            assert later or again or said, f"{item.id} overtakes {name}"

    def _cut(self, name: str, by: Item) -> None:
        sound = self.sounds[name]
        said = (by.id, name) in self.chosen
        assert said or sound.item.priority < by.priority, "an equal or stronger one had to give way"
        assert sound.item.hamlets & by.hamlets, "one had to give way that was in nobody's way"
        TALLY["cuts"] += 1
        sound.left_at = self.now.steady
        self.free(name)

    def _count(self, item: Item, hour: dt.datetime) -> None:
        if item.planned:
            return
        for hamlet in item.hamlets:
            session = (hour.date(), hour.hour >= 12, hamlet)
            self.used_s[session] += item.length_s
            day = sum(self.used_s.get((hour.date(), half, hamlet), 0.0) for half in (False, True))
            if item.priority < Priority.KHAN_CAP:
                assert self.used_s[session] <= SESSION_S + 1, "more than a session's minutes"
                assert day <= DAY_S + 1, "more than a day's minutes"

    def free(self, name: str) -> None:
        """Nothing of this sounds any more."""
        self.on_horn = {hamlet: who for hamlet, who in self.on_horn.items() if who != name}

    def give_back(self, sound: Sound, heard_s: float) -> None:
        """Seconds that were set aside and did not sound."""
        began = self.hour - dt.timedelta(seconds=self.now.steady - sound.began)
        if not sound.item.planned:
            for hamlet in sound.item.hamlets:
                self.used_s[(began.date(), began.hour >= 12, hamlet)] -= max(0.0, sound.item.length_s - heard_s)


PRIORITIES = (
    Priority.RELAY,
    Priority.THUONG,
    Priority.THUONG,
    Priority.UU_TIEN,
    Priority.UU_TIEN,
    Priority.LIVE,
    Priority.KHAN_CAP,
)


class Histories(RuleBasedStateMachine):
    """One history of a commune's air."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.count = 0
        TALLY["histories"] += 1

    @initialize(hour=st.sampled_from([0, 4, 5, 7, 8, 9, 11, 13, 15, 17, 19, 20]))
    def dawn(self, hour: int) -> None:
        """It begins at some hour."""
        at_ms = AtMs(round(MIDNIGHT * 1000) + hour * 3_600_000)
        self.world = World(Moment(at_ms, Steady(100.0), ClockState.SYNCED))

    @rule(
        priority=st.sampled_from(PRIORITIES),
        hamlets=st.sets(st.sampled_from(sorted(HAMLETS)), min_size=1),
        clips=st.lists(st.sampled_from([5.0, 20.0, 60.0]), min_size=1, max_size=4),
        odd=st.sampled_from(["", "", "", "", "unapproved", "at_night", "planned", "hasty"]),
    )
    def somebody_asks(self, priority: Priority, hamlets: set[HamletId], clips: list[float], odd: str) -> None:
        """A request, perhaps one that must not sound."""
        self.count += 1
        item = Item(
            f"i{self.count}",
            priority,
            frozenset(hamlets),
            sum(clips),
            approved=odd != "unapproved",
            at_night=odd == "at_night",
            planned=odd == "planned",
            clips_s=tuple(clips),
        )
        if odd == "hasty":
            item = replace(item, latest=Steady(self.world.now.steady + 30.0))
        self.world.asked[item.id] = item
        TALLY["asked"] += 1
        self._tell(Asked(item))

    @rule(hamlets=st.sets(st.sampled_from(sorted(HAMLETS)), min_size=1), clips=st.integers(1, 3))
    def two_urgent_at_once(self, hamlets: set[HamletId], clips: int) -> None:
        """The commune's user shall decide the order (R1)."""
        for _ in range(2):
            self.somebody_asks(Priority.UU_TIEN, hamlets, [20.0] * clips, "")

    @rule(clips=st.integers(1, 3), priority=st.sampled_from(PRIORITIES))
    def everybody_shall_hear(self, clips: int, priority: Priority) -> None:
        """A request for the whole commune."""
        self.somebody_asks(priority, set(HAMLETS), [20.0] * clips, "")

    @rule(seconds=st.sampled_from([1, 4, 15, 70, 700, 9_000]))
    def time_goes_on(self, seconds: int) -> None:
        """Everything that ends meanwhile says so in time."""
        until = Steady(self.world.now.steady + seconds)
        while (due := self._next_word()) is not None and due[0] <= until:
            self._pass(due[0])
            self._report(due[1])
        self._pass(until)
        self._tell(Tick())

    @precondition(lambda self: bool(self.world.sounds))
    @rule(data=st.data())
    def a_horn_fails(self, data: st.DataObject) -> None:
        """The last report comes early, with anything in it."""
        name = data.draw(st.sampled_from(sorted(self.world.sounds)))
        share = data.draw(st.sampled_from([0.0, 0.4, 1.0]))
        heard_s = share * min(self.world.now.steady - self.world.sounds[name].began, LONGEST_S)
        self._end(name, heard_s, whole=False)

    @precondition(lambda self: self.world.sounds or self.world.waiting())
    @rule(hamlets=st.sets(st.sampled_from(sorted(HAMLETS)), min_size=1, max_size=2))
    def stop(self, hamlets: set[HamletId]) -> None:
        """STOP always wins: silence there at once, nothing left that waits there, nothing starts there by it."""
        TALLY["stops"] += 1
        waits = [name for name in self.world.waiting() if self.world.asked[name].hamlets & hamlets]
        for hamlet in hamlets:
            self.world.on_horn.pop(hamlet, None)
        self._tell(Stopped(frozenset(hamlets)))
        for name in self.world.ends.keys() & self.world.sounds.keys():
            del self.world.sounds[name]  # silenced everywhere: nobody waits for its word
        assert not set(hamlets) & self.world.on_horn.keys(), "a STOP did not silence"
        assert not [name for name in waits if name not in self.world.ends], "a STOP left something waiting"

    @precondition(lambda self: bool(self.world.waiting()))
    @rule(data=st.data())
    def an_approval_is_void(self, data: st.DataObject) -> None:
        """A clip of something that waits is lost."""
        name = data.draw(st.sampled_from(self.world.waiting()))
        self.world.void.add(name)
        self._tell(Voided(name, "Mất tệp âm thanh: bản tin cần duyệt lại."))
        assert self.world.ends[name].end is End.DROPPED

    @precondition(lambda self: bool(questions(self.state, RULES, self.world.now)))
    @rule(data=st.data(), first=st.booleans())
    def people_choose(self, data: st.DataObject, *, first: bool) -> None:
        """One of the questions is answered."""
        ask = data.draw(st.sampled_from(questions(self.state, RULES, self.world.now)))
        pair = (ask.first, ask.second) if first else (ask.second, ask.first)
        self.world.chosen.add(pair)
        TALLY["choices"] += 1
        self._tell(Chosen(*pair))

    @invariant()
    def the_arbiter_knows_what_sounds(self) -> None:
        """Its own books and the world's are the same."""
        if hasattr(self, "world"):
            ours = {act.item.id for act in self.state.on_air if not act.leaving}
            assert ours == set(self.world.on_horn.values()), "the arbiter lost track of the horns"

    def teardown(self) -> None:
        """With no more requests everything comes to its end, in a time that the load bounds (nothing starves)."""
        if not hasattr(self, "world"):
            return
        load_s = sum(item.length_s + REPORT_S for item in self.world.asked.values()) * MOST_PLAYS + REPORT_S
        deadline = self.world.now.steady + load_s
        while len(self.world.ends) < len(self.world.asked):
            due = self._next_word()
            assert due is not None, f"starved: {self.world.waiting()}"
            self._pass(due[0])
            self._report(due[1])
            assert self.world.now.steady <= deadline, "it waited longer than the load"
        assert self.world.ends.keys() == self.world.asked.keys()

    def _next_word(self) -> tuple[Steady, str] | None:
        words = [(self._speaks_at(sound), name) for name, sound in self.world.sounds.items()]
        return min(words, default=None)

    def _speaks_at(self, sound: Sound) -> Steady:
        whole = Steady(sound.began + sound.item.length_s)
        return whole if sound.left_at is None else min(whole, Steady(sound.left_at + REPORT_S))

    def _report(self, name: str) -> None:
        sound = self.world.sounds[name]
        end = self.world.now.steady if sound.left_at is None else sound.left_at
        heard_s = min(end - sound.began, sound.item.length_s)
        self._end(name, heard_s, whole=heard_s >= sound.item.length_s)

    def _end(self, name: str, heard_s: float, *, whole: bool) -> None:
        sound = self.world.sounds.pop(name)
        self.world.free(name)
        self.world.give_back(sound, heard_s)
        self._tell(Ended(name, heard_s, whole))

    def _pass(self, until: Steady) -> None:
        now = self.world.now
        gone_ms = round((until - now.steady) * 1000)
        self.world.now = replace(now, at_ms=AtMs(now.at_ms + gone_ms), steady=until)

    def _tell(self, fact: Fact) -> None:
        self.state, actions = decide(self.state, fact, RULES, self.world.now)
        TALLY["facts"] += 1
        for action in actions:
            self.world.obey(action)
