"""A relay board with amplifiers on a PTY. The board's clock is its own: it switches off when nobody renews."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from drivers.devices.relay_amp_modbus import codec
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_modbus import FakeModbusLine, answer_registers

FIRST_AMP: Mapping[int, int] = {2: 1}
SILENCE_DB = -90.0


@dataclass(frozen=True, slots=True)
class RelayChange:
    """A relay moved, at a monotonic time."""

    steady: float
    channel: int
    on: bool


class FakeRelayAmp(FakeModbusLine):
    """One board of `channels` relays at `relay_unit`, and the meter of each amplifier at its own unit number.

    `amp_units` maps a meter's unit to the channel that feeds it. `current_ma` and `level_db` are asked only while that
    channel is on; a meter with a level shows it in register 2.
    Faults are those of `FakePty`, and `stuck`: the board acknowledges but its contacts do not move.
    """

    def __init__(
        self,
        current_ma: Callable[[], int] = lambda: 0,
        *,
        relay_unit: int = 1,
        channels: int = 8,
        amp_units: Mapping[int, int] = FIRST_AMP,
        temp_c: float = 35.0,
        level_db: Callable[[], float] | None = None,
    ) -> None:
        self.current_ma = current_ma
        self.level_db = level_db
        self.temp_c = temp_c
        self.stuck = False
        self.changes: list[RelayChange] = []
        self._coils = [False] * channels
        self._timers: dict[int, asyncio.TimerHandle] = {}
        meters = {unit: partial(self._answer_meter, channel) for unit, channel in amp_units.items()}
        super().__init__({relay_unit: self._answer_relay, **meters})

    async def close(self) -> None:
        """Power down: every relay falls."""
        for channel in range(1, len(self._coils) + 1):
            self._move(channel, on=False)
        await super().close()

    def coil_on(self, channel: int) -> bool:
        """Whether the relay printed `channel` (the first is 1) is closed."""
        return self._coils[channel - 1]

    def _answer_relay(self, request: bytes) -> bytes:
        if request[0] == rtu.Function.READ_COILS:
            return self._tell_coils(request)
        if request[0] != rtu.Function.WRITE_COIL:
            return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_FUNCTION)
        channel, seconds = codec.flashed_channel(request) or self._plain_write(request)
        if not 1 <= channel <= len(self._coils):
            return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_ADDRESS)
        if not self.stuck:
            self._switch(channel, seconds)
        return request

    def _tell_coils(self, request: bytes) -> bytes:
        first, count = struct.unpack(">HH", request[1:5])
        if first + count > len(self._coils):
            return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_ADDRESS)
        return rtu.coils_answer(self._coils[first : first + count])

    def _plain_write(self, request: bytes) -> tuple[int, float]:
        coil, word = struct.unpack(">HH", request[1:5])
        return coil + 1, float("inf") if word == rtu.COIL_ON else 0.0

    def _switch(self, channel: int, seconds: float) -> None:
        self._move(channel, on=seconds > 0)
        if 0 < seconds < float("inf"):
            expire = partial(self._move, channel, on=False)
            self._timers[channel] = asyncio.get_running_loop().call_later(seconds, expire)

    def _move(self, channel: int, *, on: bool) -> None:
        if timer := self._timers.pop(channel, None):
            timer.cancel()
        if self._coils[channel - 1] is not on:
            self._coils[channel - 1] = on
            self.changes.append(RelayChange(time.monotonic(), channel, on))

    def _answer_meter(self, channel: int, request: bytes) -> bytes:
        current = self.current_ma() if self.coil_on(channel) else 0
        registers: tuple[int, ...] = codec.meter_registers(codec.MeterReading(current, self.temp_c))
        if self.level_db is not None:
            registers = (*registers, codec.level_word(self.level_db() if self.coil_on(channel) else SILENCE_DB))
        return answer_registers(request, dict(enumerate(registers)).get)
