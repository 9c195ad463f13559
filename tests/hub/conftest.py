from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from edge.hub.database import Database, trial_url
from edge.hub.partitions import make_months
from hil.nats import Nats, running_nats
from hil.postgres import Postgres, running_postgres
from tests.hub.province import NOW_MS, Province

_numbers = count(1)
_EMPTY = """DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('TRUNCATE %I CASCADE', one);
  END LOOP;
END $$"""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def nats() -> Iterator[Nats]:
    with running_nats() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        folder = tmp_path / "hub"
        folder.mkdir()
        yield trial_url(folder)
        return
    yield request.getfixturevalue("postgres_url")


@pytest.fixture(scope="session")
def postgres_record(postgres: Postgres) -> str:
    return postgres.make_database("hub")


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_record: str) -> str:
    """One database for the session, emptied: making one takes a second."""
    postgres.ask("hub", _EMPTY)
    return postgres_record


@pytest.fixture
def new_postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database without any table."""
    name = f"hub_{next(_numbers)}"
    yield postgres.make_database(name)
    postgres.drop_database(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    await made.make_tables()
    await make_months(made, NOW_MS)
    yield made
    await made.close()


@pytest.fixture
def province(tmp_path: Path, database_url: str) -> Province:
    return Province(tmp_path, database=database_url)
