"""How a report writes its figures, in Vietnamese, the same on the page, on paper and in a table."""

from collections.abc import Mapping

from edge.core.airlog import OUTCOME_WORDS
from edge.core.airreport import HornMonth, Report
from edge.core.broadcast import Outcome

NOBODYS = "thôn không còn trong cấu hình"
LONGEST_ITEM = 140


def duration(seconds: float) -> str:
    """``1 giờ 05 phút``, ``12 phút 05 giây``, ``9 giây``."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours} giờ {minutes:02d} phút"
    return f"{minutes} phút {whole % 60:02d} giây" if minutes else f"{whole} giây"


def hours(ms: int) -> str:
    """``12,5 giờ``."""
    return f"{ms / 3_600_000:.1f} giờ".replace(".", ",")


def percent(value: float | None) -> str:
    """``99,5 %``, or a dash when nobody knows; never rounded up to a whole hundred."""
    if value is None:
        return "–"
    rounded = 99.9 if 99.9 < value < 100 else value
    return f"{rounded:.1f} %".replace(".", ",")


def short(item: str) -> str:
    """The beginning of an item, cut at a word."""
    if len(item) <= LONGEST_ITEM:
        return item
    return item[: LONGEST_ITEM - 1].rpartition(" ")[0] + "…"


def place(hamlet: str, names: Mapping[str, str]) -> str:
    """The name of a hamlet."""
    return names.get(hamlet, hamlet) or NOBODYS


def faults(month: HornMonth) -> str:
    """``2 không kêu, 1 không rõ``; a dash when there were none."""
    named = (
        (outcome, month.outcomes.get(outcome, 0)) for outcome in (Outcome.SILENT, Outcome.UNKNOWN, Outcome.REFUSED)
    )
    return ", ".join(f"{count} {OUTCOME_WORDS[outcome]}" for outcome, count in named if count) or "–"


def summary(report: Report) -> str:
    """The month in one sentence."""
    total = report.total
    wrong = sum(1 for month in report.horns if month.faults)
    horns = f"{wrong} trên {len(report.horns)} cụm loa có lần không kêu" if wrong else "không cụm loa nào có lỗi"
    return f"{total.plays} lượt phát đến các thôn, tổng {duration(total.seconds)}; {horns}."
