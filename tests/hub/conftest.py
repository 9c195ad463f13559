import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.hub.database import trial_url
from hil.postgres import NO_POSTGRES, Cluster, running_cluster
from tests.hub.province import Province

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster | None]:
    """One PostgreSQL for all tests of a worker; None where there is none."""
    if NO_POSTGRES:
        yield None
        return
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgres"])
def record_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return trial_url(tmp_path)
    cluster: Cluster | None = request.getfixturevalue("cluster")
    if cluster is None:
        pytest.skip(NO_POSTGRES)
    name = f"t{next(_numbers)}"
    cluster.execute(f"CREATE DATABASE {name}")
    return cluster.url(name)


@pytest.fixture
def province(tmp_path: Path) -> Province:
    return Province(tmp_path)


@pytest.fixture
def grown_province(tmp_path: Path, record_url: str) -> Province:
    """The same on either database."""
    return Province(tmp_path, database=record_url)
