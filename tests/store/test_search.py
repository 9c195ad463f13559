from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.store.journal import Tx
from edge.store.reader import Reader
from edge.store.search import Query, incident_with_story, plain, search_incidents
from tests.store.village import open_journal

HOUR = 3_600_000
ROWS = (
    ("1-1", 1 * HOUR, "cong", "san", "enter", "closed", "Có người ở Sân kho", None),
    ("1-2", 2 * HOUR, "cong", "vach", "line", "closed", "Có người vượt Vạch Cổng", "false_alarm"),
    ("1-3", 2 * HOUR, "song", "bo", "river_bank", "closed", "Có người ở Bờ sông Thương", "true_alarm"),
    ("1-4", 5 * HOUR, "song", "duong", "closed_street", "open", "Có ô tô vào Đường Đê đang cấm", None),
)


def write_rows(tx: Tx) -> None:
    tx.connection.executemany(
        "INSERT INTO incident (id, began_at_ms, camera, rule, rule_kind, state, title, verdict, kind, severity,"
        " subject, place, hamlet, made_at_ms, ended_at_ms, box) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'intrusion',"
        " 'moderate', 'x', 'y', 'dong', 0, iif(?6 = 'open', NULL, ?2 + 1000), '[0.1,0.2,0.3,0.4]')",
        ROWS,
    )


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    journal = await open_journal(tmp_path / "molang.db")
    await journal.record(write_rows)
    journal.close()
    reader = Reader(tmp_path / "molang.db")
    yield reader
    reader.close()


def ids(reader: Reader, query: Query) -> list[str]:
    return [row["id"] for row in search_incidents(reader, query).rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), ["1-4", "1-3", "1-2", "1-1"]),
        (Query(camera="cong"), ["1-2", "1-1"]),
        (Query(camera="cong", rule="san"), ["1-1"]),
        (Query(kind="line"), ["1-2"]),
        (Query(kind="intrusion"), ["1-4", "1-3", "1-2", "1-1"]),
        (Query(state="open"), ["1-4"]),
        (Query(verdict="false_alarm"), ["1-2"]),
        (Query(since_ms=2 * HOUR, until_ms=5 * HOUR), ["1-3", "1-2"]),
        (Query(since_ms=9 * HOUR), ["1-4"]),
        (Query(text="duong de"), ["1-4"]),
        (Query(text="BỜ SÔNG"), ["1-3"]),
        (Query(text="%"), []),
    ],
    ids=str,
)
async def test_incidents_are_found_by_what_people_remember(reader: Reader, query: Query, found: list[str]) -> None:
    assert ids(reader, query) == found


async def test_pages_show_every_incident_once_even_when_several_began_together(reader: Reader) -> None:
    seen: list[str] = []
    after = ""
    for _ in ROWS:
        page = search_incidents(reader, Query(limit=1, after=after))
        seen += [row["id"] for row in page.rows]
        after = page.next
    assert (seen, after) == (["1-4", "1-3", "1-2", "1-1"], "")


async def test_the_box_is_numbers_and_an_unknown_incident_is_none(reader: Reader) -> None:
    row = incident_with_story(reader, "1-1")
    assert row is not None
    assert (row["box"], row["story"]) == ([0.1, 0.2, 0.3, 0.4], [])
    assert incident_with_story(reader, "9-9") is None


def test_accents_and_capitals_do_not_count() -> None:
    assert plain("Đường Bờ Sông ĐÊ") == "duong bo song de"
    assert plain(None) == ""
