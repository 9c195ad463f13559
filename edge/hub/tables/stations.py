"""The province's own stations and what reservoirs will let go: what the communes ask for."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, String, Table

from edge.hub.tables import metadata

station = Table(
    "station",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(80), nullable=False),
)
"""A station that the province publishes."""

station_reading = Table(
    "station_reading",
    metadata,
    Column("station", String(40), ForeignKey("station.id"), primary_key=True),
    Column("quantity", String(40), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("value", Float, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("came_ms", BigInteger, nullable=False),
    Column("by", String(80), nullable=False),
)
"""What it measured in the last 30 days; a value for the same time again is a correction. ``by``: who published it."""
Index("station_reading_time", station_reading.c.at_ms)

release = Table(
    "release",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("replaces", String(60), nullable=False),
    Column("state", String(10), nullable=False),
    Column("reservoir", String(80), nullable=False),
    Column("flow_m3s", Float, nullable=False),
    Column("begins_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("level_m", Float),
    Column("inflow_m3s", Float),
    Column("outflow_m3s", Float),
    Column("note", String(400), nullable=False),
    Column("by", String(80), nullable=False),
)
"""An announcement of a reservoir, never changed: a later one ``replaces`` it. ``state``: alert, update, cancelled."""
Index("release_sent", release.c.sent_ms)
