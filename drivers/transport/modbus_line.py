"""Asks the units on a Modbus RTU line, one after another.

Several devices may share one RS-485 pair, so lines are shared per device path: write the same path for each.

A late answer is thrown away before the next question. One that comes after it, of the same unit, function and size,
cannot be told from the right one: that is a limit of Modbus RTU. To the same question it makes a value as old as it is
late. To another one it would be a wrong value (the mains' volts read as a temperature, one relay read as its
neighbour): so after a question that was not answered in time another of the same shape waits until no older answer can
come any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from drivers.base import MisconfiguredDriverError, TransientDriverError
from drivers.transport import modbus_rtu as rtu
from drivers.transport.serial_line import SerialLine

TIMEOUT_S = 0.3
TRIES = 3
LATE_S = 1.5
"""No device that works answers later than this."""
LONGEST_WAIT_S = 3.0
GAP_S = 0.005  # more than 3.5 characters from 9600 baud upwards; boards with slow RS-485 drivers want it

READS = frozenset((*rtu.OF_BITS, *rtu.OF_REGISTERS))
_Shape = tuple[int, int, int]


class ModbusLine:
    """One wire, used by every `ModbusUnit` on it."""

    def __init__(self, path: str, baud: int) -> None:
        self.users = 0
        self.serial = SerialLine(path, baud)
        self._owed: dict[_Shape, tuple[bytes, float]] = {}

    async def ask(self, unit: int, request: bytes) -> bytes:
        """The PDU that answers `request`. At most three tries of 0.3 s; a final refusal is not tried again.

        Before them up to 3 s, if an older question of the same shape may still be answered.
        """
        loop = asyncio.get_running_loop()
        shape = _shape(unit, request)
        await self._until_nothing_older_comes(shape, request)
        for _ in range(TRIES):
            next_try = loop.time() + TIMEOUT_S
            try:
                return await self._ask_once(unit, request)
            except TransientDriverError as error:
                last = error
                self._owed[shape] = request, loop.time() + LATE_S
            await asyncio.sleep(max(0.0, next_try - loop.time()))  # noise comes in bursts: let it pass
        raise TransientDriverError(f"unit {unit} does not answer {TRIES} times: {last}") from last

    async def _until_nothing_older_comes(self, shape: _Shape, request: bytes) -> None:
        """A write is echoed, so that its answer names it; answers to reads do not say what was read."""
        loop = asyncio.get_running_loop()
        at_most = loop.time() + LONGEST_WAIT_S
        while (owed := self._owed.get(shape)) and owed[0] != request and owed[1] > loop.time():
            if shape[1] not in READS:
                return
            if loop.time() >= at_most:
                raise TransientDriverError(f"unit {shape[0]} still owes answers to older questions")
            await asyncio.sleep(min(owed[1], at_most) - loop.time())

    async def _ask_once(self, unit: int, request: bytes) -> bytes:
        async with self.serial.exchange():
            await self.serial.write(rtu.frame(unit, request))
            raw = await self._read_answer(request)
            await asyncio.sleep(GAP_S)
        return rtu.open_answer(unit, request, raw)

    async def _read_answer(self, request: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        until = loop.time() + TIMEOUT_S
        head = await self.serial.read_exactly(rtu.SHORTEST_ANSWER, TIMEOUT_S)
        rest = rtu.answer_size(request, head) - len(head)
        return head + (await self.serial.read_exactly(rest, max(0.0, until - loop.time())) if rest else b"")


def _shape(unit: int, request: bytes) -> _Shape:
    """What answers have in common that cannot be told apart: unit, function, size."""
    return unit, request[0], rtu.answer_size(request, b"\0\0")


class ModbusUnit:
    """One unit number on a line. Every method raises `TransientDriverError` or `FinalDriverError`."""

    def __init__(self, line: ModbusLine, number: int) -> None:
        self._line = line
        self._number = number
        self._open = True
        line.users += 1

    async def read_coils(self, address: int, count: int) -> tuple[bool, ...]:
        """`count` coils from `address`."""
        return rtu.coils_of(await self._line.ask(self._number, rtu.read_coils_request(address, count)), count)

    async def read_inputs(self, address: int, count: int) -> tuple[bool, ...]:
        """`count` discrete inputs from `address`."""
        return rtu.coils_of(await self._line.ask(self._number, rtu.read_inputs_request(address, count)), count)

    async def read_registers(self, address: int, count: int) -> tuple[int, ...]:
        """`count` holding registers from `address`."""
        return rtu.registers_of(await self._line.ask(self._number, rtu.read_registers_request(address, count)))

    async def read_input_registers(self, address: int, count: int) -> tuple[int, ...]:
        """`count` input registers from `address`."""
        return rtu.registers_of(await self._line.ask(self._number, rtu.read_input_registers_request(address, count)))

    async def write_coil(self, address: int, word: int) -> None:
        """One coil; done when the device echoed it."""
        await self._line.ask(self._number, rtu.write_coil_request(address, word))

    async def write_register(self, address: int, value: int) -> None:
        """One holding register; done when the device echoed it."""
        await self._line.ask(self._number, rtu.write_register_request(address, value))

    async def write_coils(self, address: int, coils: Sequence[bool]) -> None:
        """Neighbouring coils; done when the device confirmed address and count."""
        await self._line.ask(self._number, rtu.write_coils_request(address, coils))

    async def close(self) -> None:
        """Give the line back; the last unit closes it."""
        if self._open:
            self._open = False
            await _give_back(self._line)


_lines: dict[str, ModbusLine] = {}


def open_unit(path: str, baud: int, number: int) -> ModbusUnit:
    """A unit on the line at `path`, shared with every other unit there."""
    line = _lines.setdefault(path, ModbusLine(path, baud))
    if line.serial.baud != baud:
        raise MisconfiguredDriverError(f"baud: {path} is already used with {line.serial.baud}, not {baud}")
    return ModbusUnit(line, number)


async def _give_back(line: ModbusLine) -> None:
    line.users -= 1
    if line.users == 0:
        _lines.pop(line.serial.path, None)
        await line.serial.close()
