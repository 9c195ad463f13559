"""What a meter means by its registers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.base import PowerReading

DIGITS = 3  # a raw count times its scale must not show 12.630000000000001 V


@dataclass(frozen=True, slots=True)
class Registers:
    """Where each value is and how it is scaled; None is not measured. Mains are there from `mains_from_v` upwards."""

    battery: int | None
    battery_scale_v: float
    mains: int | None
    mains_scale_v: float
    mains_from_v: float
    temp: int | None
    temp_scale_c: float

    @property
    def wanted(self) -> tuple[int, ...]:
        """The registers to read."""
        return tuple(one for one in (self.battery, self.mains, self.temp) if one is not None)

    def reading(self, raw: dict[int, int]) -> PowerReading:
        """What these raw values, by register, mean. Temperatures are signed."""
        battery_v = None if self.battery is None else round(raw[self.battery] * self.battery_scale_v, DIGITS)
        mains = None if self.mains is None else raw[self.mains] * self.mains_scale_v >= self.mains_from_v
        temp_c = None if self.temp is None else round(_signed(raw[self.temp]) * self.temp_scale_c, DIGITS)
        return PowerReading(battery_v, mains, temp_c)

    def raw(self, reading: PowerReading) -> dict[int, int]:
        """The other way round; mains of 230 V or none."""
        found = {}
        if self.battery is not None and reading.battery_v is not None:
            found[self.battery] = round(reading.battery_v / self.battery_scale_v)
        if self.mains is not None and reading.mains is not None:
            found[self.mains] = round(230 / self.mains_scale_v) if reading.mains else 0
        if self.temp is not None and reading.temp_c is not None:
            found[self.temp] = round(reading.temp_c / self.temp_scale_c) & 0xFFFF
        return found


def _signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word
