"""The audit log is hard to change without being found out: cases of tampering, and what is left to the province."""

import json
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from edge.kernel.clock import SystemClock
from edge.kernel.statement import Statement, StatementKey
from edge.store.audit import GENESIS, Deed, link
from edge.store.audit_check import Examined, examine, received_of
from edge.store.checkpoints import add_checkpoint, statements
from edge.store.journal import Journal, Tx
from edge.store.reader import Reader

BOX = "/xa/dong-son/box/1"
LINES, SEALED = 250, 220


@pytest.fixture
def key(tmp_path: Path) -> StatementKey:
    return StatementKey.load_or_make(tmp_path / "audit.pem")


@pytest.fixture
async def database(tmp_path: Path, key: StatementKey) -> Path:
    """250 lines, statements at 110 and 220."""
    path = tmp_path / "molang.db"
    journal = await Journal.open(path, SystemClock())
    for first, last in ((1, 110), (111, SEALED), (SEALED + 1, LINES)):
        await journal.record(partial(write_down, first=first, last=last))
        if last < LINES:
            assert await journal.record(lambda tx: add_checkpoint(tx, key, BOX))
    journal.close()
    return path


def write_down(tx: Tx, first: int, last: int) -> None:
    for number in range(first, last + 1):
        tx.deed("Lan", "duty", "bulletin.air", f"tin {number}")


def found(path: Path, key: StatementKey, received: tuple[Statement, ...] = ()) -> Examined:
    reader = Reader(path)
    reader.connection.row_factory = None
    try:
        return examine(reader.connection, key.public_hex, received)
    finally:
        reader.close()


def change(path: Path, *deeds: str | Callable[[sqlite3.Connection], None]) -> None:
    with sqlite3.connect(path) as connection:
        for deed in deeds:
            if isinstance(deed, str):
                connection.execute(deed)
            else:
                deed(connection)
    connection.close()


def rechain(connection: sqlite3.Connection) -> None:
    """Make the chain whole again, as somebody would who knows how it is made."""
    chain = GENESIS
    rows = connection.execute("SELECT seq, at_ms, user, role, action, detail FROM audit ORDER BY seq").fetchall()
    for number, (seq, *fields) in enumerate(rows, 1):
        chain = link(chain, Deed(*fields))
        connection.execute("UPDATE audit SET seq = ?, chain = ? WHERE seq = ?", (number, chain, seq))
    connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'", (len(rows),))


def problem(path: Path, key: StatementKey) -> tuple[int, str]:
    first = found(path, key).problems[0]
    return first.line, first.kind


async def test_an_untouched_log_is_whole_and_says_what_is_sealed(database: Path, key: StatementKey) -> None:
    seen = found(database, key)
    assert (seen.problems, seen.lines, seen.checkpoints) == ([], LINES, 2)
    assert (seen.sealed_to, seen.unsealed, seen.first_bad) == (SEALED, LINES - SEALED, None)


@pytest.mark.parametrize(
    ("deed", "line", "kind"),
    [
        ("UPDATE audit SET detail = 'khác' WHERE seq = 57", 57, "changed"),
        ("UPDATE audit SET user = 'Minh' WHERE seq = 250", 250, "changed"),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 1", 1, "changed"),
        ("DELETE FROM audit WHERE seq = 57", 57, "missing"),
        ("DELETE FROM audit WHERE seq BETWEEN 1 AND 9", 1, "missing"),
        ("DELETE FROM audit WHERE seq > 240", 241, "cut"),
        ("DELETE FROM audit", 1, "cut"),
        ("UPDATE audit_checkpoint SET sig = replace(sig, 'a', 'b') WHERE number = 1", 110, "signature"),
        ("UPDATE audit_checkpoint SET body = replace(body, '110', '111') WHERE number = 1", 111, "signature"),
        ("DELETE FROM audit_checkpoint WHERE number = 1", 1, "statement"),
        ("DELETE FROM audit_checkpoint WHERE number = 2", 111, "statement"),
        ("UPDATE audit_checkpoint SET body = 'x' WHERE number = 2", 111, "signature"),
    ],
)
async def test_whoever_changes_a_line_or_a_statement_is_found_out(
    database: Path, key: StatementKey, deed: str, line: int, kind: str
) -> None:
    change(database, deed)
    assert problem(database, key) == (line, kind)


