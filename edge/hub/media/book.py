"""The rows of the communes' files: asked and changed, never guessed."""

import secrets
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.hub.database import Database
from edge.hub.media.asked import RefusedError, Wanted
from edge.hub.tables.media import ARRIVING, KEPT, media

MOST_ARRIVING = 16
"""Unfinished uploads of a box; each is one open file and one connection at most."""
DAY_MS = 86_400_000
EXPIRES_MS = 7 * DAY_MS
"""A commune may be cut off for a week after a flood; what nobody went on with since is begun anew."""
MOST_ROWS = 500
_TOLD = ("id", "source", "kind", "subject", "event", "type", "sha256", "bytes", "changed_at_ms")
Row = dict[str, Any]


class Book:
    """Questions about files. ``quota_bytes`` bounds what a box keeps here, unfinished uploads counted whole."""

    def __init__(self, database: Database, quota_bytes: int) -> None:
        self._database = database
        self._quota_bytes = quota_bytes

    async def create(self, source: str, wanted: Wanted, now_ms: int) -> str:
        """The id of a new upload; raises RefusedError when the box has too much here."""
        upload = secrets.token_hex(16)
        async with self._database.change() as connection:
            await self._queue_up(connection, source)
            await self._check_room(connection, source, wanted.bytes)
            row = {name: getattr(wanted, name) for name in ("kind", "subject", "event", "type", "sha256", "bytes")}
            times = {"made_at_ms": now_ms, "changed_at_ms": now_ms, "expires_at_ms": now_ms + EXPIRES_MS}
            await connection.execute(insert(media).values(id=upload, source=source, state=ARRIVING, **row, **times))
        return upload

    async def upload(self, upload: str, source: str) -> Row | None:
        """One upload of this box, if it is its own."""
        rows = await self._rows(select(media).where(media.c.id == upload, media.c.source == source))
        return rows[0] if rows else None

    async def begun(self, source: str, wanted: Wanted) -> list[str]:
        """Unfinished uploads of the same file: a box that lost their address begins anew."""
        same = (media.c.source == source) & (media.c.state == ARRIVING)
        for name in ("sha256", "kind", "subject", "event"):
            same &= media.c[name] == getattr(wanted, name)
        return [row["id"] for row in await self._rows(select(media.c.id).where(same))]

    async def extend(self, upload: str, now_ms: int) -> int:
        """Something arrived: it lives on; until when."""
        until_ms = now_ms + EXPIRES_MS
        async with self._database.change() as connection:
            await connection.execute(
                update(media).where(media.c.id == upload).values(changed_at_ms=now_ms, expires_at_ms=until_ms)
            )
        return until_ms

    async def keep(self, upload: str, now_ms: int) -> None:
        """It lies here whole."""
        async with self._database.change() as connection:
            changed = update(media).where(media.c.id == upload).values(state=KEPT, changed_at_ms=now_ms)
            await connection.execute(changed)

    async def drop(self, upload: str) -> bool:
        """Forget an upload or a file; whether its content belongs to nobody any more."""
        async with self._database.change() as connection:
            found = await connection.execute(delete(media).where(media.c.id == upload).returning(media.c.sha256))
            row = found.first()
            if row is None:
                return False
            others = select(func.count()).where(media.c.sha256 == row[0], media.c.state == KEPT)
            return not (await connection.execute(others)).scalar_one()

    async def overdue(self, now_ms: int) -> list[Row]:
        """Unfinished uploads that nobody went on with."""
        late = (media.c.state == ARRIVING) & (media.c.expires_at_ms < now_ms)
        return await self._rows(select(media).where(late).limit(MOST_ROWS))

    async def known(self, uploads: list[str]) -> set[str]:
        """Which of these uploads have a row."""
        rows = await self._rows(select(media.c.id).where(media.c.id.in_(uploads)))
        return {row["id"] for row in rows}

    async def kept(self, sha256: str, source: str | None) -> Row | None:
        """A whole file of this content that this box may see; None sees all."""
        question = select(media).where(media.c.sha256 == sha256, media.c.state == KEPT).limit(1)
        rows = await self._rows(question if source is None else question.where(media.c.source == source))
        return rows[0] if rows else None

    async def files(self, source: str | None, subject: str | None, after_ms: int, limit: int) -> list[Row]:
        """Whole files, newest first, of one box or all, of one incident or all."""
        question = select(*(media.c[name] for name in _TOLD)).where(
            media.c.state == KEPT, media.c.changed_at_ms >= after_ms
        )
        if source is not None:
            question = question.where(media.c.source == source)
        if subject is not None:
            question = question.where(media.c.subject == subject)
        newest_first = question.order_by(media.c.changed_at_ms.desc(), media.c.id)
        return await self._rows(newest_first.limit(min(limit, MOST_ROWS)))

    async def _rows(self, question: Select[Any]) -> list[Row]:
        async with self._database.change() as connection:
            return [dict(row._mapping) for row in await connection.execute(question)]  # noqa: SLF001 - its public name

    async def _queue_up(self, connection: AsyncConnection, source: str) -> None:
        """Two creations of one box at two instances must see each other. SQLite has one writer anyway."""
        if self._database.is_postgres:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:source))"), {"source": source})

    async def _check_room(self, connection: AsyncConnection, source: str, size: int) -> None:
        question = select(func.count().filter(media.c.state == ARRIVING), func.coalesce(func.sum(media.c.bytes), 0))
        arriving, held = (await connection.execute(question.where(media.c.source == source))).one()
        if arriving >= MOST_ARRIVING:
            raise RefusedError(429, f"Hộp này đang có {arriving} tệp gửi dở.", {"Retry-After": "60"})
        if int(held) + size > self._quota_bytes:
            raise RefusedError(507, "Hộp này đã dùng hết phần ổ đĩa ở tỉnh.", {"Retry-After": "3600"})
