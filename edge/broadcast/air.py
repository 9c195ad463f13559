"""What is on air and what people chose, in memory; the store has the rest. Every decision is the policy's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from edge.core.broadcast import Priority
from edge.core.moment import Steady
from edge.core.place import HamletId
from edge.core.policy.airtime import (
    Action,
    Ask,
    Chosen,
    Close,
    Decision,
    Fact,
    Item,
    Limits,
    OnAir,
    Queue,
    Rules,
    Spent,
    Start,
    State,
    Stopped,
    decide,
    judge,
    questions,
)
from edge.kernel.clock import Clock
from edge.store.orders import OrderRow
from edge.store.pieces import BULLETIN, Piece

LONGEST_START_S = 100.0
"""From the order to the first sound, when clips must be fetched over a thin link."""
MOST_WAIT_S = {BULLETIN: 6 * 3_600.0}
LATEST_PLANNED_S = 1_800.0
"""A planned item that could not sound by then is given up: five o'clock's news is none at six."""


@dataclass(frozen=True, slots=True)
class Programme:
    """Something on air: its play order and when it began."""

    piece: Piece
    play: OrderRow
    began_at_ms: int


@dataclass(frozen=True, slots=True)
class Books:
    """What the store says of air time: who waits, first come first, and what was spent."""

    waiting: tuple[Piece, ...] = ()
    spent: Spent | None = None


class Air:
    """Owned by the arbiter; whoever changes it holds the arbiter's turn, a STOP excepted."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.rules = Rules(limits, slack_s=LONGEST_START_S)
        self.books = Books()
        self.programmes: dict[str, Programme] = {}
        self._clock = clock
        self._on_air: dict[str, OnAir] = {}
        self._chosen: frozenset[tuple[str, str]] = frozenset()

    def clear(self) -> None:
        """Nothing is known to sound."""
        self._on_air.clear()
        self.programmes.clear()

    def read(self, books: Books) -> None:
        """The store was read; choices about what is over are forgotten."""
        self.books = books
        names = {piece.id for piece in books.waiting} | self._on_air.keys()
        self._chosen = frozenset(pair for pair in self._chosen if names.issuperset(pair))

    def decide(self, fact: Fact, waiting: Sequence[Piece] = ()) -> tuple[Action, ...]:
        """What the policy orders; nothing changes here before it is stored."""
        return decide(self._state(waiting), fact, self.rules, self._clock.now())[1]

    def judge(self, item: Item) -> Decision:
        """What would happen to this item now."""
        return judge(self._state(self.books.waiting), item, self.rules, self._clock.now())

    def questions(self) -> tuple[Ask, ...]:
        """Whom people may put before whom now."""
        return questions(self._state(self.books.waiting), self.rules, self._clock.now())

    def choose(self, first: str, second: str) -> None:
        """Somebody answered."""
        state = decide(self._state(self.books.waiting), Chosen(first, second), self.rules, self._clock.now())[0]
        self._chosen = state.chosen

    def asks(self) -> list[dict[str, Any]]:
        """The questions as pages show them."""
        titles = {piece.id: piece.title for piece in self.books.waiting}
        titles |= {name: item.piece.title for name, item in self.programmes.items()}
        return [
            {
                "first": {"id": ask.first, "title": titles.get(ask.first, "")},
                "second": {"id": ask.second, "title": titles.get(ask.second, "")},
                "sounds": ask.first in self._on_air,
                "reason": ask.reason,
            }
            for ask in self.questions()
        ]

    def take(self, piece: Piece, play: OrderRow, cuts: Sequence[str] = ()) -> None:
        """A piece is on air by this order."""
        now = self._clock.now()
        item = self.item_of(piece)
        self.hold(item, Steady(now.steady + LONGEST_START_S + play.ms / 1000), cuts)
        self.programmes[piece.id] = Programme(piece, play, now.at_ms)
        self.books = replace(self.books, waiting=tuple(one for one in self.books.waiting if one.id != piece.id))

    def hold(self, item: Item, until: Steady, cuts: Sequence[str] = ()) -> None:
        """These horns are taken; ``cuts`` leave."""
        for name in cuts:
            self.leave(name)
        self._on_air[item.id] = OnAir(item, until, self._clock.now().at_ms)

    def leave(self, name: str) -> None:
        """It had to give way; its reports are still to come."""
        if name in self._on_air:
            self._on_air[name] = replace(self._on_air[name], leaving=True)

    def wind_up(self, name: str) -> None:
        """A talk is over, its horns play out: till then a notice waits, but neither an alarm nor who speaks next."""
        if name in self._on_air:
            act = self._on_air[name]
            self._on_air[name] = replace(act, item=replace(act.item, priority=Priority.UU_TIEN))

    def drop(self, name: str) -> None:
        """It is over."""
        self._on_air.pop(name, None)
        self.programmes.pop(name, None)

    def sounds_by(self, name: str, play: str) -> bool:
        """Whether it is on air by this very order."""
        return name in self._on_air and name in self.programmes and self.programmes[name].play.id == play

    def play_of(self, name: str) -> OrderRow | None:
        """The order by which it sounds."""
        found = self.programmes.get(name)
        return found.play if found else None

    def priority_of(self, name: str) -> int:
        """The rank of something on air; below every rank when it is not."""
        return self._on_air[name].item.priority if name in self._on_air else -1

    def yield_to_stop(self, hamlets: frozenset[HamletId]) -> None:
        """A STOP goes out: who sounds there alone no longer holds the horns, whatever reports are still to come."""
        state = State(on_air=tuple(self._on_air.values()))
        after, _ = decide(state, Stopped(hamlets), self.rules, self._clock.now())
        self._on_air = {act.item.id: act for act in after.on_air}
        for name in self.programmes.keys() - self._on_air.keys():
            del self.programmes[name]

    def item_of(self, piece: Piece, *, planned: bool = False) -> Item:
        """A piece as it asks for air time."""
        clips_s = tuple(ms / 1000 for ms in piece.ms)
        return Item(
            id=piece.id,
            priority=piece.priority,
            hamlets=frozenset(map(HamletId, piece.hamlets)),
            length_s=sum(clips_s[piece.from_clip :]),
            at_night=piece.at_night or piece.alarm,
            planned=planned,
            latest=self._latest(piece),
            gain_db=piece.gain_db,
            clips_s=clips_s,
            from_clip=piece.from_clip,
            cuts=piece.cuts,
        )

    def _latest(self, piece: Piece) -> Steady:
        now = self._clock.now()
        wait_s = MOST_WAIT_S.get(piece.shelf, LATEST_PLANNED_S)
        waited_s = max(0.0, (now.at_ms - piece.changed_at_ms) / 1000) if piece.waits_since else 0.0
        return Steady(now.steady + wait_s - waited_s)

    def _state(self, waiting: Sequence[Piece]) -> State:
        spent = self.books.spent or {}
        queue = tuple(self.item_of(piece) for piece in waiting)
        return State(tuple(self._on_air.values()), queue, spent, self._chosen)


def ordered_of(actions: Sequence[Action], name: str) -> Action | None:
    """The first thing that is ordered of this item."""
    return next((action for action in actions if _meant(action) == name), None)


def _meant(action: Action) -> str:
    if isinstance(action, Close):
        return action.id
    return action.item.id if isinstance(action, Start | Queue) else ""
