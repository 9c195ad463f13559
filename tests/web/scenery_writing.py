"""Notices in every state and templates in every state, for the pages of writing and approving."""

import datetime as dt
from dataclasses import asdict
from typing import Any

import msgspec

from edge.config.ready import ready_templates, words_of
from edge.config.schema import Template
from tests.web.scenery import HAMLETS, HOUR, MINUTE

SEAL = "0" * 64
HAMLET_NAMES = tuple(name for _, name in HAMLETS)


def templates(now: int) -> list[dict[str, Any]]:
    """The ready-made ones as a commune has them: two wait for a leader, one is still being spoken."""
    states = {"bao-yen": "ready", "mua-vu": "reapprove", "chay": "rendering"}
    return [template(name, states.get(name, "approved"), now) for name in ready_templates()]


def template(name: str, state: str, now: int) -> dict[str, Any]:
    ready = ready_templates()[name]
    blanks = tuple(
        msgspec.structs.replace(one, choices=HAMLET_NAMES) if one.kind == "hamlets" else one for one in ready.blank
    )
    own = Template(id=name, text=ready.text, approved_by="Nguyễn Văn An", approved_on=dt.date(2026, 3, 1), blank=blanks)
    approved = state == "approved"
    return {
        "id": name,
        "title": ready.title,
        "text": ready.text,
        "priority": ready.priority,
        "words_by": own.approved_by,
        "words_on": own.approved_on.isoformat(),
        "most_times": 3,
        "every_min": 10,
        "blanks": [asdict(blank) for blank in words_of(own).blanks],
        "state": state,
        "approved_by": "Nguyễn Thị Lan" if approved else None,
        "approved_at_ms": now - 30 * HOUR if approved else None,
        "seal": None if state == "rendering" else SEAL,
        "clips": [] if state == "rendering" else [SEAL, SEAL],
        "newer": {"seal": "b" * 64, "clips": [SEAL, SEAL], "ms": 13_000, "voice": "giọng của xã"}
        if name == "xa-lu"
        else None,
        "ms": 0 if state == "rendering" else 14_000,
    }


def writing(now: int) -> list[dict[str, Any]]:
    """Notices that are being written, wait for a signature, or lost a clip."""
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("draft", "Chiều thứ Sáu, đoàn thanh niên dọn vệ sinh đường làng, mời bà con cùng tham gia.", {}),
        (
            "aired",
            "Tin khẩn cấp. Hồ Kiến Giang sẽ xả lũ từ 17 giờ 30, ngày 22/11, lưu lượng 500 m³/s.",
            {
                "template": "xa-lu",
                "signed_off_by": "",
                "approver": "Nguyễn Thị Lan",
                "repeats_left": 2,
                "next_at_ms": now + 7 * MINUTE,
                "priority": "khan_cap",
                "reports": {"PLAYED": 4},
                "made_at_ms": now - 26 * HOUR,
            },
        ),
        (
            "reapprove",
            "Lịch tiêm vắc xin cho trẻ: sáng thứ Ba và thứ Năm tại trạm y tế.",
            {"comment": "Tệp âm thanh đã duyệt bị mất hoặc hỏng. Bấm “Đọc lại để duyệt”, nghe rồi duyệt lại."},
        ),
        ("unread", "Mã hồ sơ X7-qk%%3 đến nhận kết quả.", {"clips": [], "ms": None}),
        ("queued", "Mời bà con xem bóng đá tại nhà văn hóa.", {"comment": "Loa đang phát tin cùng hạng."}),
    )
    return [_row(number, state, text, now, fields) for number, (state, text, fields) in enumerate(rows)]


def _row(number: int, state: str, text: str, now: int, fields: dict[str, Any]) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": f"00000000-0000-4000-8000-{500 + number:012d}",
        "text": text,
        "spoken": text.lower(),
        "priority": "thuong",
        "hamlets": ["thon-dong"],
        "state": state,
        "author": "Phạm Văn Đức",
        "writers": ["Phạm Văn Đức"],
        "approver": None,
        "comment": "",
        "made_at_ms": now - (number + 2) * 11 * MINUTE,
        "ms": 24_000,
        "clips": [SEAL],
        "seal": SEAL,
        "template": None,
        "signed_off_by": None,
        "repeats_left": 0,
        "next_at_ms": None,
        "reports": {},
    }
    return {**base, **fields}
