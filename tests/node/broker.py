"""Real parts of a commune around a relay node: mosquitto with the ACL of protocols.md, and the box's end of it."""

import asyncio
import json
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiomqtt

from edge.core.broadcast import Ack, Operation, Order
from edge.kernel.wire.node import NodeSetup
from edge.kernel.wire.order import ack_from_payload
from tests.node.bench import ENDS, HAMLET, HORN, Certs, Orders

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")

LOOPBACK = "127.0.0.1"
BASE = "xa/dong-son"
NODE = f"{BASE}/node/{HORN}"
ACL = f"""
user box
topic readwrite xa/#
pattern read {BASE}/node/%u/cmd
pattern read {BASE}/node/%u/plan
pattern read {BASE}/node/%u/heard
pattern write {BASE}/node/%u/ack
pattern write {BASE}/node/%u/state
user {HORN}
topic read {BASE}/zone/{HAMLET}/cmd
topic read {BASE}/zone/all/cmd
"""


class Mosquitto:
    """A broker of our own that can be restarted; its sessions survive."""

    def __init__(self, folder: Path, certs: Certs, address: str = LOOPBACK) -> None:
        self.address = address
        with socket.socket() as probe:
            probe.bind((address, 0))
            self.port: int = probe.getsockname()[1]
        (folder / "acl").write_text(ACL)
        self._conf = folder / "mosquitto.conf"
        self._conf.write_text(f"""
user root
listener {self.port} {address}
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
            with suppress(OSError), socket.create_connection((self.address, self.port), 0.2):
                return
            time.sleep(0.05)
        raise AssertionError("mosquitto does not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(5)


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

    async def end_of(self, order: Order, within_s: float = 10.0) -> Ack:
        async with asyncio.timeout(within_s), self._news:
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
    async with aiomqtt.Client(broker.address, broker.port, tls_context=tls, timeout=5) as client:
        await client.subscribe([(f"{NODE}/ack", 1), (f"{NODE}/state", 1)])
        box = Box(client, orders)
        listening = asyncio.create_task(box.listen())
        yield box
        listening.cancel()


def node_toml(setup: NodeSetup, host: str, port: int) -> str:
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
host = "{host}"
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


@asynccontextmanager
async def relay_node(config: Path, inside: Sequence[str] = ()) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process as a technician starts it; ``inside`` is the command that puts it into a network namespace."""
    command = (*inside, sys.executable, "-m", "edge.node", "--config", str(config))
    process = await asyncio.create_subprocess_exec(*command)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            await process.wait()


def is_ready(state: dict[str, Any]) -> bool:
    return "player_pid" in state
