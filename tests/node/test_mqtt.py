"""A relay node over a real mosquitto with mutual TLS and the ACL of protocols.md."""

import asyncio
import json
import logging
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge.core.broadcast import Ack, AckState, Operation, Order
from edge.kernel.wire.node import NodeSetup
from edge.kernel.wire.order import ack_from_payload
from edge.workers.player.fake_card import FakeCard
from tests.node.bench import ENDS, HAMLET, HORN, Certs, Media, Orders, clip_on

log = logging.getLogger(__name__)

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")

BASE = "xa/dong-son"
NODE = f"{BASE}/node/{HORN}"
ACL = f"""
user box
topic readwrite xa/#
pattern read {BASE}/node/%u/cmd
pattern write {BASE}/node/%u/ack
pattern write {BASE}/node/%u/state
user {HORN}
topic read {BASE}/zone/{HAMLET}/cmd
topic read {BASE}/zone/all/cmd
"""
Tones = Callable[[float], bytes]


class Mosquitto:
    """A broker of our own that can be restarted; its sessions survive."""

    def __init__(self, folder: Path, certs: Certs) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        (folder / "acl").write_text(ACL)
        self._conf = folder / "mosquitto.conf"
        self._conf.write_text(f"""
user root
listener {self.port} 127.0.0.1
cafile {certs.ca}
certfile {certs.server_cert}
keyfile {certs.server_key}
require_certificate true
use_identity_as_username true
acl_file {folder}/acl
persistence true
persistence_location {folder}/
autosave_interval 1
log_type error
log_type warning
""")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._conf)])
        until = time.monotonic() + 5
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.05)
        raise AssertionError("mosquitto does not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(5)


@pytest.fixture
def broker(certs: Certs) -> Iterator[Mosquitto]:
    with tempfile.TemporaryDirectory(prefix="molang-mosquitto-") as folder:
        broker = Mosquitto(Path(folder), certs)
        broker.start()
        yield broker
        broker.stop()


class Box:
    """The box's end of the broker."""

    def __init__(self, client: aiomqtt.Client, orders: Orders) -> None:
        self._client = client
        self._orders = orders
        self._news = asyncio.Condition()
        self.acks: list[Ack] = []
        self.states: list[dict[str, Any]] = []

    async def listen(self) -> None:
        with suppress(aiomqtt.MqttError):  # tests stop the broker
            async for message in self._client.messages:
                assert isinstance(message.payload, bytes)
                async with self._news:
                    self._hear(message.topic.value, message.payload)
                    self._news.notify_all()

    def _hear(self, topic: str, payload: bytes) -> None:
        if topic == f"{NODE}/ack":
            self.acks.append(ack_from_payload(payload))
        else:
            self.states.append(json.loads(payload))

    async def order(self, op: Operation, *media: Any, to: tuple[str, ...] = (f"{NODE}/cmd",), **fields: Any) -> Order:
        order = self._orders.make(op, *media, **fields)
        for topic in to:
            await self._client.publish(topic, self._orders.sign(order), qos=1)
        return order

    async def end_of(self, order: Order) -> Ack:
        async with asyncio.timeout(10), self._news:
            while True:
                for ack in self.acks:
                    if ack.order == order.id and ack.state in ENDS:
                        return ack
                await self._news.wait()

    async def state(self, wanted: Callable[[dict[str, Any]], bool], within_s: float = 15.0) -> dict[str, Any]:
        async with asyncio.timeout(within_s), self._news:
            while not (self.states and wanted(self.states[-1])):
                await self._news.wait()
            return self.states[-1]


@asynccontextmanager
async def box_on(broker: Mosquitto, certs: Certs, orders: Orders) -> AsyncIterator[Box]:
    tls = ssl.create_default_context(cafile=certs.ca)
    tls.load_cert_chain(certs.server_cert, certs.server_key)
    async with aiomqtt.Client("127.0.0.1", broker.port, tls_context=tls, timeout=5) as client:
        await client.subscribe([(f"{NODE}/ack", 1), (f"{NODE}/state", 1)])
        box = Box(client, orders)
        listening = asyncio.create_task(box.listen())
        yield box
        listening.cancel()


def node_toml(setup: NodeSetup, port: int) -> str:
    device = setup.amplifier["device"]
    keys = "\n".join(f'"{key_id}" = "{public}"' for key_id, public in setup.order_keys.items())
    return f"""
horn = "{setup.horn}"
hamlets = ["{HAMLET}"]
data_folder = "{setup.data_folder}"
media_url = "{setup.media_url}"
cache_mb = 8
state_every_s = 10
[order_keys]
{keys}
[broker]
host = "127.0.0.1"
port = {port}
commune = "dong-son"
[tls]
ca = "{setup.tls_ca}"
cert = "{setup.tls_cert}"
key = "{setup.tls_key}"
[amplifier]
kind = "relay_amp_modbus"
settings = {{ device = "{device}", relay_unit = 1, relay_channel = 1, amp_unit = 2 }}
[sound]
kind = "unix"
settings = {{ path = "{setup.sound["path"]}" }}
"""


@pytest.fixture
def config(tmp_path: Path, setup: NodeSetup, broker: Mosquitto) -> Path:
    path = tmp_path / "node.toml"
    path.write_text(node_toml(setup, broker.port))
    return path


@asynccontextmanager
async def relay_node(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "edge.node", "--config", str(config))
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            await process.wait()


def is_ready(state: dict[str, Any]) -> bool:
    return "player_pid" in state


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
