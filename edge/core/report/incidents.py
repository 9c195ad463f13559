"""Incidents of a span: how many of what kind, how fast somebody took them, who was not reached."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from edge.core.report.document import As, Cell, Column, Section, Table, Where
from edge.core.report.facts import Facts, IncidentRow, paper_rows
from edge.core.report.words import GRAVE, KINDS, NOBODY, SEVERITIES, where, word
from edge.core.report_words import duration


@dataclass(frozen=True, slots=True)
class Tally:
    """Incidents of one sort. ``quick_s``: the middle and the longest time until somebody took one, seconds."""

    count: int
    grave: int
    taken: int
    middle_s: float | None
    longest_s: float | None


def tally(rows: Iterable[IncidentRow]) -> Tally:
    """Of these. Whoever took an incident before it was written (its trouble goes on) took it at once."""
    kept = list(rows)
    waits = [max(0, row.taken_ms - row.made_ms) / 1000 for row in kept if row.taken_ms is not None]
    grave = sum(row.severity in GRAVE for row in kept)
    return Tally(len(kept), grave, len(waits), median(waits) if waits else None, max(waits, default=None))


def real(facts: Facts) -> list[IncidentRow]:
    """Without those of drills."""
    return [row for row in facts.incidents if not row.drill]


def unreached(facts: Facts) -> Counter[str]:
    """Duty -> how often somebody with it could not be reached, the most often first."""
    of_drill = {row.id for row in facts.incidents if row.drill}
    missed = (one for one in facts.unreached if one.incident not in of_drill)
    return Counter(facts.names.duties.get(one.person, NOBODY) for one in missed)


def incident_section(facts: Facts) -> Section:
    """The section."""
    rows = real(facts)
    return Section(
        "incidents",
        "Sự cố",
        (sentence(facts),),
        (
            _by("Theo loại", "Loại", rows, lambda row: word(KINDS, row.kind), KINDS.values()),
            _by("Theo mức độ", "Mức độ", rows, lambda row: word(SEVERITIES, row.severity), SEVERITIES.values()),
            _by("Theo thôn", "Thôn", rows, lambda row: where(row.hamlet, facts.names), ()),
            _missed(unreached(facts)),
            _listed(facts),
        ),
        note="Nhận việc: từ lúc hộp ghi sự cố đến lúc có người nhận. Sự cố diễn tập không tính.",
    )


def sentence(facts: Facts) -> str:
    """Incidents in one sentence."""
    rows = real(facts)
    drills = len(facts.incidents) - len(rows)
    also = f" (không kể {drills} của diễn tập)" if drills else ""
    if not rows:
        return f"Không có sự cố nào{also}."
    found = tally(rows)
    grave = f", {found.grave} nghiêm trọng" if found.grave else ""
    return f"{found.count} sự cố{grave}{also}; {_taken(found)}{_reached(unreached(facts))}."


def _taken(found: Tally) -> str:
    left = found.count - found.taken
    if found.middle_s is None or found.longest_s is None:
        return "chưa sự cố nào có người nhận"
    quick = f"nhận việc sau {duration(found.middle_s)} (trung vị), chậm nhất {duration(found.longest_s)}"
    return f"{quick}; {left} sự cố chưa có người nhận" if left else f"tất cả có người nhận, {quick}"


def _reached(missed: Mapping[str, int]) -> str:
    return f"; không liên lạc được {sum(missed.values())} lần" if missed else ""


def _by(
    name: str, head: str, rows: Sequence[IncidentRow], key: Callable[[IncidentRow], str], order: Iterable[str]
) -> Table:
    found: dict[str, list[IncidentRow]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    names = [*(one for one in order if one in found), *sorted(found.keys() - set(order))]
    cells = tuple(_cells(one, tally(found[one])) for one in names)
    marked = tuple(at for at, one in enumerate(names) if tally(found[one]).taken < len(found[one]))
    total = _cells("Cộng", tally(rows)) if len(cells) > 1 else ()
    return Table(name, (Column(head, share=2.2), *_TALLY), cells, marked, total)


_TALLY = (
    Column("Số vụ", As.COUNT, 0.7),
    Column("Nghiêm trọng", As.COUNT, 1.0),
    Column("Có người nhận", As.COUNT, 1.1),
    Column("Nhận việc, trung vị", As.SECONDS, 1.4),
    Column("Chậm nhất", As.SECONDS, 1.4),
)


def _cells(name: str, found: Tally) -> tuple[Cell, ...]:
    return (name, found.count, found.grave, found.taken, found.middle_s, found.longest_s)


def _missed(missed: Counter[str]) -> Table:
    rows = tuple((duty, count) for duty, count in missed.most_common())
    return Table(
        "Không liên lạc được",
        (Column("Chức trách", share=4), Column("Số lần", As.COUNT)),
        rows,
        tuple(range(len(rows))),
    )


def _listed(facts: Facts) -> Table:
    missed = Counter(one.incident for one in facts.unreached)
    rows = tuple(
        (
            row.began_ms,
            row.title,
            word(KINDS, row.kind),
            word(SEVERITIES, row.severity),
            where(row.hamlet, facts.names),
            None if row.taken_ms is None else max(0, row.taken_ms - row.made_ms) / 1000,
            missed[row.id],
            None if row.ended_ms is None else row.ended_ms - row.began_ms,
            "diễn tập" if row.drill else "báo nhầm" if row.verdict == "false_alarm" else "",
        )
        for row in facts.incidents
    )
    columns = (
        Column("Bắt đầu", As.INSTANT, 1.25),
        Column("Việc", share=3.3),
        Column("Loại", where=Where.SHEET),
        Column("Mức độ", share=1.35),
        Column("Thôn", share=1.2),
        Column("Nhận việc sau", As.SECONDS, 1.5),
        Column("Chưa tới", As.COUNT, 0.6),
        Column("Kéo dài", As.MS, 1.0, Where.SHEET),
        Column("Ghi chú", share=0.8),
    )
    marked = tuple(at for at, row in enumerate(facts.incidents) if row.taken_ms is None and not row.drill)
    return Table("Từng sự cố", columns, rows, marked, most=paper_rows(facts))
