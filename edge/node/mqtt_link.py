"""The link of a relay node: MQTT over TLS with the node's own certificate (protocols.md, MQTT inside the commune)."""

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import aiomqtt

from edge.core.errors import TransientError
from edge.core.place import EVERYWHERE
from edge.kernel.bus import Mailbox
from edge.kernel.keep_running import keep_running
from edge.node.alongside import alongside
from edge.node.link import ACK, CMD, CONNECTED, HEARD, LIVE, PLAN, STATE

log = logging.getLogger(__name__)

KEEPALIVE_S = 15
"""A broker notices a dead node after 1.5 times this and publishes its last will."""
ANSWER_S = 5.0
GOODBYE_S = 2.0
LONGEST_WAIT_S = 10.0
INBOX = 256
"""Messages that wait for the agent, which takes each in milliseconds; beyond this the oldest is dropped."""
OUTBOX = 256
"""Acks kept while the broker is away; beyond this the oldest is dropped. Ends lie on the disk and are said again."""
OFFLINE = b'{"online":false}'
AT_LEAST_ONCE = 1
AT_MOST_ONCE = 0


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and who we are there. ``tls`` is None only for a broker on this machine."""

    host: str
    port: int
    commune: str
    node: str
    hamlets: Sequence[str]
    tls: ssl.SSLContext | None

    def own(self, topic: str) -> str:
        """Full name of one of this node's topics."""
        return f"xa/{self.commune}/node/{self.node}/{topic}"

    def talk(self, stream: str) -> str:
        """Full name of the topic of a talk."""
        return f"xa/{self.commune}/live/{stream}"

    def incoming(self) -> dict[str, str]:
        """Full names of all topics that this node always reads, and what each of them brings."""
        zones = {f"xa/{self.commune}/zone/{zone}/cmd": CMD for zone in (*self.hamlets, EVERYWHERE)}
        return {self.own(topic): topic for topic in (CMD, PLAN, HEARD)} | zones

    def kind_of(self, topic: str) -> str | None:
        """What a topic brings; None for one that we never asked for."""
        return LIVE if topic.startswith(self.talk("")) else self.incoming().get(topic)


class MqttLink:
    """A persistent session with the broker; acks wait here while it is away, of states only the latest.

    An ack that waits already is not put in again: ends that were not heard are said anew every minute.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._incoming = broker.incoming()
        self._inbox: Mailbox[tuple[str, bytes]] = Mailbox(INBOX)
        self._acks: deque[bytes] = deque(maxlen=OUTBOX)
        self._state: bytes | None = None
        self._told: bytes | None = None
        self._news = asyncio.Event()
        self._followed: set[str] = set()
        self._dropped: set[str] = set()
        self._subscribed: set[str] = set()

    async def run(self) -> None:
        """Keep connected."""
        await keep_running("broker", self._session, longest_wait_s=LONGEST_WAIT_S)

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """What the box says, for ever."""
        async for message in self._inbox:
            yield message

    async def send(self, topic: str, payload: bytes) -> None:
        """Queue one message; never waits."""
        if topic == STATE:
            self._state = payload
        elif payload not in self._acks:
            self._acks.append(payload)
        self._news.set()

    async def follow(self, stream: str) -> None:
        """Subscribe to one talk only: a thin link must not carry those of other hamlets."""
        self._followed.add(stream)
        self._news.set()

    async def leave(self, stream: str) -> None:
        """Unsubscribe."""
        self._followed.discard(stream)
        self._dropped.add(stream)
        self._news.set()

    async def _session(self) -> None:
        try:
            async with self._client() as client:
                await self._converse(client)
        except aiomqtt.MqttError:
            _raise_swallowed_cancellation()  # the goodbye failed, and its error hid why we left
            raise

    async def _converse(self, client: aiomqtt.Client) -> None:
        try:
            await client.subscribe([(topic, AT_LEAST_ONCE) for topic in self._incoming])
            _raise_swallowed_cancellation()
            log.info("connected to %s:%d as %s", self._broker.host, self._broker.port, self._broker.node)
            self._told = None
            self._subscribed.clear()
            self._news.set()
            self._inbox.put((CONNECTED, b""))
            async with alongside(self._write(client)):
                await self._read(client)
        except asyncio.CancelledError:
            await self._say_goodbye(client)
            raise

    def _client(self) -> aiomqtt.Client:
        will = aiomqtt.Will(self._broker.own(STATE), OFFLINE, qos=AT_LEAST_ONCE, retain=True)
        return aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            identifier=self._broker.node,
            clean_session=False,
            will=will,
            timeout=ANSWER_S,
            keepalive=KEEPALIVE_S,
            tls_context=self._broker.tls,
            max_queued_incoming_messages=INBOX,
        )

    async def _read(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            topic = self._broker.kind_of(message.topic.value)
            if topic is not None and isinstance(message.payload, bytes):
                self._inbox.put((topic, message.payload))
        raise TransientError("Máy chủ MQTT đã ngắt.")

    async def _write(self, client: aiomqtt.Client) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._tune_in(client)
            await self._empty_outbox(client)
            _raise_swallowed_cancellation()

    async def _tune_in(self, client: aiomqtt.Client) -> None:
        for stream in self._followed - self._subscribed:
            await client.subscribe(self._broker.talk(stream), AT_MOST_ONCE)
            self._subscribed.add(stream)
        for stream in list(self._dropped):
            await client.unsubscribe(self._broker.talk(stream))
            self._dropped.discard(stream)
            self._subscribed.discard(stream)

    async def _empty_outbox(self, client: aiomqtt.Client) -> None:
        while self._acks:
            ack = self._acks[0]
            await client.publish(self._broker.own(ACK), ack, qos=AT_LEAST_ONCE)
            if self._acks and self._acks[0] is ack:
                self._acks.popleft()
        if (state := self._state) is not None and state is not self._told:
            await client.publish(self._broker.own(STATE), state, qos=AT_LEAST_ONCE, retain=True)
            self._told = state

    async def _say_goodbye(self, client: aiomqtt.Client) -> None:
        """A clean disconnect withholds the last will, so say it ourselves."""
        with suppress(aiomqtt.MqttError, TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self._empty_outbox(client)
                await client.publish(self._broker.own(STATE), OFFLINE, qos=AT_LEAST_ONCE, retain=True)


def _raise_swallowed_cancellation() -> None:
    """Go on being cancelled.

    ``asyncio.wait_for`` of Python 3.11, which aiomqtt uses, returns normally when its work ends in the same turn as
    the cancellation comes (cpython issue 81839); without this a node would outlive its SIGTERM.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
