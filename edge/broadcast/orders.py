"""Makes orders: numbered, signed and stored in one transaction, before anybody hears of them (laws 1 and 7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority, order_from_body
from edge.core.moment import AtMs, ClockState, Moment
from edge.core.place import HamletId, HornId
from edge.core.speech import Recording
from edge.kernel.signing import OrderKey
from edge.kernel.wire.order import order_from_payload, order_to_payload
from edge.store.ids import next_order_seq
from edge.store.journal import Tx
from edge.store.orders import OrderRow, add_order

PLAY_LIFE_MS = 90_000
"""An order that a horn did not get by then must not sound: the moment has passed. Preparing may take 60 s of it."""
STOP_LIFE_MS = 120_000
"""Longer than any PLAY that it is meant to end: a horn that comes back late gets both, or none that sounds."""
PREPARE_LIFE_MS = 300_000
PLANNED_AHEAD_MS = 600_000
"""A planned order is valid so long before its time: to whom the plan did not come, it is sent beforehand."""
PLANNED_LIFE_MS = 60_000
"""Later than this it is not begun any more."""
BACKDATE_MS = 2_000
"""Clocks of nodes may be a little behind ours."""
TOGETHER_LEAD_MS = 250
"""A PLAY is to be heard this long after it was made, on all horns together: who stands between two hears one voice.
Fifty nodes have it, and their amplifiers on, by then; who has it later begins at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to sound where, and who wants it. Without hamlets it is for the one horn, which is tested."""

    bulletin: str | None
    recording: Recording
    hamlets: tuple[HamletId, ...]
    horns: tuple[HornId, ...]
    priority: Priority
    by_user: str
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A recording that is to sound at a time, from the plans of the nodes."""

    wanted: Wanted
    at_ms: AtMs


@dataclass(frozen=True, slots=True)
class WantedTalk:
    """A talk that is to sound live: its stream, the public key (hex) of its packets, and its longest length."""

    stream: str
    talk_key: str
    hamlets: tuple[HamletId, ...]
    horns: tuple[HornId, ...]
    priority: Priority
    length_ms: int
    by_user: str


