"""Relay nodes in their own processes around a real broker, time server and simulated devices, without a box."""

import asyncio
import hashlib
import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import aiomqtt
import av
import numpy as np

from edge.core.broadcast import Ack, MediaRef, Order
from edge.core.plan import Plan
from edge.core.speech import Sha256
from edge.kernel.signing import OrderKey
from edge.kernel.wire.order import ack_from_payload, order_to_payload
from hil.broker import BrokerSetup, write_broker
from hil.harness import Harness, Program, python
from hil.observed import Observed
from hil.pki import Authority
from hil.ports import free_ports, listens
from hil.toml_text import Value, pairs, table

COMMUNE, BOX, HAMLET = "bai-thu", "box", "thon"
RATE_HZ = 48_000
STATE_S = 2.0
Extra = Mapping[str, Sequence[str]]


class VoiceNodes:
    """Nodes ``loa-1`` … ``loa-n``. Use as ``with VoiceNodes(root, n) as nodes``; raises NotReadyError."""

    def __init__(
        self, root: Path, count: int, *, timed: bool = False, extra: Extra | None = None, record: bool = False
    ) -> None:
        """``timed``: they keep their own clocks by the time server. ``extra``: more words for a node's command.

        ``record``: every sound card keeps what it heard.
        """
        self.root = root
        self.names = tuple(f"loa-{number}" for number in range(1, count + 1))
        self.key = OrderKey.load_or_make(root / "box" / "keys" / "order.pem")
        self.authority = Authority(root / "pki")
        self.broker_port, self.media_port, self.time_port, self.clips_port = free_ports([0] * 4)
        self.harness = Harness(root / "log")
        self.observed = Observed(root / "devices")
        self.clips = root / "box" / "clips"
        self._timed = timed
        self._extra = extra or {}
        self._record = record

    def __enter__(self) -> "VoiceNodes":
        for folder in (self.clips, self.root / "devices"):
            folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as half_started:
            half_started.enter_context(self.harness)
            self._start_all()
            half_started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.harness.stop()

    def tone(self, seconds: float, hz: float = 440.0) -> MediaRef:
        """A clip as `speech` makes them, where the box keeps its clips; it is loud from its first sample on."""
        draft = self.clips / "draft.opus"
        wave = (8_000 * np.cos(2 * np.pi * hz / RATE_HZ * np.arange(round(seconds * RATE_HZ)))).astype(np.int16)
        with av.open(str(draft), "w", format="ogg") as container:
            stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
            stream.bit_rate = 24_000
            frame = av.AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
            frame.sample_rate = RATE_HZ
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        data = draft.read_bytes()
        name = hashlib.sha256(data).hexdigest()
        draft.rename(self.clips / f"{name}.opus")
        (self.clips / name).write_bytes(data)  # as the plain file server of this bench names it
        return MediaRef(Sha256(name), len(data), round(seconds * 1000))

    def start_broker(self) -> None:
        """Start it (again); its sessions and what it retains survive."""
        setup = BrokerSetup(
            commune=COMMUNE,
            port=self.broker_port,
            ca=self.authority.ca,
            identity=self.authority.issue("broker"),
            box=BOX,
            node_hamlets=dict.fromkeys(self.names, (HAMLET,)),
        )
        command = write_broker(self.root / "broker", setup)
        self.harness.start(Program("broker", command, lambda: listens(self.broker_port)))
        self.harness.wait_ready("broker")

    def start_node(self, name: str) -> None:
        """Start one node (again)."""
        command = (*python("hil.bench.voice_node", "--config", self._settings(name)), *self._extra.get(name, ()))
        self.harness.start(Program(name, command))

    @asynccontextmanager
    async def box(self) -> AsyncIterator["BoxEnd"]:
        """The box's end of the broker, for orders, plans and what nodes say."""
        identity = self.authority.issue(BOX)
        tls = ssl.create_default_context(cafile=str(self.authority.ca))
        tls.load_cert_chain(identity.cert, identity.key)
        async with aiomqtt.Client("127.0.0.1", self.broker_port, tls_context=tls, identifier="bench") as client:
            end = BoxEnd(client, self.key)
            await client.subscribe([(f"xa/{COMMUNE}/node/+/{topic}", 1) for topic in ("ack", "state")])
            listening = asyncio.create_task(end.listen())
            try:
                yield end
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    def _start_all(self) -> None:
        devices, start = self.root / "devices", self.harness.start
        start(
            Program(
                "devices",
                python(
                    "hil.devices", "--folder", devices, "--horns", ",".join(self.names), *(["--record"] * self._record)
                ),
                (devices / "devices.sock").exists,
            )
        )
        start(Program("time", python("hil.time_server", "--port", self.time_port)))
        files = python("http.server", self.clips_port, "--bind", "127.0.0.1", "--directory", self.clips)
        start(Program("clips", files, lambda: listens(self.clips_port)))
        self.start_broker()
        for name in ("devices", "clips"):
            self.harness.wait_ready(name)
        for name in self.names:
            self.start_node(name)

    def _settings(self, name: str) -> Path:
        identity, devices = self.authority.issue(name, serves=False), self.root / "devices"
        folder = self.root / "nodes" / name
        folder.mkdir(parents=True, exist_ok=True)
        head: dict[str, Value] = {
            "horn": name,
            "hamlets": [HAMLET],
            "data_folder": str(folder / "disk"),
            "media_url": f"http://127.0.0.1:{self.clips_port}",
            "state_every_s": STATE_S,
            "time_server": f"127.0.0.1:{self.time_port}" if self._timed else "",
        }
        amplifier = {"device": str(devices / f"tty-{name}"), "relay_unit": 1, "relay_channel": 1, "amp_unit": 2}
        parts = [
            pairs(head),
            table("order_keys", {self.key.key_id: self.key.public_hex}),
            table("broker", {"host": "127.0.0.1", "port": self.broker_port, "commune": COMMUNE}),
            table("tls", {"ca": str(self.authority.ca), "cert": str(identity.cert), "key": str(identity.key)}),
            table("amplifier", {"kind": "relay_amp_modbus", "settings": amplifier}),
            table("sound", {"kind": "unix", "settings": {"path": str(devices / f"sound-{name}.sock")}}),
        ]
        path = folder / "node.toml"
        path.write_text("\n".join(parts), "utf-8")
        return path


@dataclass
class BoxEnd:
    """What the box says and hears. ``states`` and ``acks`` are the newest of each node, and all."""

    client: aiomqtt.Client
    key: OrderKey
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    acks: list[Ack] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        """Until cancelled."""
        async for message in self.client.messages:
            _, _, _, name, topic = str(message.topic).split("/")
            assert isinstance(message.payload, bytes)
            async with self._news:
                if topic == "state":
                    self.states[name] = json.loads(message.payload)
                else:
                    self.acks.append(ack_from_payload(message.payload))
                self._news.notify_all()

    async def give(self, order: Order) -> None:
        """An order for everybody."""
        payload = order_to_payload(self.key.sign(order))
        await self.client.publish(f"xa/{COMMUNE}/zone/all/cmd", payload, qos=1)

    async def plan(self, plan: Plan) -> None:
        """A node's plan, retained."""
        payload = order_to_payload(self.key.sign_plan(plan))
        await self.client.publish(f"xa/{COMMUNE}/node/{plan.node}/plan", payload, qos=1, retain=True)

    async def until(self, true: Any, within_s: float) -> None:
        """Wait until ``true()``; raises TimeoutError."""
        async with asyncio.timeout(within_s), self._news:
            while not true():
                await self._news.wait()
