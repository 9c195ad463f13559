"""A node with a plan on its own disk: real process, real player, real amplifier board on a PTY."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from drivers.devices.key_switch_modbus.codec import Inputs
from drivers.devices.key_switch_modbus.fake import RELEASED, FakeKeySwitch
from edge.core.broadcast import CUT_OFF, LOCAL_EPOCH, AckState, MediaRef, Operation, Order, OrderId, Priority
from edge.core.place import HornId
from edge.core.plan import StandBy
from edge.core.policy.reporting import FINAL
from edge.kernel.signing import OrderKey
from edge.kernel.wire.node import NodeSetup
from edge.workers.player.fake_card import FakeCard
from hil.time_server import TimeServer, serving
from tests.node.bench import Bench, Media, Orders, clip_on, running_node

log = logging.getLogger(__name__)

Tones = Callable[[float], bytes]


async def until_ms(at_ms: int) -> None:
    await asyncio.sleep(max(0.0, at_ms / 1000 - time.time()))


def off_ms(card: FakeCard, item: Order) -> float:
    """How late the item was heard."""
    return (time.time() - (time.monotonic() - card.first_sample_steady)) * 1000 - item.at_ms


async def test_a_planned_item_sounds_at_its_time_once_and_is_said_until_it_is_heard(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    clip = clip_on(media, tones(0.2), 200)
    async with running_node(setup, orders, media) as bench:
        item = orders.item(1.5, clip)
        await bench.plan(item)
        await bench.send(orders.sign(orders.make(Operation.STOP)))  # silence now, not at the time of the item
        end = await bench.end_of(item)
        assert (end.state, end.err) == (AckState.DONE, "")
        assert abs(off_ms(card, item)) < 20
        heard_ms = card.ms
        await bench.send(orders.sign(item))  # a box that does not know that the node had it
        _, again = await bench.ack(item, AckState.REFUSED)
        assert again.code == "replayed"
        await bench.state(lambda state: state.get("held") == 1)
    async with running_node(setup, orders, media) as bench:
        assert (await bench.end_of(item)).state is AckState.DONE
        await bench.send(orders.sign(item))
        await bench.ack(item, AckState.REFUSED)
        await bench.hear(item)
        await bench.state(lambda state: "held" not in state)
    async with running_node(setup, orders, media) as bench:
        await bench.send(orders.sign(item))
        await bench.ack(item, AckState.REFUSED)
        assert AckState.DONE not in bench.states_of(item)
    assert card.ms == heard_ms


async def test_the_plan_survives_a_restart_and_what_was_due_meanwhile_is_said_to_be_missed(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    clip = clip_on(media, tones(0.2), 200)
    async with running_node(setup, orders, media) as bench:
        missed, later = orders.item(2.2, clip, late_ms=100), orders.item(7.5, clip)
        long_ago = orders.item(-3_600, clip)
        await bench.plan(missed, later, long_ago)
        bench.process.kill()
    media.files.clear()
    await until_ms(missed.at_ms + 150)
    async with running_node(setup, orders, media) as bench:
        end = await bench.end_of(missed)
        assert (end.state, end.played_ms) == (AckState.FAILED, 0)
        assert "nút không chạy" in end.err
        assert card.heard == []
        assert (await bench.end_of(later)).state is AckState.DONE
        assert bench.states_of(long_ago) == []  # it was over before this node had the plan


async def test_an_item_that_a_kill_broke_off_is_not_begun_again_and_is_said_to_be_broken_off(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    async with running_node(setup, orders, media) as bench:
        item = orders.item(1.0, clip_on(media, tones(8.0), 8_000))
        await bench.plan(item)
        await bench.ack(item, AckState.PLAYING)
        await asyncio.sleep(1.4)
        bench.process.kill()
    await asyncio.sleep(0.2)
    card.heard.clear()
    async with running_node(setup, orders, media) as bench:
        end = await bench.end_of(item)
        assert (end.state, end.code) == (AckState.FAILED, CUT_OFF)
        assert end.played_ms is not None
        assert 400 < end.played_ms < 2_000
        await asyncio.sleep(0.6)
    assert card.heard == []


async def test_a_stop_that_names_an_item_ends_it_before_it_begins_even_over_a_restart(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    clip = clip_on(media, tones(0.2), 200)
    async with running_node(setup, orders, media) as bench:
        item, unknown = orders.item(2.5, clip), orders.item(2.8, clip)
        await bench.plan(item)
        for stopped in (item, unknown):
            await bench.end_of(await bench.order(Operation.STOP, about=str(stopped.id)))
        end = await bench.end_of(item)
        assert (end.state, end.played_ms) == (AckState.PREEMPTED, 0)
        bench.process.kill()
    async with running_node(setup, orders, media) as bench:
        await bench.plan(item, unknown)
        assert (await bench.end_of(unknown)).state is AckState.PREEMPTED
        await bench.send(orders.sign(item))
        await bench.ack(item, AckState.REFUSED)
        await until_ms(unknown.at_ms + 300)
    assert card.heard == []


async def test_an_item_gives_way_to_what_is_more_urgent_and_takes_the_horn_from_what_is_less(
    bench: Bench, tones: Tones
) -> None:
    clip = await bench.prepared(tones(8.0), ms=8_000)
    short = await bench.prepared(tones(0.2), ms=200)
    relay = await bench.order(Operation.PLAY, clip, prio=Priority.RELAY)
    item = bench.orders.item(1.0, clip)
    await bench.plan(item)
    assert (await bench.end_of(relay)).state is AckState.PREEMPTED
    await bench.ack(item, AckState.PLAYING)
    urgent = await bench.order(Operation.PLAY, short, prio=Priority.KHAN_CAP)
    assert (await bench.end_of(urgent)).state is AckState.DONE
    assert (await bench.end_of(item)).state is AckState.PREEMPTED


async def test_a_box_that_sends_a_planned_order_itself_is_answered_and_it_sounds_once(
    bench: Bench, card: FakeCard, tones: Tones
) -> None:
    item = bench.orders.item(1.5, bench.clip(tones(0.2), 200))
    await bench.plan(item)
    await bench.send(bench.orders.sign(item))
    end = await bench.end_of(item)
    assert end.state is AckState.DONE
    assert card.ms <= (end.played_ms or 0) + 100  # and the silence before it


async def test_a_forged_an_older_and_another_ones_plan_are_refused_and_a_new_epoch_ends_the_old_plan(
    bench: Bench, tmp_path: Path, card: FakeCard, tones: Tones
) -> None:
    clip = bench.clip(tones(0.2), 200)
    old = bench.orders.plan(bench.orders.item(2.5, clip))
    held = await bench.plan(bench.orders.item(2.6, clip))
    stranger = Orders(OrderKey.load_or_make(tmp_path / "stranger.key"), epoch=9)
    bad = (
        stranger.sign_plan(stranger.plan(stranger.item(2.0, clip))),
        bench.orders.sign_plan(bench.orders.plan(bench.orders.item(2.0, clip), node=HornId("tay-1"))),
        bench.orders.sign_plan(old),
        bench.orders.sign_plan(held)[:-1] + b"x",
        b"\x00" * 40,
    )
    for payload in bad:
        await bench.send(payload, "plan")
    state = await bench.state(lambda state: state.get("plans_refused") == len(bad))
    assert state["plan"] == str(held.id)
    restored = Orders(bench.orders.key, epoch=2)
    order = restored.make(Operation.VOLUME)
    await bench.send(restored.sign(order))
    await bench.state(lambda state: "plan" not in state)
    await until_ms(held.items[0].at_ms + 300)
    assert card.heard == []
    mine = restored.item(0.8, clip)
    await bench.send(restored.sign_plan(restored.plan(mine)), "plan")
    assert (await bench.end_of(mine)).state is AckState.DONE


async def test_without_the_time_no_item_sounds_and_with_it_the_next_one_does(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    clip = clip_on(media, tones(0.2), 200)
    async with serving(TimeServer(lost=True)) as server:
        lost = msgspec.structs.replace(setup, time_server=f"127.0.0.1:{server.port}")
        async with running_node(lost, orders, media) as bench:
            missed = orders.item(1.0, clip, late_ms=100)
            await bench.plan(missed)
            state = bench.states[-1]
            assert (state["clock"], state["clock_words"]) == ("floor", "không biết giờ")
            order = await bench.order(Operation.PLAY, clip, nonce=str(state["nonce"]))
            assert (await bench.end_of(order)).state is AckState.DONE
            card.heard.clear()
            await until_ms(missed.at_ms + 300)
            assert card.heard == []
            server.lost = False
            end = await bench.end_of(missed, within_s=20)
            assert (end.state, end.played_ms) == (AckState.FAILED, 0)
            assert "không biết giờ" in end.err
            item = orders.item(0.8, clip)
            await bench.plan(item)
            assert (await bench.end_of(item)).state is AckState.DONE


class Pole:
    """A node with a sealed key and a stop button."""

    def __init__(self, setup: NodeSetup, media: Media, tones: Tones) -> None:
        self.switch = FakeKeySwitch(Inputs(1, 2))
        self.switch.plug_in()
        self.setup = msgspec.structs.replace(
            setup,
            switch_kind="key_switch_modbus",
            switch={"device": self.switch.path, "unit": 3, "key_input": 1, "stop_input": 2},
            switch_template="bao-dong-3",
        )
        self.clip: MediaRef = clip_on(media, tones(0.3), 300)

    def turn(self, *, key: bool = False, stop: bool = False) -> None:
        self.switch.state = replace(RELEASED, key_turned=key, stop_pressed=stop)


async def local_end(bench: Bench, within_s: float = 8.0) -> tuple[OrderId, AckState, str, str]:
    async with asyncio.timeout(within_s):
        while True:
            for _, ack in bench.acks:
                if ack.order.epoch == LOCAL_EPOCH and ack.state in FINAL:
                    return ack.order, ack.state, ack.err, ack.code
            await asyncio.sleep(0.02)


async def test_a_key_that_is_turned_plays_its_notice_three_times_and_is_told_as_local(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    pole = Pole(setup, media, tones)
    pole.turn(key=True)  # it was turned before the start: that plays nothing
    async with running_node(pole.setup, orders, media) as bench:
        await bench.state(lambda state: "bao-dong-3" in state.get("key_fault", ""))
        template = StandBy("bao-dong-3", "Báo động 3", Priority.KHAN_CAP, (pole.clip,))
        await bench.plan(templates=(template,))
        await bench.end_of(await bench.order(Operation.STOP))  # an earlier STOP of the box does not forbid it
        await asyncio.sleep(0.5)
        assert card.heard == []
        pole.turn()
        await asyncio.sleep(0.6)
        pole.turn(key=True)
        order, state, err, code = await local_end(bench)
        assert (state, err, code) == (AckState.DONE, "", "local:bao-dong-3")
        assert 880 < card.ms < 1_000
    pole.turn()
    async with running_node(pole.setup, orders, media) as bench:
        assert (await local_end(bench))[0] == order  # said again: nobody heard it yet
    await pole.switch.close()


async def test_the_stop_button_silences_the_horn(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    pole = Pole(setup, media, tones)
    async with running_node(pole.setup, orders, media) as bench:
        order = await bench.order(Operation.PLAY, bench.clip(tones(8.0), 8_000))
        await bench.ack(order, AckState.PLAYING)
        pressed = time.monotonic()
        pole.turn(stop=True)
        end = await bench.end_of(order)
        log.info("stop button to last sample: %.3f s", card.heard[-1].steady - pressed)
        assert (end.state, end.err) == (AckState.PREEMPTED, "Dừng bằng nút tại chỗ.")
        assert card.heard[-1].steady - pressed < 0.8
    await pole.switch.close()


def write_ledger(folder: Path, data: bytes) -> None:
    folder.mkdir()
    (folder / "ledger").write_bytes(data)


async def test_a_ledger_that_a_power_cut_tore_is_read_as_far_as_it_goes(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    item = orders.item(0.0, clip_on(media, tones(0.2), 200))
    line = f'{{"order":"{item.id}","step":"begun","until_ms":{item.exp_ms},"heard_ms":1500}}\n'
    write_ledger(Path(setup.data_folder), line.encode() + b'{"order":"1-9","st\xff\xfe\x00')
    async with running_node(setup, orders, media) as bench:
        end = await bench.end_of(item)
        assert (end.code, end.played_ms) == (CUT_OFF, 1_500)
        await bench.send(orders.sign(item))
        await bench.ack(item, AckState.REFUSED)
    assert card.heard == []
