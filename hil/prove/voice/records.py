"""Link ``audit``: the log of who did what, changed in every way that somebody with the database in his hands has."""

import asyncio
import json
import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge.kernel.clock import SystemClock
from edge.kernel.statement import Statement, StatementKey
from edge.store.audit import GENESIS, Deed, link
from edge.store.audit_check import Examined, examine
from edge.store.checkpoints import EVERY_LINES, add_checkpoint, digest, statements
from edge.store.journal import Journal, Tx
from edge.store.reader import Reader
from hil.harness import ROOT, python
from hil.links import Figure, Link

LINES = 1_050
EVERY = EVERY_LINES
SEALED = LINES // EVERY * EVERY
TIMES = 20
"""How often each case is tried, at another line each time."""
SEED = 3
EXAMPLE = ROOT / "docs" / "ref" / "example.toml"
FIELDS = {"at_ms": "at_ms + 1", "user": "user || 'x'", "role": "'leader'", "action": "'x'", "detail": "detail || 'x'"}


@dataclass(slots=True)
class Book:
    """A copy of the log to be spoilt. ``kept`` is what the province has; ``key`` the box's own."""

    database: sqlite3.Connection
    chance: random.Random
    key: StatementKey
    kept: Sequence[Statement]

    def line(self, last: int = SEALED) -> int:
        """Some line."""
        return self.chance.randint(1, last)

    def run(self, sql: str, *values: object) -> None:
        """One statement."""
        self.database.execute(sql, values)

    def rechain(self) -> None:
        """Number and chain what is there anew, so that it is whole in itself."""
        chain = GENESIS
        rows = self.database.execute("SELECT seq, at_ms, user, role, action, detail FROM audit ORDER BY seq").fetchall()
        for number, (seq, *fields) in enumerate(rows, 1):
            chain = link(chain, Deed(*fields))
            self.run("UPDATE audit SET seq = ?, chain = ? WHERE seq = ?", number, chain, seq)
        self.run("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'", len(rows))

    def sign_again(self) -> None:
        """All statements, to fit what the log says now, with the box's own key."""
        chains = dict(self.database.execute("SELECT seq, chain FROM audit").fetchall())
        previous = GENESIS
        for number, body in self.database.execute("SELECT number, body FROM audit_checkpoint").fetchall():
            said = json.loads(body)
            now = said | {"previous": previous, "chain": chains.get(said["seq"], said["chain"])}
            signed = self.key.sign(json.dumps(now, sort_keys=True))
            self.run("UPDATE audit_checkpoint SET body = ?, sig = ? WHERE number = ?", signed.body, signed.sig, number)
            previous = digest(signed.body)


def _changed_field(book: Book) -> None:
    name = book.chance.choice(sorted(FIELDS))
    book.run(f"UPDATE audit SET {name} = {FIELDS[name]} WHERE seq = ?", book.line(LINES))


def _removed_line(book: Book) -> None:
    book.run("DELETE FROM audit WHERE seq = ?", book.line(LINES - 1))


def _swapped_lines(book: Book) -> None:
    line = book.line(LINES - 1)
    fields = "at_ms, user, role, action, detail, chain"
    one, other = book.database.execute(f"SELECT {fields} FROM audit WHERE seq IN (?, ?) ORDER BY seq", (line, line + 1))
    for seq, row in ((line, other), (line + 1, one)):
        book.run(
            "UPDATE audit SET at_ms = ?, user = ?, role = ?, action = ?, detail = ?, chain = ? WHERE seq = ?", *row, seq
        )


def _cut_tail(book: Book) -> None:
    book.run("DELETE FROM audit WHERE seq > ?", book.line(LINES - 1))


def _cut_tail_and_counter(book: Book) -> None:
    last = book.line(SEALED - 1)
    book.run("DELETE FROM audit WHERE seq > ?", last)
    book.run("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'", last)


