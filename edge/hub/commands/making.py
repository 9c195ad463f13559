"""Commands as the province makes them: numbered by box, signed over their exact bytes; and what became of them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text, update

from edge.core.errors import FinalError
from edge.core.policy.downlink import LONGEST_LIFE_MS
from edge.hub.database import Database
from edge.hub.enrolment.asking import Person
from edge.hub.tables.commands import command, command_line
from edge.kernel.statement import StatementKey
from edge.kernel.wire.command import (
    MOST_IN_A_POLL,
    AnyOrder,
    Command,
    PollReply,
    SignedCommand,
    Urgent,
    UrgentWords,
    encode_body,
    kind_of,
)

MOST_WAITING = 200
"""For one box: who sends on to a box that is away for weeks is told so."""
EARLY_MS = 5 * 60_000
"""Clocks differ a little."""
LIFE_MS = 7 * 86_400_000
MOST_SHOWN = 500
_NEXT = text(
    "INSERT INTO command_line (source, seq, taken, changed_at_ms) VALUES (:source, :floor, 0, :now)"
    " ON CONFLICT (source) DO UPDATE SET changed_at_ms = :now,"
    " seq = CASE WHEN command_line.seq >= :floor THEN command_line.seq + 1 ELSE :floor END RETURNING seq"
)
"""The row stays locked until the commit, so a lower number is never seen after a higher one. Numbers begin with the
second of the day on which they were made: a record that came back from a backup gives out none twice."""


@dataclass(frozen=True, slots=True)
class Made:
    """A command that waits for its box."""

    id: str
    seq: int


def sign_urgent(words: UrgentWords, key: StatementKey) -> Urgent:
    """Words under the key that communes have accepted."""
    said = key.sign(encode_body(words))
    return Urgent(words=said.body, key_id=said.key_id, sig=said.sig)


async def make(
    database: Database,
    key: StatementKey,
    source: str,
    order: AnyOrder,
    who: Person,
    now_ms: int,
    *,
    name: str = "",
    life_ms: int = LIFE_MS,
) -> Made:
    """Keep a command for this box; the same ``name`` again is the same one. Raises FinalError for what cannot be."""
    if not 0 < life_ms + EARLY_MS <= LONGEST_LIFE_MS:
        raise FinalError("Hạn của lệnh phải từ 1 phút đến 39 ngày.")
    async with database.change() as change:
        known = (await change.execute(select(command).where(command.c.id == name))).mappings().first() if name else None
        if known is not None:
            if known["source"] != source or known["kind"] != kind_of(order):
                raise FinalError("Mã lệnh này đã dùng cho một lệnh khác.")
            return Made(name, known["seq"])
        await _check_room(change, source, now_ms)
        numbered = await change.execute(_NEXT, {"source": source, "floor": now_ms // 1000, "now": now_ms})
        seq = int(numbered.scalar_one())
        made = Command(
            v=1,
            id=name or secrets.token_hex(16),
            source=source,
            seq=seq,
            nbf_ms=now_ms - EARLY_MS,
            exp_ms=now_ms + life_ms,
            order=order,
        )
        await change.execute(insert(command).values(_row(made, key, who, now_ms)))
    return Made(made.id, seq)


async def poll(database: Database, source: str, after: int, now_ms: int) -> PollReply:
    """What this box does not have yet, by rising number, without what is over; it has all up to ``after``."""
    asked = (
        select(command.c.seq, command.c.body, command.c.key_id, command.c.sig)
        .where(command.c.source == source, command.c.seq > after, command.c.exp_ms > now_ms)
        .order_by(command.c.seq)
        .limit(MOST_IN_A_POLL)
    )
    async with database.change() as change:
        line = (await change.execute(select(command_line).where(command_line.c.source == source))).mappings().first()
        if line is None:
            return PollReply(now_ms=now_ms)
        if line["taken"] < after <= line["seq"]:
            await change.execute(update(command_line).where(command_line.c.source == source).values(taken=after))
        rows = (await change.execute(asked)).mappings().all()
    return PollReply(commands=tuple(SignedCommand(**row) for row in rows), newest=line["seq"], now_ms=now_ms)


async def note_results(
    database: Database, source: str, events: Iterable[tuple[str, str, Mapping[str, Any]]], now_ms: int
) -> None:
    """What became of commands, from a box's own events (type, subject, data); anything else is left aside.

    Called before the events are kept: should that fail, the box sends them again, and this says the same again.
    """
    for kind, subject, data in events:
        state = {"vn.molang.command.done.v1": "done", "vn.molang.command.refused.v1": "refused"}.get(kind)
        if state is None:
            continue
        told = {"outcome": str(data.get("outcome", ""))[:40], "reason": str(data.get("reason", ""))[:400]}
        async with database.change() as change:
            await change.execute(
                update(command)
                .where(command.c.source == source, command.c.id == subject[:64], command.c.state == "waiting")
                .values(state=state, told_at_ms=now_ms, **told)
            )


async def listed(database: Database, source: str | None = None) -> list[dict[str, Any]]:
    """Commands, newest first, with what became of each; not their words."""
    columns = (command.c.source, command.c.seq, command.c.id, command.c.kind, command.c.state, command.c.outcome)
    more = (command.c.reason, command.c.made_at_ms, command.c.made_by, command.c.exp_ms, command.c.told_at_ms)
    asked = select(*columns, *more, command_line.c.taken).join(command_line, command_line.c.source == command.c.source)
    asked = asked.where(command.c.source == source) if source else asked
    async with database.change() as change:
        rows = (await change.execute(asked.order_by(command.c.made_at_ms.desc()).limit(MOST_SHOWN))).mappings().all()
    return [{**row, "taken": row["seq"] <= row["taken"]} for row in rows]


def _row(made: Command, key: StatementKey, who: Person, now_ms: int) -> dict[str, object]:
    said = key.sign(encode_body(made))
    return {
        "source": made.source,
        "seq": made.seq,
        "id": made.id,
        "kind": kind_of(made.order),
        "body": said.body,
        "key_id": said.key_id,
        "sig": said.sig,
        "nbf_ms": made.nbf_ms,
        "exp_ms": made.exp_ms,
        "made_at_ms": now_ms,
        "made_by": who.name[:80],
        "state": "waiting",
        "outcome": "",
        "reason": "",
    }


async def _check_room(change: Any, source: str, now_ms: int) -> None:
    waiting = (
        select(command.c.seq)
        .where(command.c.source == source, command.c.state == "waiting", command.c.exp_ms > now_ms)
        .limit(MOST_WAITING)
    )
    if len((await change.execute(waiting)).all()) >= MOST_WAITING:
        raise FinalError(f"Hộp này đã có {MOST_WAITING} lệnh chờ, chưa nhận thêm.")
