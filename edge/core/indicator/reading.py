"""What people write into cells: numbers and days, read strictly. What can mean two things is refused, not guessed."""

import calendar
import datetime as dt
import re

from edge.core.errors import FinalError
from edge.core.local_time import VIETNAM

_WHOLE = re.compile(r"[+-]?(\d{1,12}|\d{1,3}([. \u00a0]\d{3}){1,4})(,\d{1,6})?", re.ASCII)
_ENGLISH = re.compile(r"[+-]?\d{1,12}(,\d{3})*\.\d{1,6}", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?0\.\d{3}", re.ASCII)
_PER_CENT = re.compile(r"\s*%\Z")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)", re.ASCII)
_ISO = re.compile(r"(20\d\d)-(\d{2})-(\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?", re.ASCII)
_MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})[/.-](20\d\d)", re.ASCII)
_ISO_MONTH = re.compile(r"(20\d\d)-(\d{2})", re.ASCII)


def number_of(text: str) -> float:
    """``1.632``, ``77,2``, ``98,5 %``: thousands with a dot or a blank, a decimal comma. Raises FinalError."""
    plain = _PER_CENT.sub("", text.strip())
    if _ENGLISH.fullmatch(plain) and (not _WHOLE.fullmatch(plain) or _THOUSANDS.fullmatch(plain)):
        raise FinalError(f"“{text.strip()[:40]}”: phần thập phân phải viết sau dấu phẩy, ví dụ 77,2.")
    if not _WHOLE.fullmatch(plain):
        raise FinalError(f"“{text.strip()[:40]}” không phải là số.")
    return float(re.sub(r"[. \u00a0]", "", plain).replace(",", "."))


def pair_of(text: str) -> tuple[float, float | None]:
    """A number, or one of a whole: ``1.632/2.115``."""
    first, slash, second = text.partition("/")
    return (number_of(first), number_of(second)) if slash else (number_of(first), None)


def day_of(text: str) -> int:
    """UTC milliseconds of the end of a local day or month: ``31/10/2026``, ``2026-10-31``, ``10/2026``.

    A figure "of October" stands for the end of October. Raises FinalError.
    """
    plain = text.strip()
    if found := _DAY.fullmatch(plain):
        return _end_of(int(found[3]), int(found[2]), int(found[1]), plain)
    if found := _ISO.fullmatch(plain):
        return _end_of(int(found[1]), int(found[2]), int(found[3]), plain)
    if found := _MONTH.fullmatch(plain.lower()):
        return _end_of(int(found[2]), int(found[1]), 0, plain)
    if found := _ISO_MONTH.fullmatch(plain):
        return _end_of(int(found[1]), int(found[2]), 0, plain)
    raise FinalError(f"“{plain[:40]}” không phải là ngày. Hãy ghi như 31/10/2026 hoặc 10/2026.")


def _end_of(year: int, month: int, day: int, text: str) -> int:
    """The last second of a day; of a month where ``day`` is 0."""
    try:
        day = day or calendar.monthrange(year, month)[1]
        at = dt.datetime(year, month, day, 23, 59, 59, tzinfo=VIETNAM)
    except (ValueError, calendar.IllegalMonthError) as cause:
        raise FinalError(f"“{text[:40]}”: không có ngày này trong lịch.") from cause
    return round(at.timestamp() * 1000)