class OrderMaker:
    """Holds the signing key."""

    def __init__(self, key: OrderKey, epoch: int) -> None:
        self._key = key
        self.epoch = epoch

    def prepare(self, tx: Tx, wanted: Wanted) -> OrderRow:
        """Fetch the clips and verify them; no report is owed."""
        order = self._order(tx, Operation.PREPARE, wanted, PREPARE_LIFE_MS)
        return self._store(tx, order, wanted, (), None)

    def play(self, tx: Tx, wanted: Wanted, prepare: OrderRow, op: Operation = Operation.PLAY) -> OrderRow:
        """Sound it; every horn owes one report."""
        order = self._order(tx, op, wanted, PLAY_LIFE_MS, about=prepare.id)
        return self._store(tx, order, wanted, wanted.horns, prepare.id)

    def live(self, tx: Tx, talk: WantedTalk) -> OrderRow:
        """Play the packets of a talk; every horn owes one report. Who comes back while it lasts joins in."""
        order = Order(
            id=self.reserve(tx),
            op=Operation.LIVE,
            zones=talk.hamlets,
            node=None,
            prio=talk.priority,
            nbf_ms=AtMs(tx.now.at_ms - BACKDATE_MS),
            exp_ms=AtMs(tx.now.at_ms + talk.length_ms),
            stream=talk.stream,
            talk_key=talk.talk_key,
            length_ms=talk.length_ms,
        )
        row = self._row(order, None, None, talk.length_ms, talk.by_user)
        add_order(tx, row, talk.horns)
        return row

    def stop(self, tx: Tx, hamlets: Sequence[HamletId], by_user: str) -> OrderRow:
        """Silence these hamlets."""
        row = self.sign_stop(self.reserve(tx), tx.now.at_ms, hamlets, by_user)
        self.keep(tx, row)
        return row

    def stop_play(self, tx: Tx, play: OrderRow, hamlets: Sequence[HamletId], by_user: str) -> OrderRow:
        """End this play alone: an equal one shall sound in its place, and no horn would take it for that."""
        row = self.sign_stop(self.reserve(tx), tx.now.at_ms, hamlets, by_user, about=play.id)
        self.keep(tx, row)
        return row

    def planned(self, tx: Tx, planned: Planned) -> OrderRow:
        """One item of the plans; every horn owes a report. Who has no plan gets the same order in time."""
        wanted = planned.wanted
        order = Order(
            id=self.reserve(tx),
            op=Operation.PLAY,
            zones=wanted.hamlets,
            node=None,
            prio=wanted.priority,
            nbf_ms=AtMs(planned.at_ms - PLANNED_AHEAD_MS),
            exp_ms=AtMs(planned.at_ms + PLANNED_LIFE_MS),
            at_ms=planned.at_ms,
            media=_media(wanted.recording),
            gain_db=wanted.gain_db,
        )
        return self._store(tx, order, wanted, wanted.horns, None)

    def for_lost_clock(self, payload: bytes, horn: HornId, nonce: str) -> bytes:
        """The same order, by the same number, for one node that does not know the time: it echoes the node's nonce."""
        order = order_from_body(order_from_payload(payload).body)
        alone = replace(order, node=horn, zones=(), nonce=nonce, at_ms=AtMs(0))
        return order_to_payload(self._key.sign(alone))

    def reserve(self, tx: Tx) -> OrderId:
        """A number that no other order gets."""
        return OrderId(self.epoch, next_order_seq(tx.connection))

    def sign_stop(
        self, number: OrderId, at_ms: AtMs, hamlets: Sequence[HamletId], by_user: str, about: str = ""
    ) -> OrderRow:
        """A STOP with a reserved number, not kept yet; ``about``: of one order alone."""
        silence = Order(
            id=number,
            op=Operation.STOP,
            zones=tuple(hamlets),
            node=None,
            prio=Priority.STOP,
            nbf_ms=AtMs(at_ms - BACKDATE_MS),
            exp_ms=AtMs(at_ms + STOP_LIFE_MS),
            about=about,
        )
        return self._row(silence, None, None, 0, by_user)

    def keep(self, tx: Tx, row: OrderRow) -> None:
        """Store an order that nobody owes a report for."""
        add_order(tx, row, ())

    def _order(self, tx: Tx, op: Operation, wanted: Wanted, life_ms: int, about: str = "") -> Order:
        return Order(
            id=self.reserve(tx),
            op=op,
            zones=wanted.hamlets,
            node=wanted.horns[0] if wanted.horns and not wanted.hamlets else None,
            prio=wanted.priority,
            nbf_ms=AtMs(tx.now.at_ms - BACKDATE_MS),
            exp_ms=AtMs(tx.now.at_ms + life_ms),
            at_ms=_together(tx.now) if op is Operation.PLAY else AtMs(0),
            media=_media(wanted.recording),
            gain_db=wanted.gain_db,
            about=about,
        )

    def _store(self, tx: Tx, order: Order, wanted: Wanted, owing: Sequence[HornId], prepares: str | None) -> OrderRow:
        row = self._row(order, wanted.bulletin, prepares, wanted.recording.ms, wanted.by_user)
        add_order(tx, row, owing)
        return row

    def _row(self, order: Order, bulletin: str | None, prepares: str | None, ms: int, by_user: str) -> OrderRow:
        return OrderRow(
            id=str(order.id),
            op=order.op,
            bulletin=bulletin,
            prepares=prepares,
            priority=order.prio,
            hamlets=tuple(order.zones),
            ms=ms,
            exp_ms=order.exp_ms,
            by_user=by_user,
            payload=order_to_payload(self._key.sign(order)),
            at_ms=order.at_ms,
        )


def order_in(row: OrderRow) -> Order:
    """The order as it was signed."""
    return order_from_body(order_from_payload(row.payload).body)


def _media(recording: Recording) -> tuple[MediaRef, ...]:
    return tuple(MediaRef(clip.sha256, clip.bytes, clip.ms) for clip in recording.clips)


def _together(now: Moment) -> AtMs:
    """The common instant; none while the box itself does not know the time."""
    return AtMs(now.at_ms + TOGETHER_LEAD_MS if now.clock is not ClockState.FLOOR else 0)
