"""Link ``forged``: ten thousand bad orders and packets of talks among a thousand good ones, at a real node.

Whoever forges is the box as far as the broker can tell. The bad ones carry a tone that nobody else uses; the good
packets carry tones that change with each of them, so that the tape of the sound card tells which ones sounded.
"""

import asyncio
import contextlib
import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.talk import FRAMES
from edge.kernel.signing import OrderKey
from edge.kernel.wire.order import order_to_payload
from hil.bench.outcome import BenchUnavailableError
from hil.bench.voice_nodes import COMMUNE, BoxEnd, VoiceNodes
from hil.links import Figure, Link
from hil.prove.voice.forger import LIFE_MS, Bad, OrderForger, PacketForger, old_orders
from hil.prove.voice.tones import BAD_HZ, GOOD_HZ, heard_hz, opus_of, packets_heard, talk_blocks
from hil.sound_card import read_tape
from hil.talker import Talker

NODE = "loa-1"
GOOD, BAD = 1_000, 10_000
TALKS, PACKETS = 25, 20
BREATH = 8
"""Packets of silence before the first word, as a microphone sends them: the horn is switched on meanwhile."""
OLD = 200
"""Of the bad ones: alive orders of the box before it was restored."""
CLIP_S = 0.06
PLAY_S = 8.0
TAPE_S = 0.3
"""After the end of a talk: until the tape of the card is on the disk."""
SEED = 4
FLOOD_S = 0.002
"""Between two bad packets: the node keeps 256 messages that wait, and a flood that it cannot hear proves nothing."""


@dataclass(slots=True)
class Trial:
    """What was said and what came of it."""

    orders_good: int = 0
    orders_sounded: int = 0
    packets_good: int = 0
    packets_sounded: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    allowed: Counter[frozenset[str]] = field(default_factory=Counter)
    sounds_beyond: int = 0
    bad_tone_ms: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    restored_sounded: int = 0

    def count(self, bad: Bad) -> None:
        """One bad message goes out."""
        self.bad[bad.kind] += 1
        self.allowed[bad.reasons] += 1


def forged(good: int = GOOD, bad: int = BAD) -> Link:
    """What sounded of the bad ones, what of the good ones, and by which names the others were refused."""
    with tempfile.TemporaryDirectory(prefix="mo-forged-") as name:
        with VoiceNodes(Path(name), 1, record=True) as nodes:
            trial = asyncio.run(_Stage(nodes, good, bad).run())
        tape = nodes.root / "devices" / f"sound-{NODE}.tape"
        trial.bad_tone_ms = _bad_tone_ms(tape)
    return _link(trial, good, bad)


def _link(trial: Trial, good: int, bad: int) -> Link:
    sounded = trial.orders_sounded + trial.packets_sounded
    beyond = trial.sounds_beyond + trial.bad_tone_ms
    unnamed = unexplained(trial.allowed, trial.refused)
    figures: dict[str, Figure] = {
        "forged_sounded": beyond,
        "good_sounded": sounded,
        "orders_sounded": f"{trial.orders_sounded} of {trial.orders_good}",
        "packets_sounded": f"{trial.packets_sounded} of {trial.packets_good}",
        "forged_sent": trial.bad.total(),
        "good_sent": trial.orders_good + trial.packets_good,
        "forged_counted": trial.refused.total(),
        "forged_misnamed": unnamed,
        "restored_box_sounded": trial.restored_sounded,
        **{f"sent_{kind}": count for kind, count in sorted(trial.bad.items())},
        **{f"refused_{reason}": count for reason, count in sorted(trial.refused.items())},
    }
    counted = trial.refused.total() == trial.bad.total() == bad and unnamed == 0
    whole = sounded == good == trial.orders_good + trial.packets_good and trial.restored_sounded > 0
    return Link("forged", beyond == 0 and counted and whole, figures, "over mosquitto, as the box itself")


def unexplained(allowed: Counter[frozenset[str]], refused: Counter[str]) -> int:
    """How many refusals bear a name that nothing that was sent may bear: the least that no assignment explains."""
    left = Counter(refused)
    missing = 0
    for names, count in sorted(allowed.items(), key=lambda item: len(item[0])):
        for name in sorted(names, key=lambda name: -left[name]):
            taken = min(count, left[name])
            left[name] -= taken
            count -= taken
        missing += count
    return max(missing, +left.total())


