"""The store and what waits in it; what it remembers of gauges, horns' tests and faults."""

import time
from collections.abc import Iterator, Mapping

from edge.core.broadcast import Outcome
from edge.core.policy.lanes import Lane, Load
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine, marked
from edge.doctor.store_reading import reading
from edge.store.fsck import problems
from edge.store.outbox import backlog, lane_loads

OLD_BACKLOG_H: Mapping[Lane, float] = {Lane.ALARM: 1, Lane.RESULT: 6, Lane.TELEMETRY: 24, Lane.MEDIA: 72}
"""An alarm that the province has not had for an hour is no help any more; pictures may wait for a cheap line."""
LANE_WORDS: Mapping[Lane, str] = {
    Lane.ALARM: "báo động",
    Lane.RESULT: "kết quả phát loa",
    Lane.TELEMETRY: "số đo",
    Lane.MEDIA: "hình ảnh",
}
TEST_DAYS = 15
"""Two weeks and a day: one weekly test may have met a long bulletin."""
DAY_MS = 86_400_000


def database(patient: Patient) -> Iterator[Finding]:
    """The whole check of ``molang store check``; a second at a thousand clips."""
    with reading(patient) as reader:
        found = list(problems(reader.connection, patient.data / "clips"))
    if not found:
        yield fine("database", "Kho dữ liệu nguyên vẹn.", "The store is whole.")
        return
    said = Said(f"Kho dữ liệu có {len(found)} chỗ hỏng, trước hết: {found[0]}.", f"The store has {len(found)} faults.")
    cure = Said("Chạy `molang store check`, rồi khôi phục bản sao.", "Run `molang store check`, then restore a backup.")
    yield Finding("database", Mark.BAD, said, cure)


def waiting(patient: Patient) -> Iterator[Finding]:
    """What waits for the province in each lane, and for how long; what it refused."""
    if patient.config.hub is None:
        yield fine("outbox", "Hộp không nối tỉnh.", "The box has no province.")
        return
    with reading(patient) as reader:
        loads, dead = lane_loads(reader.connection), backlog(reader.connection).dead
    for load in loads:
        yield _lane(load)
    said = Said(f"{dead} sự kiện tỉnh không nhận.", f"The province refused {dead} events.")
    cure = Said("Xem `molang sync dead list`.", "Look at `molang sync dead list`.")
    yield marked("dead_letters", Mark.WARN if dead else Mark.OK, said, cure)


def _lane(load: Load) -> Finding:
    age_h = (time.time() - load.oldest_ms / 1000) / 3600 if load.oldest_ms else 0.0
    vi = f"Chờ gửi tỉnh, làn {LANE_WORDS[load.lane]}: {load.count}, cũ nhất {max(age_h, 0):.1f} giờ."
    en = f"Waiting for the province, lane {load.lane.name.lower()}: {load.count}, the oldest for {max(age_h, 0):.1f} h."
    cure = Said("Xem `molang sync status`; kiểm tra đường truyền.", "Look at `molang sync status`; check the line.")
    mark = Mark.WARN if age_h > OLD_BACKLOG_H[load.lane] else Mark.OK
    return marked(f"outbox/{load.lane.name.lower()}", mark, Said(vi, en), cure)


def troubles(patient: Patient) -> Iterator[Finding]:
    """What the box itself has found wrong and nobody has put right: cameras, horns, units."""
    question = (
        "SELECT subject, title FROM incident WHERE state = 'open' AND kind IN ('device', 'horn')"
        " ORDER BY began_at_ms DESC LIMIT 30"
    )
    with reading(patient) as reader:
        rows = reader.rows(question)
    for row in rows:
        cure = Said("Xem trang Sự việc.", "See the page of incidents.")
        yield Finding(f"open/{row['subject']}", Mark.WARN, Said(row["title"], row["title"]), cure)
    if not rows:
        yield fine("open", "Không thiết bị nào đang báo hỏng.", "No device reports a fault.")


def gauges(patient: Patient) -> Iterator[Finding]:
    """When each gauge was last heard."""
    with reading(patient) as reader:
        for gauge in patient.config.gauge:
            row = reader.row("SELECT max(at_ms) AS at_ms FROM reading WHERE station = ?", gauge.id)
            yield _gauge(gauge.id, gauge.name, row["at_ms"] if row else None, gauge.period_s)
    if not patient.config.gauge:
        yield fine("gauge", "Xã không có trạm đo.", "The commune has no gauges.")


def _gauge(name: str, title: str, at_ms: int | None, period_s: float) -> Finding:
    key = f"gauge/{name}"
    cure = Said("Xem nguồn, dây và địa chỉ của trạm đo.", "Look at the gauge's power, wire and address.")
    if at_ms is None:
        return Finding(key, Mark.WARN, Said(f"{title}: chưa có số đo nào.", f"{title}: never heard."), cure)
    age_s = time.time() - at_ms / 1000
    minutes = f"{max(age_s, 0) / 60:.0f}"
    words = Said(f"{title}: số đo cách đây {minutes} phút.", f"{title}: last heard {minutes} min ago.")
    return marked(key, Mark.OK if age_s <= 5 * period_s + 60 else Mark.BAD, words, cure)


_LAST_TEST = (
    "SELECT r.outcome, r.reason, o.made_at_ms FROM horn_report r JOIN horn_order o ON o.id = r.horn_order"
    " WHERE o.op = 'test' AND r.horn = ? ORDER BY o.made_at_ms DESC LIMIT 1"
)


def horn_tests(patient: Patient) -> Iterator[Finding]:
    """How each horn's last test ended, and whether it is due: the only proof that it still sounds."""
    with reading(patient) as reader:
        for horn in patient.config.horn:
            yield _horn_test(horn.id, horn.name, reader.row(_LAST_TEST, horn.id))
    if not patient.config.horn:
        yield fine("horn_test", "Xã không có cụm loa.", "The commune has no horns.")


def _horn_test(name: str, title: str, row: Mapping[str, object] | None) -> Finding:
    key = f"horn_test/{name}"
    cure = Said(
        "Thử lại ở trang Loa, có người đứng nghe; hỏng thì xem nguồn, dây loa.",
        "Test it from the page with somebody listening; then look at its power and wires.",
    )
    if row is None:
        return Finding(key, Mark.WARN, Said(f"{title}: chưa thử lần nào.", f"{name}: never tested."), cure)
    days = (time.time() * 1000 - int(str(row["made_at_ms"]))) / DAY_MS
    outcome = str(row["outcome"] or Outcome.UNKNOWN)
    said = Said(
        f"{title}: lần thử loa {days:.0f} ngày trước: {outcome} {row['reason']}".strip() + ".",
        f"{name}: tested {days:.0f} days ago: {outcome}.",
    )
    sounded = outcome == Outcome.PLAYED
    return marked(key, Mark.OK if sounded and days <= TEST_DAYS else Mark.WARN if sounded else Mark.BAD, said, cure)


LINES: Mapping[str, Check] = {
    "database": database,
    "outbox": waiting,
    "dead_letters": waiting,
    "open": troubles,
    "gauge": gauges,
    "horn_test": horn_tests,
}
