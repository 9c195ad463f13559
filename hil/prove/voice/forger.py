"""Makes bad orders and packets of every kind out of genuine ones, and says by which name a node must refuse them.

What it makes never decodes to the genuine thing: a changed byte that changes nothing would be no forgery.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from edge.core.broadcast import Order, OrderId, SignedOrder
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.talk import FRAMES, TalkPacket, packet_to_body, split_payload
from edge.kernel.signing import OrderKey, TalkKey
from edge.kernel.wire.order import order_from_payload, order_to_payload
from hil.talker import Talker

LIFE_MS = 60_000
REPLAY, DOUBLE = "replayed", "duplicate"


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad message. ``reasons``: the names under which a node may count it."""

    kind: str
    payload: bytes
    reasons: frozenset[str]


class OrderForger:
    """Somebody who has the box's certificate for the broker and everything it ever said, but not its order key."""

    def __init__(self, dice: random.Random, key: OrderKey, thief: OrderKey, model: Callable[[], Order]) -> None:
        """``model`` makes a fresh genuine order that never travels; ``key`` only signs what the box once let expire."""
        self._dice = dice
        self._key = key
        self._thief = thief
        self._model = model
        self._said: list[tuple[float, bytes]] = []
        self.kinds: Mapping[str, Callable[[], Bad]] = {
            "order_of_another_key": self._another_key,
            "order_with_another_name": self._another_name,
            "order_unsigned": self._unsigned,
            "order_changed": self._changed,
            "order_replayed": self._replayed,
            "order_expired": self._expired,
            "order_truncated": self._truncated,
            "order_bit_flipped": self._flipped,
        }

    def make(self, kind: str) -> Bad:
        """A bad order of this kind; those that are made of what was said need one that was heard a moment ago."""
        return self.kinds[kind]()

    def hear(self, payload: bytes) -> None:
        """The box said this."""
        self._said.append((time.monotonic(), payload))

    @property
    def has_heard(self) -> bool:
        """Whether the box ever said anything."""
        return bool(self._said)

    def _another_key(self) -> Bad:
        signed = self._thief.sign(self._model())
        return _bad("order_of_another_key", order_to_payload(replace(signed, key_id=self._key.key_id)), "forged")

    def _another_name(self) -> Bad:
        return _bad("order_with_another_name", order_to_payload(self._thief.sign(self._model())), "forged")

    def _unsigned(self) -> Bad:
        signed = replace(self._key.sign(self._model()), sig=bytes(64))
        return _bad("order_unsigned", order_to_payload(signed), "forged")

    def _changed(self) -> Bad:
        """Other words for a number that was never used, below the signature of what was said."""
        signed = order_from_payload(self._some())
        body = self._thief.sign(self._model()).body
        return _bad("order_changed", order_to_payload(SignedOrder(body, signed.key_id, signed.sig)), "forged")

    def _replayed(self) -> Bad:
        return _bad("order_replayed", self._some(), REPLAY, DOUBLE)

    def _expired(self) -> Bad:
        now = time.time_ns() // 1_000_000
        late = replace(
            self._model(), nbf_ms=AtMs(now - LIFE_MS), exp_ms=AtMs(now - self._dice.randint(1, LIFE_MS // 2))
        )
        return _bad("order_expired", order_to_payload(self._key.sign(late)), "expired")

    def _truncated(self) -> Bad:
        payload = self._some()
        return _bad("order_truncated", payload[: self._dice.randrange(len(payload))], "garbled")

    def _flipped(self) -> Bad:
        """Of an order that is still to be said: were the flip not noticed, it would sound."""
        genuine = order_to_payload(self._key.sign(self._model()))
        while _same_order(flipped := flip(self._dice, genuine), genuine):
            pass
        return _bad("order_bit_flipped", flipped, "forged", "garbled")

    def _some(self) -> bytes:
        """One that is still alive: a node calls one whose time is over expired, whether it knows it or not."""
        since = time.monotonic() - LIFE_MS / 2000
        alive = [payload for at, payload in self._said[-200:] if at >= since]
        return self._dice.choice(alive or [self._said[-1][1]])


class PacketForger:
    """Somebody who hears the packets of a talk, and speaks beside it under its name."""

    def __init__(self, dice: random.Random, talker: Talker, over: Sequence[bytes], loud: Sequence[bytes]) -> None:
        """``over``: packets of talks that ended. ``loud``: five Opus frames of what must never sound."""
        self._dice = dice
        self._talker = talker
        self._over = over
        self._loud = tuple(loud[:FRAMES])
        self._key = TalkKey()
        self.said: list[bytes] = []
        self.kinds: Mapping[str, Callable[[], Bad]] = {
            "packet_of_another_key": self._another_key,
            "packet_changed": self._changed,
            "packet_replayed": self._replayed,
            "packet_of_a_talk_that_is_over": self._of_the_past,
            "packet_truncated": self._truncated,
            "packet_bit_flipped": self._flipped,
        }

    def make(self, kind: str) -> Bad:
        """A bad packet of this kind."""
        return self.kinds[kind]()

    def _another_key(self) -> Bad:
        return _bad("packet_of_another_key", self._key.seal(self._body()), "packet_forged")

    def _changed(self) -> Bad:
        _, signature = split_payload(self._dice.choice(self.said))
        return _bad("packet_changed", self._body() + signature, "packet_forged")

    def _replayed(self) -> Bad:
        return _bad("packet_replayed", self._dice.choice(self.said), "packet_replayed")

    def _of_the_past(self) -> Bad:
        names = ("packet_over", "packet_no_talk")
        return _bad("packet_of_a_talk_that_is_over", self._dice.choice(self._over), *names)

    def _truncated(self) -> Bad:
        payload = self._dice.choice(self.said)
        cut = payload[: self._dice.randrange(len(payload))]
        return _bad("packet_truncated", cut, "packet_garbled")

    def _flipped(self) -> Bad:
        """Of the newest packet; a flipped name of the stream is no talk's."""
        names = ("packet_forged", "packet_garbled", "packet_no_talk")
        return _bad("packet_bit_flipped", flip(self._dice, self.said[-1]), *names)

    def _body(self) -> bytes:
        ahead = self._talker.seq + self._dice.randint(0, 3)
        now = AtMs(time.time_ns() // 1_000_000)
        return packet_to_body(TalkPacket(self._talker.stream, ahead, now, self._loud))


def flip(dice: random.Random, payload: bytes) -> bytes:
    """The same with one bit changed."""
    at = dice.randrange(len(payload))
    return payload[:at] + bytes([payload[at] ^ 1 << dice.randrange(8)]) + payload[at + 1 :]


def old_orders(key: OrderKey, model: Order, epoch: int, seqs: Sequence[int]) -> list[Bad]:
    """Genuine orders of the box's life before it was restored, alive and never heard."""
    orders = [replace(model, id=OrderId(epoch, seq)) for seq in seqs]
    return [_bad("order_of_the_old_box", order_to_payload(key.sign(order)), "old_epoch") for order in orders]


def _bad(kind: str, payload: bytes, *reasons: str) -> Bad:
    return Bad(kind, payload, frozenset(reasons))


def _same_order(payload: bytes, genuine: bytes) -> bool:
    try:
        return order_from_payload(payload) == order_from_payload(genuine)
    except FinalError:
        return False
