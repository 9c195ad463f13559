"""A horn's key, button, battery and mains behind a line that fails in every way: never a turn that nobody made."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

from drivers.base import DriverError, PowerReading, SwitchState
from drivers.devices.key_switch_modbus import Settings as KeySettings
from drivers.devices.key_switch_modbus import setup as setup_key
from drivers.devices.key_switch_modbus.codec import Inputs
from drivers.devices.key_switch_modbus.fake import FakeKeySwitch
from drivers.devices.power_modbus import Settings as PowerSettings
from drivers.devices.power_modbus import setup as setup_power
from drivers.devices.power_modbus.codec import Registers
from drivers.devices.power_modbus.fake import FakePowerMeter
from drivers.transport.fake_pty import FakePty, Fault
from hil.prove.voice.amplifiers import Blow, mend
from hil.prove.voice.tally import Tally

READ_S = 8.0
"""Three registers of three tries of 0.3 s, with 1.5 s between for answers that come late, and a busy machine."""
READS = 5
REGISTERS = Registers(0, 0.01, 1, 0.1, 160.0, 2, 0.1)
Seen = TypeVar("Seen")


class History(Generic[Seen]):
    """What a fake showed, and since when."""

    def __init__(self) -> None:
        self._shown: list[tuple[float, Seen]] = []

    def show(self, value: Seen) -> Seen:
        """It shows this from now on."""
        self._shown.append((time.monotonic(), value))
        return value

    def was(self, old_s: float, value: Seen, began: float) -> bool:
        """Whether it showed this at ``began`` less ``old_s``, or later."""
        since = began - old_s
        standing = [at for at, _ in self._shown if at <= since]
        return any(shown == value for at, shown in self._shown if at >= (standing[-1] if standing else since))


async def try_key(fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    """The key is turned and turned back while it is read."""
    fake, history = FakeKeySwitch(Inputs(1, 2, key_opens=False, stop_opens=False)), History[SwitchState]()
    await fake.start()
    driver = await setup_key(KeySettings(fake.path, unit=3, key_input=1, stop_input=2))

    def turn() -> None:
        fake.state = history.show(SwitchState(key_turned=chance.random() < 0.5, stop_pressed=chance.random() < 0.5))

    await _reads(fake, driver.read_switch, driver.close, turn, history, fault, chance, tally)


async def try_power(fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    """Battery, mains and temperature change between two readings."""
    first = PowerReading(battery_v=25.0, mains=True, temp_c=30.0)
    fake, history = FakePowerMeter(REGISTERS, first), History[PowerReading]()
    await fake.start()
    settings = PowerSettings(fake.path, unit=4, battery_register=0, mains_register=1, temp_register=2)
    driver = await setup_power(settings)

    def change() -> None:
        now = PowerReading(battery_v=chance.randrange(2000, 2900) / 100, mains=True, temp_c=30.0)
        fake.reading = history.show(now)

    await _reads(fake, driver.read_power, driver.close, change, history, fault, chance, tally)


async def _reads(
    fake: FakePty,
    read: Callable[[], Awaitable[Seen]],
    close: Callable[[], Awaitable[None]],
    change: Callable[[], None],
    history: History[Seen],
    fault: Fault | str,
    chance: random.Random,
    tally: Tally,
) -> None:
    """Five readings, the fault in one of them; then it is healed and must read true."""
    blow = Blow(fake, fault, chance, READS)
    fake.late_s = chance.uniform(0.1, 1.2)
    old_s = fake.late_s + READ_S if fault is Fault.LATE else 0.0
    try:
        for number in range(READS):
            change()
            blow.maybe_at(number)
            await tally.ask("read", read(), READ_S, partial(history.was, old_s))
        blow.fall()
        mend(fake, fault)
        await asyncio.sleep(fake.late_s + 0.1 if fault is Fault.LATE else 0.1)
        began = time.monotonic()
        if not history.was(0.0, await read(), began):
            tally.fail("not_healed", type(fake).__name__)
    except DriverError as error:
        tally.fail("not_healed", str(error))
    finally:
        await close()
        await fake.close()
