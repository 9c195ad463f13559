"""Commands to boxes, what became of each, and how far each box has taken them."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from edge.hub.tables import metadata

command = Table(
    "command",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("sig", String(256), nullable=False),
    Column("nbf_ms", BigInteger, nullable=False),
    Column("exp_ms", BigInteger, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("told_at_ms", BigInteger),
)
"""``state``: waiting, done, refused: the last two as the box's own event said."""
Index("command_newest", command.c.made_at_ms)

command_line = Table(
    "command_line",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("taken", BigInteger, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""The last number given out for a box, and up to which it said to have them."""
Index("command_line_changed", command_line.c.changed_at_ms)
