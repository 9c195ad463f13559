"""The outbox: turns, drops that explain themselves, counts that hold, dead letters, and what it forgets."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.core.errors import FinalError
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.policy.lanes import Drop, Lane
from edge.core.policy.tombstones import KIND, Why
from edge.store.dead_letters import dead_letter, dead_letters, send_again
from edge.store.fsck import problems
from edge.store.ids import Ids
from edge.store.journal import Tx
from edge.store.outbox import WAITS, Event, Turns, add_event, backlog, lane_loads, mark_acked, mark_dead, waiting_events
from edge.store.outbox_room import (
    COMPACTED_AT_ONCE,
    compact,
    count_unqueued,
    drop,
    forget_acked,
    make_room,
    tell_unqueued,
)
from edge.store.schema import MIGRATIONS, numbered_migrations, open_writer
from edge.store.tombstones import ON_THE_WAY

BEGAN_MS = 1_790_000_000_000
NOW = Moment(AtMs(BEGAN_MS + 10**9), Steady(1.0), ClockState.SYNCED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path / "molang.db")
    connection.execute("BEGIN")
    yield connection
    connection.execute("COMMIT")
    assert list(problems(connection, tmp_path)) == []
    connection.close()


def fill(store: sqlite3.Connection, lane: int, count: int, **data: Any) -> None:
    """So many events, a second apart; their ids say lane and number."""
    (known,) = store.execute("SELECT count(*) FROM outbox WHERE lane = ?", (lane,)).fetchone()
    for number in range(known, known + count):
        at = Moment(AtMs(BEGAN_MS + number * 1000), Steady(0), ClockState.SYNCED)
        add_event(store, Event(f"{lane}-{number}", lane, "reading.taken", "song", data or {"value": number}), 1, at)


def stones(store: sqlite3.Connection) -> list[dict[str, Any]]:
    return [json.loads(row[0]) for row in store.execute(f"SELECT data FROM outbox WHERE type = '{KIND}' ORDER BY seq")]


def missing(store: sqlite3.Connection) -> set[int]:
    (last,) = store.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return set(range(1, last + 1)) - {seq for (seq,) in store.execute("SELECT seq FROM outbox")}


def test_each_lane_keeps_its_order_over_batches_that_share_the_line(store: sqlite3.Connection) -> None:
    for lane in range(4):
        fill(store, lane, 60)
    turns, sent = Turns(), []
    while batch := waiting_events(store, 30, turns):
        sent += [(one.lane, one.seq) for one in batch]
        mark_acked(store, [one.id for one in batch], NOW.at_ms)
    assert [lane for lane, _ in sent[:60]] == [0] * 60
    assert {lane for lane, _ in sent[60:150]} == {1, 2, 3}
    for lane in range(4):
        own = [seq for each, seq in sent if each == lane]
        assert own == sorted(own)
    assert len(sent) == 240


def test_lanes_that_must_wait_are_not_in_the_batch(store: sqlite3.Connection) -> None:
    fill(store, 0, 3)
    fill(store, 2, 3)
    assert [one.lane for one in waiting_events(store, 10, lanes={0, 1})] == [0, 0, 0]


def test_what_is_dropped_lies_under_one_tombstone_that_is_written_with_it(store: sqlite3.Connection) -> None:
    fill(store, 2, 1500)
    while drop(store, Drop(Lane.TELEMETRY, Why.BUDGET, bytes=300_000), NOW):
        if lane_loads(store)[2].count < 1000:
            break
    (stone,) = stones(store)
    gone = missing(store)
    assert stone["count"] == len(gone) > 500
    assert (stone["first_seq"], stone["last_seq"]) == (min(gone), max(gone))
    assert stone["first_seq"] == ON_THE_WAY + 1  # what may be on the line just now stays
    assert stone["since_ms"] == BEGAN_MS + ON_THE_WAY * 1000
    assert stone["reason"] == "budget"


def test_a_tombstone_that_may_be_on_its_way_is_never_changed(store: sqlite3.Connection) -> None:
    fill(store, 2, 5)
    mark_dead(store, [("2-0", "x")], NOW)
    mark_dead(store, [("2-1", "x")], NOW)
    assert [(one["first_seq"], one["count"]) for one in stones(store)] == [(1, 1), (2, 1)]


def test_by_age_only_what_is_too_old_goes(store: sqlite3.Connection) -> None:
    fill(store, 2, 400)
    assert drop(store, Drop(Lane.TELEMETRY, Why.AGE, before_ms=BEGAN_MS + 250_000), NOW) == 50
    assert drop(store, Drop(Lane.TELEMETRY, Why.AGE, before_ms=BEGAN_MS + 250_000), NOW) == 0


def test_many_drops_leave_few_tombstones_and_every_gap_lies_under_one(store: sqlite3.Connection) -> None:
    fill(store, 2, 3000)
    for number in range(40):
        drop(store, Drop(Lane.TELEMETRY, (Why.BUDGET, Why.AGE)[number % 2], bytes=1, before_ms=None), NOW, most=7)
    found = stones(store)
    assert len(found) == 2
    assert sum(one["count"] for one in found) == len(missing(store))
    assert all(any(one["first_seq"] <= seq <= one["last_seq"] for one in found) for seq in missing(store))


def test_compaction_keeps_the_newest_of_each_interval_and_tells_the_rest(store: sqlite3.Connection) -> None:
    count = COMPACTED_AT_ONCE + ON_THE_WAY + 10
    for number in range(count):
        at_ms = BEGAN_MS + number * 60_000
        data = {"quantity": "level", "value": 2.0, "at_ms": at_ms, "quality": "bad" if number == 700 else "good"}
        at = Moment(AtMs(at_ms), Steady(0), ClockState.SYNCED)
        add_event(store, Event(f"r-{number}", 2, "reading.taken", "song", data), 1, at)
    done = compact(store, 0, lambda _: (), NOW)
    assert done.gone == pytest.approx(COMPACTED_AT_ONCE * 14 / 15, abs=3)
    (stone,) = stones(store)
    assert (stone["reason"], stone["count"]) == ("compacted", done.gone)
    assert store.execute("SELECT 1 FROM outbox WHERE id = 'r-700'").fetchone()
    assert compact(store, done.after, lambda _: (), NOW).gone == 0


def test_what_is_not_written_as_we_write_it_is_not_compacted(store: sqlite3.Connection) -> None:
    fill(store, 2, COMPACTED_AT_ONCE + ON_THE_WAY, value="?", at_ms="?")
    store.execute("UPDATE outbox SET data = 'no json' WHERE seq % 2")
    store.execute("DELETE FROM outbox_count")
    store.execute(counting())
    assert compact(store, 0, lambda _: (), NOW).gone == 0


def counting() -> str:
    """How migration 0005 begins to count."""
    text = next(path for number, path in numbered_migrations(MIGRATIONS) if number == 5).read_text()
    begin = text.index("INSERT INTO outbox_count")
    return text[begin : text.index(";", begin) + 1]


def test_counts_follow_everything_that_happens_to_a_row(store: sqlite3.Connection) -> None:
    fill(store, 1, 10)
    mark_acked(store, ["1-0", "1-1", "1-2"], NOW.at_ms)
    mark_acked(store, ["1-0"], NOW.at_ms)
    mark_dead(store, [("1-3", "hỏng"), ("1-0", "đã nhận rồi")], NOW)
    forget_acked(store, None, most=1)
    seen = backlog(store)
    assert (seen.waiting, seen.sent, seen.dead) == (7, 3, 1)  # one of those that wait is the tombstone
    store.execute("UPDATE outbox SET acked_at_ms = NULL")
    store.execute("DELETE FROM outbox")
    assert backlog(store).waiting == 0


def test_old_events_are_counted_when_the_counts_are_new(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        for number, file in numbered_migrations(MIGRATIONS):
            if number < 5:
                old.executescript(file.read_text())
        old.execute("PRAGMA user_version = 4")
        for number in range(6):
            add_event(old, Event(str(number), number % 2, "x.y", "s", {}), 1, NOW)
        old.execute("UPDATE outbox SET acked_at_ms = 1 WHERE seq = 1")
        old.execute("UPDATE outbox SET dead_reason = 'x' WHERE seq = 2")
    old.close()
    store = open_writer(path)
    seen = backlog(store)
    assert (seen.waiting, seen.sent, seen.dead) == (4, 1, 1)
    assert list(problems(store, tmp_path)) == []
    store.close()


def test_a_wrong_count_is_found(store: sqlite3.Connection, tmp_path: Path) -> None:
    fill(store, 1, 3)
    store.execute("UPDATE outbox_count SET waiting = 2 WHERE lane = 1")
    assert list(problems(store, tmp_path)) == ["số đếm hàng chờ gửi tỉnh không khớp, làn: 1"]
    store.execute("UPDATE outbox_count SET waiting = 3 WHERE lane = 1")


def test_asking_for_the_backlog_walks_through_nothing(store: sqlite3.Connection) -> None:
    fill(store, 2, 2000)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    store.set_progress_handler(count, 100)
    assert backlog(store).waiting == 2000
    assert steps < 10
    store.set_progress_handler(None, 0)


def test_what_arrived_longest_ago_is_forgotten_first(store: sqlite3.Connection) -> None:
    fill(store, 0, 6)
    for number, name in enumerate(("0-5", "0-0", "0-3")):
        mark_acked(store, [name], NOW.at_ms + number)
    assert forget_acked(store, NOW.at_ms + 1) == 1
    assert not store.execute("SELECT 1 FROM outbox WHERE id = '0-5'").fetchone()
    assert forget_acked(store, None) == 2
    assert [one.id for one in waiting_events(store, 10)] == ["0-1", "0-2", "0-4"]


def test_what_had_no_room_to_be_queued_is_told_as_a_number_of_things(store: sqlite3.Connection) -> None:
    tx = Tx(store, NOW, Ids(3), closed=frozenset({2}))
    for _ in range(5):
        assert tx.event(2, "reading.taken", "song", {"value": 1}) == ""
    assert tx.event(0, "incident.closed", "1-1", {}) == "3-1"
    assert backlog(store).waiting == 1
    assert tell_unqueued(store, NOW) == 5
    (stone,) = stones(store)
    assert (stone["reason"], stone["count"], stone["first_seq"]) == ("not_queued", 5, None)
    assert tell_unqueued(store, NOW) == 0
    store.execute("DELETE FROM outbox WHERE type = 'incident.closed'")


def test_a_dead_letter_is_told_as_a_gap_and_goes_again_at_the_end_of_its_lane(store: sqlite3.Connection) -> None:
    fill(store, 1, 3)
    mark_dead(store, [("1-0", "Tỉnh không nhận.")], NOW)
    (letter,) = dead_letters(store)
    assert (letter.id, letter.reason, letter.data) == ("1-0", "Tỉnh không nhận.", {"value": 0})
    tx = Tx(store, NOW, Ids(3))
    assert send_again(tx, ["1-0"], "an", "technician") == 1
    assert [one.id for one in waiting_events(store, 10) if one.type != KIND] == ["1-1", "1-2", "1-0"]
    assert store.execute("SELECT user, action FROM audit").fetchall() == [("an", "outbox.send_again")]
    assert sum(one["count"] for one in stones(store)) == len(missing(store))
    with pytest.raises(FinalError, match="Không có thư chết"):
        dead_letter(store, "1-0")


def test_a_tombstone_that_the_province_refuses_brings_no_further_one(store: sqlite3.Connection) -> None:
    fill(store, 1, 1)
    mark_dead(store, [("1-0", "x")], NOW)
    (stone,) = waiting_events(store, 10)
    mark_dead(store, [(stone.id, "x")], NOW)
    assert waiting_events(store, 10) == []
    assert backlog(store).dead == 2


def test_a_full_database_gives_up_what_arrived_then_telemetry_never_an_alarm(store: sqlite3.Connection) -> None:
    fill(store, 0, 300)
    fill(store, 1, 300)
    fill(store, 2, 300)
    mark_acked(store, ["0-0"], NOW.at_ms)
    assert make_room(store, NOW)
    assert backlog(store).waiting == 899
    assert make_room(store, NOW)
    left = dict(store.execute(f"SELECT lane, count(*) FROM outbox WHERE {WAITS} GROUP BY lane"))
    assert left == {0: 299, 1: 300, 2: ON_THE_WAY + 1}
    assert not make_room(store, NOW)


def test_unqueued_things_of_a_lane_are_one_row(store: sqlite3.Connection) -> None:
    for at_ms in (30, 10, 20):
        count_unqueued(store, 2, at_ms)
    assert store.execute("SELECT * FROM outbox_unqueued").fetchall() == [(2, 3, 10, 30)]
