"""Which báo động stands at each gauge, and the incident of each: what was announced is not announced again."""

import logging
from collections.abc import Mapping
from functools import partial

from edge.config.schema import Gauge
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.policy.flood.levels import LevelChanged, decide
from edge.core.sensing import FloodLevels, Reading
from edge.incidents.desk import IncidentDesk
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

_SEVERITY = {1: Severity.MODERATE, 2: Severity.SEVERE, 3: Severity.EXTREME}


class LevelsWatch:
    """The level that stands at every gauge that has levels."""

    def __init__(self, gauges: Mapping[str, Gauge], desk: IncidentDesk, journal: Journal) -> None:
        self._gauges = {name: gauge for name, gauge in gauges.items() if gauge.bao_dong_m is not None}
        self._desk = desk
        self._journal = journal
        self._levels = dict.fromkeys(gauges, 0)

    async def resume(self) -> None:
        """After a restart the level that was announced stands; it is not announced again."""
        for name in self._gauges:
            kept = await self._journal.record(partial(_kept_level, subject=_subject(name)))
            self._levels[name] = kept

    def standing(self, gauge: str) -> int:
        """The level that stands, 0 below the first."""
        return self._levels.get(gauge, 0)

    async def see(self, reading: Reading) -> None:
        """Act on a reading. Raises TransientError when it could not be stored: nothing is decided then."""
        gauge = self._gauges.get(reading.station)
        if gauge is None or gauge.bao_dong_m is None:
            return
        levels = FloodLevels(StationId(gauge.id), gauge.name, gauge.bao_dong_m, gauge.datum, gauge.source)
        level, change = decide(self.standing(gauge.id), reading, levels)
        if change:
            await self._carry_out(gauge, change)
            self._levels[gauge.id] = level  # only now: what could not be stored is decided again at the next reading

    async def _carry_out(self, gauge: Gauge, change: LevelChanged) -> None:
        """The incident and the level that stands are one transaction: after a kill neither is there twice."""
        subject = _subject(gauge.id)

        def keep_level(tx: Tx) -> None:
            put_meta(tx.connection, subject, str(change.after))

        if change.after < change.before:
            await self._desk.close(subject, keep_level)
            log.info("gauge %s fell to level %d", gauge.id, change.after)
            return
        value = f"{change.reading.value:.2f}".replace(".", ",")
        await self._desk.open(
            self._incident(gauge, change, value),
            gauge.template,
            gauge.hamlets,
            keep_level,
            level=str(change.after),
            value=f"{value} m",
            station=gauge.name,
        )

    def _incident(self, gauge: Gauge, change: LevelChanged, value: str) -> Incident:
        return Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.FLOOD_LEVEL,
            severity=_SEVERITY[change.after],
            subject=_subject(gauge.id),
            place=gauge.name,
            hamlet=gauge.hamlets[0],
            title=f"BÁO ĐỘNG {change.after}: {gauge.name} {value}m",
            began_at_ms=AtMs(change.reading.at_ms),
        )


def _subject(gauge: str) -> str:
    return f"gauge/{gauge}/bao-dong"


def _kept_level(tx: Tx, subject: str) -> int:
    return int(get_meta(tx.connection, subject, "0"))
