"""The hub's tables, one module a subject: the same for PostgreSQL and for the trial edition on SQLite."""

from sqlalchemy import MetaData

metadata = MetaData()
"""Every module here adds its tables to it; ``edge.hub.database`` makes those that are missing."""
