"""Holds an amplifier on for a stated time, and measures what it does."""

from __future__ import annotations

from drivers.base import AmpEvidence, FinalDriverError, TransientDriverError
from drivers.devices.relay_amp_modbus import codec
from drivers.transport.modbus_line import ModbusUnit
from drivers.transport.modbus_rtu import COIL_OFF


class RelayAmp:
    """An `Amplifier`: one relay of a board, and the meter of the amplifier behind it."""

    def __init__(
        self,
        relay: ModbusUnit,
        channel: int,
        meter: ModbusUnit,
        *,
        idle_ma: int = 0,
        level_register: int | None = None,
    ) -> None:
        self._relay = relay
        self._channel = channel
        self._meter = meter
        self._idle_ma = idle_ma
        self._level_register = level_register

    async def hold_on(self, seconds: float) -> None:
        """Switch on; the board switches off by itself after `seconds` (0.1 to 3276.7), rounded up to 0.1 s."""
        if not codec.SHORTEST_ON_S <= seconds <= codec.LONGEST_ON_S:
            raise FinalDriverError(
                f"hold_on({seconds:g}): the board times {codec.SHORTEST_ON_S} to {codec.LONGEST_ON_S} s"
            )
        await self._relay.write_coil(codec.flash_on_address(self._channel), codec.flash_units(seconds))
        await self._confirm(on=True)

    async def off(self) -> None:
        """Switch off at once."""
        await self._relay.write_coil(codec.coil_of(self._channel), COIL_OFF)
        await self._confirm(on=False)

    async def measure(self) -> AmpEvidence:
        """The relay read back, the output current above the idle one, and the level where it is measured."""
        on = await self._is_on()
        current_ma = max(0, (await self.meter()).current_ma - self._idle_ma)
        return AmpEvidence(on, current_ma, await self._level_db())

    async def meter(self) -> codec.MeterReading:
        """Current and temperature of the amplifier."""
        return codec.meter_reading(await self._meter.read_registers(codec.METER_FIRST, codec.METER_COUNT))

    async def close(self) -> None:
        """Give the line back. Switches nothing."""
        await self._relay.close()
        await self._meter.close()

    async def _level_db(self) -> float | None:
        if self._level_register is None:
            return None
        (word,) = await self._meter.read_registers(self._level_register, 1)
        return codec.level_db(word)

    async def _confirm(self, *, on: bool) -> None:
        if await self._is_on() is not on:
            raise TransientDriverError(f"relay {self._channel} acknowledged but is {'off' if on else 'on'}")

    async def _is_on(self) -> bool:
        (on,) = await self._relay.read_coils(codec.coil_of(self._channel), 1)
        return on
