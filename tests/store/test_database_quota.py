"""A database at its own quota: what is worth least is dropped and told, and alarms are written on and on."""

import json
from pathlib import Path

from edge.kernel.clock import SystemClock
from edge.store.ballast import open_journal
from edge.store.fsck import problems
from edge.store.journal import Journal, Tx
from edge.store.outbox import LANE_TELEMETRY
from tests.store.village import intrusion

PAGES = 400


async def telemetry(journal: Journal, count: int) -> None:
    def work(tx: Tx) -> None:
        for number in range(count):
            tx.event(LANE_TELEMETRY, "reading.taken", "song", {"value": number, "unit": "m" * 400})

    await journal.record(work)


async def test_alarms_are_kept_for_as_long_as_telemetry_can_give_way(tmp_path: Path) -> None:
    journal = await open_journal(tmp_path / "molang.db", SystemClock())
    await journal.with_connection(lambda c: c.execute(f"PRAGMA max_page_count = {PAGES}").fetchone())
    for _ in range(40):
        await telemetry(journal, 100)
    for number in range(100):
        await journal.record(intrusion(f"7-{number}"))
    (kept,) = await journal.record(lambda tx: tx.row("SELECT count(*) FROM incident")) or (0,)
    rows = await journal.record(lambda tx: tx.run("SELECT data FROM outbox WHERE type = 'outbox.dropped'").fetchall())
    found = await journal.with_connection(lambda c: list(problems(c, tmp_path / "clips")))
    journal.close()
    stones = [json.loads(text) for (text,) in rows]
    assert kept == 100
    assert {one["reason"] for one in stones} == {"pressure"}
    assert sum(one["count"] for one in stones) > 1000
    assert (tmp_path / "ballast").exists()
    assert found == []
