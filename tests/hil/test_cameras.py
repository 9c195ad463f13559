import time
from itertools import pairwise

import pytest

from hil.cameras import Cameras
from hil.marker import MarkerReader
from tests.hil.conftest import EMPTY_S, PEOPLE_S

PERIOD_S = EMPTY_S + PEOPLE_S


def test_the_film_loops_and_its_watchers_never_see_an_end(cameras: Cameras) -> None:
    with MarkerReader(cameras.url("cam-1")) as reader:
        time.sleep(3.4 * PERIOD_S + 2)
        assert reader.ended == ""
        gaps = [after - before for before, after in pairwise(reader.appeared)]
    assert len(gaps) >= 2
    assert all(gap == pytest.approx(PERIOD_S, abs=0.15) for gap in gaps)


def test_two_watchers_of_a_camera_see_the_person_at_the_same_time(cameras: Cameras) -> None:
    with MarkerReader(cameras.url("cam-2")) as first, MarkerReader(cameras.url("cam-2")) as second:
        since = time.monotonic() + 2
        seen = [reader.wait_for_person(since, 2 * PERIOD_S + 4) for reader in (first, second)]
    assert None not in seen
    assert seen[0] == pytest.approx(seen[1], abs=0.1)


def test_a_camera_refuses_who_does_not_know_its_password(cameras: Cameras) -> None:
    with MarkerReader(f"rtsp://127.0.0.1:{cameras.port}/cam-1") as reader:
        assert reader.wait_for_pictures(1, deadline_s=5) == 0
        assert "401" in reader.ended


def test_a_stalled_camera_sends_nothing_and_goes_on_when_healed(cameras: Cameras) -> None:
    with MarkerReader(cameras.url("cam-1")) as reader:
        reader.wait_for_pictures(20, deadline_s=10)
        cameras.fault("cam-1", "stall")
        time.sleep(0.5)
        stalled = reader.pictures
        time.sleep(1)
        assert reader.pictures - stalled <= 1
        cameras.fault("cam-1", "heal")
        assert reader.wait_for_pictures(stalled + 10, deadline_s=5) >= stalled + 10
