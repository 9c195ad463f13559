"""Which orders a node obeys: genuine, for this horn, of this hour, and never seen before."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority, order_from_body
from edge.core.errors import FinalError
from edge.core.moment import ClockState, Moment
from edge.core.place import EVERYWHERE, HamletId, HornId
from edge.core.talk import LONGEST_RELAY_MS, LONGEST_TALK_MS, is_stream
from edge.kernel.clock import Clock
from edge.kernel.signing import verify
from edge.kernel.wire.order import order_from_payload
from edge.node.ledger import Ledger, Step
from edge.node.nonces import Nonces
from edge.node.window import Place, ReplayWindow

EARLY_LEEWAY_MS = 30_000
"""A node's clock may be this far behind the box; an order that comes early is genuine all the same."""
DUPLICATE_S = 10.0
"""The same order comes by the node's topic, its hamlet's and again after a reconnect: within this it is one order."""
MOST_CLIPS = 64
LARGEST_CLIP = 64 * 1024 * 1024
MOST_REPEATS = 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Reason(StrEnum):
    """Why an order is not obeyed; each is counted in ``state``."""

    GARBLED = "garbled"
    FORGED = "forged"
    NOT_FOR_ME = "not_for_me"
    DUPLICATE = "duplicate"
    REPLAYED = "replayed"
    OLD_EPOCH = "old_epoch"
    EARLY = "early"
    EXPIRED = "expired"
    NO_CLOCK = "no_clock"


