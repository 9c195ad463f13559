"""How much apart horns begin that are told one instant, each with a wrong clock behind its own."""

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority
from edge.core.moment import AtMs
from edge.core.place import EVERYWHERE
from hil.bench.outcome import BenchUnavailableError, Say
from hil.bench.voice_nodes import BoxEnd, VoiceNodes

OFF_MS, PPM = 2_000.0, 50.0
SYNC_S, SETTLED_S = 60.0, 40.0
"""After this a node has points over half a minute and knows its crystal's rate; its state tells how wrong it was."""
TONE_S = 0.3
AHEAD_S = 1.0
SOUND_S = 12.0
DAY_MS = 86_400_000
SEED = 20_260_401


@dataclass(frozen=True, slots=True)
class Skew:
    """Milliseconds between the first and the last horn of each round; ``late_ms`` of each horn after the instant."""

    spread_ms: tuple[float, ...]
    late_ms: tuple[float, ...]
    off_ms: tuple[float, ...]


def measure(count: int, rounds: int, *, wrong: bool, say: Say) -> Skew:
    """So many nodes and rounds; with ``wrong`` clocks that they put right by themselves, or with the machine's own."""
    with tempfile.TemporaryDirectory(prefix="mo-skew-") as name:
        dice = random.Random(SEED)  # noqa: S311 - clocks, not secrets
        off = {f"loa-{n}": (dice.uniform(-OFF_MS, OFF_MS), dice.uniform(-PPM, PPM)) for n in range(1, count + 1)}
        extra = {node: (f"--off-ms={off_ms:.1f}", f"--ppm={ppm:.2f}") for node, (off_ms, ppm) in off.items()}
        with VoiceNodes(Path(name), count, timed=wrong, extra=extra if wrong else {}) as nodes:
            return asyncio.run(_measure(nodes, rounds, say, settle_s=SETTLED_S if wrong else 0.0))


async def _measure(nodes: VoiceNodes, rounds: int, say: Say, settle_s: float) -> Skew:
    clip = nodes.tone(TONE_S)
    async with nodes.box() as box:
        await _ready(box, nodes.names, settle_s)
        await _prepare(box, nodes.names, clip)
        spread, late = [], []
        for number in range(rounds):
            say(f"{number + 1}/{rounds}")
            came = await _round(nodes, box, clip, 10 + number)
            spread.append(max(came) - min(came))
            late += came
        off = tuple(abs(float(state.get("clock_off_ms") or 0.0)) for state in box.states.values())
        return Skew(tuple(spread), tuple(late), off)


async def _ready(box: BoxEnd, names: Sequence[str], settle_s: float) -> None:
    def up() -> bool:
        states = [box.states.get(name, {}) for name in names]
        return all(state.get("player_pid") and state.get("clock") != "floor" for state in states)

    try:
        await box.until(up, SYNC_S)
    except TimeoutError as cause:
        raise BenchUnavailableError("not every node knows the time after a minute") from cause
    await asyncio.sleep(settle_s)


async def _prepare(box: BoxEnd, names: Sequence[str], clip: MediaRef) -> None:
    await box.give(_order(1, Operation.PREPARE, clip, 0))
    await box.until(lambda: sum(ack.state == "ready" for ack in box.acks) == len(names), 20.0)


async def _round(nodes: VoiceNodes, box: BoxEnd, clip: MediaRef, seq: int) -> list[float]:
    """Milliseconds after the instant at which each horn began."""
    now = time.monotonic()
    at_ms = int(time.time() * 1000 + AHEAD_S * 1000)
    instant = now + at_ms / 1000 - time.time()
    order = _order(seq, Operation.PLAY, clip, at_ms)
    await box.give(order)
    try:
        await box.until(lambda: len(_ends(box, order)) == len(nodes.names), SOUND_S)
    except TimeoutError as cause:
        raise BenchUnavailableError(f"order {order.id} did not end everywhere: {_ends(box, order)}") from cause
    firsts = {seen.who: seen.steady for seen in nodes.observed.some("sound", since=now, phase="first")}
    if len(firsts) != len(nodes.names):
        raise BenchUnavailableError(f"{len(firsts)} of {len(nodes.names)} horns sounded: {_ends(box, order)}")
    return [(first - instant) * 1000 for first in firsts.values()]


def _ends(box: BoxEnd, order: Order) -> dict[str, str]:
    """How the order ended at each horn so far."""
    ends = ("done", "failed", "refused", "preempted")
    return {ack.horn: f"{ack.state} {ack.err}" for ack in box.acks if ack.order == order.id and ack.state in ends}


def _order(seq: int, op: Operation, clip: MediaRef, at_ms: int) -> Order:
    """For everybody; planned since yesterday, so that nobody takes it for meant at once."""
    now = int(time.time() * 1000)
    life = (AtMs(now - DAY_MS), AtMs(now + 60_000))
    return Order(OrderId(1, seq), op, (EVERYWHERE,), None, Priority.THUONG, *life, AtMs(at_ms), (clip,))