class _Stage:
    """One node, the box that is obeyed, and the forger who is the box for the broker."""

    def __init__(self, nodes: VoiceNodes, good: int, bad: int) -> None:
        self._nodes = nodes
        self._dice = random.Random(SEED)  # noqa: S311 - to be the same at every run
        self._trial = Trial()
        self._talks = TALKS * good // GOOD
        self._orders = good - self._talks * PACKETS
        self._bad_orders = bad // 2
        self._bad_packets = bad - self._bad_orders
        self._old = OLD * bad // BAD
        self._seq = 0
        self._epoch = 1
        self._over: list[bytes] = []

    async def run(self) -> Trial:
        """Everything in turns: orders, a talk, orders, a talk; then the box is restored."""
        self._clip, self._bad_clip = self._nodes.tone(CLIP_S, GOOD_HZ[0]), self._nodes.tone(0.5, BAD_HZ)
        thief = OrderKey.load_or_make(self._nodes.root / "thief.pem")
        self._forger = OrderForger(self._dice, self._nodes.key, thief, self._model)
        self._loud = list(itertools.islice(opus_of(talk_blocks([BAD_HZ])), FRAMES))
        async with self._nodes.box() as box:
            await box.until(lambda: box.states.get(NODE, {}).get("player_pid"), 30.0)
            await self._prepare(box)
            await self._turns(box)
            await self._restored(box)
            await self._counted(box)
        return self._trial

    async def _turns(self, box: BoxEnd) -> None:
        turns = max(1, self._talks)
        bad_orders, bad_packets = self._bad_orders - self._old, self._bad_packets
        for turn in range(turns):
            kinds = _share(list(self._forger.kinds), bad_orders, turn, turns)
            await self._some_orders(box, _part(self._orders - 1, turn, turns), kinds)
            await self._some_talk(box, _part(bad_packets, turn, turns))

    async def _prepare(self, box: BoxEnd) -> None:
        """Also the bad tone lies on the node's disk: whatever is obeyed sounds at once."""
        for clip in (self._clip, self._bad_clip):
            order = self._order(Operation.PREPARE, (clip,))
            await box.give(order)
            await box.until(lambda order=order: _said(box, order, "ready"), PLAY_S)

    async def _some_orders(self, box: BoxEnd, good: int, kinds: Sequence[str]) -> None:
        """Good ones one after the other, bad ones before, while and after each sounds."""
        for number in range(good):
            before = kinds[number * len(kinds) // good : (number + 1) * len(kinds) // good]
            half = len(before) // 2 if self._forger.has_heard else 0
            await self._bad(box, before[:half])
            await self._good_order(box, before[half:])

    async def _good_order(self, box: BoxEnd, meanwhile: Sequence[str]) -> None:
        since = time.monotonic()
        order = self._order(Operation.PLAY, (self._clip,))
        payload = order_to_payload(self._nodes.key.sign(order))
        self._forger.hear(payload)
        await box.client.publish(f"xa/{COMMUNE}/node/{NODE}/cmd", payload, qos=1)
        await self._bad(box, meanwhile)
        self._trial.orders_good += 1
        await box.until(lambda: _ended(box, order), PLAY_S)
        sounds = self._sounds(since)
        self._trial.orders_sounded += min(1, sounds) if _said(box, order, "done") else 0
        self._trial.sounds_beyond += max(0, sounds - 1)
        if self._epoch > 1:
            self._trial.restored_sounded += min(1, sounds)

    async def _bad(self, box: BoxEnd, kinds: Sequence[str]) -> None:
        for kind in kinds:
            await self._send_bad(box, self._forger.make(kind))

    async def _send_bad(self, box: BoxEnd, bad: Bad) -> None:
        topic = self._dice.choice((f"node/{NODE}", "zone/all"))
        self._trial.count(bad)
        await box.client.publish(f"xa/{COMMUNE}/{topic}/cmd", bad.payload, qos=1)

    async def _some_talk(self, box: BoxEnd, bad: int) -> None:
        talker = Talker()
        talker.sound(opus_of(talk_blocks(GOOD_HZ, BREATH)))
        since = time.monotonic()
        order = self._live(talker)
        await box.give(order)
        await box.until(lambda: _said(box, order, "received"), PLAY_S)
        forger = PacketForger(self._dice, talker, self._over or [Talker().next()], self._loud)
        said = await self._speak(box, talker, forger, bad)
        await box.until(lambda: _ended(box, order), PLAY_S)
        await asyncio.sleep(TAPE_S)
        self._over = said
        self._trial.packets_good += PACKETS
        self._trial.packets_sounded += packets_heard(self._pcm(since), PACKETS)
        self._trial.sounds_beyond += max(0, self._sounds(since) - 1)

    async def _speak(self, box: BoxEnd, talker: Talker, forger: PacketForger, bad: int) -> list[bytes]:
        kinds = itertools.cycle(forger.kinds)
        topic = f"xa/{COMMUNE}/live/{talker.stream}"
        began = time.monotonic()
        for number in range(BREATH + PACKETS):
            forger.said.append(talker.next())
            await box.client.publish(topic, forger.said[-1], qos=0)
            for _ in range(_part(bad, number, BREATH + PACKETS)):
                evil = forger.make(next(kinds))
                self._trial.count(evil)
                await box.client.publish(topic, evil.payload, qos=0)
                await asyncio.sleep(FLOOD_S)
            await asyncio.sleep(max(0.0, began + (number + 1) * 0.1 - time.monotonic()))
        await box.client.publish(topic, talker.end(), qos=0)
        return forger.said

    async def _restored(self, box: BoxEnd) -> None:
        """A box from a copy: its first order of the new epoch sounds, what it said before never does."""
        old = range(self._seq + 1, self._seq + 1 + self._old)
        model = self._model()
        self._epoch, self._seq = 2, 0
        await self._good_order(box, ())
        for bad in old_orders(self._nodes.key, model, 1, old):
            await self._send_bad(box, bad)

    async def _counted(self, box: BoxEnd) -> None:
        """Wait until the node has told of every refusal, or tells of no more."""

        def told() -> Counter[str]:
            return Counter({str(k): int(v) for k, v in box.states[NODE]["refused"].items()})

        with contextlib.suppress(TimeoutError):
            await box.until(lambda: told().total() >= self._trial.bad.total(), 15.0)
        await asyncio.sleep(1.0)
        self._trial.refused = told()
        self._trial.sounds_beyond += bool(box.states[NODE].get("playing"))

    def _model(self) -> Order:
        """A genuine order that never travels, with the tone that nobody may hear."""
        far = self._dice.randint(1, 500)
        return self._made(OrderId(self._epoch, self._seq + far), Operation.PLAY, (self._bad_clip,))

    def _order(self, op: Operation, media: tuple[MediaRef, ...]) -> Order:
        self._seq += 1
        return self._made(OrderId(self._epoch, self._seq), op, media)

    def _made(self, number: OrderId, op: Operation, media: tuple[MediaRef, ...]) -> Order:
        now = time.time_ns() // 1_000_000
        life = (AtMs(now - 1_000), AtMs(now + LIFE_MS))
        return Order(number, op, (), HornId(NODE), Priority.THUONG, *life, media=media)

    def _live(self, talker: Talker) -> Order:
        self._seq += 1
        now = time.time_ns() // 1_000_000
        return Order(
            OrderId(self._epoch, self._seq),
            Operation.LIVE,
            (),
            HornId(NODE),
            Priority.LIVE,
            AtMs(now - 1_000),
            AtMs(now + LIFE_MS),
            stream=talker.stream,
            talk_key=talker.key.public_hex,
            length_ms=LIFE_MS,
        )

    def _sounds(self, since: float) -> int:
        """How often the card began to sound."""
        return sum(1 for _ in self._nodes.observed.some("sound", NODE, since=since, phase="first"))

    def _pcm(self, since: float) -> NDArray[np.int16]:
        tape = self._nodes.root / "devices" / f"sound-{NODE}.tape"
        return np.frombuffer(b"".join(data for at, data in read_tape(tape) if at >= since), "<i2")


def _bad_tone_ms(tape: Path) -> int:
    """Milliseconds in which the tone of the forgeries sounded."""
    pcm = np.frombuffer(b"".join(data for _, data in read_tape(tape)), "<i2")
    return sum(20 for hz in heard_hz(pcm) if hz == BAD_HZ)


def _share(kinds: Sequence[str], count: int, turn: int, turns: int) -> list[str]:
    """This turn's part of so many, every kind as often as the others."""
    first = sum(_part(count, earlier, turns) for earlier in range(turn))
    return [kinds[number % len(kinds)] for number in range(first, first + _part(count, turn, turns))]


def _part(count: int, turn: int, turns: int) -> int:
    return (turn + 1) * count // turns - turn * count // turns


def _said(box: BoxEnd, order: Order, state: str) -> bool:
    return any(ack.order == order.id and ack.state == state for ack in box.acks)


def _ended(box: BoxEnd, order: Order) -> bool:
    """A refusal by another name than a copy's may have been that of a forgery that bore this number before."""
    for ack in box.acks:
        if ack.order == order.id and (
            ack.state in ("failed", "preempted") or (ack.state == "refused" and not ack.code)
        ):
            raise BenchUnavailableError(f"good order {order.id}: {ack.state} {ack.code} {ack.err}")
    return _said(box, order, "done")
