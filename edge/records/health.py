"""Writes down how the box was: its starts, its way to the province, its modems, its disk. Reports are made of it."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge.core.report.devices import MODEM, UPLINK
from edge.core.report.lasting import OFFLINE, ONLINE
from edge.store.device_states import keep_disk, keep_figure, keep_state, note_seen, resume
from edge.store.journal import Journal, Tx
from edge.store.report_rows import SIGNAL

LOOK_S = 15.0
"""An outage that is shorter is no news for a report."""
SEEN_EVERY_S = 60.0
MEASURE_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class ModemState:
    """Whether a modem works, None: not known yet; and its signal in dBm, None: it does not tell."""

    ok: bool | None
    signal_dbm: float | None


@dataclass(frozen=True, slots=True)
class Senses:
    """Where the states are asked: the uplink (up, down, off), and every modem by its id."""

    uplink: Callable[[], str]
    modems: Callable[[], Mapping[str, ModemState]]


class HealthLog:
    """One row a change, one row an hour a figure."""

    def __init__(self, journal: Journal, disk: Path, senses: Senses) -> None:
        self._journal = journal
        self._disk = disk
        self._senses = senses
        self._before: dict[str, str] = {}
        self._seen_s = self._measured_s = float("-inf")

    async def run(self) -> None:
        """Watch until cancelled; what the disk does not take is tried again."""
        await self._journal.record_surely(resume)
        self._before.clear()
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Write what is new."""
        now_s = self._journal.clock.steady()
        changed = {name: state for name, state in self._states().items() if self._before.get(name) != state}
        measure = now_s - self._measured_s >= MEASURE_EVERY_S
        if not (changed or measure or now_s - self._seen_s >= SEEN_EVERY_S):
            return
        figures = self._figures() if measure else {}
        disk = await asyncio.to_thread(shutil.disk_usage, self._disk) if measure else None
        await self._journal.record_surely(partial(_keep, changed=changed, figures=figures, disk=disk))
        self._before |= changed
        self._seen_s = now_s
        self._measured_s = now_s if measure else self._measured_s

    def _states(self) -> dict[str, str]:
        """What is known of each; a box without a province has no uplink."""
        words = {"up": ONLINE, "down": OFFLINE}
        found = {UPLINK: words[state]} if (state := self._senses.uplink()) in words else {}
        for name, modem in self._senses.modems().items():
            if modem.ok is not None:
                found[MODEM + name] = ONLINE if modem.ok else OFFLINE
        return found

    def _figures(self) -> dict[str, float]:
        modems = self._senses.modems().items()
        return {MODEM + name + SIGNAL: one.signal_dbm for name, one in modems if one.signal_dbm is not None}


def _keep(tx: Tx, changed: Mapping[str, str], figures: Mapping[str, float], disk: tuple[int, int, int] | None) -> None:
    for subject, state in changed.items():
        keep_state(tx, subject, state)
    for subject, value in figures.items():
        keep_figure(tx, subject, value)
    if disk is not None:
        keep_disk(tx, disk[2], disk[0])
    note_seen(tx)
