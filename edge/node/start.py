"""Starts a node of either kind, and switches a horn off for ``ExecStopPost``."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from drivers.base import Amplifier, DriverError, LocalSwitch, PowerMonitor
from edge.core.errors import TransientError
from edge.kernel.clock import Clock, SystemClock
from edge.kernel.device import open_as
from edge.kernel.wire.node import NodeSetup
from edge.node.agent import Agent, Devices
from edge.node.link import NodeLink
from edge.node.settings import NodeFile, check
from edge.node.socket_link import SocketLink
from edge.node.tls import client_context


async def run_local() -> None:
    """The box's own node, over the channel of the supervisor."""
    link, setup = await SocketLink.open()
    check(setup)
    await _serve(setup, link, SystemClock())


async def run_relay(file: NodeFile, raw: Clock | None = None) -> None:
    """A relay node, over MQTT; ``raw`` is the machine's clock, unless a bench gives another."""
    from edge.node.mqtt_link import Broker, MqttLink  # the box's own node never loads an MQTT library

    setup, part = file.setup(), file.broker
    tls = client_context(setup) if part.tls else None
    broker = Broker(part.host, part.port, part.commune, setup.horn, setup.hamlets, tls)
    await _serve(setup, MqttLink(broker), raw or SystemClock())


async def switch_off(setup: NodeSetup) -> None:
    """Switch the amplifier off and let go of it; raises TransientError when it does not confirm."""
    amplifier = await _amplifier(setup)
    try:
        await amplifier.off()
    except DriverError as cause:
        raise TransientError(f"Ampli không xác nhận đã tắt: {cause}.") from cause
    finally:
        await amplifier.close()


@asynccontextmanager
async def opened(setup: NodeSetup) -> AsyncIterator[Devices]:
    """Everything that hangs on the node; raises MisconfiguredError naming the setting."""
    async with AsyncExitStack() as stack:
        amplifier = await _amplifier(setup)
        stack.push_async_callback(amplifier.close)
        switch = meter = None
        if setup.switch_kind:
            switch = await open_as(LocalSwitch, "switch", setup.switch_kind, setup.switch)
            stack.push_async_callback(switch.close)
        if setup.power_kind:
            meter = await open_as(PowerMonitor, "power", setup.power_kind, setup.power)
            stack.push_async_callback(meter.close)
        yield Devices(amplifier, switch, meter)


async def _serve(setup: NodeSetup, link: NodeLink, raw: Clock) -> None:
    """Run until the link is gone or SIGTERM comes; either way the horn is off afterwards."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with opened(setup) as devices:
        try:
            await Agent(setup, link, devices, raw).run()
        except asyncio.CancelledError:
            task.uncancel()


async def _amplifier(setup: NodeSetup) -> Amplifier:
    return await open_as(Amplifier, "amplifier", setup.amplifier_kind, setup.amplifier)
