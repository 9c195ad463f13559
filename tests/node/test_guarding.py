"""What never sounds: forged, replayed, expired, meant for others."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge.core.broadcast import CUT_OFF, AckState, Operation, Order, SignedOrder
from edge.core.moment import AtMs
from edge.core.place import EVERYWHERE, HamletId, HornId
from edge.core.speech import Sha256
from edge.kernel.signing import OrderKey
from edge.kernel.wire.node import NodeSetup
from edge.kernel.wire.order import order_to_payload
from edge.workers.player.fake_card import FakeCard
from tests.node.bench import HAMLET, Bench, Media, Orders, running_node

Tones = Callable[[float], bytes]


async def count_of(bench: Bench, reason: str, count: int = 1) -> None:
    await bench.state(lambda state: state["refused"].get(reason) == count)


async def play_of(bench: Bench, tones: Tones, seconds: float = 0.2) -> Order:
    ref = await bench.prepared(tones(seconds), ms=round(seconds * 1000))
    return bench.orders.make(Operation.PLAY, ref)


async def test_a_forged_order_never_sounds(bench: Bench, card: FakeCard, board: FakeRelayAmp, tones: Tones) -> None:
    order = await play_of(bench, tones)
    await bench.send(bench.orders.forge(order))
    end = await bench.end_of(order)
    assert (end.state, end.err) == (AckState.REFUSED, "Chữ ký của lệnh không đúng.")
    await count_of(bench, "forged")
    assert card.heard == []
    assert board.changes == []


async def test_an_order_of_another_key_never_sounds(bench: Bench, card: FakeCard, tones: Tones, tmp_path: Path) -> None:
    order = await play_of(bench, tones)
    stranger = OrderKey.load_or_make(tmp_path / "stranger.key")
    for key_id in (stranger.key_id, bench.orders.key.key_id):
        signed = replace(stranger.sign(order), key_id=key_id)
        await bench.send(order_to_payload(signed))
    await count_of(bench, "forged", 2)
    assert card.heard == []


async def test_a_changed_body_never_sounds(bench: Bench, card: FakeCard, tones: Tones) -> None:
    signed = bench.orders.key.sign(await play_of(bench, tones))
    louder = signed.body.replace(b'"gain_db":0.0', b'"gain_db":9.0')
    assert louder != signed.body
    await bench.send(order_to_payload(SignedOrder(louder, signed.key_id, signed.sig)))
    await count_of(bench, "forged")
    assert card.heard == []


async def test_a_forgery_does_not_spoil_the_report_of_the_genuine_order(bench: Bench, tones: Tones) -> None:
    order = await play_of(bench, tones)
    await bench.send(bench.orders.sign(order))
    await bench.send(bench.orders.forge(order))
    assert (await bench.end_of(order)).state is AckState.DONE
    await count_of(bench, "forged")
    assert AckState.REFUSED not in bench.states_of(order)


async def test_an_expired_order_never_sounds(bench: Bench, card: FakeCard, tones: Tones) -> None:
    order = await play_of(bench, tones)
    stale = replace(order, nbf_ms=AtMs(order.nbf_ms - 60_000), exp_ms=AtMs(order.nbf_ms - 1))
    await bench.send(bench.orders.sign(stale))
    end = await bench.end_of(stale)
    assert (end.state, end.err) == (AckState.REFUSED, "Lệnh đã hết hạn.")
    assert card.heard == []


async def test_an_order_of_next_week_is_refused_today(bench: Bench, card: FakeCard, tones: Tones) -> None:
    order = await play_of(bench, tones)
    week_ms = 7 * 86_400_000
    early = replace(order, nbf_ms=AtMs(order.nbf_ms + week_ms), exp_ms=AtMs(order.exp_ms + week_ms))
    await bench.send(bench.orders.sign(early))
    assert (await bench.end_of(early)).state is AckState.REFUSED
    assert card.heard == []


async def test_the_same_order_by_two_topics_sounds_once(bench: Bench, card: FakeCard, tones: Tones) -> None:
    order = await play_of(bench, tones)
    await bench.send(bench.orders.sign(order))
    await bench.send(bench.orders.sign(order))
    end = await bench.end_of(order)
    await count_of(bench, "duplicate")
    assert end.state is AckState.DONE
    assert bench.states_of(order) == [AckState.DONE]  # the end overtook what lasts no moment
    assert card.ms == end.played_ms


async def test_a_replay_after_a_restart_never_sounds(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    async with running_node(setup, orders, media) as bench:
        order = await play_of(bench, tones)
        payload = orders.sign(order)
        await bench.send(payload)
        await bench.end_of(order)
    card.heard.clear()
    async with running_node(setup, orders, media) as bench:
        await bench.send(payload)
        _, end = await bench.ack(order, AckState.REFUSED)  # beside the end itself, which nobody has heard yet
        assert end.err == "Lệnh này đã nhận rồi."
        assert (await bench.end_of(await bench.order(Operation.VOLUME))).state is AckState.DONE
    assert card.heard == []


async def test_an_order_accepted_before_a_kill_is_not_played_twice(
    setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    async with running_node(setup, orders, media) as bench:
        order = await play_of(bench, tones, seconds=2.0)
        payload = orders.sign(order)
        await bench.send(payload)
        await bench.ack(order, AckState.PLAYING)
        bench.process.kill()
    await asyncio.sleep(0.5)  # the last bytes of its player are still on their way
    card.heard.clear()
    async with running_node(setup, orders, media) as bench:
        await bench.send(payload)
        await bench.ack(order, AckState.REFUSED)
        _, end = await bench.ack(order, AckState.FAILED)
        assert end.code == CUT_OFF
    assert card.heard == []


async def test_an_older_epoch_is_refused(bench: Bench) -> None:
    old = Orders(bench.orders.key, epoch=1)
    new = Orders(bench.orders.key, epoch=2)
    for orders, wanted in ((old, AckState.DONE), (new, AckState.DONE), (old, AckState.REFUSED)):
        order = orders.make(Operation.VOLUME)
        await bench.send(orders.sign(order))
        assert (await bench.end_of(order)).state is wanted
    await count_of(bench, "old_epoch")


async def test_an_order_for_another_hamlet_is_ignored(bench: Bench, card: FakeCard, tones: Tones) -> None:
    order = await play_of(bench, tones)
    for fields in ({"node": None, "zones": (HamletId("doai"),)}, {"node": HornId("doai-1")}):
        await bench.send(bench.orders.sign(replace(order, **fields)))
    await count_of(bench, "not_for_me", 2)
    assert bench.states_of(order) == []
    assert card.heard == []


async def test_orders_for_its_hamlet_and_for_everybody_are_obeyed(bench: Bench) -> None:
    for zone in (HAMLET, EVERYWHERE):
        order = await bench.order(Operation.VOLUME, node=None, zones=(zone,))
        assert (await bench.end_of(order)).state is AckState.DONE


async def test_rubbish_is_counted_and_changes_nothing(bench: Bench) -> None:
    envelope = bench.orders.sign(bench.orders.make(Operation.VOLUME))
    for rubbish in (b"", b"\xff" * 100, b"{}", envelope[:-5], bytes(40_000)):
        await bench.send(rubbish)
    await count_of(bench, "garbled", 5)
    order = await bench.order(Operation.VOLUME)
    assert (await bench.end_of(order)).state is AckState.DONE


async def test_a_genuine_order_with_wild_numbers_is_refused(bench: Bench, tones: Tones) -> None:
    ref = bench.clip(tones(0.2))
    wild = (
        replace(ref, sha256=Sha256("../../etc/passwd")),
        replace(ref, bytes=10**12),
        replace(ref, ms=-1),
    )
    for media in wild:
        await bench.order(Operation.PREPARE, media)
    await bench.order(Operation.VOLUME, gain_db=1e9)
    await bench.order(Operation.VOLUME, exp_ms="tomorrow")
    await count_of(bench, "garbled", 5)
    assert bench.acks == []


async def test_a_flood_of_orders_is_refused_but_stop_is_obeyed(bench: Bench, tones: Tones) -> None:
    later = AtMs(bench.orders.make(Operation.PLAY).exp_ms - 10_000)
    ref = await bench.prepared(tones(0.2), ms=200)
    waiting = [await bench.order(Operation.PLAY, ref, at_ms=later, about="1-1") for _ in range(20)]
    assert (await bench.end_of(waiting[-1])).state is AckState.REFUSED
    stop = await bench.order(Operation.STOP, about="1-1")
    assert (await bench.end_of(stop)).state is AckState.DONE
    async with asyncio.timeout(5):
        ends = [(await bench.end_of(order)).state for order in waiting]
    assert ends == [AckState.PREEMPTED] * 16 + [AckState.REFUSED] * 4
