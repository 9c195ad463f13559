"""A talk at a real node: packets over its channel, a real amplifier board behind a PTY, a card that remembers."""

import asyncio
import re
import time

import pytest

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge.core.broadcast import AckState, Operation, Order, Priority
from edge.kernel.wire import Channel
from edge.kernel.wire.node import LinkFrame
from edge.node import live
from edge.node.gate import is_sane
from edge.workers.player.fake_card import FakeCard
from hil.talker import Talker
from tests.node.bench import Bench, Orders
from tests.node.test_playing import Tones

PACKET_S = 0.1


async def say(bench: Bench, payload: bytes) -> None:
    channel = bench._channel
    assert isinstance(channel, Channel)
    await channel.send(LinkFrame("live", payload))


async def ordered(bench: Bench, talker: Talker, **fields: object) -> Order:
    talk = {"prio": Priority.LIVE, "stream": talker.stream, "talk_key": talker.key.public_hex, "length_ms": 60_000}
    order = await bench.order(Operation.LIVE, **{**talk, **fields})
    await bench.ack(order, AckState.RECEIVED, AckState.REFUSED)
    return order


async def talk_for(bench: Bench, talker: Talker, packets: int) -> None:
    began = time.monotonic()
    for number in range(packets):
        await say(bench, talker.next())
        await asyncio.sleep(max(0.0, began + (number + 1) * PACKET_S - time.monotonic()))


def sound_ms(card: FakeCard) -> int:
    """How much of what came is not silence."""
    pcm = card.pcm
    blocks = [pcm[at : at + 1920] for at in range(0, len(pcm), 1920)]
    return sum(any(block) for block in blocks) * 20


async def test_a_talk_sounds_whole_and_ends_with_evidence(bench: Bench, card: FakeCard, board: FakeRelayAmp) -> None:
    talker = Talker()
    order = await ordered(bench, talker)
    assert not board.coil_on(1)
    await talk_for(bench, talker, 15)
    assert board.coil_on(1)
    await say(bench, talker.end())
    end = await bench.end_of(order)
    assert (end.state, end.err, end.amp_ma) == (AckState.DONE, "", 850)
    assert end.rms_db is not None
    assert -30 < end.rms_db < -15
    assert 1300 <= sound_ms(card) <= 1540
    assert not board.coil_on(1)
    assert bench.states_of(order) == [AckState.RECEIVED, AckState.PLAYING, AckState.DONE]


async def test_the_first_packet_switches_on_and_not_the_order(
    bench: Bench, card: FakeCard, board: FakeRelayAmp
) -> None:
    order = await ordered(bench, Talker())
    await asyncio.sleep(0.3)
    assert not board.coil_on(1)
    assert card.ms == 0
    await bench.order(Operation.STOP)
    assert (await bench.end_of(order)).state is AckState.PREEMPTED


async def test_packets_without_the_talks_own_signature_never_sound(bench: Bench, card: FakeCard) -> None:
    talker, forger = Talker(), Talker()
    forger.stream = talker.stream
    order = await ordered(bench, talker)
    genuine = talker.next()
    flipped = genuine[:-80] + bytes([genuine[-80] ^ 1]) + genuine[-79:]
    for bad in (forger.next(), flipped, genuine[:-1], b"", bytes(500), Talker().next()):
        await say(bench, bad)
    await asyncio.sleep(0.2)
    assert card.ms == 0
    state = await bench.state(lambda state: sum(map(int, state["refused"].values())) >= 6, within_s=12)
    assert state["refused"] == {"packet_forged": 2, "packet_garbled": 3, "packet_no_talk": 1}
    await bench.order(Operation.STOP)
    await bench.end_of(order)


async def test_a_packet_that_comes_again_is_played_once(bench: Bench, card: FakeCard) -> None:
    talker = Talker()
    order = await ordered(bench, talker)
    for _ in range(10):
        packet = talker.next()
        await say(bench, packet)
        await say(bench, packet)
        await asyncio.sleep(PACKET_S)
    await say(bench, talker.end())
    assert (await bench.end_of(order)).state is AckState.DONE
    assert sound_ms(card) <= 1040


