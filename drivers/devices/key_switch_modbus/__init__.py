"""A sealed key and a stop button on two inputs of a Modbus relay board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.key_switch_modbus.codec import MOST_INPUTS, Inputs
from drivers.devices.key_switch_modbus.driver import KeySwitch
from drivers.settings import Baud, Between, UnitNumber
from drivers.transport.modbus_line import open_unit

InputNumber = Between(1, MOST_INPUTS)
YesNo = Between(0, 1)


@dataclass(frozen=True, slots=True)
class Settings:
    """Inputs are numbered as printed on the board: the first is 1. `…_opens`: 1 for a contact that opens when used."""

    device: str
    unit: UnitNumber
    key_input: Annotated[int, InputNumber]
    stop_input: Annotated[int | None, InputNumber] = None
    key_opens: Annotated[int, YesNo] = 0
    stop_opens: Annotated[int, YesNo] = 0
    baud: Baud = 9600


async def setup(settings: Settings) -> KeySwitch:
    """The driver; asks nothing yet."""
    stop = settings.stop_input
    inputs = Inputs(settings.key_input, stop, key_opens=bool(settings.key_opens), stop_opens=bool(settings.stop_opens))
    return KeySwitch(open_unit(settings.device, settings.baud, settings.unit), inputs)
