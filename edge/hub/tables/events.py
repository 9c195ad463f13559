"""What the boxes sent: their totals, the key of every event, the events by month, and how far the fan-out has come."""

from pathlib import Path

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.types import TypeEngine

from edge.hub.tables import metadata


def _name() -> TypeEngine[str]:
    """A name that is compared byte by byte, whatever language the database was made for."""
    return Text().with_variant(TEXT(collation="C"), "postgresql")


box = Table(
    "box",
    metadata,
    Column("source", _name(), primary_key=True),
    Column("first_seen_ms", BigInteger, nullable=False),
    Column("last_seen_ms", BigInteger, nullable=False),
    Column("batches", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("max_seq", BigInteger, nullable=False),
)
"""One row a box: when it was heard, and its totals."""

event_key = Table(
    "event_key",
    metadata,
    Column("source", _name(), primary_key=True),
    Column("id", _name(), primary_key=True),
    Column("content", LargeBinary(16), nullable=False),
    Column("deliveries", Integer, nullable=False),
    postgresql_with={"fillfactor": "90"},
)
"""Makes every event come once, across all months; ``content`` is the digest of what came under this key."""

event = Table(
    "event",
    metadata,
    Column("arrival", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("source", _name(), nullable=False),
    Column("id", _name(), nullable=False),
    Column("type", _name(), nullable=False),
    Column("subject", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("lane", SmallInteger, CheckConstraint("lane BETWEEN 0 AND 3"), nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("clock", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    postgresql_partition_by="RANGE (at_ms)",
)
"""Written once, never changed. ``arrival`` grows in the order of commits; ``at_ms`` is the box's own time, UTC."""

OTHER = "event_other"
OTHER_TIMES = f"CREATE TABLE IF NOT EXISTS {OTHER} PARTITION OF event DEFAULT"
"""Of PostgreSQL: whatever has a time outside the months that ``edge.hub.partitions`` has made."""

TAKE_FUNCTION = (Path(__file__).parent / "take.sql").read_text("utf-8")
TAKE = f"SELECT * FROM hub_take_1({', '.join(f'${number}' for number in range(1, 17))})"  # noqa: S608 # numbers
"""Of PostgreSQL: the function that takes batches, and the call of it (``edge.hub.pen``)."""

Index("event_of_box", event.c.source, event.c.arrival)
_ALARM = event.c.lane == 0
Index("event_alarm", event.c.arrival, postgresql_where=_ALARM, sqlite_where=_ALARM)

event_count = Table(
    "event_count",
    metadata,
    Column("source", _name(), primary_key=True),
    Column("type", _name(), primary_key=True),
    Column("n", BigInteger, nullable=False),
)
"""How many events of each type a box has sent: a page asks it every ten seconds."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""One row, the number of the last event. Whoever keeps events raises it in the same transaction and so holds it until
the commit: arrivals become visible in their order and without a gap, and whoever reads on from the last one that he
saw misses none."""

fanout = Table(
    "fanout",
    metadata,
    Column("name", _name(), primary_key=True),
    Column("arrival", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)
"""How far a reader of arrivals has come, and which instance reads for it until when."""
