"""Programmes that people planned, and their airings, as rows."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from edge.core.broadcast import Priority
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.place import HamletId
from edge.core.programme import Airing, OnHolidays, Part, Programme, Source, When
from edge.core.speech import Recording
from edge.store.bulletins import check_seal, get_bulletin, get_recording
from edge.store.journal import Tx

APPROVED = frozenset({"approved", "airing", "queued", "aired", "stopped", "dropped"})
"""States of a bulletin whose recording a leader approved."""
OPEN = ("planned", "airing", "waiting")
KEPT_MS = 400 * 86_400_000
"""Airings older than this are forgotten; orders and reports stay."""


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme as it stands. ``state``: on, removed, ended. ``trouble``: why a part of it is out of the plan."""

    programme: Programme
    state: str
    trouble: str
    author: str
    made_at_ms: int


@dataclass(frozen=True, slots=True)
class AiringRow:
    """An airing that was planned, with what became of it."""

    airing: Airing
    recording: str | None
    order: str | None
    state: str
    reason: str
    plan_seq: int | None
    out_seq: int | None
    play: str | None = None
    """The order by which the box airs it later than planned."""


def save_programme(tx: Tx, programme: Programme, author: str) -> bool:
    """Keep a new programme, or its new version; False when exactly this stands there already."""
    plan = programme_to_json(programme)
    row = tx.row("SELECT plan, state FROM programme WHERE id = ?", programme.id)
    if row is not None and row[0] == plan and row[1] == "on":
        return False
    tx.run(
        "INSERT INTO programme (id, title, plan, storm, state, author, made_at_ms, changed_at_ms)"
        " VALUES (?1, ?2, ?3, ?4, 'on', ?5, ?6, ?6) ON CONFLICT (id) DO UPDATE SET title = ?2, plan = ?3,"
        " storm = ?4, trouble = '', changed_at_ms = ?6",
        programme.id,
        programme.title,
        plan,
        int(programme.every_min > 0),
        author,
        tx.now.at_ms,
    )
    return True


def get_programme(tx: Tx, name: str) -> ProgrammeRow | None:
    """The programme, also one that was removed."""
    row = tx.row("SELECT plan, state, trouble, author, made_at_ms FROM programme WHERE id = ?", name)
    return None if row is None else _programme(row)


def programmes_on(tx: Tx) -> list[ProgrammeRow]:
    """Every programme that is not removed and has not ended, oldest first."""
    sql = "SELECT plan, state, trouble, author, made_at_ms FROM programme WHERE state = 'on' ORDER BY made_at_ms, id"
    return [_programme(row) for row in tx.run(sql).fetchall()]


def end_programme(tx: Tx, name: str, state: str) -> None:
    """It is over: ``removed`` by a person, or ``ended`` by its time."""
    tx.run("UPDATE programme SET state = ?, changed_at_ms = ? WHERE id = ?", state, tx.now.at_ms, name)


def set_trouble(tx: Tx, name: str, trouble: str) -> bool:
    """Say what is wrong with it now; whether that is news."""
    sql = "UPDATE programme SET trouble = ?, changed_at_ms = ? WHERE id = ? AND trouble != ?"
    return bool(tx.run(sql, trouble, tx.now.at_ms, name, trouble).rowcount)


def approved_recording(tx: Tx, bulletin: str) -> Recording:
    """The recording of this bulletin that a leader approved; raises FinalError with the reason when there is none."""
    row = get_bulletin(tx, bulletin)
    if row.state not in APPROVED or row.recording is None:
        raise FinalError("Bản tin chưa được duyệt nên chưa xếp lịch được.")
    check_seal(tx, bulletin)
    return get_recording(tx, row.recording)


def add_airing(tx: Tx, airing: Airing, recording: str | None, order: str | None) -> None:
    """Plan it."""
    tx.run(
        "INSERT INTO planned_airing (key, programme, at_ms, ms, hamlets, priority, source, ref, standby, title,"
        " gain_db, at_night, recording, horn_order, state, changed_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?)",
        airing.key,
        airing.programme,
        airing.at_ms,
        airing.ms,
        json.dumps(airing.hamlets),
        int(airing.priority),
        airing.source,
        airing.ref,
        airing.standby,
        airing.title,
        airing.gain_db,
        int(airing.at_night),
        recording,
        order,
        tx.now.at_ms,
    )


