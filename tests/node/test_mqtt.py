"""A relay node over a real mosquitto with mutual TLS and the ACL of protocols.md."""

import asyncio
import logging
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge.core.broadcast import AckState, Operation
from edge.kernel.wire.node import NodeSetup
from edge.workers.player.fake_card import FakeCard
from tests.node.bench import HAMLET, Certs, Media, Orders, clip_on
from tests.node.broker import BASE, MOSQUITTO, NODE, Mosquitto, box_on, is_ready, node_toml, relay_node

log = logging.getLogger(__name__)

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")

Tones = Callable[[float], bytes]


@pytest.fixture
def broker(certs: Certs) -> Iterator[Mosquitto]:
    with tempfile.TemporaryDirectory(prefix="molang-mosquitto-") as folder:
        broker = Mosquitto(Path(folder), certs)
        broker.start()
        yield broker
        broker.stop()


@pytest.fixture
def config(tmp_path: Path, setup: NodeSetup, broker: Mosquitto) -> Path:
    path = tmp_path / "node.toml"
    path.write_text(node_toml(setup, broker.address, broker.port))
    return path


async def test_an_order_by_node_and_hamlet_topic_sounds_once(
    broker: Mosquitto, certs: Certs, orders: Orders, config: Path, media: Media, card: FakeCard, tones: Tones
) -> None:
    async with box_on(broker, certs, orders) as box, relay_node(config):
        await box.state(is_ready)
        ref = clip_on(media, tones(0.5), 500)
        assert (await box.end_of(await box.order(Operation.PREPARE, ref))).state is AckState.READY
        both = (f"{NODE}/cmd", f"{BASE}/zone/{HAMLET}/cmd", f"{BASE}/zone/all/cmd")
        end = await box.end_of(await box.order(Operation.PLAY, ref, to=both))
        await box.state(lambda state: state["refused"] == {"duplicate": 2})
    assert (end.state, end.amp_ma) == (AckState.DONE, 850)
    assert card.ms == end.played_ms


async def test_a_clean_stop_and_a_kill_are_both_seen_as_offline(
    broker: Mosquitto, certs: Certs, orders: Orders, config: Path
) -> None:
    async with box_on(broker, certs, orders) as box:
        for signal_ in (signal.SIGTERM, signal.SIGKILL):
            async with relay_node(config) as process:
                await box.state(is_ready)
                process.send_signal(signal_)
                await box.state(lambda state: state == {"online": False}, within_s=5)


async def test_an_order_sent_while_the_node_is_away_is_obeyed_when_it_is_back(
    broker: Mosquitto, certs: Certs, orders: Orders, config: Path
) -> None:
    async with box_on(broker, certs, orders) as box:
        async with relay_node(config):
            await box.state(is_ready)
        order = await box.order(Operation.VOLUME, gain_db=-3.0)
        async with relay_node(config):
            assert (await box.end_of(order)).state is AckState.DONE
            assert (await box.state(is_ready))["vol"] == -3.0


async def test_a_broker_that_restarts_does_not_break_a_broadcast(
    broker: Mosquitto,
    certs: Certs,
    orders: Orders,
    config: Path,
    media: Media,
    card: FakeCard,
    board: FakeRelayAmp,
    tones: Tones,
) -> None:
    async with relay_node(config):
        async with box_on(broker, certs, orders) as box:
            await box.state(is_ready)
            order = await box.order(Operation.PLAY, clip_on(media, tones(2.0), 2000))
            await box.state(lambda state: "playing" in state)
            await asyncio.to_thread(broker.stop)
        await asyncio.to_thread(broker.start)
        began = time.monotonic()
        async with box_on(broker, certs, orders) as box:
            await box.state(lambda state: state["online"])
            log.info("node back %.2f s after the broker", time.monotonic() - began)
            end = await box.end_of(order)
    assert end.state is AckState.DONE
    assert card.ms == end.played_ms
    assert not board.coil_on(1)
