"""Places at a recorder: who gets one, who gives one back, and what a wrong password costs."""

import threading
import time

import pytest

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.workers.vision.ingest import sessions as module
from edge.workers.vision.ingest.sessions import Rank, Sessions

SOON_S = 0.05


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def steady(self) -> Steady:
        """Where it was put."""
        return Steady(self.at)

    def now(self) -> Moment:
        """Where it was put."""
        return Moment(AtMs(0), Steady(self.at), ClockState.SYNCED)


def test_places_go_to_watching_streams_first_and_then_in_order() -> None:
    sessions = Sessions(1, Hand())
    inside = sessions.join(Rank.WATCH)
    assert inside.enter(SOON_S) == ""
    record, second, third = (sessions.join(rank) for rank in (Rank.RECORD, Rank.WATCH, Rank.WATCH))
    assert "1 luồng" in second.enter(SOON_S)
    inside.leave()
    for late in (record, third):
        assert late.enter(SOON_S)
    assert second.enter(SOON_S) == ""
    second.leave()
    assert record.enter(SOON_S)
    assert third.enter(SOON_S) == ""


def test_stream_that_records_is_recalled_for_one_that_watches() -> None:
    sessions = Sessions(2, Hand())
    watch, record = sessions.join(Rank.WATCH), sessions.join(Rank.RECORD)
    for ticket in (watch, record):
        assert ticket.enter(SOON_S) == ""
    other = sessions.join(Rank.WATCH)
    assert record.recalled
    assert not watch.recalled
    assert other.enter(SOON_S)
    entered: list[str] = []
    waiting = threading.Thread(target=lambda: entered.append(other.enter(5.0)))
    waiting.start()
    record.leave()
    waiting.join(2.0)
    assert entered == [""]


def test_nobody_is_recalled_where_there_is_room() -> None:
    sessions = Sessions(0, Hand())
    record = sessions.join(Rank.RECORD)
    assert record.enter(SOON_S) == ""
    assert sessions.join(Rank.WATCH).enter(SOON_S) == ""
    assert not record.recalled


def test_wrong_password_keeps_everybody_away_for_minutes_and_then_one_alone_tries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Hand()
    sessions = Sessions(0, clock)
    first, second = sessions.join(Rank.WATCH), sessions.join(Rank.WATCH)
    assert first.enter(SOON_S) == ""
    first.refuse()
    first.leave()
    clock.at += module.LOCKED_FIRST_S - 1
    assert "mật khẩu" in second.enter(SOON_S)
    clock.at += module.LOCKED_FIRST_S
    assert second.enter(SOON_S) == ""
    again = sessions.join(Rank.WATCH)
    assert "mật khẩu" in again.enter(SOON_S)
    second.accept()
    assert again.enter(SOON_S) == ""


def test_tries_with_a_wrong_password_stay_rare() -> None:
    clock = Hand()
    sessions, tries = Sessions(0, clock), 0
    until = clock.at + 3600
    ticket = sessions.join(Rank.WATCH)
    while clock.at < until:
        if ticket.enter(0.0) == "":
            tries += 1
            ticket.refuse()
            ticket.leave()
            ticket = sessions.join(Rank.WATCH)
        clock.at += 10
    assert 3 <= tries <= 8


def test_waiting_for_a_place_takes_its_time_and_no_more() -> None:
    sessions = Sessions(1, Hand())
    assert sessions.join(Rank.WATCH).enter(SOON_S) == ""
    began = time.monotonic()
    assert sessions.join(Rank.WATCH).enter(0.2)
    assert 0.15 < time.monotonic() - began < 1.0
