"""The way to a horn: MQTT for relay nodes, a socket for the local node, the same bytes on both."""

import logging
import ssl
from collections.abc import Awaitable, Callable
from typing import Protocol

import aiomqtt

from edge.config.schema import Broker, Config, LocalNode
from edge.core.errors import MisconfiguredError, TransientError
from edge.core.news import ServiceChanged
from edge.core.place import HornId
from edge.kernel.bus import Bus
from edge.kernel.children import Child, ChildHealth
from edge.kernel.keep_running import describe, keep_running
from edge.kernel.process import FOR_THE_HORNS
from edge.kernel.wire.node import FromNode, LinkFrame, NodeSetup

log = logging.getLogger(__name__)

PUBLISH_DEADLINE_S = 5.0
PACKET_DEADLINE_S = 1.0
INBOX = 1_000
"""Acks and states that wait for us; beyond this new ones are dropped, and a lost word is reported UNKNOWN (law 3)."""
INCOMING = ("ack", "state")
RETAINED = ("plan",)
Heard = Callable[[HornId, str, bytes], Awaitable[None]]
"""(horn, topic, payload): an ack or a state message arrived."""


class HornLink(Protocol):
    """A way to some horns."""

    async def run(self) -> None:
        """Keep the way open until cancelled."""
        ...

    async def send(self, horn: HornId, payload: bytes, topic: str = "cmd") -> None:
        """Hand an order, a plan or what was heard to one horn; raises TransientError while the way is closed."""
        ...


class MqttLink:
    """The broker of the commune. QoS 1, not retained; a persistent session at the other end bridges a 4G drop."""

    def __init__(self, broker: Broker, commune: str, heard: Heard, bus: Bus) -> None:
        self._broker = broker
        self._root = f"xa/{commune}"
        self._heard = heard
        self._bus = bus
        self._tls = client_tls(broker)  # wrong files stop the start; a file that is replaced later harms nobody
        self._client: aiomqtt.Client | None = None

    async def run(self) -> None:
        """Stay connected until cancelled."""
        await keep_running("broker", self._connect, longest_wait_s=5.0, failed=self._failed)

    async def send(self, horn: HornId, payload: bytes, topic: str = "cmd") -> None:
        """Publish to the node's own topic and wait for the broker to take it; a plan is retained there."""
        if self._client is None:
            raise TransientError("Mất kết nối với máy chủ tin nhắn MQTT.")
        name = f"{self._root}/node/{horn}/{topic}"
        try:
            await self._client.publish(name, payload, qos=1, retain=topic in RETAINED, timeout=PUBLISH_DEADLINE_S)
        except aiomqtt.MqttError as cause:
            raise TransientError(f"Máy chủ MQTT không nhận tin cho {horn}.") from cause

    async def send_live(self, stream: str, payload: bytes) -> None:
        """Publish one packet of a talk, at most once; raises TransientError when the way is closed."""
        if self._client is None:
            raise TransientError("Mất kết nối với máy chủ tin nhắn MQTT.")
        try:
            await self._client.publish(f"{self._root}/live/{stream}", payload, qos=0, timeout=PACKET_DEADLINE_S)
        except aiomqtt.MqttError as cause:
            raise TransientError("Máy chủ MQTT không nhận gói tiếng.") from cause

    def _failed(self, error: BaseException) -> None:
        self._bus.publish(ServiceChanged("broker", "down", describe(error), 0))

    async def _connect(self) -> None:
        async with aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            identifier="box",
            clean_session=False,  # reports that come while we are restarted wait for us
            tls_context=self._tls,
            keepalive=20,
            max_queued_incoming_messages=INBOX,
        ) as client:
            for topic in INCOMING:
                await client.subscribe(f"{self._root}/node/+/{topic}", qos=1)
            self._client = client
            self._bus.publish(ServiceChanged("broker", "up", "", 0))
            try:
                async for message in client.messages:
                    await self._take(str(message.topic), message.payload)
            finally:
                self._client = None

    async def _take(self, topic: str, payload: object) -> None:
        parts = topic.split("/")
        if len(parts) == 5 and isinstance(payload, bytes):
            await self._heard(HornId(parts[3]), parts[4], payload)


class LocalLink:
    """The local node: a child process that speaks the node's language over its socket."""

    def __init__(self, setup: NodeSetup, heard: Heard, bus: Bus) -> None:
        self.horn = HornId(setup.horn)
        self._heard = heard
        self._bus = bus
        self.up = False
        self._child: Child[FromNode] = Child(
            "node-local",
            "edge.node",
            FromNode,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=lambda child: child.send(setup),
            heard=self._take,
            changed=self._changed,
            score=FOR_THE_HORNS,
        )

    async def run(self) -> None:
        """Keep the local node running until cancelled."""
        await self._child.run()

    async def send(self, horn: HornId, payload: bytes, topic: str = "cmd") -> None:
        """Hand it over; raises TransientError while the node starts."""
        await self._child.send(LinkFrame(topic, payload))

    async def send_live(self, stream: str, payload: bytes) -> None:
        """Hand over one packet of a talk, which names its stream itself."""
        await self._child.send(LinkFrame("live", payload))

    def _changed(self, health: ChildHealth) -> None:
        self.up = health.state == "up"
        self._bus.publish(ServiceChanged(health.name, health.state, health.detail, health.restarts))

    async def _take(self, message: FromNode) -> None:
        if isinstance(message, LinkFrame) and message.topic in INCOMING:
            await self._heard(self.horn, message.topic, message.payload)


def client_tls(broker: Broker) -> ssl.SSLContext:
    """TLS with the box's own certificate; raises MisconfiguredError naming the file that is wrong."""
    try:
        context = ssl.create_default_context(cafile=broker.ca)
        context.load_cert_chain(broker.cert, broker.key)
    except (OSError, ssl.SSLError) as cause:
        raise MisconfiguredError(f"[broker] chứng thư không dùng được ({broker.cert}): {cause}") from cause
    return context


def local_setup(config: Config, node: LocalNode, data_folder: str, order_keys: dict[str, str]) -> NodeSetup:
    """What the local node must know."""
    hamlet = next(horn.hamlet for horn in config.horn if horn.id == node.horn)
    return NodeSetup(
        horn=node.horn,
        hamlets=(hamlet,),
        data_folder=data_folder,
        media_url=config.media.url,
        tls_ca=config.media.ca,
        tls_cert=node.cert,
        tls_key=node.key,
        order_keys=order_keys,
        amplifier_kind=node.amplifier,
        amplifier=dict(node.amplifier_settings),
        sound_kind=node.sound,
        sound=dict(node.sound_settings),
        switch_kind=node.switch or "",
        switch=dict(node.switch_settings),
        switch_template=node.switch_template or "",
        power_kind=node.power or "",
        power=dict(node.power_settings),
    )
