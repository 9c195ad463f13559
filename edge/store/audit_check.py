"""Reads the whole audit log once and says what was changed, cut, or written anew, and from which line on."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from edge.kernel.statement import Statement, is_signed
from edge.store.audit import GENESIS, Deed, link
from edge.store.checkpoints import EVENT, Checkpoint, digest, parse, statements


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: from which line on, which kind (for programs), and a sentence for people.

    Kinds: changed, missing, cut, rewritten, signature, statement, unknown_to_box.
    """

    line: int
    kind: str
    sentence: str


@dataclass(slots=True)
class Examined:
    """What was found. ``unsealed`` lines came after the last statement: the chain alone protects them."""

    lines: int = 0
    head: str = GENESIS
    checkpoints: int = 0
    sealed_to: int = 0
    sealed_at_ms: int | None = None
    received: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def unsealed(self) -> int:
        """Lines after the last statement."""
        return max(0, self.lines - self.sealed_to)

    @property
    def first_bad(self) -> int | None:
        """The first line of which something is wrong."""
        return min((problem.line for problem in self.problems), default=None)


def examine(connection: sqlite3.Connection, public_hex: str, received: Sequence[Statement] = ()) -> Examined:
    """Everything, as it stood at one instant, while others write on.

    ``received`` are statements that somebody else kept: the province.
    """
    connection.execute("BEGIN")
    try:
        found = Examined(received=len(received))
        told = _statements(connection, public_hex, found)
        kept = list(_received(received, public_hex, told, found))
        heads = _walk(connection, {point.seq for point in (*told.values(), *kept)}, found)
        _compare(sorted((*told.values(), *kept), key=lambda point: point.seq), heads, found)
        return found
    finally:
        connection.execute("ROLLBACK")


def received_of(text: str) -> list[Statement]:
    """Statements out of a file of CloudEvents, one a line or a JSON list, as the province keeps them.

    Other events are passed over; raises ValueError when it is no JSON.
    """
    rows = (
        json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in text.splitlines() if line]
    )
    wanted = f"vn.molang.{EVENT}.v1"
    events = (row for row in rows if isinstance(row, dict) and row.get("type") == wanted)
    return [Statement(*(str(event["data"].get(name, "")) for name in ("body", "key_id", "sig"))) for event in events]


def _statements(connection: sqlite3.Connection, public_hex: str, found: Examined) -> dict[int, Checkpoint]:
    """The box's own statements that hold, by number."""
    told: dict[int, Checkpoint] = {}
    previous = GENESIS
    for number, statement in statements(connection):
        found.checkpoints += 1
        point = parse(statement)
        if point is None or not is_signed(statement, public_hex):
            line = point.seq if point else found.sealed_to + 1
            _bad(found, line, "signature", f"Mốc số {number} có chữ ký không đúng.")
        elif point.number != number or point.previous != previous or number != found.checkpoints:
            _bad(found, found.sealed_to + 1, "statement", f"Mốc số {number} không nối tiếp mốc trước: có mốc bị bỏ.")
        else:
            told[number] = point
            found.sealed_to, found.sealed_at_ms = point.seq, point.at_ms
        previous = digest(statement.body)
    _last_statement(connection, found)
    return told


def _last_statement(connection: sqlite3.Connection, found: Examined) -> None:
    """Statements missing at the end: SQLite's own counter and the outbox remember how many there were."""
    counter = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit_checkpoint'").fetchone()
    events = connection.execute("SELECT max(CAST(subject AS INTEGER)) FROM outbox WHERE type = ?", (EVENT,)).fetchone()
    known = max(counter[0] if counter else 0, events[0] or 0)
    if known > found.checkpoints:
        _bad(found, found.sealed_to + 1, "statement", f"Thiếu mốc số {found.checkpoints + 1} đến {known}.")


def _received(
    received: Iterable[Statement], public_hex: str, told: dict[int, Checkpoint], found: Examined
) -> Iterator[Checkpoint]:
    """What somebody else kept, where it differs from what the box says today."""
    for statement in received:
        point = parse(statement)
        if point is None or not is_signed(statement, public_hex):
            _bad(found, 1, "signature", "Một mốc mà tỉnh giữ không phải do khóa của hộp này ký.")
            continue
        own = told.get(point.number)
        if own is None or own.statement.body != statement.body:
            sentence = f"Mốc số {point.number} mà tỉnh giữ khác với mốc trên hộp: nhật ký đã bị viết lại."
            _bad(found, _last_agreed(received, told, point.number) + 1, "unknown_to_box", sentence)
        yield point


def _last_agreed(received: Iterable[Statement], told: dict[int, Checkpoint], before: int) -> int:
    """The last line that box and province agree on, before this statement."""
    agreed = 0
    for statement in received:
        point = parse(statement)
        own = told.get(point.number) if point else None
        if point and own and point.number < before and own.statement.body == statement.body:
            agreed = max(agreed, point.seq)
    return agreed


def _walk(connection: sqlite3.Connection, wanted: set[int], found: Examined) -> dict[int, str]:
    """Recompute the chain; the value at each wanted line before the first that does not fit."""
    heads = {0: GENESIS}
    chain, expected, whole = GENESIS, 1, True
    for seq, *fields, written in connection.execute(
        "SELECT seq, at_ms, user, role, action, detail, chain FROM audit ORDER BY seq"
    ):
        found.lines += 1
        if not whole:
            continue
        chain = link(chain, Deed(*fields))
        whole = _fits(seq, expected, chain == written, found)
        if whole and seq in wanted:
            heads[seq] = chain
        expected += 1
    found.head = chain
    if whole:
        _tail(connection, expected, found)
    return heads


def _fits(seq: int, expected: int, linked: bool, found: Examined) -> bool:
    if seq != expected:
        _bad(found, expected, "missing", f"Thiếu dòng {expected} đến {seq - 1}.")
    elif not linked:
        _bad(found, seq, "changed", f"Dòng {seq} bị sửa, hoặc dòng trước nó bị thay.")
    return seq == expected and linked


def _tail(connection: sqlite3.Connection, expected: int, found: Examined) -> None:
    counter = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    last = max(counter[0] if counter else 0, found.sealed_to)
    if last >= expected:
        _bad(found, expected, "cut", f"Thiếu dòng {expected} đến {last} ở cuối.")


def _compare(points: Sequence[Checkpoint], heads: dict[int, str], found: Examined) -> None:
    """A chain that is whole in itself, and yet not the one that was signed, was written anew."""
    agreed = 0
    for point in points:
        head = heads.get(point.seq)
        if head == point.chain:
            agreed = max(agreed, point.seq)
        elif head is not None:
            sentence = f"Các dòng từ {agreed + 1} đến {point.seq} đã bị viết lại sau khi ký mốc số {point.number}."
            _bad(found, agreed + 1, "rewritten", sentence)
            return


def _bad(found: Examined, line: int, kind: str, sentence: str) -> None:
    found.problems.append(Problem(line, kind, sentence))
