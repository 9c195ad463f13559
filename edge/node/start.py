"""Starts a node of either kind, and switches a horn off for ``ExecStopPost``."""

import asyncio
import signal

from drivers.base import Amplifier, DriverError, MisconfiguredDriverError
from drivers.registry import open_device
from edge.core.errors import MisconfiguredError, TransientError
from edge.kernel.clock import SystemClock
from edge.kernel.wire.node import NodeSetup
from edge.node.agent import Agent
from edge.node.link import NodeLink
from edge.node.settings import NodeFile, check
from edge.node.socket_link import SocketLink
from edge.node.tls import client_context


async def run_local() -> None:
    """The box's own node, over the channel of the supervisor."""
    link, setup = await SocketLink.open()
    check(setup)
    await _serve(setup, link)


async def run_relay(file: NodeFile) -> None:
    """A relay node, over MQTT."""
    from edge.node.mqtt_link import Broker, MqttLink  # the box's own node never loads an MQTT library

    setup, part = file.setup(), file.broker
    tls = client_context(setup) if part.tls else None
    broker = Broker(part.host, part.port, part.commune, setup.horn, setup.hamlets, tls)
    await _serve(setup, MqttLink(broker))


async def switch_off(setup: NodeSetup) -> None:
    """Switch the amplifier off and let go of it; raises TransientError when it does not confirm."""
    amplifier = await _open(setup)
    try:
        await amplifier.off()
    except DriverError as cause:
        raise TransientError(f"Ampli không xác nhận đã tắt: {cause}.") from cause
    finally:
        await amplifier.close()


async def _serve(setup: NodeSetup, link: NodeLink) -> None:
    """Run until the link is gone or SIGTERM comes; either way the horn is off afterwards."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    amplifier = await _open(setup)
    try:
        await Agent(setup, link, amplifier, SystemClock()).run()
    except asyncio.CancelledError:
        task.uncancel()
    finally:
        await amplifier.close()


async def _open(setup: NodeSetup) -> Amplifier:
    try:
        amplifier = await open_device(setup.amplifier_kind, setup.amplifier)
    except MisconfiguredDriverError as cause:
        raise MisconfiguredError(f"amplifier: {cause}") from cause
    if not isinstance(amplifier, Amplifier):
        raise MisconfiguredError(f"amplifier.kind: {setup.amplifier_kind!r} không phải ampli.")
    return amplifier
