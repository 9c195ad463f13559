"""Order to first sample, and STOP to silence, over the real local node and player with simulated devices."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import av
import numpy as np
from aiohttp import web

from edge.core.broadcast import AckState, MediaRef, Operation
from edge.core.speech import Sha256
from edge.kernel.signing import OrderKey
from hil.bench.local_node import FINAL, HORN, LocalNode, running_node, setup_of
from hil.bench.outcome import BenchUnavailableError, Case, Outcome, Ratio, Round, Say, ratio
from hil.harness import Harness, Program, python
from hil.observed import Observed, Seen

RATE_HZ = 48_000
CLIP_S = 20
SOUNDING_S = 0.6
SEEN_S = 5.0
LIMITS_S = {"order_to_first_sample_s": 1.0, "stop_to_silence_s": 0.5}
"""What issue 1 promises to a person at the button; these figures leave out the box's own part of it."""


def measure(quick: bool, say: Say) -> Outcome:
    """30 times PLAY and STOP of a clip that the node already has."""
    rounds = 3 if quick else 30
    with tempfile.TemporaryDirectory(prefix="molang-bench-") as name, Path(name, "node.log").open("w") as log:
        played = Case("PLAY, then STOP", tuple(_measured(Path(name), log, rounds, say)))
    ratios = [
        Ratio(f"of the {limit_s:g} s allowed: {figure}, p95", played.figures[figure].p95 / limit_s)
        for figure, limit_s in LIMITS_S.items()
    ]
    ratios.append(
        ratio("order to first sample, to a bare answer", "order_to_first_sample_s", played, played, "order_to_answer_s")
    )
    settings: Mapping[str, str | int | float] = {"clip_s": CLIP_S, "sounding_s": SOUNDING_S}
    return Outcome((played,), tuple(ratios), tuple(played.figures), settings)


def _measured(folder: Path, log: IO[str], rounds: int, say: Say) -> list[Round]:
    devices = folder / "devices"
    devices.mkdir()
    tone = _tone(folder / "tone.opus")
    with Harness(folder / "log") as harness:
        command = python("hil.devices", "--folder", devices, "--horns", HORN)
        harness.start(Program("devices", command, (devices / "devices.sock").exists))
        harness.wait_ready("devices")
        return asyncio.run(_play(folder, tone, log, rounds, say))


async def _play(folder: Path, tone: Path, log: IO[str], rounds: int, say: Say) -> list[Round]:
    key = OrderKey.load_or_make(folder / "order.key")
    async with _media(tone) as url:
        setup = setup_of(folder / "devices", folder / "disk", url, key)
        async with running_node(setup, key, log) as node:
            clip = await _prepared(node, tone)
            seen = Observed(folder / "devices")
            found = []
            for number in range(rounds):
                say(f"{number + 1}/{rounds}")
                found.append(await _play_and_stop(node, seen, clip))
            return found


async def _prepared(node: LocalNode, tone: Path) -> MediaRef:
    size = (await asyncio.to_thread(tone.stat)).st_size
    clip = MediaRef(Sha256(tone.stem), size, CLIP_S * 1000)
    _, prepared = await node.order(Operation.PREPARE, clip)
    _, ready = await node.ack(prepared, FINAL)
    if ready.state is not AckState.READY:
        raise BenchUnavailableError(f"the node cannot fetch the clip: {ready.err}")
    return clip


async def _play_and_stop(node: LocalNode, seen: Observed, clip: MediaRef) -> Round:
    asked, ready = await node.order(Operation.PREPARE, clip)
    answered, _ = await node.ack(ready, FINAL)
    given, play = await node.order(Operation.PLAY, clip)
    on = await _wait_for(seen, "coil", given, on=True)
    first = await _wait_for(seen, "sound", given, phase="first")
    await asyncio.sleep(SOUNDING_S)
    stopped, _ = await node.order(Operation.STOP)
    off = await _wait_for(seen, "coil", stopped, on=False)
    last = await _wait_for(seen, "sound", given, phase="last")
    await node.ack(play, FINAL)
    return {
        "order_to_answer_s": answered - asked,
        "order_to_amplifier_on_s": on.steady - given,
        "order_to_first_sample_s": first.steady - given,
        # The card may have had its last sample just before the order came.
        "stop_to_last_sample_s": max(0.0, last.steady - stopped),
        "stop_to_amplifier_off_s": off.steady - stopped,
        "stop_to_silence_s": max(last.steady, off.steady) - stopped,
    }


async def _wait_for(observed: Observed, what: str, since: float, **facts: str | bool) -> Seen:
    found = await asyncio.to_thread(observed.wait_for, what, HORN, since, SEEN_S, **facts)
    if found is None:
        raise BenchUnavailableError(f"the horn did nothing within {SEEN_S:.0f} s: {what} {facts}")
    return found


def _tone(path: Path) -> Path:
    """A clip as `speech` makes them: Ogg Opus, mono, 24 kbit/s; named by its sha256."""
    sound = (8000 * np.sin(2 * np.pi * 440 / RATE_HZ * np.arange(CLIP_S * RATE_HZ))).astype(np.int16)
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
        stream.bit_rate = 24_000
        frame = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.rename(path.with_stem(hashlib.sha256(path.read_bytes()).hexdigest()))


@asynccontextmanager
async def _media(tone: Path) -> AsyncIterator[str]:
    """Hands the clip out on loopback, where a node takes it without TLS."""
    app = web.Application()

    async def answer(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(tone)

    app.router.add_get(f"/media/{tone.stem}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/media"
    finally:
        await runner.cleanup()
