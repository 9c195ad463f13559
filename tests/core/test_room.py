"""Green, yellow, red: by what, with which words, and without blinking."""

from dataclasses import replace

import pytest

from edge.core.policy.room import ENOUGH, Filled, Level, Reason, judge

GB = 1024**3
FINE = Filled(GB, 4 * GB, 100 * GB, 200 * GB, reserve=True)


@pytest.mark.parametrize(
    ("changes", "level", "reason"),
    [
        ({}, Level.GREEN, Reason.NOTHING),
        ({"database_bytes": int(3.3 * GB)}, Level.YELLOW, Reason.DATABASE),
        ({"database_bytes": int(3.9 * GB)}, Level.RED, Reason.DATABASE),
        ({"disk_free_bytes": int(1.9 * GB)}, Level.YELLOW, Reason.DISK),
        ({"disk_free_bytes": 200 * 1024**2}, Level.RED, Reason.DISK),
        ({"reserve": False}, Level.RED, Reason.RESERVE),
        ({"fault": "database or disk is full"}, Level.RED, Reason.FAULT),
        ({"media_failing": "Không xoá được bản ghi cũ."}, Level.YELLOW, Reason.MEDIA),
        ({"media_failing": "x.", "database_bytes": int(3.9 * GB)}, Level.RED, Reason.DATABASE),
        ({"disk_free_bytes": int(1.9 * GB), "database_bytes": int(3.9 * GB)}, Level.RED, Reason.DATABASE),
    ],
)
def test_the_worst_is_told_with_a_whole_sentence(changes: dict[str, object], level: Level, reason: Reason) -> None:
    room = judge(replace(FINE, **changes))  # type: ignore[arg-type]  # names and types of its own fields
    assert (room.level, room.reason) == (level, reason)
    assert room.sentence.endswith(".")


def test_recordings_alone_cost_the_outbox_nothing() -> None:
    assert judge(replace(FINE, media_failing="Hạn mức đã đầy.")).store is Level.GREEN


def test_a_disk_too_small_for_a_reserve_is_not_red_for_that() -> None:
    assert judge(Filled(0, 4 * GB, 10 * 1024**2, 12 * 1024**2, reserve=False)) == ENOUGH


@pytest.mark.parametrize("used", [0.81, 0.79, 0.76])
def test_yellow_stays_until_there_is_some_room_more(used: float) -> None:
    filled = replace(FINE, database_bytes=int(used * 4 * GB))
    assert judge(filled, Level.YELLOW).level is Level.YELLOW
    assert judge(replace(FINE, database_bytes=int(0.74 * 4 * GB)), Level.YELLOW).level is Level.GREEN


def test_red_stays_until_there_is_some_room_more() -> None:
    free = replace(FINE, disk_free_bytes=300 * 1024**2)
    assert judge(free, Level.RED).level is Level.RED
    assert judge(free, Level.YELLOW).level is Level.YELLOW


def test_the_words_name_the_size_with_a_decimal_comma() -> None:
    assert "1,9 GB" in judge(replace(FINE, disk_free_bytes=int(1.9 * GB))).sentence
    assert "82 % của 4,0 GB" in judge(replace(FINE, database_bytes=int(3.3 * GB))).sentence
