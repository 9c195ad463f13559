"""Looks after one modem: its health, its SIM as telemetry, and how it is brought back when it hangs."""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from drivers.base import Amplifier, DriverError, Notifier, Sim, SimState
from edge.core.news import AlertChanged, ServiceChanged
from edge.kernel.bus import Bus
from edge.store.journal import Journal
from edge.store.outbox import LANE_TELEMETRY

log = logging.getLogger(__name__)

HEALTH_S = 30.0
HEALTH_WHEN_BAD_S = 2.0
SIM_S = 300.0
"""Asking for the balance takes up to 20 s and may cost."""
TELL_S = 900.0
RESET_AFTER_S = 60.0
POWER_AFTER_S = 180.0
AGAIN_S = 900.0
"""A network that is down all night is no reason to restart a modem every minute."""
POWER_OFF_S = 8.0
"""Modems hold their charge for some seconds."""
OpenRelay = Callable[[], Awaitable[Amplifier]]


class ModemCare:
    """``look`` is called between messages. Only its last word on the SIM is kept here: ``sim``."""

    def __init__(self, name: str, device: Notifier, open_relay: OpenRelay | None, journal: Journal, bus: Bus) -> None:
        self._name = name
        self._device = device
        self._open_relay = open_relay
        self._journal = journal
        self._bus = bus
        self._looked_s = self._asked_s = self._told_s = self._tried_s = float("-inf")
        self._bad_since_s: float | None = None
        self._tried: set[str] = set()
        self.ok = False
        self.sim: SimState | None = None
        self.sim_at_ms: int | None = None

    def due(self) -> bool:
        """Whether it is time to look."""
        return self._now() - self._looked_s >= (HEALTH_S if self.ok else HEALTH_WHEN_BAD_S)

    def may_be_tried(self) -> bool:
        """Whether a modem that is not ok is to be tried all the same: now and then."""
        due = self._now() - self._tried_s >= HEALTH_S
        self._tried_s = self._now() if due else self._tried_s
        return due

    async def look(self) -> None:
        """Ask how the modem is; bring it back when it has been gone for long; tell of its SIM."""
        self._looked_s = self._now()
        health = await self._device.health()
        self.ok = health.ok
        self._bus.publish(ServiceChanged(f"modem-{self._name}", "up" if health.ok else "down", health.detail, 0))
        if health.ok:
            self._bad_since_s, self._tried = None, set()
            await self._ask_sim()
        else:
            await self._bring_back()

    async def _ask_sim(self) -> None:
        if not isinstance(self._device, Sim) or self._now() - self._asked_s < SIM_S:
            return
        self._asked_s = self._now()
        try:
            self.sim = await self._device.sim_state()
        except DriverError as error:
            log.info("modem %s tells nothing of its SIM: %s", self._name, error)
            return
        self.sim_at_ms = self._journal.clock.now().at_ms
        self._bus.publish(AlertChanged())
        if self._now() - self._told_s >= TELL_S:
            self._told_s, told = self._now(), asdict(self.sim)
            await self._journal.record(lambda tx: tx.event(LANE_TELEMETRY, "modem.measured", self._name, told))

    async def _bring_back(self) -> None:
        """First its own command, then its power; both again after a quarter of an hour."""
        now_s = self._now()
        if self._bad_since_s is None:
            self._bad_since_s = now_s
        bad_s = now_s - self._bad_since_s
        if bad_s >= AGAIN_S:
            self._bad_since_s, self._tried = now_s, set()
        elif bad_s >= POWER_AFTER_S and self._open_relay and "power" not in self._tried:
            self._tried.add("power")
            await self._cut_power(self._open_relay)
        elif bad_s >= RESET_AFTER_S and isinstance(self._device, Sim) and "reset" not in self._tried:
            self._tried.add("reset")
            log.warning("modem %s does not work for %.0f s, resetting it", self._name, bad_s)
            with contextlib.suppress(DriverError):
                await self._device.reset()

    async def _cut_power(self, open_relay: OpenRelay) -> None:
        """The board itself gives the power back when its time is over, whatever happens to us (law 4)."""
        log.warning("modem %s does not answer a reset, cutting its power for %.0f s", self._name, POWER_OFF_S)
        try:
            relay = await open_relay()
            try:
                await relay.hold_on(POWER_OFF_S)
            finally:
                await relay.close()
        except DriverError as error:
            log.error("modem %s: its power relay does not work: %s", self._name, error)  # noqa: TRY400 - the sentence

    def _now(self) -> float:
        return self._journal.clock.steady()
