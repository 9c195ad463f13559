import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.outbox import LANE_RESULT, LANE_TELEMETRY, mark_acked
from edge.sync import heartbeat
from edge.sync.heartbeat import Heartbeat

SECTIONS: dict[str, Any] = {
    "room": {"level": "yellow", "sentence": "Đĩa chỉ còn 1,0 GB trống.", "disk": {"free_bytes": 7, "bytes": 9}},
    "uplink": {"ways": [{"used": True, "saver": "spent"}]},
    "services": [{"name": "uplink", "state": "up", "restarts": 1}, {"name": "modem-1", "state": "down", "restarts": 2}],
    "horns": [{"id": "loa-1", "online": True}, {"id": "loa-2", "online": False}],
    "cameras": [{"id": "cam-1", "state": "online"}, {"id": "cam-2", "state": "stalled"}],
    "gauges": [{"id": "cau", "name": "Cầu", "bao_dong_m": [1.0, 2.0, 3.0], "value": 1.0}],
}


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    try:
        yield journal
    finally:
        journal.close()


def heart(journal: Journal) -> Heartbeat:
    return Heartbeat({name: lambda rows=rows: rows for name, rows in SECTIONS.items()}, journal)  # type: ignore[misc]  # the default binds the row


async def statuses(journal: Journal) -> list[tuple[int, dict[str, Any]]]:
    rows = await journal.with_connection(
        lambda connection: connection.execute("SELECT seq, data FROM outbox WHERE type = 'box.status'").fetchall()
    )
    return [(seq, json.loads(data)) for seq, data in rows]


async def arrive(journal: Journal) -> None:
    def work(connection: Any) -> None:
        ids = [row[0] for row in connection.execute("SELECT id FROM outbox WHERE acked_at_ms IS NULL")]
        mark_acked(connection, ids, 1)

    await journal.with_connection(work)


async def test_the_box_tells_how_it_is_and_what_waits(journal: Journal) -> None:
    await journal.record(lambda tx: tx.event(LANE_TELEMETRY, "reading.taken", "cau", {}))
    await heart(journal).beat()
    ((_, told),) = await statuses(journal)
    assert (told["waiting"], told["lanes"][LANE_TELEMETRY][0], told["dead"]) == (1, 1, 0)
    assert told["horns"] == {"all": 2, "reachable": 1, "silent": ["loa-2"]}
    assert told["cameras"] == {"all": 2, "online": 1, "silent": ["cam-2"]}
    assert (told["down"], told["restarts"]) == (["modem-1"], 3)
    assert told["gauges"] == [{"id": "cau", "name": "Cầu", "bao_dong_m": [1.0, 2.0, 3.0]}]
    assert told["disk"] == {"level": "yellow", "free_bytes": 7, "why": "Đĩa chỉ còn 1,0 GB trống."}
    assert told["sign_of_life_s"] == 600


async def test_while_the_line_is_down_one_waits_and_a_fresh_one_follows_it(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "EVERY_S", 0.0)
    beating = heart(journal)
    assert [await beating.beat() for _ in range(4)] == [True, False, False, False]
    await arrive(journal)
    assert await beating.beat()
    assert [seq for seq, _ in await statuses(journal)] == [1, 2]


async def test_a_restart_does_not_queue_a_second_one(journal: Journal) -> None:
    assert await heart(journal).beat()
    assert not await heart(journal).beat()


async def test_it_is_written_no_more_often_than_every_five_minutes(journal: Journal) -> None:
    beating = heart(journal)
    await beating.beat()
    await arrive(journal)
    assert not await beating.beat()
    assert heartbeat.EVERY_S == 300
    rows = await journal.with_connection(lambda connection: connection.execute("SELECT lane FROM outbox").fetchall())
    assert rows == [(LANE_RESULT,)]
