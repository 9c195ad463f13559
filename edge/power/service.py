"""Asks the supply, sheds what may be shed, and opens an incident for what somebody must know."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from drivers.base import DriverError, Ups
from edge.config.schema import UpsDevice
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.news import PowerChanged
from edge.core.policy.power import Shed, Supply, Trouble, begin, decide, sentence
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.device import open_as
from edge.store.journal import Journal

log = logging.getLogger(__name__)

ASK_S = 5.0
SUBJECT = "power/"
_SEVERITY: Mapping[Trouble, Severity] = {
    Trouble.MAINS: Severity.MODERATE,
    Trouble.LOW: Severity.SEVERE,
    Trouble.BATTERY: Severity.MINOR,
    Trouble.SILENT: Severity.MINOR,
}


@dataclass(frozen=True, slots=True)
class Sheddable:
    """Something that can be given up. ``hold(held=True)`` gives it up and ``hold(held=False)`` takes it up again."""

    at: Shed
    name: str
    hold: Callable[[bool], Awaitable[None]]


class PowerService:
    """Owns the question to the supply. Without one it does nothing, for ever."""

    def __init__(
        self,
        ups: UpsDevice | None,
        sheddables: tuple[Sheddable, ...],
        desk: IncidentDesk,
        journal: Journal,
        bus: Bus,
    ) -> None:
        self._ups = ups
        self._sheddables = sheddables
        self._desk = desk
        self._journal = journal
        self._bus = bus
        self.power = begin(journal.clock.steady())
        self._told: frozenset[Trouble] = frozenset()

    async def run(self) -> None:
        """Ask until cancelled. Raises MisconfiguredError for a device that is no UPS."""
        if self._ups is None:
            await asyncio.Event().wait()
            return
        device = await open_as(Ups, "[ups]", self._ups.kind, self._ups.settings)
        self.power = begin(self._journal.clock.steady())
        try:
            await self._resume()
            while True:
                await self.take(await _ask(device))
                await asyncio.sleep(ASK_S)
        finally:
            await device.close()

    async def _resume(self) -> None:
        """Troubles of an earlier life stand until the supply says otherwise."""
        names = {name.removeprefix(SUBJECT) for name in await self._desk.open_subjects() if name.startswith(SUBJECT)}
        self._told = frozenset(trouble for trouble in Trouble if trouble.value in names)
        self.power = replace(self.power, troubles=self._told)

    async def take(self, supply: Supply | None) -> None:
        """One word of the supply, or its silence."""
        before, self.power = self.power, decide(self.power, supply, self._journal.clock.steady())
        await self._tell()
        if self.power.shed != before.shed:
            await self._carry_out(self.power.shed)
        if self.power != before:
            self._bus.publish(PowerChanged())

    async def _carry_out(self, shed: Shed) -> None:
        log.warning("shed %s", shed.name)
        for part in self._sheddables:
            await part.hold(shed >= part.at)

    async def _tell(self) -> None:
        for trouble in self._told - self.power.troubles:
            await self._desk.close(f"{SUBJECT}{trouble}")
        for trouble in sorted(self.power.troubles - self._told):
            await self._desk.open(self._incident(trouble), None, ())
        self._told = self.power.troubles

    def _incident(self, trouble: Trouble) -> Incident:
        return Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.DEVICE,
            severity=_SEVERITY[trouble],
            subject=f"{SUBJECT}{trouble}",
            place="Phòng trực",
            hamlet="",
            title=sentence(trouble, self.power),
            began_at_ms=self._journal.clock.now().at_ms,
        )

    def section(self) -> dict[str, object] | None:
        """For the wall; None without a UPS."""
        if self._ups is None:
            return None
        supply = self.power.supply
        return {
            "mains": supply.mains if supply else None,
            "charge_pct": supply.charge_pct if supply else None,
            "minutes_left": self.power.minutes_left,
            "low": Trouble.LOW in self.power.troubles,
            "silent": Trouble.SILENT in self.power.troubles,
            "shed": [part.name for part in self._sheddables if self.power.shed >= part.at],
        }


async def _ask(device: Ups) -> Supply | None:
    try:
        told = await device.read_ups()
    except DriverError as error:
        log.info("the UPS does not tell: %s", error)
        return None
    return Supply(told.mains, told.low, told.charge_pct, told.runtime_s, told.replace_battery)
