"""The box's database, for one request: questions only."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from edge.core.errors import TransientError
from edge.store.reader import Reader
from web.settings import current_settings


@contextmanager
def reading() -> Iterator[Reader]:
    """A connection for questions, closed at the end; raises TransientError when the database does not answer."""
    reader = Reader(current_settings().database)
    try:
        yield reader
    except sqlite3.OperationalError as cause:
        raise TransientError("Cơ sở dữ liệu chưa trả lời. Hãy thử lại sau ít giây.") from cause
    finally:
        reader.close()
