"""A dash between two things with a number: thứ 2 - thứ 6, BĐ2-BĐ3, 9h sáng - 4h chiều. It is said đến.

Between places (thôn 1 - thôn 3) a dash with spaces may join the two or span three, and is refused.
"""

from __future__ import annotations

import re

from edge.core.normalise_vi.context import GAP
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Kind

_DASH = r"[-–—~]"
_STEPS = r"thứ|tháng|quý|cấp|báo động|BĐ|mùng|mồng|ngày|năm|lớp|[Kk][Mm]|mức|bậc|kỳ|điều|khoản|chương|khóa|khoá"
_PLACES = r"thôn|tổ|xóm|ấp|khóm|đội|khu|khối|tdp|cụm|nhà|trạm"
_COUNT = r"(?:[0-9]{1,4}(?:/[0-9]{1,4}){0,2}|[IVX]{1,5}|một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)"
_WEEKDAY = r"(?:T[2-7]|CN|thứ [^\W\d_]{2,3}|thứ [2-7]|chủ nhật)"

_BEFORE = re.compile(
    rf"(?:^|(?<!\w))(?:(?P<step>{_STEPS})|(?P<place>{_PLACES})){GAP}?{_COUNT}{GAP}?$|(?P<weekday>{_WEEKDAY}){GAP}?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"{_DASH}+(?P<gap>{GAP}?)(?:(?:(?P<step>{_STEPS})|(?P<place>{_PLACES})){GAP}?{_COUNT}(?!\w)|(?P<weekday>{_WEEKDAY})(?!\w))",
    re.IGNORECASE,
)
_DAYPART = r"sáng|trưa|chiều|tối|đêm|khuya|hôm|nay|mai|qua|cùng|ngày|thứ|hai|ba|tư|năm|sáu|bảy|#d|#|chủ|nhật|trước|sau"
_TIME_LEFT = re.compile(rf"(?:^| )#t(?: (?:{_DAYPART})){{1,6}}$")
_TIME_NEXT = re.compile(rf"{_DASH}+{GAP}(?:[0-9]{{1,2}}(?:{GAP}?[hHgG](?![^\W\d_])|{GAP}?giờ|:[0-9]{{2}}))")
_FROM_LEFT = re.compile(r"(?:^| )từ(?: (?!đến|tới|,|ban|ông|bà)\S+){1,8}$")
_FROM_NEXT = re.compile(
    rf"{_DASH}+{GAP}(?:\+?[0-9]|(?:{_STEPS}|{_PLACES}){GAP}?(?:[0-9IVX]|hai|ba|tư|năm|sáu|bảy)"
    r"|(?:sáng|trưa|chiều|tối|đêm|hết|ngày|tháng|mùng|rằm|chủ nhật|CN|nay)(?!\w))",
    re.IGNORECASE,
)
_DASHES = re.compile(rf"{_DASH}+")
_SEEN = 32  # characters: the longest thing that can stand before the dash


def read_joint(here: Here) -> Answer:
    """Reads a dash that spans from one named number to another."""
    if here.line_start:
        return None
    dash = _DASHES.match(here.text, here.at)
    if not dash:
        return None
    if _TIME_LEFT.search(here.left) and _TIME_NEXT.match(here.text, here.at):
        return _to(dash)
    if _FROM_LEFT.search(here.left) and _FROM_NEXT.match(here.text, here.at):
        return _to(dash)
    return _between(here, dash)


def _between(here: Here, dash: re.Match[str]) -> Answer:
    after = _AFTER.match(here.text, here.at)
    before = _BEFORE.search(here.text[max(0, here.at - _SEEN) : here.at]) if after else None
    if not before or not after:
        return None
    if before["weekday"] and after["weekday"]:
        return _to(dash)
    if before["step"] and after["step"]:
        return _to(dash) if _same(before["step"], after["step"]) else None
    if not (before["place"] and after["place"] and before["place"].lower() == after["place"].lower()):
        return None
    return Refusal(dash.end(), ("đến", "và")) if after["gap"] else _to(dash)


def _same(one: str, other: str) -> bool:
    alike = {"bđ": "báo động", "mồng": "mùng", "khoá": "khóa"}
    return alike.get(one.lower(), one.lower()) == alike.get(other.lower(), other.lower())


def _to(dash: re.Match[str]) -> Reading:
    return Reading(dash.end(), (Piece(dash[0], "đến"),), Kind.SYMBOL)