def airings_in(tx: Tx, since_ms: int, until_ms: int, states: Sequence[str] = ()) -> list[AiringRow]:
    """Airings that begin in this time, in order; ``states`` empty: in any state."""
    marks = ", ".join("?" * len(states))
    only = f" AND state IN ({marks})" if states else ""
    return [
        _airing(row)
        for row in tx.run(
            f"{_AIRING} WHERE at_ms >= ? AND at_ms < ?{only} ORDER BY at_ms, seq",  # noqa: S608 - marks only
            since_ms,
            until_ms,
            *states,
        ).fetchall()
    ]


def settled_keys(tx: Tx, since_ms: int) -> frozenset[str]:
    """Airings from this time on that are under way or over: a clock that was set back does not plan them again."""
    rows = tx.run("SELECT key FROM planned_airing WHERE at_ms >= ? AND state NOT IN ('planned', 'withdrawn')", since_ms)
    return frozenset(key for (key,) in rows)


def get_airing(tx: Tx, key: str) -> AiringRow | None:
    """The newest airing of this key."""
    row = tx.row(f"{_AIRING} WHERE key = ? ORDER BY seq DESC LIMIT 1", key)
    return None if row is None else _airing(row)


def move_airing(tx: Tx, key: str, state: str, reason: str = "") -> None:
    """An open airing goes on, or ends."""
    tx.run(
        "UPDATE planned_airing SET state = ?, reason = ?, changed_at_ms = ? WHERE key = ? AND state IN (?, ?, ?)",
        state,
        reason,
        tx.now.at_ms,
        key,
        *OPEN,
    )


def stop_airings(tx: Tx, meant: Callable[[Sequence[str]], bool]) -> None:
    """A STOP: what is on air or waits for it in these hamlets is stopped for good; what is planned later is not."""
    rows = tx.run("SELECT key, hamlets FROM planned_airing WHERE state IN ('airing', 'waiting')").fetchall()
    for key, hamlets in rows:
        if meant(json.loads(hamlets)):
            move_airing(tx, key, "stopped", "Đã bị lệnh dừng ngắt.")


def put_into_plan(tx: Tx, revision: int) -> None:
    """Every planned airing that no plan had yet is in this one; those that were withdrawn are out from it on."""
    tx.run("UPDATE planned_airing SET plan_seq = ? WHERE plan_seq IS NULL AND state = 'planned'", revision)
    tx.run("UPDATE planned_airing SET out_seq = ? WHERE out_seq IS NULL AND state = 'withdrawn'", revision)


def forget_old_airings(tx: Tx) -> None:
    """The calendar shows a year."""
    tx.run("DELETE FROM planned_airing WHERE at_ms < ? AND state NOT IN (?, ?, ?)", tx.now.at_ms - KEPT_MS, *OPEN)


def programme_to_json(programme: Programme) -> str:
    """One way to write it: sorted keys."""
    return json.dumps(asdict(programme), sort_keys=True, ensure_ascii=False, default=_plain)


def programme_from_json(text: str) -> Programme:
    """The other way round."""
    fields: dict[str, Any] = json.loads(text)
    when = fields.pop("when")
    return Programme(
        parts=tuple(Part(**{**part, "source": Source(part["source"])}) for part in fields.pop("parts")),
        when=When(
            days=frozenset(when["days"]),
            times=tuple(when["times"]),
            first=dt.date.fromisoformat(when["first"]),
            last=dt.date.fromisoformat(when["last"]),
            holidays=OnHolidays(when["holidays"]),
            except_on=frozenset(map(dt.date.fromisoformat, when["except_on"])),
            until_ms=when["until_ms"],
        ),
        hamlets=tuple(map(HamletId, fields.pop("hamlets"))),
        priority=Priority(fields.pop("priority")),
        **fields,
    )


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _programme(row: Sequence[Any]) -> ProgrammeRow:
    return ProgrammeRow(programme_from_json(row[0]), row[1], row[2], row[3], row[4])


_AIRING = (
    "SELECT key, programme, at_ms, ms, hamlets, priority, source, ref, standby, title, gain_db, at_night, recording,"
    " horn_order, state, reason, plan_seq, out_seq, play FROM planned_airing"
)


def _airing(row: Sequence[Any]) -> AiringRow:
    airing = Airing(
        key=row[0],
        programme=row[1],
        part=int(row[0].rpartition("/")[2]),
        at_ms=AtMs(row[2]),
        ms=row[3],
        hamlets=tuple(map(HamletId, json.loads(row[4]))),
        priority=Priority(row[5]),
        source=Source(row[6]),
        ref=row[7],
        standby=row[8],
        title=row[9],
        gain_db=row[10],
        at_night=bool(row[11]),
    )
    return AiringRow(airing, row[12], row[13], row[14], row[15], row[16], row[17], row[18])
