"""A session with an MQTT broker over TLS with a certificate of one's own, shared by every station that names it.

It runs from the first question until its last user closes, and comes back by itself. The session is persistent: what
sensors say while the box restarts waits at the broker.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from dataclasses import dataclass

import aiomqtt

from drivers.base import FinalDriverError, MisconfiguredDriverError, TransientDriverError

log = logging.getLogger(__name__)

ANSWER_S = 5.0
KEEPALIVE_S = 20
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0
GOODBYES, GOODBYE_S = 3, 1.0
CAME_BY_NOW_S = 0.2
"""So long the first question waits after the broker's yes for what lay there for us."""
INBOX = 1_000
"""Messages kept between two questions; of more the oldest are dropped and counted: the newest level is what counts."""
MOST_BYTES = 4_096
AT_LEAST_ONCE = 1
REFUSED_FOR_GOOD = frozenset({132, 133, 134, 135})
"""Reason codes of MQTT 5 (2.4) for 1, 2, 4, 5 of MQTT 3.1.1: the same at the next try. 3 is a server not yet ready."""


@dataclass(frozen=True, slots=True)
class Address:
    """A broker and who we are there. Files are PEM; without them the broker is on this machine."""

    host: str
    port: int
    client_id: str
    ca: str | None
    cert: str | None
    key: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it came, its payload cut one byte behind `MOST_BYTES`."""

    topic: str
    payload: bytes
    retained: bool


class Inbox:
    """What came for one subscription since it was last emptied."""

    def __init__(self, topic: str, now: float) -> None:
        self.topic = topic
        self.dropped = 0
        self.heard_steady = now
        """When something last came, or when we began to listen (monotonic seconds)."""
        self._heard: deque[Heard] = deque(maxlen=INBOX)

    def put(self, heard: Heard, now: float) -> None:
        """Keep it; the oldest goes when there is no room."""
        self.dropped += len(self._heard) == INBOX
        self._heard.append(heard)
        self.heard_steady = now

    def take(self) -> list[Heard]:
        """All of it, oldest first."""
        taken = list(self._heard)
        self._heard.clear()
        return taken


class MqttLink:
    """One session. Start nothing here: `ready` does."""

    def __init__(self, address: Address, tls: ssl.SSLContext | None) -> None:
        self.address = address
        self._tls = tls
        self._inboxes: list[Inbox] = []
        self._subscribed: set[str] = set()
        self._client: aiomqtt.Client | None = None
        self._changed = asyncio.Event()
        self._error: Exception | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def in_use(self) -> bool:
        """Whether anybody listens."""
        return bool(self._inboxes)

    def open_inbox(self, topic: str) -> Inbox:
        """A place for what comes on this topic, which may have `+` in it."""
        inbox = Inbox(topic, asyncio.get_running_loop().time())
        self._inboxes.append(inbox)
        return inbox

    async def ready(self, inbox: Inbox) -> None:
        """Return once the broker took the subscription; else raises Transient- or FinalDriverError in time."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._keep(), name=f"mqtt-{self.address.host}")
        fresh = inbox.topic not in self._subscribed
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._until_taken(inbox)
        except (aiomqtt.MqttError, TimeoutError) as error:
            raise TransientDriverError(f"{self}: {error or self._error or 'no answer'}") from error
        if inbox.topic not in self._subscribed:
            raise FinalDriverError(f"{self} may not read {inbox.topic}")
        if fresh:
            await asyncio.sleep(CAME_BY_NOW_S)

    async def close(self, inbox: Inbox) -> None:
        """Listen there no more; the last one ends the session."""
        if inbox not in self._inboxes:
            return
        self._inboxes.remove(inbox)
        if not self.in_use and self._task is not None:
            self._closing = True
            for _ in range(GOODBYES):  # wait_for of Python 3.11 may swallow one (cpython issue 81839)
                self._task.cancel()
                if (await asyncio.wait({self._task}, timeout=GOODBYE_S))[0]:
                    return

    def __str__(self) -> str:
        return f"{self.address.client_id} at {self.address.host}:{self.address.port}"

    async def _until_taken(self, inbox: Inbox) -> None:
        while self._client is None:
            if self._error is not None:
                kind = FinalDriverError if _is_refusal(self._error) else TransientDriverError
                raise kind(f"{self}: {self._error}") from self._error
            self._changed.clear()
            await self._changed.wait()
        if inbox.topic not in self._subscribed:
            await self._subscribe(self._client, inbox.topic)

    async def _keep(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._closing:
            try:
                await self._session()
            except (aiomqtt.MqttError, OSError, TimeoutError) as error:
                wait_s = FIRST_WAIT_S if self._client is not None else min(2 * wait_s, LONGEST_WAIT_S)
                self._lost(error)
            if not self._closing:
                await asyncio.sleep(wait_s)

    def _lost(self, error: Exception) -> None:
        if self._error is None:
            log.warning("%s lost: %s", self, error)
        self._client, self._error = None, error
        self._subscribed.clear()
        self._changed.set()

    async def _session(self) -> None:
        async with self._new_client() as client:
            for topic in {inbox.topic for inbox in self._inboxes}:
                await self._subscribe(client, topic)
            if self._error is not None:
                log.info("%s is back", self)
            self._client, self._error = client, None
            self._changed.set()
            async for message in client.messages:
                self._sort(message)

    async def _subscribe(self, client: aiomqtt.Client, topic: str) -> None:
        """A broker that says no to one topic may say yes to others."""
        granted = await client.subscribe(topic, AT_LEAST_ONCE, timeout=ANSWER_S)
        if not any(code.is_failure for code in granted):
            self._subscribed.add(topic)

    def _sort(self, message: aiomqtt.Message) -> None:
        now = asyncio.get_running_loop().time()
        payload = message.payload if isinstance(message.payload, bytes) else b""
        heard = Heard(str(message.topic), payload[: MOST_BYTES + 1], bool(message.retain))
        for inbox in self._inboxes:
            if message.topic.matches(inbox.topic):
                inbox.put(heard, now)

    def _new_client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self.address.host,
            self.address.port,
            identifier=self.address.client_id,
            clean_session=False,
            tls_context=self._tls,
            timeout=ANSWER_S,
            keepalive=KEEPALIVE_S,
            max_queued_incoming_messages=INBOX,
        )


def _is_refusal(error: Exception | None) -> bool:
    rc = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    return getattr(rc, "value", rc) in REFUSED_FOR_GOOD


_links: dict[tuple[str, int, str], MqttLink] = {}


def open_link(kind: str, address: Address) -> MqttLink:
    """The session with this broker under this name, shared with every other station that uses it.

    Raises MisconfiguredDriverError for files that are none, and for two identities under one name.
    """
    name = address.host, address.port, address.client_id
    link = _links.get(name)
    if link is None or not link.in_use:
        link = _links[name] = MqttLink(address, _tls(kind, address))
    if link.address != address:
        raise MisconfiguredDriverError(f"{kind}.client_id: {address.client_id} has another certificate already")
    return link


def _tls(kind: str, address: Address) -> ssl.SSLContext | None:
    if address.ca is None or address.cert is None or address.key is None:
        return None
    try:
        context = ssl.create_default_context(cafile=address.ca)
        context.load_cert_chain(address.cert, address.key)
    except (OSError, ssl.SSLError) as error:
        raise MisconfiguredDriverError(f"{kind}: ca, cert or key cannot be used: {error}") from error
    return context
