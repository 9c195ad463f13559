"""What went on air: by hamlet, by item, by horn; each airing with who approved it and where it did not sound."""

from collections.abc import Mapping, Sequence

from edge.core.airlog import AWAITED, FAULTY, OUTCOME_WORDS, Airing
from edge.core.airreport import TEST, HornMonth, Report
from edge.core.broadcast import Outcome
from edge.core.report.document import As, Cell, Column, Section, Table, Where
from edge.core.report.facts import Facts, Names, paper_rows
from edge.core.report.words import where
from edge.core.report_words import LONGEST_ITEM, faults, short, summary

HOW_COUNTED = (
    "Cách tính: một lượt phát đến một thôn tính một lần dù thôn có nhiều cụm loa; thời lượng lấy theo cụm loa kêu lâu"
    " nhất. Lỗi là một cụm loa được lệnh phát mà không kêu, từ chối, hoặc không rõ có kêu hay không. Lần thử loa chỉ"
    " tính ở bảng cụm loa. Tỉ lệ có liên lạc chỉ tính thời gian hộp đang chạy."
)
NO_AIRINGS = "Không phát gì."
_ENDS = (Outcome.PARTIAL, Outcome.SILENT, Outcome.UNKNOWN, Outcome.REFUSED)


def air_section(facts: Facts) -> Section:
    """The section of a commune's report."""
    air, airings, names = facts.air, facts.airings, facts.names
    tables = (by_hamlet(air, names), by_item(air), horns(air, names), log(airings, names, paper_rows(facts)))
    return Section("air", "Phát thanh", (sentence(air),), tables, note=HOW_COUNTED)


def sentence(air: Report) -> str:
    """Airings in one sentence."""
    return summary(air) if air.total.plays or air.total.faults else NO_AIRINGS


def by_hamlet(air: Report, names: Names) -> Table:
    """Every hamlet, those that heard nothing too."""
    rows: list[tuple[Cell, ...]] = []
    for hamlet in (*names.hamlets, *(one for one in air.by_hamlet if one not in names.hamlets)):
        heard = air.by_hamlet.get(hamlet)
        name = where(hamlet, names)
        rows.append((name, heard.plays, heard.seconds, heard.faults) if heard else (name, 0, 0.0, 0))
    total = ("Cộng", air.total.plays, air.total.seconds, air.total.faults)
    columns = (Column("Thôn", share=2.6), _PLAYS, _SECONDS, _FAULTS)
    return Table("Theo thôn", columns, tuple(rows), _faulty(rows, 3), total)


_PLAYS = Column("Lượt phát", As.COUNT, 0.8)
_SECONDS = Column("Thời lượng", As.SECONDS, 1.4)
_FAULTS = Column("Lỗi", As.COUNT, 0.5)


def by_item(air: Report) -> Table:
    """What was said, the longest first; the workbook has it whole."""
    rows = [(kind, short(item), item, one.plays, one.seconds, one.faults) for (kind, item), one in air.by_item.items()]
    columns = (
        Column("Hạng", share=0.9),
        Column("Nội dung", share=4, where=Where.PAPER),
        Column("Nội dung", where=Where.SHEET),
        _PLAYS,
        _SECONDS,
        _FAULTS,
    )
    return Table("Theo nội dung", columns, tuple(rows), _faulty(rows, 5), empty=NO_AIRINGS)


def by_day(air: Report, names: Names) -> Table:
    """Every item in every hamlet on every day: for the workbook."""
    rows = tuple(
        (
            line.day.isoformat(),
            where(line.hamlet, names),
            line.kind,
            line.item,
            line.sum.plays,
            line.sum.seconds,
            line.sum.faults,
        )
        for line in air.lines
    )
    head = (Column("Ngày", As.DAY), Column("Thôn"), Column("Hạng"), Column("Nội dung"), _PLAYS, _SECONDS, _FAULTS)
    return Table("Theo ngày", head, rows, where=Where.SHEET)


