"""The commune's indicators: how each stood at the end of the period, and what changed in it."""

from collections.abc import Mapping

from edge.core.indicator.values import Indicator, Measured, Stands, figure, share_pct, spoken, stands, target_of
from edge.core.report.document import As, Cell, Column, Figure, Section, Table, Where
from edge.core.report.facts import Facts, IndicatorFacts

_WORDS: Mapping[Stands, str] = {
    Stands.NEVER: "chưa có số liệu",
    Stands.OLD: "số liệu cũ",
    Stands.OPEN: "",
    Stands.MET: "đạt",
    Stands.SHORT: "chưa đạt",
}
NOTE = (
    "Số liệu cũ là số không ai xác nhận lại quá thời hạn đã đặt cho chỉ tiêu đó;"
    " nó không được tính là đạt hay chưa đạt."
)


def indicator_section(facts: Facts) -> Section | None:
    """A table of all of them; None where the commune has none."""
    if not facts.indicators:
        return None
    rows = tuple(_row(one, facts.until_ms) for one in facts.indicators)
    marked = tuple(at for at, one in enumerate(facts.indicators) if _stands(one, facts) is Stands.SHORT)
    columns = (
        Column("Chỉ tiêu", share=2.6),
        Column("Nhóm", where=Where.SHEET),
        Column("Kết quả", share=1.3, where=Where.PAPER),
        Column("Giá trị", As.TEXT, where=Where.SHEET),
        Column("Đơn vị", where=Where.SHEET),
        Column("Tỉ lệ", As.PERCENT, 0.7),
        Column("Mục tiêu", share=1.1),
        Column("Đánh giá", share=0.9),
        Column("Đầu kỳ", share=1.1),
        Column("Số liệu đến", As.INSTANT, 1.0),
        Column("Nguồn", share=1.6),
    )
    return Section("indicators", "Chỉ tiêu", (sentence(facts),), (Table("Chỉ tiêu", columns, rows, marked),), note=NOTE)


def sentence(facts: Facts) -> str:
    """How many are met, short and old."""
    found = [_stands(one, facts) for one in facts.indicators]
    parts = (
        (found.count(Stands.MET), "đạt mục tiêu"),
        (found.count(Stands.SHORT), "chưa đạt"),
        (found.count(Stands.OLD), "số liệu cũ"),
        (found.count(Stands.NEVER), "chưa có số liệu"),
    )
    told = ", ".join(f"{count} {words}" for count, words in parts if count)
    return f"{len(found)} chỉ tiêu: {told}." if told else f"{len(found)} chỉ tiêu, không chỉ tiêu nào đặt mục tiêu."


def figures(facts: Facts) -> Mapping[str, Figure]:
    """By indicator its value; of what has none nothing."""
    return {f"indicator/{one.indicator.id}": one.last.value for one in facts.indicators if one.last is not None}


def _stands(one: IndicatorFacts, facts: Facts) -> Stands:
    return stands(one.indicator, one.last, facts.until_ms)


def _row(one: IndicatorFacts, until_ms: int) -> tuple[Cell, ...]:
    indicator, last = one.indicator, one.last
    share = share_pct(indicator, last)
    return (
        indicator.name,
        indicator.group,
        _told(indicator, last),
        "" if last is None else figure(last.value, indicator.digits),
        indicator.unit,
        None if share is None else share,
        _target(indicator, last),
        _WORDS[stands(indicator, last, until_ms)],
        _told(indicator, one.before),
        last.at_ms if last else None,
        indicator.source,
    )


def _told(indicator: Indicator, value: Measured | None) -> str:
    return "" if value is None else spoken(indicator, value)


def _target(indicator: Indicator, last: Measured | None) -> str:
    target = target_of(indicator, last)
    if target is None:
        return ""
    words = f"{figure(target, indicator.digits)} {indicator.unit}".strip()
    return f"không quá {words}" if indicator.less_is_better else words