def _rechained_change(book: Book) -> None:
    book.run("UPDATE audit SET user = user || 'x' WHERE seq = ?", book.line())
    book.rechain()


def _rechained_removal(book: Book) -> None:
    book.run("DELETE FROM audit WHERE seq = ?", book.line())
    book.rechain()


def _rechained_insertion(book: Book) -> None:
    book.run("UPDATE audit SET seq = -seq - 1 WHERE seq > ?", line := book.line())
    book.run("UPDATE audit SET seq = -seq WHERE seq < 0")
    book.run("INSERT INTO audit VALUES (?, 1, 'Minh', 'leader', 'bulletin.approve', 'x', '')", line + 1)
    book.rechain()


def _emptied(book: Book) -> None:
    for table in ("audit", "audit_checkpoint"):
        book.run(f"DELETE FROM {table}")


def _statement_removed(book: Book) -> None:
    book.run("DELETE FROM audit_checkpoint WHERE number = ?", book.chance.randint(1, LINES // EVERY))


def _statement_changed(book: Book) -> None:
    number = book.chance.randint(1, LINES // EVERY)
    book.run("UPDATE audit_checkpoint SET body = replace(body, '\"seq\": ', '\"seq\": 1') WHERE number = ?", number)


def _statement_of_another_key(book: Book) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book.key = StatementKey.load_or_make(Path(folder) / "thief.pem")
    _rechained_change(book)
    book.sign_again()


def _statements_dropped(book: Book) -> None:
    """The log is written anew, and every statement that contradicts it is removed, with its event and its counter."""
    line = book.line()
    book.run("UPDATE audit SET user = user || 'x' WHERE seq = ?", line)
    book.rechain()
    good = (line - 1) // EVERY
    book.run("DELETE FROM audit_checkpoint WHERE number > ?", good)
    book.run("DELETE FROM outbox WHERE CAST(subject AS INTEGER) > ?", good)
    book.run("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit_checkpoint'", good)


def _stolen_key(book: Book) -> None:
    _rechained_change(book)
    book.sign_again()


ALONE: Mapping[str, Callable[[Book], None]] = {
    "changed_field": _changed_field,
    "removed_line": _removed_line,
    "swapped_lines": _swapped_lines,
    "cut_tail": _cut_tail,
    "cut_tail_and_counter": _cut_tail_and_counter,
    "rechained_change": _rechained_change,
    "rechained_removal": _rechained_removal,
    "rechained_insertion": _rechained_insertion,
    "emptied": _emptied,
    "statement_removed": _statement_removed,
    "statement_changed": _statement_changed,
    "statement_of_another_key": _statement_of_another_key,
}
"""What the box finds out by itself."""
WITH_PROVINCE: Mapping[str, Callable[[Book], None]] = {
    "statements_dropped": _statements_dropped,
    "stolen_key": _stolen_key,
}
"""What only the province's copy of the statements shows."""


def audit() -> Link:
    """Tampering found of tampering tried; logs that nobody touched and that were called bad; a command a case."""
    with tempfile.TemporaryDirectory(prefix="molang-audit-") as name:
        folder = Path(name)
        key = StatementKey.load_or_make(folder / "keys" / "audit.pem")
        asyncio.run(_write(folder / "molang.db", key))
        return _link(folder, key)


def _link(folder: Path, key: StatementKey) -> Link:
    kept = _kept(folder / "molang.db")
    found = {name: _found(folder, key, kept, name, spoil) for name, spoil in {**ALONE, **WITH_PROVINCE}.items()}
    figures: dict[str, Figure] = {f"audit_{name}": f"{count} of {TIMES}" for name, count in found.items()}
    tried = TIMES * len(found)
    commands = sum(_command_finds(folder, key, name, spoil) for name, spoil in ALONE.items())
    false = sum(bool(_seen(_copy(folder), key, ())) for _ in range(TIMES)) + _false_while_written(folder, key)
    figures |= {
        "audit_found": sum(found.values()),
        "audit_tried": tried,
        "audit_false_alarms": false,
        "audit_commands": f"{commands} of {len(ALONE)}",
        "audit_unsealed_at_most": LINES - SEALED,
    }
    ok = sum(found.values()) == tried and false == 0 and commands == len(ALONE)
    missed = [name for name, count in found.items() if count < TIMES]
    return Link("audit", ok, figures, f"missed: {', '.join(missed)}" if missed else "")


async def _write(path: Path, key: StatementKey) -> None:
    journal = await Journal.open(path, SystemClock())
    for first in range(1, LINES + 1, EVERY):
        await journal.record(partial(_deeds, first=first, last=min(first + EVERY - 1, LINES)))
        if first + EVERY - 1 <= LINES:
            await journal.record(partial(_sealed, key=key))
    journal.close()


def _deeds(tx: Tx, first: int, last: int) -> None:
    for number in range(first, last + 1):
        tx.deed("Lan", "operator", "bulletin.air", f"tin {number}")


def _sealed(tx: Tx, key: StatementKey) -> None:
    assert add_checkpoint(tx, key, "/xa/dong-son/box/1"), "so many lines make a statement"


def _kept(path: Path) -> list[Statement]:
    with closing(Reader(path)) as reader:
        return [statement for _, statement in statements(reader.connection)]


def _copy(folder: Path) -> Path:
    """A fresh copy of the whole log."""
    target = folder / "spoilt" / "molang.db"
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir()
    with closing(sqlite3.connect(folder / "molang.db")) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _spoilt(
    folder: Path, key: StatementKey, kept: Sequence[Statement], chance: random.Random, spoil: Callable[[Book], None]
) -> Path:
    path = _copy(folder)
    with closing(sqlite3.connect(path)) as database, database:
        spoil(Book(database, chance, key, kept))
    return path


def _found(folder: Path, key: StatementKey, kept: Sequence[Statement], name: str, spoil: Callable[[Book], None]) -> int:
    chances = (random.Random(f"{SEED} {name} {number}") for number in range(TIMES))
    province = kept if name in WITH_PROVINCE else ()
    return sum(bool(_seen(_spoilt(folder, key, kept, chance, spoil), key, province)) for chance in chances)


def _seen(path: Path, key: StatementKey, province: Sequence[Statement]) -> int | None:
    with closing(Reader(path)) as reader:
        reader.connection.row_factory = None
        seen: Examined = examine(reader.connection, key.public_hex, province)
    return seen.first_bad


def _false_while_written(folder: Path, key: StatementKey) -> int:
    """Read again and again while somebody writes on."""
    return asyncio.run(_while_written(_copy(folder), key))


async def _while_written(path: Path, key: StatementKey) -> int:
    journal = await Journal.open(path, SystemClock())
    false = 0
    for number in range(TIMES):
        _, seen = await asyncio.gather(
            journal.record(partial(_deeds, first=LINES + number, last=LINES + number)),
            asyncio.to_thread(_seen, path, key, ()),
        )
        false += seen is not None
    journal.close()
    return false


def _command_finds(folder: Path, key: StatementKey, name: str, spoil: Callable[[Book], None]) -> bool:
    """`molang audit verify --json` says the same, by its exit code and by naming a line."""
    path = _spoilt(folder, key, (), random.Random(f"{SEED} {name} command"), spoil)
    shutil.copytree(folder / "keys", path.parent / "keys", dirs_exist_ok=True)
    config = path.parent / "molang.toml"
    text = EXAMPLE.read_text("utf-8").replace('data = "/var/lib/molang"', f'data = "{path.parent}"')
    config.write_text(text, "utf-8")
    command = python("edge", "audit", "verify", "--json", "--config", config)
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.returncode == 1 and isinstance(json.loads(ran.stdout)["first_bad"], int)
