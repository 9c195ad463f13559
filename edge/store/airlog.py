"""Reads the air log: orders that were to sound, with what each horn reported. A view over what is stored anyway."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.core.airlog import AWAITED, Airing, HornEnd
from edge.core.airreport import Change, Outage, Report, month_span, report
from edge.core.broadcast import order_from_body
from edge.core.errors import FinalError
from edge.core.place import EVERYWHERE
from edge.kernel.wire.order import order_from_payload
from edge.store.reader import Reader
from edge.store.search import plain

PAGE = 100
BATCH = 500
NAMELESS = {"test": "Thử loa", "live": "Phát trực tiếp", "local": "Phát bằng công tắc tại loa"}
"""Of airings that belong to no bulletin."""
_COLUMNS = "number, op, priority, hamlets, ms, by_user, began_ms, payload, item, author, approver, incident"


@dataclass(frozen=True, slots=True)
class AirQuery:
    """What is looked for; what is left empty does not matter.

    ``outcome`` is one that some horn ended in (AWAITED too), ``hamlet`` one that was meant or has one of ``horns``.
    Every word of ``text`` must be in the item; accents and capitals do not count. ``before`` is the ``next`` of the
    page before.
    """

    since_ms: int = 0
    until_ms: int = 2**53
    hamlet: str = ""
    horns: tuple[str, ...] = ()
    outcome: str = ""
    text: str = ""
    before: str = ""
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class AirPage:
    """Airings, newest first; ``next`` is empty on the last page."""

    airings: tuple[Airing, ...]
    next: str


def air_log(reader: Reader, query: AirQuery) -> AirPage:
    """One page of what fits."""
    reader.connection.create_function("plain", 1, plain, deterministic=True)
    where, values = _conditions(query)
    rows = reader.rows(
        f"SELECT {_COLUMNS} FROM airing WHERE {' AND '.join(where)}"  # noqa: S608 - only our own words are put in
        " ORDER BY began_ms DESC, number DESC LIMIT ?",
        *values,
        query.limit + 1,
    )
    found = _with_ends(reader, rows[: query.limit])
    return AirPage(found, f"{found[-1].began_ms}/{found[-1].number}" if len(rows) > query.limit else "")


def all_airings(reader: Reader, query: AirQuery) -> Iterator[Airing]:
    """All of it, newest first, read piece by piece."""
    before = query.before
    while True:
        page = air_log(
            reader,
            AirQuery(
                query.since_ms, query.until_ms, query.hamlet, query.horns, query.outcome, query.text, before, BATCH
            ),
        )
        yield from page.airings
        if not page.next:
            return
        before = page.next


def presence_changes(reader: Reader, until_ms: int) -> list[Change]:
    """When horns came and went, up to this instant."""
    rows = reader.rows(
        "SELECT horn, at_ms, state FROM horn_presence WHERE at_ms < ? ORDER BY horn, at_ms",
        until_ms,
    )
    return [Change(row["horn"], row["at_ms"], row["state"]) for row in rows]


def month_report(reader: Reader, hamlet_of: Mapping[str, str], year: int, month: int, now_ms: int) -> Report:
    """The report of a month of the local calendar; one that has not ended yet is told as far as it went."""
    since_ms, after_ms = month_span(year, month)
    return span_report(reader, hamlet_of, since_ms, max(since_ms, min(after_ms, now_ms)))


def span_report(reader: Reader, hamlet_of: Mapping[str, str], since_ms: int, until_ms: int) -> Report:
    """The report of a span of UTC milliseconds."""
    airings = all_airings(reader, AirQuery(since_ms, until_ms))
    changes = presence_changes(reader, until_ms)
    return report(airings, changes, hamlet_of, since_ms, until_ms, outages(reader, since_ms, until_ms))


def outages(reader: Reader, since_ms: int, until_ms: int) -> list[Outage]:
    """Cameras whose signal was gone, from the incidents that tell it."""
    rows = reader.rows(
        "SELECT camera, count(*) AS times, sum(min(coalesce(ended_at_ms, ?1), ?1) - max(began_at_ms, ?2)) AS ms"
        " FROM incident WHERE rule_kind = 'offline' AND camera IS NOT NULL AND began_at_ms < ?1"
        " AND coalesce(ended_at_ms, ?1) > ?2 GROUP BY camera ORDER BY camera",
        until_ms,
        since_ms,
    )
    return [Outage(row["camera"], row["times"], row["ms"]) for row in rows]


def _conditions(query: AirQuery) -> tuple[list[str], list[object]]:
    table: list[tuple[str, tuple[object, ...]]] = [
        ("began_ms >= ? AND began_ms < ?", (query.since_ms, query.until_ms)),
    ]
    if query.hamlet:
        table.append((_IN_HAMLET.format(marks=_marks(query.horns)), (query.hamlet, EVERYWHERE, *query.horns)))
    if query.outcome:
        table.append(
            (
                "EXISTS (SELECT 1 FROM airing_end e WHERE e.number = airing.number AND coalesce(outcome, ?) = ?)",
                (AWAITED, query.outcome),
            )
        )
    began, _, number = query.before.partition("/")
    if began.isdecimal() and len(began) <= 15:
        table.append(("(began_ms, number) < (?, ?)", (int(began), number)))
    table.extend(("instr(plain(coalesce(item, '')), ?) > 0", (word,)) for word in plain(query.text).split()[:8])
    return [condition for condition, _ in table], [value for _, values in table for value in values]


_IN_HAMLET = (
    "(EXISTS (SELECT 1 FROM json_each(hamlets) WHERE value IN (?, ?))"
    " OR EXISTS (SELECT 1 FROM airing_end e WHERE e.number = airing.number AND horn IN ({marks})))"
)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _with_ends(reader: Reader, rows: Sequence[dict[str, Any]]) -> tuple[Airing, ...]:
    numbers = [row["number"] for row in rows]
    ends: dict[str, list[HornEnd]] = {number: [] for number in numbers}
    columns = "number, horn, outcome, reason, rms_db, amp_ma, level_db, played_ms"
    sql = f"SELECT {columns} FROM airing_end WHERE number IN ({_marks(numbers)}) ORDER BY horn"  # noqa: S608 - marks
    for row in reader.rows(sql, *numbers):
        ends[row["number"]].append(_end(row))
    return tuple(_airing(row, tuple(ends[row["number"]])) for row in rows)


def _end(row: dict[str, Any]) -> HornEnd:
    return HornEnd(
        row["horn"],
        row["outcome"] or AWAITED,
        row["reason"],
        row["rms_db"],
        row["amp_ma"],
        row["level_db"],
        row["played_ms"] or 0,
    )


def _airing(row: dict[str, Any], horns: tuple[HornEnd, ...]) -> Airing:
    return Airing(
        number=row["number"],
        op=row["op"],
        priority=row["priority"],
        item=_item(row),
        hamlets=tuple(json.loads(row["hamlets"])),
        began_ms=row["began_ms"],
        planned_ms=row["ms"],
        by_user=row["by_user"],
        author=row["author"] or "",
        approver=row["approver"] or "",
        incident=row["incident"] or "",
        clips=_clips(row["payload"]),
        horns=horns,
    )


def _item(row: dict[str, Any]) -> str:
    """Its words in one line; of what belongs to no bulletin what it was, and which template a key played."""
    words = " ".join((row["item"] or "").split())
    nameless = NAMELESS.get(row["op"], "")
    return f"{nameless}: {words}" if nameless and words else words or nameless


def _clips(payload: bytes) -> tuple[str, ...]:
    """What was ordered to sound, by hash; the order itself says it, whatever became of the bulletin."""
    try:
        return tuple(media.sha256 for media in order_from_body(order_from_payload(payload).body).media)
    except FinalError:
        return ()
