"""How much room the box has left: green, yellow or red, with the reason in a sentence. Pure."""

from dataclasses import dataclass
from enum import StrEnum

MEGABYTE, GIGABYTE = 1024 * 1024, 1024**3
DATABASE_YELLOW, DATABASE_RED = 0.80, 0.95
"""Of its quota."""
DATABASE_BACK = 0.05
"""So much below a limit it must be again, or it would blink."""
DISK_YELLOW_SHARE, DISK_YELLOW_BYTES = 0.02, 2 * GIGABYTE
"""The floor below which recordings make room (edge/core/policy/retention.py)."""
DISK_RED_SHARE, DISK_RED_BYTES = 0.005, 256 * MEGABYTE
DISK_BACK = 1.25
RESERVE_DISK_BYTES = 96 * MEGABYTE
"""On a disk as large as this there is room for the reserve; if it does not lie there, it was used up."""


class Level(StrEnum):
    """How short room is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Reason(StrEnum):
    """What is short, for programs."""

    NOTHING = "nothing"
    MEDIA = "media"
    DATABASE = "database"
    DISK = "disk"
    RESERVE = "reserve"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Filled:
    """What was found.

    ``reserve``: the ballast lies there; ``fault``: why the last commit failed, empty when it did not;
    ``media_failing``: what recording complains of.
    """

    database_bytes: int
    database_quota_bytes: int
    disk_free_bytes: int
    disk_bytes: int
    reserve: bool
    fault: str = ""
    media_failing: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """``level`` is what people see. ``store`` is that of database and disk alone: by it the outbox gives things up."""

    level: Level
    store: Level
    reason: Reason
    sentence: str


ENOUGH = Room(Level.GREEN, Level.GREEN, Reason.NOTHING, "Chỗ chứa còn đủ.")
_RED = "Số đo không xếp hàng gửi tỉnh nữa; báo động, lệnh phát và nhật ký loa vẫn được ghi."
_YELLOW = "Hộp bỏ bớt tin tỉnh đã nhận và số đo cũ."


def judge(filled: Filled, before: Level = Level.GREEN) -> Room:
    """How it stands; ``before``: the store's level until now."""
    for found in (_fault(filled), _disk(filled, before), _database(filled, before)):
        if found is not None and found.store is Level.RED:
            return found
    for found in (_disk(filled, before), _database(filled, before)):
        if found is not None:
            return found
    if filled.media_failing:
        return Room(Level.YELLOW, Level.GREEN, Reason.MEDIA, filled.media_failing)
    return ENOUGH


def _fault(filled: Filled) -> Room | None:
    if not filled.fault:
        return None
    words = f"Không ghi được vào đĩa: {filled.fault}. Loa và STOP vẫn chạy, việc mới không được ghi lại."
    return Room(Level.RED, Level.RED, Reason.FAULT, words)


def _disk(filled: Filled, before: Level) -> Room | None:
    if not filled.reserve and filled.disk_bytes >= RESERVE_DISK_BYTES:
        words = f"Đĩa đã đầy, hộp đang dùng phần dự trữ cuối cùng, còn {_size(filled.disk_free_bytes)}. {_RED}"
        return Room(Level.RED, Level.RED, Reason.RESERVE, words)
    words = f"Đĩa chỉ còn {_size(filled.disk_free_bytes)} trống."
    if _below(filled, DISK_RED_SHARE, DISK_RED_BYTES, stays=before is Level.RED):
        return Room(Level.RED, Level.RED, Reason.DISK, f"{words} {_RED}")
    if _below(filled, DISK_YELLOW_SHARE, DISK_YELLOW_BYTES, stays=before is not Level.GREEN):
        return Room(Level.YELLOW, Level.YELLOW, Reason.DISK, f"{words} {_YELLOW}")
    return None


def _below(filled: Filled, share: float, most: int, *, stays: bool) -> bool:
    floor = min(filled.disk_bytes * share, most)
    return filled.disk_free_bytes < floor * (DISK_BACK if stays else 1)


def _database(filled: Filled, before: Level) -> Room | None:
    used = filled.database_bytes / filled.database_quota_bytes
    words = f"Kho dữ liệu đã dùng {used:.0%} của {_size(filled.database_quota_bytes)}.".replace("%", " %")
    if used >= DATABASE_RED - (DATABASE_BACK if before is Level.RED else 0):
        return Room(Level.RED, Level.RED, Reason.DATABASE, f"{words} {_RED}")
    if used >= DATABASE_YELLOW - (0 if before is Level.GREEN else DATABASE_BACK):
        return Room(Level.YELLOW, Level.YELLOW, Reason.DATABASE, f"{words} {_YELLOW}")
    return None


def _size(count: int) -> str:
    """As people say it, with the decimal comma."""
    if count >= GIGABYTE:
        return f"{count / GIGABYTE:.1f} GB".replace(".", ",")
    return f"{count // MEGABYTE} MB" if count >= MEGABYTE else f"{count // 1024} KB"
