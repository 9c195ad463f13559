"""Warns of personal data in a notice before it goes on air (L9; Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).

It points at places and says why; it never blocks: a hotline is a number too, and the author knows which is which.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IDENTITY = re.compile(r"(?<!\d)0\d{2}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){9}(?!\d)")
_NAME = r"(?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]+\s+){1,4}[A-ZĐÀ-Ỹ][a-zđà-ỹ]+"
_BORN = re.compile(rf"{_NAME}[^.\n]{{0,40}}?(?:sinh (?:ngày|năm)|SN)\s*\d")
_HEALTH = re.compile(rf"{_NAME}[^.\n]{{0,60}}?(?i:HIV|nhiễm|mắc bệnh|bị bệnh|ung thư|tâm thần|lao phổi|dương tính)")
_DEBT = re.compile(rf"{_NAME}[^.\n]{{0,60}}?(?:còn nợ|nợ thuế|chưa nộp|vi phạm|bị phạt)")
_HOUSE = re.compile(rf"{_NAME}[^.\n]{{0,40}}?(?:số nhà|ở số)\s*\d+")
_TABLE = (
    (_IDENTITY, "Có vẻ là số căn cước của một người."),
    (_BORN, "Có họ tên kèm ngày sinh."),
    (_HEALTH, "Có họ tên kèm tình trạng sức khỏe."),
    (_DEBT, "Có họ tên kèm khoản nợ hoặc vi phạm."),
    (_HOUSE, "Có họ tên kèm số nhà."),
    (_MOBILE, "Có số điện thoại: chỉ đọc số đường dây nóng, đừng đọc số riêng của người dân."),
)


@dataclass(frozen=True, slots=True)
class Caution:
    """A place in the text, in characters, and why somebody should look at it."""

    start: int
    end: int
    text: str
    why: str


def personal_data(text: str) -> tuple[Caution, ...]:
    """What in this text looks like data of a private person; in order, no place twice."""
    found: list[Caution] = []
    for caution in _looks(text):
        if all(caution.end <= other.start or other.end <= caution.start for other in found):
            found.append(caution)
    return tuple(sorted(found, key=lambda caution: caution.start))


def _looks(text: str) -> Iterator[Caution]:
    for pattern, why in _TABLE:
        for match in pattern.finditer(text):
            yield Caution(match.start(), match.end(), match.group(), why)
