"""Who may become which box: claims, requests, certificates, and the epoch of each box."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from edge.hub.tables import metadata

claim = Table(
    "claim",
    metadata,
    Column("secret_sha256", String(64), primary_key=True),
    Column("source", String(60), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("key_sha256", String(64)),
    Column("used_at_ms", BigInteger),
)
"""A token that was handed out; ``key_sha256`` once it was used: only that key may ask with it again."""

enrolment = Table(
    "enrolment",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("secret_sha256", String(64), ForeignKey("claim.secret_sha256"), nullable=False, unique=True),
    Column("source", String(60), nullable=False),
    Column("key_sha256", String(64), nullable=False),
    Column("request", Text, nullable=False),
    Column("peer", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at_ms", BigInteger, nullable=False),
    Column("decided_at_ms", BigInteger),
    Column("decided_by", String(80), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("serial", String(64)),
)
"""A box that asked. ``state``: pending, approved, refused."""
Index("enrolment_pending", enrolment.c.state, enrolment.c.asked_at_ms)

certificate = Table(
    "box_certificate",
    metadata,
    Column("serial", String(64), primary_key=True),
    Column("source", String(60), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("key_sha256", String(64), nullable=False, unique=True),
    Column("pem", Text, nullable=False),
    Column("not_before_ms", BigInteger, nullable=False),
    Column("not_after_ms", BigInteger, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
    Column("over_at_ms", BigInteger),
    Column("over_why", String(200), nullable=False),
)
"""Every certificate that was given to a box. ``over_at_ms``: from then on it is refused (superseded, revoked)."""
Index("box_certificate_source", certificate.c.source, certificate.c.made_at_ms)

box_epoch = Table(
    "box_epoch",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("epoch", Integer, nullable=False),
)
"""Counts the boxes that were this one: a replaced box's certificates are of an older epoch, and refused."""
