from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pymodbus.client import AsyncModbusSerialClient
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from drivers.base import FinalDriverError, MisconfiguredDriverError, TransientDriverError
from drivers.devices.relay_amp_modbus import codec
from drivers.devices.relay_amp_modbus.driver import RelayAmp
from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from drivers.transport.fake_modbus import FakeModbusLine, answer_registers
from drivers.transport.fake_pty import Fault
from drivers.transport.modbus_line import ModbusUnit, open_unit


@pytest_asyncio.fixture
async def unit(crossed_lines: tuple[str, str]) -> AsyncIterator[ModbusUnit]:
    """Our client, with pymodbus's server at the other end of the cable."""
    ours, theirs = crossed_lines
    coils = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
    registers = [SimData(0, values=[10, 20, 30], datatype=DataType.REGISTERS)]
    empty = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
    device = SimDevice(7, simdata=(coils, empty, registers, registers))
    server = ModbusSerialServer(device, port=theirs, baudrate=19200)
    await server.serve_forever(background=True)
    client = open_unit(ours, 19200, 7)
    yield client
    await client.close()
    with contextlib.suppress(asyncio.CancelledError):
        await server.shutdown()


async def test_an_independent_server_understands_every_function(unit: ModbusUnit) -> None:
    await unit.write_coil(2, 0xFF00)
    await unit.write_coils(4, (True, False, True))
    assert await unit.read_coils(0, 8) == (False, False, True, False, True, False, True, False)
    await unit.write_register(1, 777)
    assert await unit.read_registers(0, 3) == (10, 777, 30)


async def test_an_independent_server_refuses_and_we_say_so(unit: ModbusUnit) -> None:
    with pytest.raises(FinalDriverError, match="illegal address"):
        await unit.read_registers(900, 1)


async def test_an_independent_client_reads_our_fake(board: FakeRelayAmp, amp: RelayAmp) -> None:
    await amp.hold_on(5)
    await amp.close()
    client = AsyncModbusSerialClient(board.path, baudrate=9600)
    assert await client.connect()
    coils = await client.read_coils(0, count=8, device_id=1)
    meter = await client.read_holding_registers(0, count=2, device_id=2)
    client.close()
    assert coils.bits == [True] + [False] * 7
    assert codec.meter_reading(tuple(meter.registers)) == codec.MeterReading(1234, 35.0)


async def test_units_on_one_path_share_the_line_until_the_last_is_closed(board: FakeRelayAmp) -> None:
    first, second = open_unit(board.path, 9600, 1), open_unit(board.path, 9600, 2)
    coils, registers = await asyncio.gather(first.read_coils(0, 8), second.read_registers(0, 2))
    assert coils == (False,) * 8
    assert registers == (0, 350)
    await first.close()
    await first.close()
    assert await second.read_registers(0, 1) == (0,)
    await second.close()
    again = open_unit(board.path, 9600, 1)
    assert await again.read_coils(0, 1) == (False,)
    await again.close()


async def test_one_line_has_one_speed(board: FakeRelayAmp) -> None:
    first = open_unit(board.path, 9600, 1)
    with pytest.raises(MisconfiguredDriverError, match="baud"):
        open_unit(board.path, 19200, 2)
    await first.close()


async def test_a_late_answer_to_another_register_is_not_taken_for_this_one() -> None:
    meter = FakeModbusLine({4: lambda request: answer_registers(request, {0: 2500, 1: 2300, 2: 300}.get)})
    await meter.start()
    unit = open_unit(meter.path, 9600, 4)
    meter.fault, meter.late_s = Fault.LATE, 0.4
    assert await unit.read_registers(1, 1) == (2300,)
    meter.fault = Fault.NONE
    assert await unit.read_registers(2, 1) == (300,)
    await unit.close()
    await meter.close()


async def test_another_question_waits_only_for_its_own_kind_and_not_for_ever() -> None:
    meter = FakeModbusLine({4: lambda request: answer_registers(request, {0: 2500, 1: 2300, 2: 300}.get)})
    await meter.start()
    unit = open_unit(meter.path, 9600, 4)
    meter.fault = Fault.SILENT
    with pytest.raises(TransientDriverError):
        await unit.read_registers(1, 1)
    meter.fault = Fault.NONE
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await unit.read_registers(1, 1) == (2300,)
    assert await unit.read_registers(0, 2) == (2500, 2300)
    assert loop.time() - began < 0.5
    assert await unit.read_registers(2, 1) == (300,)
    assert 0.5 < loop.time() - began < 2.5
    await unit.close()
    await meter.close()
