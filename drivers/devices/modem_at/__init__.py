"""A GSM or 4G modem by AT commands: SMS in PDU mode with delivery reports, ring calls, state of the SIM."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from drivers.devices.modem_at import ussd
from drivers.devices.modem_at.driver import ModemAt
from drivers.settings import Baud, Secret, Shaped
from drivers.transport.serial_line import SerialLine


@dataclass(frozen=True, slots=True)
class Settings:
    """The modem's AT port; a 4G stick has several, its manual says which.

    ``balance_ussd`` is the operator's short code for the balance ("*101#" with all Vietnamese operators). ``pin`` only
    for a SIM that wants one: better take it off in a phone.
    """

    device: str
    baud: Baud = 115200
    balance_ussd: Annotated[str | None, Shaped(ussd.ASK, "a short code such as *101#")] = None
    pin: Annotated[str | None, Secret(), Shaped(r"[0-9]{4,8}", "4 to 8 digits in quotation marks")] = field(
        default=None, repr=False
    )


async def setup(settings: Settings) -> ModemAt:
    """The driver; the modem is initialised at its first use."""
    line = SerialLine(settings.device, settings.baud)
    return ModemAt(line, pin=settings.pin, balance_ussd=settings.balance_ussd)