def horns(air: Report, names: Names) -> Table:
    """Every horn: ordered, sounded, failed, how long it was there."""
    rows = tuple(_horn(one, names) for one in air.horns)
    columns = (
        Column("Cụm loa", share=1.7),
        Column("Thôn", share=1.5),
        Column("Lệnh phát", As.COUNT, 0.8),
        Column("Trong đó thử", As.COUNT, 0.8),
        Column("Đã kêu", As.COUNT, 0.7),
        Column("Lỗi", share=1.5, where=Where.PAPER),
        *(Column(OUTCOME_WORDS[end].capitalize(), As.COUNT, where=Where.SHEET) for end in _ENDS),
        Column("Có liên lạc", As.PERCENT, 0.9),
        Column("Mất liên lạc", As.MS, 1.1),
        Column("Số lần mất", As.COUNT, 0.7),
        Column("Không theo dõi", As.MS, where=Where.SHEET),
    )
    return Table("Cụm loa", columns, rows, tuple(at for at, one in enumerate(air.horns) if one.faults))


def _horn(one: HornMonth, names: Names) -> tuple[Cell, ...]:
    hamlet = names.horns.get(one.horn, ("", ""))[1]
    return (
        names.horn(one.horn),
        where(hamlet, names) if hamlet else "",
        one.ordered,
        one.tests,
        one.heard,
        faults(one),
        *(one.outcomes.get(end, 0) for end in _ENDS),
        one.online_pct,
        one.offline_ms or None,
        one.outages,
        one.unwatched_ms,
    )


def log(airings: Sequence[Airing], names: Names, most: int) -> Table:
    """Each airing, oldest first; tests are told with the devices."""
    told = sorted((one for one in airings if one.op != TEST), key=lambda one: (one.began_ms, one.number))
    rows = tuple(_airing(one, names) for one in told)
    columns = (
        Column("Lúc", As.INSTANT, 1.15),
        Column("Hạng", share=0.9),
        Column("Nội dung", share=3.2, where=Where.PAPER),
        Column("Nội dung", where=Where.SHEET),
        Column("Nơi phát", share=1.4),
        Column("Người duyệt", share=1.2),
        Column("Người viết", where=Where.SHEET),
        Column("Đã kêu", As.COUNT, 0.6),
        Column("Không kêu", share=1.5, where=Where.PAPER),
        Column("Không kêu", As.COUNT, where=Where.SHEET),
        Column("Cụm loa không kêu", where=Where.SHEET),
    )
    marked = tuple(at for at, one in enumerate(told) if _silent(one))
    return Table("Nhật ký phát", columns, rows, marked, most=most)


def _airing(one: Airing, names: Names) -> tuple[Cell, ...]:
    places = ", ".join(where(hamlet, names) for hamlet in one.hamlets)
    silent = _silent(one)
    who = ", ".join(names.horn(horn) for horn in silent)
    return (
        one.began_ms,
        one.kind,
        one.item if len(one.item) <= LONGEST_ITEM else short(one.item),
        one.item,
        places or "tại loa",
        one.approver,
        one.author,
        sum(end.outcome == Outcome.PLAYED for end in one.horns),
        who or ("đang chờ" if one.worst == AWAITED and one.horns else ""),
        len(silent),
        who,
    )


def _silent(one: Airing) -> list[str]:
    return [end.horn for end in one.horns if end.outcome in FAULTY]


def _faulty(rows: Sequence[Sequence[Cell]], column: int) -> tuple[int, ...]:
    return tuple(at for at, row in enumerate(rows) if row[column])


def tests(airings: Sequence[Airing]) -> Mapping[str, tuple[int, int]]:
    """Horn -> (tests, tests that it failed)."""
    found: dict[str, tuple[int, int]] = {}
    for one in airings:
        for end in one.horns if one.op == TEST else ():
            count, failed = found.get(end.horn, (0, 0))
            found[end.horn] = (count + 1, failed + (end.outcome in FAULTY))
    return found
