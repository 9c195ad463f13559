"""What feeds the horn, as its meter tells: battery, mains, temperature, for ``state``."""

import asyncio
import logging

from drivers.base import DriverError, PowerMonitor, PowerReading

log = logging.getLogger(__name__)

LOOK_S = 30.0
UNKNOWN = PowerReading(None, None, None)


class Cabinet:
    """The last reading; unknown while the meter does not answer, and where there is none."""

    def __init__(self, meter: PowerMonitor | None) -> None:
        self._meter = meter
        self.reading = UNKNOWN
        self.fault = ""

    async def run(self) -> None:
        """Measure until cancelled."""
        if self._meter is None:
            await asyncio.Event().wait()
            return
        while True:
            try:
                self.reading = await self._meter.read_power()
            except DriverError as error:
                if not self.fault:
                    log.warning("power meter: %s", error)
                self.reading, self.fault = UNKNOWN, "Đồng hồ nguồn không trả lời."
            else:
                self.fault = ""
            await asyncio.sleep(LOOK_S)
