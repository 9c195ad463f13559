"""What a station means by its registers. Pure."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from drivers.value_line import ValueLine

DIGITS = 6  # a raw count times its scale must not show 3.2150000000000003 m
TABLES = ("register", "input_register", "coil", "input")
"""Functions 03, 04, 01, 02 of the Modbus specification."""
OF_BITS = ("coil", "input")
LARGEST = 0xFFFF_FFFF
FORMS = {"u16": ">H", "s16": ">h", "u32": ">I", "s32": ">i", "f32": ">f"}
USUAL = {
    "u16": (0, 0xFFFE),
    "s16": (-0x7FFF, 0x7FFE),
    "u32": (0, 0xFFFF_FFFE),
    "s32": (-0x7FFF_FFFF, 0x7FFF_FFFE),
    "f32": (-1e9, 1e9),
}
"""Raw values that are a measurement, where the manual says nothing else: the ends of a range mean "no echo"."""


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value lies and how it is scaled: value = offset + raw x scale.

    A raw value outside `lowest` to `highest` means that the sensor sees nothing. With `bit` it is one bit of a
    register, 0 or 1.
    """

    quantity: str
    unit: str
    table: str
    address: int
    form: str = "u16"
    low_word_first: bool = False
    bit: int | None = None
    scale: float = 1.0
    offset: float = 0.0
    lowest: float = 0
    highest: float = 0xFFFE

    @property
    def words(self) -> int:
        """How many registers it takes."""
        return struct.calcsize(FORMS[self.form]) // 2

    def of_registers(self, registers: tuple[int, ...]) -> float | None:
        """The value, or None for no echo."""
        if self.bit is not None:
            return float(registers[0] >> self.bit & 1)
        ordered = registers[::-1] if self.low_word_first else registers
        (raw,) = struct.unpack(FORMS[self.form], struct.pack(f">{len(ordered)}H", *ordered))
        return round(self.offset + raw * self.scale, DIGITS) if self.lowest <= raw <= self.highest else None

    def registers(self, value: float | None) -> tuple[int, ...]:
        """The other way round; what the sensor cannot show is no echo."""
        if self.bit is not None:
            return (int(bool(value)) << self.bit,)
        packed = struct.pack(FORMS[self.form], self._raw(value))
        registers = struct.unpack(f">{self.words}H", packed)
        return registers[::-1] if self.low_word_first else registers

    def _raw(self, value: float | None) -> float:
        nothing = math.nan if self.form == "f32" else USUAL[self.form][1] + 1
        if value is None:
            return nothing
        exact = (value - self.offset) / self.scale
        raw = exact if self.form == "f32" else round(exact)
        return raw if self.lowest <= raw <= self.highest else nothing


def value_of(setting: str, text: str) -> Value:
    """A value as a line of settings tells it; raises MisconfiguredDriverError naming the setting."""
    line = ValueLine(setting, text)
    table, address = _place(line)
    form = line.one_of("as", tuple(FORMS))
    lowest, highest = USUAL[form]
    value = Value(
        line.quantity,
        line.unit,
        table,
        address,
        form,
        line.one_of("first", ("high", "low")) == "low",
        line.whole("bit", 0, 15),
        *line.scaling(),
        _or(line.number("lowest", -LARGEST, LARGEST), lowest),
        _or(line.number("highest", -LARGEST, LARGEST), highest),
    )
    line.done()
    if value.bit is not None and form != "u16":
        raise line.wrong("a bit lies in one u16 register")
    return value


def _place(line: ValueLine) -> tuple[str, int]:
    found = [(table, address) for table in TABLES if (address := line.whole(table, 0, 0xFFFF)) is not None]
    if len(found) != 1:
        raise line.wrong(f"exactly one of {', '.join(TABLES)} says where the value lies")
    return found[0]


def _or(given: float | None, usual: float) -> float:
    return usual if given is None else given