async def test_a_cut_tail_is_found_though_the_counter_was_set_back(database: Path, key: StatementKey) -> None:
    change(database, "DELETE FROM audit WHERE seq > 200", "UPDATE sqlite_sequence SET seq = 200 WHERE name = 'audit'")
    assert problem(database, key) == (201, "cut")


@pytest.mark.parametrize(
    ("deed", "line"),
    [
        ("UPDATE audit SET user = 'Minh' WHERE seq = 57", 1),
        ("UPDATE audit SET user = 'Minh' WHERE seq = 150", 111),
        ("DELETE FROM audit WHERE seq = 150", 111),
        ("DELETE FROM audit WHERE seq = 20", 1),
    ],
)
async def test_a_chain_written_anew_contradicts_the_statements(
    database: Path, key: StatementKey, deed: str, line: int
) -> None:
    change(database, deed, rechain)
    assert problem(database, key) == (line, "rewritten")


async def test_another_key_does_not_count(database: Path, key: StatementKey, tmp_path: Path) -> None:
    other = StatementKey.load_or_make(tmp_path / "other.pem")
    assert {one.kind for one in found(database, other).problems} == {"signature"}


async def test_with_the_key_stolen_the_provinces_copy_still_tells(
    database: Path, key: StatementKey, tmp_path: Path
) -> None:
    """The log is written anew from line 150 on, and everything is signed again with the right key."""
    reader = Reader(database)
    kept = tuple(statement for _, statement in statements(reader.connection))
    reader.close()

    def forge(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE audit SET user = 'Minh' WHERE seq = 150")
        rechain(connection)
        (chain,) = connection.execute("SELECT chain FROM audit WHERE seq = ?", (SEALED,)).fetchone()
        body = json.dumps(json.loads(kept[1].body) | {"chain": chain}, sort_keys=True)
        said = key.sign(body)
        connection.execute("UPDATE audit_checkpoint SET body = ?, sig = ? WHERE number = 2", (said.body, said.sig))

    change(database, forge)
    assert found(database, key).problems == []
    seen = found(database, key, kept)
    assert (seen.first_bad, seen.problems[0].kind, seen.received) == (111, "unknown_to_box", 2)


async def test_statements_are_made_by_lines_and_by_time_and_go_to_the_province(
    tmp_path: Path, key: StatementKey
) -> None:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())

    async def sealed(times: int) -> list[bool]:
        made = []
        for _ in range(times):
            await journal.record(lambda tx: tx.deed("Lan", "duty", "horns.stop", "all"))
            made.append(await journal.record(lambda tx: add_checkpoint(tx, key, BOX)))
        return made

    assert sum(await sealed(1)) == 1
    assert sum(await sealed(99)) == 0
    assert sum(await sealed(1)) == 1
    rows = await journal.record(
        lambda tx: tx.run("SELECT type, subject, lane, data FROM outbox ORDER BY seq").fetchall()
    )
    assert [row[:3] for row in rows] == [("audit.checkpointed", "1", 1), ("audit.checkpointed", "2", 1)]
    line = json.dumps({"type": "vn.molang.audit.checkpointed.v1", "data": json.loads(rows[0][3])})
    other = json.dumps({"type": "vn.molang.incident.opened.v1", "data": {}})
    assert received_of(f"{line}\n{other}\n") == received_of(f"[{line},{other}]")
    assert len(received_of(line)) == 1
    journal.close()


async def test_it_is_read_while_the_box_writes_on(database: Path, key: StatementKey) -> None:
    journal = await Journal.open(database, SystemClock())
    reader = Reader(database)
    reader.connection.row_factory = None
    for _ in range(20):
        await journal.record(lambda tx: tx.deed("Lan", "duty", "horns.stop", "all"))
        assert examine(reader.connection, key.public_hex).problems == []
    assert examine(reader.connection, key.public_hex).lines == LINES + 20
    reader.close()
    journal.close()
