"""What a technician is told about a stream follows from its figures."""

from dataclasses import replace

import pytest

from edge.workers.cameras.advice import advice, guaranteed_seen_s, saved_pct
from edge.workers.cameras.probe import Probe

GOOD = Probe("h264", "Main", 640, 360, 8.0, 15.0, 400.0, (2.0, 2.0, 2.0), 20_000, False, 0.8, 1.8)


def test_a_good_sub_stream_needs_nothing() -> None:
    assert advice(GOOD) == ()
    assert guaranteed_seen_s(GOOD) == 2.0
    assert saved_pct(GOOD) == pytest.approx(100 * (1 - (1.8 / 2.0 / 10) / (15 * 0.8 / 10)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"codec": "hevc"}, "sang H.264"),
        ({"reordered": True}, "khung B"),
        ({"key_intervals_s": (8.0, 8.0)}, "15 đến 30 hình"),
        ({"key_intervals_s": (0.2, 0.2)}, "cách nhau 0,2 s"),
        ({"key_intervals_s": (1.0, 3.5)}, "Smart codec"),
        ({"key_intervals_s": (), "watched_s": 40.0}, "Trong 40 s không thấy hai khung I"),
        ({"width": 1920, "height": 1080}, "`record_url`"),
        ({"fps": 25.0}, "25 hình mỗi giây"),
        ({"kbit_s": 4000.0}, "4000 kbit/s"),
    ],
)
def test_each_fault_has_its_advice(change: dict[str, object], says: str) -> None:
    (line,) = advice(replace(GOOD, **change))  # type: ignore[arg-type]  # fields of the table above
    assert says in line


def test_with_key_frames_too_far_apart_nothing_is_saved_and_the_guarantee_is_that_of_full_decoding() -> None:
    lazy = replace(GOOD, key_intervals_s=(10.0,))
    assert guaranteed_seen_s(lazy) == 1.0
    assert saved_pct(lazy) == 0.0
