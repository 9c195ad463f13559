import pytest

from edge.core.forecast import Flood, Model, train
from hil.shipped_forecast import known_flood


@pytest.fixture(scope="session")
def flood() -> Flood:
    return known_flood(5000, upstream=True)


@pytest.fixture(scope="session")
def model() -> Model:
    others = [known_flood(seed, upstream=True) for seed in (5001, 5002, 5004)]
    return train(others, "song_minh", "nguon_minh", "test", (1.0, 3.0, 6.0))
