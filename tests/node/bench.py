"""Real parts around a node: the box's orders, its media server, and the process with its channel."""

import asyncio
import hashlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from aiohttp import web

from edge.core.broadcast import Ack, AckState, MediaRef, Operation, Order, OrderId, Priority, SignedOrder
from edge.core.moment import AtMs
from edge.core.place import HamletId, HornId
from edge.core.plan import Plan, StandBy
from edge.core.speech import Sha256
from edge.kernel.signing import OrderKey
from edge.kernel.wire import CHANNEL_FD, Beat, Channel, Hello, open_channel
from edge.kernel.wire.node import FromNode, LinkFrame, NodeSetup
from edge.kernel.wire.order import ack_from_payload, heard_to_payload, order_to_payload

HORN = HornId("dong-1")
HAMLET = HamletId("dong")
ENDS = {AckState.DONE, AckState.FAILED, AckState.PREEMPTED, AckState.REFUSED, AckState.READY}


@dataclass(frozen=True, slots=True)
class Certs:
    """Files of a private authority: one certificate for servers on 127.0.0.1, one for the node."""

    ca: str
    server_cert: str
    server_key: str
    node_cert: str
    node_key: str

    def server_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.ca)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(self.server_cert, self.server_key)
        return context


@dataclass
class Media:
    """What the box hands out, over real mutual TLS. ``cut_after`` breaks the next answers off after so many bytes."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: list[str] = field(default_factory=list)
    cut_after: int | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        data = self.files.get(request.match_info["sha256"])
        if data is None:
            raise web.HTTPNotFound
        self.ranges.append(request.headers.get("Range", ""))
        start = request.http_range.start or 0
        response = web.StreamResponse(status=206 if start else 200)
        response.content_length = len(data) - start
        await response.prepare(request)
        if self.cut_after is not None:
            await response.write(data[start : start + self.cut_after])
            self.cut_after = None
            assert request.transport is not None
            request.transport.close()
            return response
        await response.write(data[start:])
        return response


class Orders:
    """The box: makes orders in one sequence and signs them."""

    def __init__(self, key: OrderKey, epoch: int = 1) -> None:
        self.key = key
        self.epoch = epoch
        self.seq = 0

    def make(self, op: Operation, *clips: MediaRef, **fields: Any) -> Order:
        self.seq += 1
        now = AtMs(time.time_ns() // 1_000_000)
        order = Order(
            id=OrderId(self.epoch, self.seq),
            op=op,
            zones=(),
            node=HORN,
            prio=Priority.STOP if op is Operation.STOP else Priority.THUONG,
            nbf_ms=AtMs(now - 1000),
            exp_ms=AtMs(now + 60_000),
            media=clips,
        )
        return replace(order, **fields)

    def sign(self, order: Order) -> bytes:
        return order_to_payload(self.key.sign(order))

    def item(self, after_s: float, *clips: MediaRef, late_ms: int = 5_000, **fields: Any) -> Order:
        """A planned order that is due so many seconds from now, and may begin ``late_ms`` late."""
        at_ms = AtMs(time.time_ns() // 1_000_000 + round(after_s * 1000))
        early = AtMs(at_ms - 86_400_000)
        return self.make(Operation.PLAY, *clips, at_ms=at_ms, nbf_ms=early, exp_ms=AtMs(at_ms + late_ms), **fields)

    def plan(self, *items: Order, templates: tuple[StandBy, ...] = (), **fields: Any) -> Plan:
        self.seq += 1
        now = AtMs(time.time_ns() // 1_000_000)
        plan = Plan(OrderId(self.epoch, self.seq), HORN, (HAMLET,), now, AtMs(now + 86_400_000), items, templates)
        return replace(plan, **fields)

    def sign_plan(self, plan: Plan) -> bytes:
        return order_to_payload(self.key.sign_plan(plan))

    def forge(self, order: Order) -> bytes:
        genuine = self.key.sign(order)
        return order_to_payload(SignedOrder(genuine.body, genuine.key_id, bytes(64)))


def clip_on(media: Media, data: bytes, ms: int = 1000) -> MediaRef:
    """Put a file on the media server."""
    ref = MediaRef(Sha256(hashlib.sha256(data).hexdigest()), len(data), ms)
    media.files[ref.sha256] = data
    return ref


class Bench:
    """A running local node, as the supervisor sees it."""

    def __init__(self, orders: Orders, media: Media, process: subprocess.Popen[bytes]) -> None:
        self.orders = orders
        self.process = process
        self.acks: list[tuple[float, Ack]] = []
        self.states: list[dict[str, Any]] = []
        self.hello = asyncio.Event()
        self._media = media
        self._news = asyncio.Condition()
        self._channel: Channel[Any, msgspec.Struct] | None = None

    async def listen(self, sock: socket.socket, setup: NodeSetup) -> None:
        self._channel = await open_channel(sock, FromNode)  # type: ignore[arg-type]  # a union of messages
        await self._channel.send(setup)
        async for message in self._channel:
            async with self._news:
                self._hear(message)
                self._news.notify_all()

    def _hear(self, message: FromNode) -> None:
        match message:
            case Hello():
                self.hello.set()
            case LinkFrame(topic="ack", payload=payload):
                self.acks.append((time.monotonic(), ack_from_payload(payload)))
            case LinkFrame(topic="state", payload=payload):
                self.states.append(json.loads(payload))
            case Beat():
                pass

    async def send(self, payload: bytes, topic: str = "cmd") -> None:
        assert self._channel is not None
        await self._channel.send(LinkFrame(topic, payload))

    async def plan(self, *items: Order, **fields: Any) -> Plan:
        """Give the node a plan, and wait until it has it with all clips."""
        plan = self.orders.plan(*items, **fields)
        await self.send(self.orders.sign_plan(plan), "plan")
        await self.state(lambda state: state.get("plan") == str(plan.id) and state["plan_missing"] == 0)
        return plan

    async def hear(self, *orders: Order) -> None:
        """Say that the ends of these are stored."""
        await self.send(heard_to_payload([order.id for order in orders]), "heard")

    async def order(self, op: Operation, *clips: MediaRef, **fields: Any) -> Order:
        order = self.orders.make(op, *clips, **fields)
        await self.send(self.orders.sign(order))
        return order

    def clip(self, data: bytes, ms: int = 1000) -> MediaRef:
        """Put a file on the media server."""
        return clip_on(self._media, data, ms)

    async def prepared(self, data: bytes, ms: int = 1000) -> MediaRef:
        ref = self.clip(data, ms)
        order = await self.order(Operation.PREPARE, ref)
        assert (await self.end_of(order)).state is AckState.READY
        return ref

    async def ack(self, order: Order, *states: AckState, within_s: float = 8.0) -> tuple[float, Ack]:
        """The first ack of this order in one of these states, and when it came."""
        async with asyncio.timeout(within_s), self._news:
            while True:
                for at, ack in self.acks:
                    if ack.order == order.id and ack.state in states:
                        return at, ack
                await self._news.wait()

    async def end_of(self, order: Order, within_s: float = 8.0) -> Ack:
        return (await self.ack(order, *ENDS, within_s=within_s))[1]

    async def state(self, wanted: Callable[[dict[str, Any]], bool], within_s: float = 5.0) -> dict[str, Any]:
        """The newest state once it is as wanted."""
        async with asyncio.timeout(within_s), self._news:
            while not (self.states and wanted(self.states[-1])):
                await self._news.wait()
            return self.states[-1]

    def states_of(self, order: Order) -> list[AckState]:
        return [ack.state for _, ack in self.acks if ack.order == order.id]


def spawn_local_node() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The process, as the supervisor starts it, and our end of its channel."""
    ours, theirs = socket.socketpair()
    with theirs:
        fd = theirs.fileno()
        command = [sys.executable, "-m", "edge.node"]
        return ours, subprocess.Popen(command, pass_fds=(fd,), env={**os.environ, CHANNEL_FD: str(fd)})


@asynccontextmanager
async def running_node(setup: NodeSetup, orders: Orders, media: Media) -> AsyncIterator[Bench]:
    """A node process on a socket pair, ready to play; ended by SIGTERM."""
    ours, process = spawn_local_node()
    bench = Bench(orders, media, process)
    listening = asyncio.create_task(bench.listen(ours, setup))
    try:
        await bench.state(lambda state: "player_pid" in state, within_s=15)
        yield bench
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 8)
        await asyncio.wait_for(listening, 5)