async def test_stop_ends_a_talk_and_its_key(bench: Bench, card: FakeCard, board: FakeRelayAmp) -> None:
    talker = Talker()
    order = await ordered(bench, talker)
    await talk_for(bench, talker, 6)
    await bench.order(Operation.STOP)
    end = await bench.end_of(order)
    assert (end.state, board.coil_on(1)) == (AckState.PREEMPTED, False)
    before = card.ms
    await talk_for(bench, talker, 3)
    assert card.ms == before


async def test_who_speaks_right_after_another_is_not_refused(bench: Bench) -> None:
    first, second = Talker(), Talker()
    before = await ordered(bench, first)
    after = await ordered(bench, second)
    await talk_for(bench, first, 4)
    await say(bench, first.end())
    await talk_for(bench, second, 6)
    await say(bench, second.end())
    assert (await bench.end_of(before)).state is AckState.DONE
    assert (await bench.end_of(after)).state is AckState.DONE


async def test_a_line_that_dies_ends_the_talk_as_partial(bench: Bench, board: FakeRelayAmp) -> None:
    talker = Talker()
    order = await ordered(bench, talker)
    await talk_for(bench, talker, 6)
    ended = time.monotonic()
    end = await bench.end_of(order)
    assert time.monotonic() - ended < live.IDLE_S + 1
    assert (end.state, end.err) == (AckState.FAILED, live.LINE_WENT)
    assert end.played_ms
    assert not board.coil_on(1)


async def test_packets_that_are_lost_are_told(bench: Bench) -> None:
    talker = Talker()
    order = await ordered(bench, talker)
    await talk_for(bench, talker, 6)
    for _ in range(4):
        talker.next()
        await asyncio.sleep(PACKET_S)
    await talk_for(bench, talker, 4)
    await say(bench, talker.end())
    end = await bench.end_of(order)
    assert end.state is AckState.FAILED
    assert re.fullmatch(r"Mất 0,[345] giây tiếng trên đường truyền\.", end.err)


async def test_a_talk_ends_by_itself_when_its_time_is_over(bench: Bench, board: FakeRelayAmp) -> None:
    talker = Talker()
    order = await ordered(bench, talker, length_ms=700)
    talking = asyncio.create_task(talk_for(bench, talker, 20))
    end = await bench.end_of(order)
    assert end.state is AckState.DONE
    assert end.played_ms is not None
    assert end.played_ms < 1_100
    assert not board.coil_on(1)
    await talking


async def test_a_talk_takes_the_horn_from_a_notice_and_an_alarm_takes_it_back(bench: Bench, tones: Tones) -> None:
    notice = await bench.order(Operation.PLAY, await bench.prepared(tones(8.0), ms=8000), prio=Priority.UU_TIEN)
    await bench.ack(notice, AckState.PLAYING)
    talker = Talker()
    order = await ordered(bench, talker)
    await talk_for(bench, talker, 6)
    assert (await bench.end_of(notice)).state is AckState.PREEMPTED
    alarm = await bench.order(Operation.PLAY, await bench.prepared(tones(0.3), ms=300), prio=Priority.KHAN_CAP)
    await talk_for(bench, talker, 2)
    assert (await bench.end_of(order)).state is AckState.PREEMPTED
    assert (await bench.end_of(alarm)).state is AckState.DONE


@pytest.mark.parametrize(
    "fields",
    [
        {"stream": ""},
        {"stream": "../../x"},
        {"talk_key": "00"},
        {"talk_key": "Z" * 64},
        {"length_ms": 0},
        {"length_ms": 3_600_000},
        {"length_ms": 1.5},
    ],
)
def test_an_order_that_names_no_whole_talk_is_not_obeyed(fields: dict[str, object], orders: Orders) -> None:
    talker = Talker()
    talk = {"stream": talker.stream, "talk_key": talker.key.public_hex, "length_ms": 1000, "prio": Priority.LIVE}
    assert is_sane(orders.make(Operation.LIVE, **talk))
    assert not is_sane(orders.make(Operation.LIVE, **{**talk, **fields}))
    assert not is_sane(orders.make(Operation.PLAY, **talk))
