"""Whose picture is analysed next, and what is kept when pictures come faster."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from edge.workers.vision.detect import mailbox as module
from edge.workers.vision.detect.mailbox import MOST_REPLAYED, Look, Mailbox


def look(camera: str, steady: float, size_px: int = 2) -> Look:
    return Look(camera, np.zeros((size_px, size_px, 3), np.uint8), 0, steady)


def taken(mailbox: Mailbox) -> list[tuple[str, float]]:
    got = []
    while (one := mailbox.take(0)) is not None:
        got.append((one.camera, one.steady))
    return got


def looks(camera: str, times: Iterable[int]) -> list[Look]:
    return [look(camera, steady) for steady in times]


def test_newer_picture_takes_the_place_of_the_older_and_keeps_its_turn() -> None:
    mailbox = Mailbox()
    for camera, steady in (("a", 1), ("b", 1), ("a", 2), ("a", 3)):
        mailbox.put(look(camera, steady))
    assert taken(mailbox) == [("a", 3), ("b", 1)]


def test_busy_camera_takes_no_turn_of_the_others() -> None:
    mailbox = Mailbox()
    served: Counter[str] = Counter()
    for turn in range(300):
        for camera in ("a", "b", "c"):
            mailbox.put(look(camera, turn))
        mailbox.put_all(looks("busy", range(turn, turn + 5)))
        one = mailbox.take(0)
        assert one is not None
        served[one.camera] += 1
    assert set(served.values()) == {75}


def test_camera_that_wakes_goes_before_all_that_are_busy() -> None:
    mailbox = Mailbox()
    mailbox.put(look("a", 1))
    assert mailbox.take(0) is not None
    for camera in ("a", "woken", "b"):
        mailbox.put(look(camera, 2))
    assert [camera for camera, _ in taken(mailbox)] == ["woken", "b", "a"]


def test_replay_is_analysed_in_order_and_before_the_newest_picture() -> None:
    mailbox = Mailbox()
    mailbox.put(look("a", 9))
    mailbox.put_all(looks("a", (1, 2)))
    mailbox.put_all(looks("a", (3,)))
    mailbox.put(look("a", 10))
    assert [steady for _, steady in taken(mailbox)] == [1, 2, 3, 10]


def test_long_replay_is_thinned_evenly_and_keeps_its_last_picture() -> None:
    mailbox = Mailbox()
    mailbox.put_all(looks("a", range(4 * MOST_REPLAYED)))
    steps = np.diff([steady for _, steady in taken(mailbox)])
    assert (len(steps) + 1, set(steps.tolist())) == (MOST_REPLAYED, {4})
    mailbox.put_all(looks("a", range(MOST_REPLAYED + 1)))
    assert taken(mailbox)[-1] == ("a", MOST_REPLAYED)


def test_replays_of_all_cameras_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REPLAYED_BYTES", 10 * 300)
    monkeypatch.setattr(module, "MOST_REPLAYED_BYTES_ALL", 15 * 300)
    mailbox = Mailbox()
    for camera in ("a", "b", "c"):
        mailbox.put_all([look(camera, steady, size_px=10) for steady in range(20)])
    assert Counter(camera for camera, _ in taken(mailbox)) == {"a": 10, "b": 5, "c": 1}


def test_closed_mailbox_keeps_nothing() -> None:
    mailbox = Mailbox()
    mailbox.put(look("a", 1))
    mailbox.close()
    mailbox.put(look("a", 2))
    mailbox.put_all(looks("a", (3,)))
    assert mailbox.closed
    assert taken(mailbox) == []
    assert mailbox.waiting == 0
