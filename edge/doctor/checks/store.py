"""The store and what waits in it."""

import time
from collections.abc import Iterator
from contextlib import closing

from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine
from edge.store.fsck import problems
from edge.store.outbox import backlog
from edge.store.reader import Reader

OLD_BACKLOG_MS = 24 * 3_600_000


def database(patient: Patient) -> Iterator[Finding]:
    """The whole check of ``molang store check``; a second at a thousand clips."""
    with closing(Reader(patient.database)) as reader:
        found = list(problems(reader.connection, patient.data / "clips"))
    if not found:
        yield fine("database", "Kho dữ liệu nguyên vẹn.", "The store is whole.")
        return
    said = Said(f"Kho dữ liệu có {len(found)} chỗ hỏng, trước hết: {found[0]}.", f"The store has {len(found)} faults.")
    cure = Said("Chạy `molang store check`, rồi khôi phục bản sao.", "Run `molang store check`, then restore a backup.")
    yield Finding("database", Mark.BAD, said, cure)


def waiting(patient: Patient) -> Iterator[Finding]:
    """What waits for the province, and for how long."""
    if patient.config.hub is None:
        yield fine("outbox", "Hộp không nối tỉnh.", "The box has no province.")
        return
    with closing(Reader(patient.database)) as reader:
        seen = backlog(reader.connection)
    age_ms = time.time() * 1000 - seen.oldest_ms if seen.oldest_ms else 0
    words = Said(f"{seen.waiting} sự kiện chờ gửi tỉnh.", f"{seen.waiting} events wait for the province.")
    if age_ms > OLD_BACKLOG_MS:
        cure = Said("Xem `molang sync status`; kiểm tra đường truyền.", "Look at `molang sync status`; check the line.")
        yield Finding("outbox", Mark.WARN, words, cure)
    else:
        yield Finding("outbox", Mark.OK, words)
    if seen.dead:
        said = Said(f"{seen.dead} sự kiện tỉnh không nhận.", f"The province refused {seen.dead} events.")
        cure = Said("Xem `molang sync dead list`.", "Look at `molang sync dead list`.")
        yield Finding("dead_letters", Mark.WARN, said, cure)


def troubles(patient: Patient) -> Iterator[Finding]:
    """What the box itself has found wrong and nobody has put right: cameras, horns, units."""
    question = (
        "SELECT subject, title FROM incident WHERE state = 'open' AND kind IN ('device', 'horn')"
        " ORDER BY began_at_ms DESC LIMIT 30"
    )
    with closing(Reader(patient.database)) as reader:
        rows = reader.rows(question)
    for row in rows:
        cure = Said("Xem trang Sự việc.", "See the page of incidents.")
        yield Finding(f"open/{row['subject']}", Mark.WARN, Said(row["title"], row["title"]), cure)
    if not rows:
        yield fine("open", "Không thiết bị nào đang báo hỏng.", "No device reports a fault.")


def gauges(patient: Patient) -> Iterator[Finding]:
    """When each gauge was last heard."""
    with closing(Reader(patient.database)) as reader:
        for gauge in patient.config.gauge:
            row = reader.row("SELECT max(at_ms) AS at_ms FROM reading WHERE station = ?", gauge.id)
            yield _gauge(gauge.id, gauge.name, row["at_ms"] if row else None, gauge.period_s)


def _gauge(name: str, title: str, at_ms: int | None, period_s: float) -> Finding:
    key = f"gauge/{name}"
    cure = Said("Xem nguồn, dây và địa chỉ của trạm đo.", "Look at the gauge's power, wire and address.")
    if at_ms is None:
        return Finding(key, Mark.WARN, Said(f"{title}: chưa có số đo nào.", f"{title}: never heard."), cure)
    age_s = time.time() - at_ms / 1000
    minutes = f"{max(age_s, 0) / 60:.0f}"
    words = Said(f"{title}: số đo cách đây {minutes} phút.", f"{title}: last heard {minutes} min ago.")
    return Finding(key, Mark.OK, words) if age_s <= 5 * period_s + 60 else Finding(key, Mark.BAD, words, cure)


CHECKS: tuple[Check, ...] = (database, waiting, troubles, gauges)
