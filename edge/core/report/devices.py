"""How the devices were: cameras, horns, gauges, modems, the way to the province, the box and its disk."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from edge.core.airreport import Outage
from edge.core.report.air import tests
from edge.core.report.document import As, Cell, Column, Section, Table, Where
from edge.core.report.facts import Facts, GaugeFacts, IncidentRow, Measured, Names
from edge.core.report.lasting import Lasting, lasting
from edge.core.report.words import TROUBLES, capital, word
from edge.core.report_words import hours, percent

BOX, UPLINK, DISK, MODEM = "box", "uplink", "disk", "modem/"
"""Subjects of what is written down about the box's own health; a modem's is ``modem/<id>``."""
MISSED_PERIODS = 3
SHORTEST_SILENCE_MS = 10 * 60_000
"""A gauge is silent once it missed three readings and ten minutes: one lost telegram is no trouble."""
LOW_SIGNAL_DBM = -95.0
"""Below it an SMS needs several tries (3GPP TS 27.007, +CSQ: 9 of 31)."""
LOW_DISK_PCT = 10.0


@dataclass(frozen=True, slots=True)
class Silence:
    """A gauge that told nothing: how often, milliseconds in all, and the longest."""

    times: int
    ms: int
    longest_ms: int


def silence(facts: GaugeFacts, since_ms: int, until_ms: int, watched: Lasting) -> Silence:
    """Gaps between what it told, longer than it may be silent; a box that was off all the time heard nobody."""
    if watched.offline_ms >= until_ms - since_ms:
        return Silence(0, 0, 0)
    most_ms = max(SHORTEST_SILENCE_MS, round(MISSED_PERIODS * facts.period_s * 1000))
    told = [since_ms, *(at for at in facts.told_ms if since_ms <= at < until_ms), until_ms]
    gaps = [after - before for before, after in zip(told, told[1:], strict=False) if after - before > most_ms]
    return Silence(len(gaps), sum(gaps), max(gaps, default=0))


def of_subject(facts: Facts, subject: str) -> Lasting | None:
    """How long something of the box was there; None where nothing was ever written about it."""
    changes = facts.states.get(subject)
    return None if changes is None else lasting(changes, facts.since_ms, facts.until_ms)


@dataclass(frozen=True, slots=True)
class Health:
    """The devices in numbers."""

    cameras_dark: int
    camera_dark_ms: int
    tests: int
    tests_failed: int
    silent_gauges: int
    uplink: Lasting | None
    box: Lasting | None
    restarts: int
    disk_free_pct: float | None
    signal_dbm: float | None


def health(facts: Facts) -> Health:
    """All of the span."""
    box = of_subject(facts, BOX)
    tried = tests(facts.airings).values()
    disks = [one.value / one.whole * 100 for one in facts.measured if one.subject == DISK and one.whole]
    signals = [one.value for one in facts.measured if one.subject.startswith(MODEM)]
    return Health(
        cameras_dark=len(facts.outages),
        camera_dark_ms=sum(one.ms for one in facts.outages),
        tests=sum(count for count, _ in tried),
        tests_failed=sum(failed for _, failed in tried),
        silent_gauges=sum(_silence(one, facts).times > 0 for one in facts.gauges),
        uplink=of_subject(facts, UPLINK),
        box=box,
        restarts=box.returns if box else 0,
        disk_free_pct=min(disks, default=None),
        signal_dbm=min(signals, default=None),
    )


def _silence(one: GaugeFacts, facts: Facts) -> Silence:
    return silence(one, facts.since_ms, facts.until_ms, of_subject(facts, BOX) or Lasting())


def device_section(facts: Facts) -> Section:
    """The section."""
    return Section(
        "devices",
        "Thiết bị",
        (sentence(facts),),
        (
            cameras(facts.outages, facts.incidents, facts.names),
            _tests(facts),
            _gauges(facts),
            _modems(facts),
            _box(facts),
        ),
        note=(
            "Trạm im lặng: quá 3 chu kỳ đo và quá 10 phút không có số. Thời gian hộp tắt tính theo phút cuối cùng hộp"
            " còn ghi được. Dung lượng và sóng đo mỗi giờ một lần."
        ),
    )


def sentence(facts: Facts) -> str:
    """Devices in one sentence: only what was not well, or that all was well."""
    told = ", ".join(_troubles(health(facts)))
    return f"{capital(told)}." if told else "Thiết bị hoạt động bình thường."


def _troubles(found: Health) -> Iterable[str]:
    if found.cameras_dark:
        yield f"{found.cameras_dark} camera mất hình, tổng {hours(found.camera_dark_ms)}"
    if found.tests_failed:
        yield f"{found.tests_failed} trên {found.tests} lần thử loa không đạt"
    if found.silent_gauges:
        yield f"{found.silent_gauges} trạm đo có lúc im lặng"
    if found.signal_dbm is not None and found.signal_dbm < LOW_SIGNAL_DBM:
        yield f"sóng modem xuống {found.signal_dbm:.0f} dBm"
    if found.uplink and found.uplink.offline_ms:
        yield f"mất đường truyền về tỉnh {found.uplink.outages} lần, tổng {hours(found.uplink.offline_ms)}"
    if found.restarts:
        yield f"hộp khởi động lại {found.restarts} lần"
    if found.disk_free_pct is not None and found.disk_free_pct < LOW_DISK_PCT:
        yield f"ổ đĩa chỉ còn trống {percent(found.disk_free_pct)}"


def cameras(outages: Sequence[Outage], incidents: Sequence[IncidentRow], names: Names) -> Table:
    """Cameras that lost their signal, and what else was wrong with cameras."""
    dark = {one.device: one for one in outages}
    other: dict[str, Counter[str]] = {}
    for row in incidents:
        if row.kind == "device" and row.rule_kind and row.rule_kind != "offline" and not row.drill:
            other.setdefault(row.place, Counter())[word(TROUBLES, row.rule_kind)] += 1
    rows: list[tuple[Cell, ...]] = [
        (names.cameras.get(camera, camera), one.times, one.ms, "") for camera, one in dark.items()
    ]
    rows += [
        (camera, None, None, ", ".join(f"{name} {times} lần" for name, times in found.items()))
        for camera, found in other.items()
    ]
    columns = (
        Column("Camera", share=2.4),
        Column("Số lần mất", As.COUNT, 0.8),
        Column("Tổng thời gian", As.MS),
        Column("Lỗi khác", share=1.8),
    )
    return Table("Camera", columns, tuple(rows), tuple(range(len(dark))), empty="Camera không mất hình lần nào.")


def _tests(facts: Facts) -> Table:
    rows = tuple(
        (facts.names.horn(horn), count, failed) for horn, (count, failed) in sorted(tests(facts.airings).items())
    )
    columns = (Column("Cụm loa", share=3), Column("Số lần thử", As.COUNT), Column("Không đạt", As.COUNT))
    marked = tuple(at for at, row in enumerate(rows) if row[2])
    return Table("Thử loa", columns, rows, marked, empty="Không thử loa lần nào.")


def _gauges(facts: Facts) -> Table:
    found = [(one, _silence(one, facts)) for one in facts.gauges]
    rows = tuple(
        (
            facts.names.gauges.get(one.station, one.station),
            len(one.told_ms),
            one.bad,
            quiet.times,
            quiet.ms or None,
            quiet.longest_ms or None,
        )
        for one, quiet in found
    )
    columns = (
        Column("Trạm đo", share=2.2),
        Column("Lần có số", As.COUNT, 0.8),
        Column("Số đo loại", As.COUNT, 0.8),
        Column("Số lần im", As.COUNT, 0.8),
        Column("Tổng im lặng", As.MS),
        Column("Lâu nhất", As.MS),
    )
    return Table("Trạm đo", columns, rows, tuple(at for at, (_, quiet) in enumerate(found) if quiet.times))


def _modems(facts: Facts) -> Table:
    names = sorted({*(one for one in facts.states if one.startswith(MODEM)), *_subjects(facts.measured)})
    rows = tuple(_modem(name, facts) for name in names)
    columns = (
        Column("Modem", share=1.4),
        Column("Sóng trung bình (dBm)", As.DBM),
        Column("Yếu nhất (dBm)", As.DBM),
        Column("Số lần mất", As.COUNT),
        Column("Tổng thời gian mất", As.MS),
    )
    return Table("Modem", columns, rows, tuple(at for at, row in enumerate(rows) if row[3]))


def _subjects(measured: Sequence[Measured]) -> set[str]:
    return {one.subject for one in measured if one.subject.startswith(MODEM)}


def _modem(subject: str, facts: Facts) -> tuple[Cell, ...]:
    signals = [one.value for one in facts.measured if one.subject == subject]
    spent = of_subject(facts, subject) or Lasting()
    mean = round(fmean(signals), 1) if signals else None
    return (subject.removeprefix(MODEM), mean, min(signals, default=None), spent.outages, spent.offline_ms or None)


def _box(facts: Facts) -> Table:
    found = health(facts)
    disks = [one for one in facts.measured if one.subject == DISK]
    rows: list[tuple[Cell, ...]] = []
    if found.box:
        rows.append(("Hộp", found.box.online_pct, found.restarts, found.box.offline_ms or None, None))
    if found.uplink:
        uplink = found.uplink
        rows.append(("Đường truyền về tỉnh", uplink.online_pct, uplink.outages, uplink.offline_ms or None, None))
    if disks:
        last = disks[-1]
        share = last.value / last.whole * 100 if last.whole else None
        rows.append(("Ổ đĩa còn trống cuối kỳ", share, None, None, last.value))
        rows.append(("Ổ đĩa lúc đầy nhất", found.disk_free_pct, None, None, min(one.value for one in disks)))
    columns = (
        Column("Phần", share=2.2),
        Column("Có / còn trống (%)", As.PERCENT),
        Column("Số lần mất", As.COUNT),
        Column("Tổng thời gian mất", As.MS),
        Column("Còn trống (GB)", As.GB),
    )
    return Table("Hộp, đường truyền, ổ đĩa", columns, tuple(rows), where=Where.BOTH)
