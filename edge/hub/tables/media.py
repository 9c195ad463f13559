"""Files of the communes: which belongs to which event, and how much of it is there."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, Table

from edge.hub.tables import metadata

ARRIVING, KEPT = "arriving", "kept"

media = Table(
    "media",
    metadata,
    Column("id", String(32), primary_key=True),  # of the upload, drawn by the hub
    Column("source", String(60), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(400), nullable=False),  # the incident or report that it belongs to
    Column("event", String(64), nullable=False),  # id of the box's event that names it; empty: none
    Column("type", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    CheckConstraint("state IN ('arriving', 'kept')", name="media_state"),
    CheckConstraint("bytes >= 0", name="media_bytes"),
)
Index("media_of_source", media.c.source, media.c.subject)
Index("media_of_content", media.c.sha256)
Index(
    "media_arriving",
    media.c.expires_at_ms,
    sqlite_where=media.c.state == ARRIVING,
    postgresql_where=media.c.state == ARRIVING,
)
