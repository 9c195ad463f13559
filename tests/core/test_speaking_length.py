"""The length that a writer is told before rendering, held against clips that espeak-ng's vi made."""

import pytest

from edge.core.normalise_vi import normalise
from edge.core.policy.speaking_length import speaking_s

MEASURED_S = {
    "Mời bà con thôn Đông đến nhà văn hóa họp.": 4.08,
    "7h30 ngày 23/11, mời bà con thôn Đông đến nhà văn hóa thôn họp. Mỗi hộ cử 1 người, mang theo 2 bao tải.": 10.52,
    "Thông báo lũ. Lúc 17h30, mực nước sông tại Kiến Giang là 3,50 m, trên báo động 1. Bà con ở vùng trũng theo dõi"
    " tin lũ, kê cao đồ đạc, không vớt củi, không qua ngầm tràn.": 14.52,
    "3,50 m": 2.88,
}


@pytest.mark.parametrize(("text", "seconds"), MEASURED_S.items())
def test_the_estimate_is_within_a_tenth_of_the_clip(text: str, seconds: float) -> None:
    assert speaking_s(normalise(text).spoken) == pytest.approx(seconds, rel=0.1)


def test_nothing_lasts_no_time_and_faster_is_shorter() -> None:
    assert speaking_s("") == 0
    assert speaking_s("một hai ba", 2.0) < speaking_s("một hai ba")
