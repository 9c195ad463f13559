"""The box's own node in its process, with simulated devices in theirs, and the orders that the box would give it."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from edge.core.broadcast import Ack, AckState, MediaRef, Operation, Order, OrderId, Priority
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.kernel.signing import OrderKey
from edge.kernel.wire import CHANNEL_FD, Channel, open_channel
from edge.kernel.wire.node import FromNode, LinkFrame, NodeSetup
from edge.kernel.wire.order import ack_from_payload, order_to_payload
from hil.harness import ROOT, python

HORN = HornId("loa-nha-van-hoa")
READY_S, END_S = 15.0, 8.0
LIFE_MS = 60_000
FINAL = {AckState.DONE, AckState.FAILED, AckState.PREEMPTED, AckState.REFUSED, AckState.READY}


@dataclass
class LocalNode:
    """A running node as the supervisor sees it; `acks` are in the order of their arrival."""

    key: OrderKey
    channel: Channel[Any, msgspec.Struct]
    acks: list[tuple[float, Ack]] = field(default_factory=list)
    player_ready: asyncio.Event = field(default_factory=asyncio.Event)
    _seq: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def order(self, op: Operation, *clips: MediaRef) -> tuple[float, OrderId]:
        """Sign and send an order that is good at once; returns when it was given, and its id."""
        self._seq += 1
        now = AtMs(time.time_ns() // 1_000_000)
        prio = Priority.STOP if op is Operation.STOP else Priority.THUONG
        life = (AtMs(now - 1000), AtMs(now + LIFE_MS))
        order = Order(OrderId(1, self._seq), op, (), HORN, prio, *life, media=clips)
        given = time.monotonic()
        await self.channel.send(LinkFrame("cmd", order_to_payload(self.key.sign(order))))
        return given, order.id

    async def ack(self, order: OrderId, states: set[AckState]) -> tuple[float, Ack]:
        """The first ack of this order in one of these states, and when it came. Raises TimeoutError."""
        async with asyncio.timeout(END_S), self._news:
            while True:
                for at, ack in self.acks:
                    if ack.order == order and ack.state in states:
                        return at, ack
                await self._news.wait()

    async def listen(self) -> None:
        """Hear what the node says until it ends."""
        async for message in self.channel:
            if isinstance(message, LinkFrame) and message.topic == "ack":
                self.acks.append((time.monotonic(), ack_from_payload(message.payload)))
                async with self._news:
                    self._news.notify_all()
            elif isinstance(message, LinkFrame) and message.topic == "state" and b'"player_pid"' in message.payload:
                self.player_ready.set()


@asynccontextmanager
async def running_node(setup: NodeSetup, key: OrderKey, log: IO[str]) -> AsyncIterator[LocalNode]:
    """A node that is ready to play inside the ``with``; it is ended by SIGTERM."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.create_subprocess_exec(
            *python("edge.node"),
            pass_fds=(theirs.fileno(),),
            env={**os.environ, CHANNEL_FD: str(theirs.fileno())},
            cwd=ROOT,
            stderr=log,
        )
    node = LocalNode(key, await open_channel(ours, FromNode))  # type: ignore[arg-type]  # a union of messages
    listening = asyncio.create_task(node.listen())
    try:
        await node.channel.send(setup)
        await asyncio.wait_for(node.player_ready.wait(), READY_S)
        yield node
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), END_S)
        await asyncio.wait_for(listening, END_S)
        await node.channel.close()


def setup_of(devices: Path, disk: Path, media_url: str, key: OrderKey) -> NodeSetup:
    """The settings of a node whose devices are those of `hil.devices` in a folder."""
    return NodeSetup(
        horn=HORN,
        hamlets=("trung-tam",),
        data_folder=str(disk),
        media_url=media_url,
        tls_ca="",
        tls_cert="",
        tls_key="",
        order_keys={key.key_id: key.public_hex},
        amplifier_kind="relay_amp_modbus",
        amplifier={"device": str(devices / f"tty-{HORN}"), "relay_unit": 1, "relay_channel": 1, "amp_unit": 2},
        sound_kind="unix",
        sound={"path": str(devices / f"sound-{HORN}.sock")},
        cache_mb=8,
        state_every_s=10.0,
    )
