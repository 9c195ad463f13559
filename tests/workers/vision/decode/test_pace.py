"""How often a camera's pictures are looked at."""

import numpy as np
import pytest

from edge.workers.vision.decode.pace import Pace


@pytest.mark.parametrize(("source_fps", "expected"), [(10, 5.0), (12.5, 5.0), (15, 5.0), (25, 5.0), (4, 4.0)])
def test_pace_is_kept_over_jittery_arrivals(source_fps: float, expected: float) -> None:
    pace = Pace(5.0)
    jitter = np.random.default_rng(3).uniform(-0.02, 0.02, int(source_fps * 60))
    chosen = sum(pace.takes(100 + number / source_fps + late) for number, late in enumerate(jitter))
    assert chosen / 60 == pytest.approx(expected, rel=0.05)


def test_pace_does_not_hurry_after_a_pause() -> None:
    pace = Pace(5.0)
    assert [pace.takes(steady) for steady in (100.0, 130.0, 130.05, 130.1, 130.2)] == [
        True, True, False, False, True,
    ]  # fmt: skip
