import random

import pytest

from edge.core.forecast.linear import positive_fit, quantile, robust_fit, solve


def test_a_system_is_solved() -> None:
    assert solve([[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0]) == pytest.approx([1 / 11, 7 / 11])


def test_weights_are_found_in_spite_of_wild_readings() -> None:
    chance = random.Random(1)
    rows = [[chance.gauss(0, 1), chance.gauss(0, 1)] for _ in range(300)]
    wanted = [2 * x - y + (30 if k % 20 == 0 else 0) for k, (x, y) in enumerate(rows)]
    assert robust_fit(rows, wanted) == pytest.approx([2, -1], abs=0.15)


def test_a_feature_that_is_always_zero_gets_no_weight() -> None:
    assert robust_fit([[1.0, 0.0], [2.0, 0.0]] * 30, [1.0, 2.0] * 30)[1] == 0


def test_sizes_are_followed_by_weights_that_are_never_negative() -> None:
    chance = random.Random(2)
    rows = [[1.0, chance.random() * 10] for _ in range(1500)]
    sizes = [chance.expovariate(1 / (0.5 + 2 * x)) for _, x in rows]
    found = positive_fit(rows, sizes)
    assert found == pytest.approx([0.5, 2], rel=0.35)
    assert min(positive_fit(rows, [1.0] * 1500)) >= 0


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 3), (1, 5), (0.25, 2), (0.125, 1.5)])
def test_a_quantile_lies_between_its_neighbours(share: float, value: float) -> None:
    assert quantile([5, 1, 3, 2, 4], share) == value
