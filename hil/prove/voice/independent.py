"""The Modbus drivers against pymodbus's server, an implementation that is not ours, over a good and a bad cable."""

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from drivers.base import AmpEvidence, DriverError, GaugeReading
from drivers.devices.gauge_modbus import Settings as GaugeSettings
from drivers.devices.gauge_modbus import setup as setup_gauge
from drivers.devices.relay_amp_modbus import Settings as AmpSettings
from drivers.devices.relay_amp_modbus import setup as setup_amp
from drivers.transport.fake_pty import Fault
from hil.prove.voice.amplifiers import ANSWER_S, Blow, mend
from hil.prove.voice.tally import Tally
from hil.prove.voice.wire import Cable

BAUD = 19200
RELAY, METER = 1, 2
LEVEL = "level m register=2 scale=0.001"
FLASHES = 0x0200
READ_COILS, WRITE_COIL = 1, 5


@dataclass(slots=True)
class Stand:
    """The cable, and what the server's board really is: it writes down what it was told by the standard's functions."""

    cable: Cable
    on: bool = True
    level_raw: int = 0
    current_ma: int = 0


@asynccontextmanager
async def standing(chance: random.Random) -> AsyncIterator[Stand]:
    """A relay board that somebody left on, and a meter and gauge behind it, served by pymodbus."""
    with tempfile.TemporaryDirectory(prefix="mo-") as folder:
        stand = Stand(Cable(Path(folder)), level_raw=chance.randrange(0, 20_000), current_ma=chance.randrange(0, 4000))
        server = ModbusSerialServer([_relay(stand), _meter(stand)], port=stand.cable.theirs, baudrate=BAUD)
        await server.serve_forever(background=True)
        try:
            yield stand
        finally:
            with contextlib.suppress(asyncio.CancelledError):
                await server.shutdown()
            stand.cable.close()


def _relay(stand: Stand) -> SimDevice:
    coils = [SimData(0, values=[True] + [False] * (FLASHES + 31), datatype=DataType.BITS)]
    spare = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
    registers = [SimData(0, values=[0], datatype=DataType.REGISTERS)]

    async def heard(code: int, _start: int, address: int, _count: int, _now: list[int], wanted: object) -> None:
        if code == WRITE_COIL and address == 0 and isinstance(wanted, list):
            stand.on = bool(wanted[0])

    return SimDevice(RELAY, simdata=(coils, spare, registers, registers), action=heard)


def _meter(stand: Stand) -> SimDevice:
    spare = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
    registers = [SimData(0, values=[stand.current_ma, 250, stand.level_raw], datatype=DataType.REGISTERS)]
    return SimDevice(METER, simdata=(spare, spare, registers, registers))


async def try_once(fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    """Measure, switch off, measure and read the gauge, the fault anywhere among them; then it is healed."""
    async with standing(chance) as stand:
        amplifier = await setup_amp(AmpSettings(stand.cable.ours, RELAY, 1, METER, BAUD))
        gauge = await setup_gauge(GaugeSettings(stand.cable.ours, METER, LEVEL, baud=BAUD))
        stand.cable.late_s = chance.uniform(0.1, 1.2)
        blow = Blow(stand.cable, fault, chance, 4)
        try:
            blow.maybe_at(0)
            await tally.ask("measure", amplifier.measure(), ANSWER_S, partial(_measured, stand, {True}))
            blow.maybe_at(1)
            await tally.ask("off", amplifier.off(), ANSWER_S, lambda _, __: not stand.on)
            states = {True, False} if fault is Fault.LATE else {stand.on}
            blow.maybe_at(2)
            await tally.ask("measure", amplifier.measure(), ANSWER_S, partial(_measured, stand, states))
            blow.maybe_at(3)
            await tally.ask("read", gauge.read(), ANSWER_S, partial(_read, stand))
            blow.fall()
            mend(stand.cable, fault)
            await asyncio.sleep(stand.cable.late_s + 0.1)
            await amplifier.off()
            await _timed_on_is_refused(amplifier.hold_on(1.0), stand, tally)
        except DriverError as error:
            tally.fail("not_healed", str(error))
        finally:
            await amplifier.close()
            await gauge.close()


async def _timed_on_is_refused(hold: object, stand: Stand, tally: Tally) -> None:
    """The standard knows no "on for so long": such a board must be refused with a clear error and stay off."""
    assert asyncio.iscoroutine(hold)
    answered = await tally.ask("hold_on", hold, ANSWER_S, lambda _, __: False)
    if answered or stand.on:
        tally.fail("left_on", "a board that cannot time was switched on")


def _measured(stand: Stand, states: set[bool], evidence: AmpEvidence, _: float) -> bool:
    return evidence.on in states and evidence.current_ma == stand.current_ma


def _read(stand: Stand, readings: tuple[GaugeReading, ...], _: float) -> bool:
    return readings[0].value == round(stand.level_raw * 0.001, 3)
