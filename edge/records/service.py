"""Records of the commune as one service: reports made in time, and what they are made of."""

import asyncio
from pathlib import Path

from edge.config.schema import Config
from edge.records.health import HealthLog, Senses
from edge.records.report_hours import ReportHours
from edge.records.reports import Reports
from edge.store.journal import Journal


class RecordService:
    """``reports`` makes reports that people ask for; ``run`` those that are due."""

    def __init__(self, config: Config, database: Path, folder: Path, journal: Journal, senses: Senses) -> None:
        self.reports = Reports(config, database, folder, journal)
        self._hours = ReportHours(config, self.reports, journal)
        self._health = HealthLog(journal, database.parent, senses)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._health.run())
            group.create_task(self._hours.run())
