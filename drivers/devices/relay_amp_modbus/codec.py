"""What the relay board and the amplifier's meter mean by their coils and registers. Pure."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from drivers.transport import modbus_rtu as rtu

MOST_CHANNELS = 32
FLASH_ON = 0x0200  # Waveshare wiki, Modbus RTU Relay: function 05 at 0x0200 + relay, data = time in 100 ms
SHORTEST_ON_S = 0.1
LONGEST_ON_S = 0x7FFF / 10  # the wiki's largest delay
METER_FIRST = 0x0000
METER_COUNT = 2


@dataclass(frozen=True, slots=True)
class MeterReading:
    """What the amplifier's meter tells."""

    current_ma: int
    temp_c: float


def coil_of(channel: int) -> int:
    """The coil of the relay printed `channel` on the board."""
    return channel - 1


def flash_on_address(channel: int) -> int:
    """Where "on, and off by yourself" is written."""
    return FLASH_ON + coil_of(channel)


def flash_units(seconds: float) -> int:
    """Seconds in units of 100 ms, rounded up: the board must not switch off before the caller was promised."""
    return math.ceil(round(seconds * 10, 6))


def flashed_channel(request: bytes) -> tuple[int, float] | None:
    """Channel and seconds if the PDU `request` is a flash-on, else None."""
    function, address, units = struct.unpack(">BHH", request)
    if function != rtu.Function.WRITE_COIL or not FLASH_ON <= address < FLASH_ON + MOST_CHANNELS:
        return None
    return address - FLASH_ON + 1, units / 10


def meter_reading(registers: tuple[int, ...]) -> MeterReading:
    """The meter's registers: output current in mA, temperature in signed tenths of a degree."""
    current_ma, tenths = registers
    return MeterReading(current_ma, _signed_tenths(tenths))


def meter_registers(reading: MeterReading) -> tuple[int, int]:
    """The other way round."""
    return min(max(reading.current_ma, 0), 0xFFFF), round(reading.temp_c * 10) & 0xFFFF


def level_db(word: int) -> float:
    """The level register: signed tenths of a dB below full output."""
    return _signed_tenths(word)


def level_word(level: float) -> int:
    """The other way round."""
    return round(level * 10) & 0xFFFF


def _signed_tenths(word: int) -> float:
    return (word - 0x10000 if word & 0x8000 else word) / 10
