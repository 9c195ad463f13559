"""How far each box's events were told on."""

from sqlalchemy import Column, Table, Text

from edge.hub.tables import metadata
from edge.hub.tables.events import Big

fanout = Table(
    "fanout",
    metadata,
    Column("source", Text, primary_key=True),
    Column("arrival", Big, nullable=False, server_default="0"),
)
