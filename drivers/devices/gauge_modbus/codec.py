"""What a gauge means by its registers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

NO_ECHO = 0xFFFF
MILLIMETRES = 3  # digits; a raw count times its scale must not show 3.2150000000000003 m


@dataclass(frozen=True, slots=True)
class RiverScale:
    """Where the level is and how it is scaled; a raw value above `highest_raw` means that the sensor sees nothing."""

    register: int
    scale_m: float
    offset_m: float
    highest_raw: int

    def level_m(self, raw: int) -> float | None:
        """The level, or None for no echo."""
        return None if raw > self.highest_raw else round(self.offset_m + raw * self.scale_m, MILLIMETRES)

    def raw(self, level_m: float | None) -> int:
        """The other way round; a level that the sensor cannot show is no echo."""
        if level_m is None:
            return NO_ECHO
        raw = round((level_m - self.offset_m) / self.scale_m)
        return raw if 0 <= raw <= self.highest_raw else NO_ECHO


@dataclass(frozen=True, slots=True)
class RainScale:
    """Where the tips of the bucket are counted, and what one is worth. The counter starts again after 65,535 tips."""

    register: int
    mm_per_tip: float

    def rain_mm(self, tips: int) -> float:
        """Rain since the counter last started."""
        return round(tips * self.mm_per_tip, MILLIMETRES)