SENTENCES: Mapping[Reason, str] = {
    Reason.GARBLED: "Lệnh sai khuôn dạng.",
    Reason.FORGED: "Chữ ký của lệnh không đúng.",
    Reason.REPLAYED: "Lệnh này đã nhận rồi.",
    Reason.OLD_EPOCH: "Lệnh thuộc kỳ cũ của hộp.",
    Reason.EARLY: "Lệnh chưa đến giờ hiệu lực.",
    Reason.EXPIRED: "Lệnh đã hết hạn.",
    Reason.NO_CLOCK: "Nút không biết giờ.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An order that is not obeyed. ``order`` is set where the box should be told about it."""

    reason: Reason
    order: OrderId | None = None

    @property
    def sentence(self) -> str:
        """For the ack."""
        return SENTENCES.get(self.reason, "")


class Gate:
    """Judges every order that comes in. An order that passes is marked as seen, in memory."""

    def __init__(
        self,
        horn: HornId,
        hamlets: frozenset[HamletId],
        keys: Mapping[str, str],
        window: ReplayWindow,
        clock: Clock,
        ledger: Ledger,
    ) -> None:
        self._horn = horn
        self._zones = hamlets | {EVERYWHERE}
        self._keys = keys
        self._window = window
        self._ledger = ledger
        self._clock = clock
        self._passed: dict[OrderId, float] = {}
        self.nonces = Nonces(clock.steady)
        self.refused: Counter[Reason] = Counter()

    def judge(self, payload: bytes) -> Order | Refusal:
        """The order to obey, or why not."""
        verdict = self._judged(payload)
        if isinstance(verdict, Refusal):
            self.refused[verdict.reason] += 1
        return verdict

    def _judged(self, payload: bytes) -> Order | Refusal:
        try:
            signed = order_from_payload(payload)
        except FinalError:
            return Refusal(Reason.GARBLED)
        try:
            order = verify(signed, self._keys)
        except FinalError:
            return Refusal(Reason.FORGED, self._claimed(signed.body))
        return self._of_genuine(order, signed.key_id)

    def _of_genuine(self, order: Order, key_id: str) -> Order | Refusal:
        if not is_sane(order):
            return Refusal(Reason.GARBLED)
        if not order.is_for(self._horn, self._zones):
            return Refusal(Reason.NOT_FOR_ME)
        if reason := self._untimely(order, self._clock.now()) or self._repeated(order, key_id):
            return Refusal(reason, None if reason is Reason.DUPLICATE else order.id)
        self._window.mark(key_id, order.id)
        self._remember(order.id)
        return order

    def _claimed(self, body: bytes) -> OrderId | None:
        """The id a forgery bears, unless a genuine order bore it: its report must not be spoilt."""
        try:
            order = order_from_body(body)
        except FinalError:
            return None
        mine = is_sane(order) and order.is_for(self._horn, self._zones)
        unused = all(self._window.place(key_id, order.id) is Place.NEW for key_id in self._keys)
        return order.id if mine and unused else None

    def _untimely(self, order: Order, now: Moment) -> Reason | None:
        if now.clock is ClockState.FLOOR:
            told = order.op is Operation.STOP or (self.nonces.is_fresh(order.nonce) and order.at_ms == 0)
            return None if told else Reason.NO_CLOCK
        if now.at_ms >= order.exp_ms:
            return Reason.EXPIRED
        return Reason.EARLY if now.at_ms < order.nbf_ms - EARLY_LEEWAY_MS else None

    def _repeated(self, order: Order, key_id: str) -> Reason | None:
        """A notice planned long ago has an old number, below the window: whether it sounded the ledger knows.

        So has one that is sent now to a node that lost the time; there it has a nonce in place of its own time.
        """
        place = self._window.place(key_id, order.id)
        old_plan = place is Place.BELOW and (order.at_ms > 0 or self.nonces.is_fresh(order.nonce))
        if (place is Place.NEW or old_plan) and not self._has_sounded(order.id):
            return None
        if place is Place.OLD_EPOCH:
            return Reason.OLD_EPOCH
        passed = self._passed.get(order.id)
        fresh = passed is not None and self._clock.steady() - passed < DUPLICATE_S
        return Reason.DUPLICATE if fresh else Reason.REPLAYED

    def _has_sounded(self, order: OrderId) -> bool:
        entry = self._ledger.entry(order)
        return entry is not None and entry.step is not Step.STOPPED

    def _remember(self, order: OrderId) -> None:
        now = self._clock.steady()
        self._passed = {known: at for known, at in self._passed.items() if now - at < DUPLICATE_S} | {order: now}


def is_sane(order: Order) -> bool:
    """Whether every number of an order has its type and lies in its range; JSON promises neither."""
    numbers = (order.id.seq, order.id.epoch, order.nbf_ms, order.exp_ms, order.at_ms)
    return (
        all(type(number) is int and number >= 0 for number in numbers)
        and isinstance(order.node, str | None)
        and isinstance(order.nonce, str)
        and isinstance(order.about, str)
        and type(order.gain_db) in (int, float)
        and -60 <= order.gain_db <= 20
        and type(order.repeat) is int
        and 1 <= order.repeat <= MOST_REPEATS
        and clips_are_sane(order.media)
        and _talk_is_sane(order)
    )


def _talk_is_sane(order: Order) -> bool:
    """Only a LIVE order names a talk, and it names all of it."""
    words, length = (order.stream, order.talk_key), order.length_ms
    if not all(isinstance(word, str) for word in words) or type(length) is not int:
        return False
    if order.op is not Operation.LIVE:
        return words == ("", "") and length == 0
    longest = LONGEST_RELAY_MS if order.prio is Priority.RELAY else LONGEST_TALK_MS
    return is_stream(order.stream) and _SHA256.fullmatch(order.talk_key) is not None and 0 < length <= longest


def clips_are_sane(media: Sequence[MediaRef]) -> bool:
    """Whether these can be clips, and not too many."""
    return len(media) <= MOST_CLIPS and all(
        isinstance(ref.sha256, str)
        and _SHA256.fullmatch(ref.sha256) is not None
        and type(ref.bytes) is int
        and 0 < ref.bytes <= LARGEST_CLIP
        and type(ref.ms) is int
        and ref.ms >= 0
        for ref in media
    )
