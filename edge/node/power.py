"""The amplifier of this horn: on only while something sounds, and off by whoever outlives it (law 4)."""

import asyncio
import logging

from drivers.base import Amplifier, DriverError
from edge.core.errors import TransientError

log = logging.getLogger(__name__)

HOLD_S = 3.0
"""The board switches off by itself this long after the last renewal."""
RENEW_S = 1.0
MEASURE_S = 0.25
GUARD_S = 10.0


class Power:
    """Switches one amplifier. ``is_on`` and ``fault`` are what is known, for ``state``; None is unknown."""

    def __init__(self, amplifier: Amplifier) -> None:
        self._amplifier = amplifier
        self._turn = asyncio.Lock()
        self._wanted = False
        self.is_on: bool | None = None
        self.fault = ""

    async def on(self) -> None:
        """Switch on, confirmed; raises TransientError when the board does not confirm."""
        self._wanted = True
        await self._hold()

    async def keep(self, measures: list[int], levels: list[float]) -> None:
        """Keep it on and gather its current in mA and its level in dB, until cancelled.

        Raises TransientError when it went off.
        """
        loop = asyncio.get_running_loop()
        renewed = loop.time()
        while True:
            await asyncio.sleep(MEASURE_S)
            if loop.time() - renewed >= RENEW_S and await self._renewed(loop.time() - renewed):
                renewed = loop.time()
            await self._measure(measures, levels)

    async def off(self) -> None:
        """Switch off, even if the caller is cancelled meanwhile; raises TransientError when it is not confirmed."""
        self._wanted = False
        switching = asyncio.ensure_future(self._off())
        try:
            await asyncio.shield(switching)
        except asyncio.CancelledError:
            await asyncio.wait({switching})
            raise

    async def guard(self) -> None:
        """While nothing sounds, look every ten seconds that it is really off, and switch it off if it is not."""
        while True:
            try:
                await self._look()
            except TransientError:
                log.debug("amplifier does not answer the guard")
            await asyncio.sleep(GUARD_S)

    async def _look(self) -> None:
        async with self._turn:
            if self._wanted:
                return
            if await self._measured_on():
                log.error("amplifier was on while nothing sounded, switching it off")
                await self._switch_off()

    async def _off(self) -> None:
        async with self._turn:
            if not self._wanted:
                await self._switch_off()

    async def _hold(self) -> None:
        async with self._turn:
            try:
                await self._amplifier.hold_on(HOLD_S)
            except DriverError as cause:
                raise self._failed("không xác nhận đã bật", cause) from cause
            self._answered(on=True)

    async def _renewed(self, age_s: float) -> bool:
        try:
            await self._hold()
        except TransientError:
            if age_s + RENEW_S > HOLD_S:
                raise
            return False
        return True

    async def _measure(self, measures: list[int], levels: list[float]) -> None:
        try:
            evidence = await self._amplifier.measure()
        except DriverError:
            return  # a meter that is silent is no reason to fall silent; without evidence the report says so
        if not evidence.on:
            raise TransientError("Rơ-le ampli tự nhả khi đang phát.")
        measures.append(evidence.current_ma)
        if evidence.level_db is not None:
            levels.append(evidence.level_db)

    async def _measured_on(self) -> bool:
        try:
            on = (await self._amplifier.measure()).on
        except DriverError as cause:
            raise self._failed("không trả lời", cause) from cause
        self._answered(on=on)
        return on

    async def _switch_off(self) -> None:
        try:
            await self._amplifier.off()
        except DriverError as cause:
            raise self._failed("không xác nhận đã tắt", cause) from cause
        self._answered(on=False)

    def _answered(self, *, on: bool) -> None:
        if self.fault:
            log.info("amplifier answers again")
        self.is_on, self.fault = on, ""

    def _failed(self, what: str, cause: DriverError) -> TransientError:
        if not self.fault:
            log.error("amplifier: %s", cause)
        self.is_on, self.fault = None, f"Ampli {what}."
        return TransientError(f"Ampli {what}: {cause}.")
