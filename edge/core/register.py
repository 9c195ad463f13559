"""The camera register that the law asks for (L1): without a complete entry a camera records nothing.

Source: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Article 32 (filming in public only for listed purposes, with a duty
to inform) and Nghị định 356/2025; docs/design/recordings.md.
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of one camera. ``sign_photo`` names a picture of the posted sign."""

    camera: str
    name: str
    hamlet: str
    purpose: str
    legal_basis: str
    owner: str
    sign_posted: dt.date | None
    sign_photo: str
    retention_days: int


def missing(entry: Entry) -> tuple[str, ...]:
    """What keeps this camera from recording, in Vietnamese; empty when it may record."""
    needed = {
        "mục đích": entry.purpose.strip(),
        "căn cứ pháp lý": entry.legal_basis.strip(),
        "đơn vị chịu trách nhiệm": entry.owner.strip(),
        "ngày cắm biển báo": entry.sign_posted,
        "số ngày lưu": entry.retention_days,
    }
    return tuple(name for name, value in needed.items() if not value)


def advisable(entry: Entry) -> tuple[str, ...]:
    """What an inspector will ask for too, though recording does not wait for it."""
    return () if entry.sign_photo.strip() else ("ảnh chụp biển báo",)


def may_record(entry: Entry) -> bool:
    """Whether the law lets this camera record."""
    return not missing(entry)
