"""How things stand now in each commune: what the pages ask. Made from the events alone, and made again from them.

Every table is bounded by itself, however many events there are: `edge.hub.projection` says how.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from edge.hub.tables import metadata

box_now = Table(
    "box_now",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)
"""The last ``box.status`` of each box; ``data`` is its JSON."""

alarm_now = Table(
    "alarm_now",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("incident", String(400), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("title", String(400), nullable=False),
    Column("place", String(200), nullable=False),
    Column("text_seq", BigInteger, nullable=False),
    Column("opened_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("taken_ms", BigInteger),
    Column("verdict", String(20), nullable=False),
    Column("judged_seq", BigInteger, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("gone_ms", BigInteger),
    Column("received_ms", BigInteger, nullable=False),
)
"""One row an incident. ``opened_ms`` None: its opening has not come yet; ``gone_ms``: its pictures were deleted."""
Index("alarm_of_time", alarm_now.c.source, alarm_now.c.received_ms)
_OPEN = alarm_now.c.ended_ms.is_(None)
Index("alarm_open", alarm_now.c.opened_ms, sqlite_where=_OPEN, postgresql_where=_OPEN)

reading_now = Table(
    "reading_now",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("station", String(80), primary_key=True),
    Column("quantity", String(40), primary_key=True),
    Column("value", Float, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("quality", String(20), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
)
"""The newest reading of each station and quantity, bad ones too."""

reading_point = Table(
    "reading_point",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("station", String(80), primary_key=True),
    Column("quantity", String(40), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("value", Float, nullable=False),
)
"""A ring of good readings for the charts: the last of each five minutes of the last seven days."""
Index("point_of_slot", reading_point.c.slot)

recent_event = Table(
    "recent_event",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("topic", String(10), nullable=False),
    Column("about", String(400), nullable=False),
    Column("type", String(80), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)
"""The newest events of each topic that a page shows; ``about`` is the incident of a story."""
Index("recent_of_topic", recent_event.c.source, recent_event.c.topic, recent_event.c.received_ms, recent_event.c.seq)
Index("recent_about", recent_event.c.source, recent_event.c.about)

deleted_thing = Table(
    "deleted_thing",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("thing", String(40), primary_key=True),
    Column("subject", String(400), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
"""What the commune has deleted: pages do not show it, whichever came first, the thing or its deletion."""

projection_fault = Table(
    "projection_fault",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("since_ms", BigInteger, nullable=False),
    Column("reason", String(200), nullable=False),
)
"""Boxes of which something could not be written into these tables: what the pages say of them may lack it."""

projection_cursor = Table(
    "projection_cursor",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("arrival", BigInteger, nullable=False),
)
"""One row: up to which arrival the record is folded into these tables. Its lock is the right to fold."""
