import asyncio
import logging
import os
import signal
import statistics
import time
from collections.abc import Callable

import psutil

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from drivers.transport.fake_pty import Fault
from edge.core.broadcast import AckState, Operation, Priority
from edge.core.moment import AtMs
from edge.kernel.wire.node import NodeSetup
from edge.workers.player.fake_card import FakeCard
from tests.node.bench import Bench, Media, Orders, running_node

log = logging.getLogger(__name__)

Tones = Callable[[float], bytes]


async def until(true: Callable[[], bool], within_s: float = 5.0) -> float:
    """Seconds until it became true."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def test_a_prepared_clip_sounds_and_is_reported_with_evidence(
    bench: Bench, card: FakeCard, board: FakeRelayAmp, tones: Tones
) -> None:
    ref = await bench.prepared(tones(1.0))
    order = await bench.order(Operation.PLAY, ref)
    end = await bench.end_of(order)
    assert bench.states_of(order) == [AckState.PLAYING, AckState.DONE]
    assert (end.err, end.amp_ma) == ("", 850)
    assert end.rms_db is not None
    assert -25 < end.rms_db < -15
    assert card.ms == end.played_ms
    assert not board.coil_on(1)


async def test_the_amplifier_is_on_before_playing_is_told_and_off_before_done(
    bench: Bench, board: FakeRelayAmp, tones: Tones
) -> None:
    order = await bench.order(Operation.PLAY, await bench.prepared(tones(1.0)))
    playing, _ = await bench.ack(order, AckState.PLAYING)
    done, _ = await bench.ack(order, AckState.DONE)
    on, off = board.changes
    assert (on.on, off.on) == (True, False)
    assert on.steady < playing < off.steady < done


async def test_a_cached_clip_sounds_within_a_second_of_the_button(bench: Bench, card: FakeCard, tones: Tones) -> None:
    ref = await bench.prepared(tones(0.2), ms=200)
    first_samples = []
    for _ in range(10):
        card.heard.clear()
        pressed = time.monotonic()
        await bench.end_of(await bench.order(Operation.PLAY, ref))
        first_samples.append(card.heard[0].steady - pressed)
    log.info(
        "button to first sample: median %.3f s, worst %.3f s", statistics.median(first_samples), max(first_samples)
    )
    assert max(first_samples) < 0.5


async def test_stop_is_silence_within_half_a_second(
    bench: Bench, card: FakeCard, board: FakeRelayAmp, tones: Tones
) -> None:
    order = await bench.order(Operation.PLAY, await bench.prepared(tones(8.0), ms=8000))
    await bench.ack(order, AckState.PLAYING)
    await asyncio.sleep(0.5)
    pressed = time.monotonic()
    stop = await bench.order(Operation.STOP)
    stopped, _ = await bench.ack(stop, AckState.DONE)
    end = await bench.end_of(order)
    log.info(
        "stop to last sample %.3f s, relay off %.3f s",
        card.heard[-1].steady - pressed,
        board.changes[-1].steady - pressed,
    )
    assert card.heard[-1].steady - pressed < 0.2
    assert board.changes[-1].on is False
    assert board.changes[-1].steady - pressed < 0.2
    assert stopped - pressed < 0.5
    assert end.state is AckState.PREEMPTED
    assert end.played_ms is not None
    assert 400 < end.played_ms < 1200


async def test_stop_of_one_order_leaves_another_one_sounding(bench: Bench, tones: Tones) -> None:
    order = await bench.order(Operation.PLAY, await bench.prepared(tones(1.0)))
    await bench.ack(order, AckState.PLAYING)
    stop = await bench.order(Operation.STOP, about="1-999")
    assert (await bench.end_of(stop)).state is AckState.DONE
    assert (await bench.end_of(order)).state is AckState.DONE


async def test_a_play_that_arrives_after_its_stop_never_sounds(bench: Bench, card: FakeCard, tones: Tones) -> None:
    ref = await bench.prepared(tones(1.0))
    play = bench.orders.make(Operation.PLAY, ref)
    stop = await bench.order(Operation.STOP, about=str(play.id))
    await bench.end_of(stop)
    await bench.send(bench.orders.sign(play))
    assert (await bench.end_of(play)).state is AckState.PREEMPTED
    assert card.heard == []


async def test_a_more_urgent_order_preempts_and_an_equal_one_is_refused(
    bench: Bench, board: FakeRelayAmp, tones: Tones
) -> None:
    ref = await bench.prepared(tones(1.0))
    ordinary = await bench.order(Operation.PLAY, ref)
    await bench.ack(ordinary, AckState.PLAYING)
    equal = await bench.order(Operation.PLAY, ref)
    assert (await bench.end_of(equal)).state is AckState.REFUSED
    urgent = await bench.order(Operation.PLAY, ref, prio=Priority.KHAN_CAP)
    assert (await bench.end_of(ordinary)).state is AckState.PREEMPTED
    assert (await bench.end_of(urgent)).state is AckState.DONE
    assert not board.coil_on(1)


async def test_an_order_for_later_sounds_at_its_time(bench: Bench, card: FakeCard, tones: Tones) -> None:
    ref = await bench.prepared(tones(0.2), ms=200)
    at_ms = int(time.time() * 1000) + 1_000
    early = AtMs(at_ms - 60_000)
    await bench.end_of(await bench.order(Operation.PLAY, ref, at_ms=AtMs(at_ms), nbf_ms=early))
    heard_at_ms = (time.time() - (time.monotonic() - card.first_sample_steady)) * 1000
    assert -5 <= heard_at_ms - at_ms < 20


async def test_an_order_that_waits_can_be_stopped(bench: Bench, card: FakeCard, tones: Tones) -> None:
    ref = await bench.prepared(tones(0.2), ms=200)
    now = int(time.time() * 1000)
    order = await bench.order(Operation.PLAY, ref, at_ms=AtMs(now + 3_000), nbf_ms=AtMs(now - 60_000))
    await bench.ack(order, AckState.RECEIVED)
    await bench.end_of(await bench.order(Operation.STOP))  # silence now: what is planned for later stays
    assert bench.states_of(order) == [AckState.RECEIVED]
    await bench.order(Operation.STOP, about=str(order.id))
    assert (await bench.end_of(order)).state is AckState.PREEMPTED
    assert card.heard == []


async def test_horn_is_switched_off_when_playback_fails(
    bench: Bench, card: FakeCard, board: FakeRelayAmp, tones: Tones
) -> None:
    order = await bench.order(Operation.PLAY, await bench.prepared(tones(8.0), ms=8000))
    await bench.ack(order, AckState.PLAYING)
    card.unplug()
    end = await bench.end_of(order)
    assert end.state is AckState.FAILED
    assert end.err != ""
    assert not board.coil_on(1)


async def test_a_player_that_dies_fails_the_order_and_the_next_one_sounds(
    bench: Bench, board: FakeRelayAmp, tones: Tones
) -> None:
    ref = await bench.prepared(tones(1.0))
    order = await bench.order(Operation.PLAY, ref)
    await bench.ack(order, AckState.PLAYING)
    player = bench.states[-1]["player_pid"]
    os.kill(player, signal.SIGKILL)
    assert (await bench.end_of(order)).state is AckState.FAILED
    assert not board.coil_on(1)
    assert (await bench.end_of(await bench.order(Operation.PLAY, ref))).state is AckState.DONE


async def test_a_player_that_hangs_is_silenced_by_stop(bench: Bench, board: FakeRelayAmp, tones: Tones) -> None:
    ref = await bench.prepared(tones(8.0), ms=8000)
    order = await bench.order(Operation.PLAY, ref)
    await bench.ack(order, AckState.PLAYING)
    os.kill(bench.states[-1]["player_pid"], signal.SIGSTOP)
    pressed = time.monotonic()
    stop = await bench.order(Operation.STOP)
    await bench.ack(stop, AckState.DONE)
    assert board.changes[-1].on is False
    assert board.changes[-1].steady - pressed < 0.2
    assert (await bench.end_of(order)).state is AckState.PREEMPTED


async def test_an_amplifier_that_does_not_confirm_fails_the_order_in_silence(
    bench: Bench, card: FakeCard, board: FakeRelayAmp, tones: Tones
) -> None:
    ref = await bench.prepared(tones(1.0))
    board.stuck = True
    end = await bench.end_of(await bench.order(Operation.PLAY, ref))
    assert end.state is AckState.FAILED
    assert "Ampli" in end.err
    assert card.heard == []


async def test_an_amplifier_that_falls_silent_fails_the_order(bench: Bench, board: FakeRelayAmp, tones: Tones) -> None:
    order = await bench.order(Operation.PLAY, await bench.prepared(tones(8.0), ms=8000))
    await bench.ack(order, AckState.PLAYING)
    board.fault = Fault.SILENT
    end = await bench.end_of(order, within_s=12)
    assert end.state is AckState.FAILED
    await until(lambda: not board.coil_on(1), 5)
    state = await bench.state(lambda state: "amp_fault" in state)
    assert "amp_on" not in state


async def test_an_amplifier_without_output_current_is_told(bench: Bench, board: FakeRelayAmp, tones: Tones) -> None:
    board.current_ma = lambda: 15
    end = await bench.end_of(await bench.order(Operation.PLAY, await bench.prepared(tones(1.0))))
    assert end.state is AckState.DONE
    assert end.amp_ma == 15
    assert "không có dòng" in end.err


async def test_the_board_switches_off_by_itself_when_the_node_is_killed(
    bench: Bench, card: FakeCard, board: FakeRelayAmp, tones: Tones
) -> None:
    order = await bench.order(Operation.PLAY, await bench.prepared(tones(20.0), ms=20_000))
    await bench.ack(order, AckState.PLAYING)
    player = psutil.Process(bench.states[-1]["player_pid"])
    await asyncio.sleep(1.5)
    killed = time.monotonic()
    bench.process.kill()
    took_s = await until(lambda: not board.coil_on(1))
    log.info("kill -9 of the node: last sample %.3f s, relay off %.3f s", card.heard[-1].steady - killed, took_s)
    assert took_s < 5
    assert card.heard[-1].steady - killed < 0.3
    assert not player.is_running() or player.status() == psutil.STATUS_ZOMBIE


async def test_sigterm_in_the_middle_ends_with_a_report_and_the_horn_off(
    bench: Bench, board: FakeRelayAmp, tones: Tones
) -> None:
    order = await bench.order(Operation.PLAY, await bench.prepared(tones(8.0), ms=8000))
    await bench.ack(order, AckState.PLAYING)
    bench.process.terminate()
    end = await bench.end_of(order)
    assert end.state is AckState.FAILED
    assert await asyncio.to_thread(bench.process.wait, 5) == 0
    assert not board.coil_on(1)


async def test_an_amplifier_found_on_is_switched_off_at_the_start(
    setup: NodeSetup, orders: Orders, media: Media, board: FakeRelayAmp
) -> None:
    board._move(1, on=True)
    async with running_node(setup, orders, media) as bench:
        assert not board.coil_on(1)
        assert bench.states[-1]["amp_on"] is False


async def test_volume_is_kept_over_a_restart(setup: NodeSetup, orders: Orders, media: Media) -> None:
    async with running_node(setup, orders, media) as bench:
        order = await bench.order(Operation.VOLUME, gain_db=-6.0)
        assert (await bench.end_of(order)).state is AckState.DONE
    async with running_node(setup, orders, media) as bench:
        assert bench.states[-1]["vol"] == -6.0


async def test_node_and_player_stay_light(bench: Bench, tones: Tones) -> None:
    await bench.end_of(await bench.order(Operation.PLAY, await bench.prepared(tones(1.0))))
    node_mb = psutil.Process(bench.process.pid).memory_info().rss / 1e6
    player_mb = psutil.Process(bench.states[-1]["player_pid"]).memory_info().rss / 1e6
    log.info("RSS: node %.0f MB, player %.0f MB", node_mb, player_mb)
    maps = (await asyncio.to_thread(open, f"/proc/{bench.process.pid}/maps")).read()
    assert "numpy" not in maps
    assert "/av/" not in maps
    assert node_mb < 60
    assert player_mb < 110
