"""The reports and the uplink of a box as a process of their own, so that they can be killed; ends when all is sent.

python -m hil.prove.province.report_box --data D --url https://… --ca … --cert … --key … --wanted N
"""

import asyncio
from pathlib import Path

import click
from msgspec.structs import replace

from edge.config.schema import Hub
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.wire.export import BlurSetup
from edge.records.report_hours import ReportHours
from edge.records.reports import Reports
from edge.store.journal import Journal
from edge.store.media_queue import media_backlog
from edge.sync.media.concealing import Privacy
from edge.sync.media.rule import Rule
from edge.sync.media.service import MediaSync
from edge.sync.service import SyncService
from hil.prove.province.report_village import SOURCE, village

LOOK_S = 0.1


async def live(data: Path, hub: Hub, wanted: int) -> None:
    """Make what is due and send it, until the province has so many reports with their files."""
    journal = await Journal.open(data / "molang.db", SystemClock())
    config = village(data, hub)
    config = replace(config, report=replace(config.report, at="00:00"))  # whatever hour it is now
    reports = Reports(config, data / "molang.db", data / "reports", journal)
    media = MediaSync(hub, data, Rule(), Privacy(BlurSetup("", "", ())), journal)
    parts = (ReportHours(config, reports, journal, settle_s=0.0), SyncService(hub, SOURCE, journal, Bus()), media)
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        while not await _all_sent(journal, wanted):  # noqa: ASYNC110 - the store sets no event
            await asyncio.sleep(LOOK_S)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        journal.close()


async def _all_sent(journal: Journal, wanted: int) -> bool:
    row = await journal.record(
        lambda tx: tx.row(
            "SELECT count(*) FROM report r JOIN outbox o ON o.id = r.event WHERE o.acked_at_ms IS NOT NULL"
        )
    )
    waits = await journal.record(media_backlog)
    return row is not None and row[0] >= wanted and waits.waiting == 0


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True)
@click.option("--wanted", type=int, required=True)
@click.option("--url", required=True)
@click.option("--ca", required=True)
@click.option("--cert", required=True)
@click.option("--key", required=True)
def main(data: Path, wanted: int, url: str, ca: str, cert: str, key: str) -> None:
    """Live."""
    asyncio.run(live(data, Hub(url=url, ca=ca, cert=cert, key=key), wanted))


if __name__ == "__main__":
    main()
