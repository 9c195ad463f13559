"""Names of things that exist in the simulated commune, by the names of the fields that ask for them."""

import datetime as dt
import time
import uuid
from collections.abc import Mapping
from typing import Any

from edge.core.local_time import VIETNAM
from hil import place
from hil.visitors import Visitor

TEXT = "Mời bà con thôn Đông đến nhà văn hóa họp lúc 7 giờ."
READY_S = 30.0
_NOBODYS = "00000000-0000-4000-8000-000000000000"


def things(writer: Visitor) -> dict[str, Any]:
    """Values for bodies and addresses; ``writer`` may draft a notice and take a resident's report."""
    return {**samples(time.time_ns() // 1_000_000), **_made(writer)}


def samples(now_ms: int) -> dict[str, Any]:
    """The same without a commune: of the right kind, and nobody's."""
    made = {"bulletin": _NOBODYS, "report": "1-1", "seal": "0" * 64, "sha256": "0" * 64}
    return {**_PLAIN, **_times(now_ms), **made}


def _made(writer: Visitor) -> dict[str, Any]:
    """A notice that is ready to be heard, a resident's report, and an incident that a person in the field opened."""
    bulletin, report = str(uuid.uuid4()), str(uuid.uuid4())
    draft = {"id": bulletin, "text": TEXT, "priority": "thuong", "hamlets": ["dong"]}
    writer.post("/api/bulletins", draft).raise_for_status()
    writer.post("/api/residents", {"id": report, "text": "Loa thôn Đông rè.", "hamlet": "dong"}).raise_for_status()
    seen = {"id": str(uuid.uuid4()), "hamlet": "dong", "kind": "flooding", "note": "Nước vào sân."}
    incident = writer.post("/api/phone/reports", seen).json()["incident"]
    row = _ready(writer, bulletin)
    clip = (row.get("clips") or ["0" * 64])[0]
    return {
        "bulletin": bulletin,
        "report": report,
        "incident": incident,
        "seal": row.get("seal") or "0" * 64,
        "sha256": clip,
    }


def _ready(writer: Visitor, bulletin: str) -> dict[str, Any]:
    until = time.monotonic() + READY_S
    while True:
        rows: list[dict[str, Any]] = writer.get("/api/state").json()["bulletins"]
        row = next((one for one in rows if one["id"] == bulletin), {})
        if row.get("state") == "ready" or time.monotonic() > until:
            return row
        time.sleep(0.2)


def _times(now_ms: int) -> dict[str, Any]:
    today = dt.datetime.fromtimestamp(now_ms / 1000, VIETNAM).date()
    wish = {
        "title": "Bản tin sáng", "parts": [{"source": "notice", "ref": _NOBODYS}], "days": [0, 2], "times": ["07:00"],
        "first": today.isoformat(), "last": (today + dt.timedelta(days=20)).isoformat(), "hamlets": ["dong"],
    }  # fmt: skip
    return {
        "since_ms": now_ms - 3_600_000, "until_ms": now_ms + 3_600_000, "at_ms": now_ms, "wish": wish,
        "first": today.isoformat(), "month": f"{today:%Y-%m}", "period": today.isoformat(), "issued": "2026-01-15",
    }  # fmt: skip


_PLAIN: Mapping[str, Any] = {
    "OpenBody.minutes": 15, "OpenBody.reason": "xem giúp loa thôn Đông", "OpenBody.code": "000000",
    "text": TEXT, "hamlets": ["dong"], "hamlet": "dong", "priority": "thuong", "comment": "Sửa giờ họp.",
    "answer": "Tổ kỹ thuật đã sửa loa.", "how": "Đã xử lý xong.", "why": "Xem lại theo đề nghị.",
    "reason": "Lưu hồ sơ.",
    "act": "coming", "kind": "flooding", "verdict": "false_alarm", "incident": "1-1", "at": 0, "language": "vi",
    "auth": "A" * 24, "p256dh": "B" * 88, "endpoint": "https://updates.push.services.mozilla.com/x",
    "bao_dong_m": [1.2, 2.2, 2.7], "source": "Quyết định 05", "station": "song-minh", "quantity": "level", "value": 1.0,
    "days": 7, "minutes": 5, "level": 1, "every_min": 30, "from_hour": "06:00", "to_hour": "20:00", "evacuated": 3,
    "blur": True, "rule": "cam-1-vung", "offer": "v=0\r\n", "of": _NOBODYS, "upload": _NOBODYS, "second": "1-2",
    "areas": [[[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]], "known_at_ms": 0, "view": _NOBODYS,
    "reports.make.kind": "day",
    "appearance.choose.wanted": "dark",
    "login": "khong-co",
    "day": "2026-11-01", "ValueBody.value": "95", "TableBody.form": "csv", "at_ms": 1_790_000_000_000,
    "who": "Bà Mai", "reach": "thôn Đông", "about": "Xem hình ghi ngày 1.", "settings_page.table_form.table": "station",
    "notes": "Trực đêm yên.", "note": "Đã nhận ca.", "words": "Đã trả lời.", "table": "station", "row": None, "seq": 1,
    "base": "0" * 64, "AskBody.kind": "see", "StepBody.kind": "answered", "came_at_ms": 1_790_000_000_000,
    "TryBody.rule": {"id": "cam-1-vung", "name": "sân kho", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]},
    "template": "lu", "values": {"level": "2", "station": "Sông Minh", "value": "2,3 m", "time": "7 giờ"},
    "scope": "as_written", "written": "UBND", "spoken": "ủy ban nhân dân", "token": "a.b.c",
    "horn": place.HORNS[0].id, "camera": place.CAMERAS[0].id, "name": "lu", "filename": "base.css", "wanted": "en",
    "action": "song-minh/1", "export": "1-1", "form": "pdf", "key": "0123456789abcdef", "number": 1, "photo": _NOBODYS,
    "pin": "1-1", "press": _NOBODYS, "programme": _NOBODYS, "storm": _NOBODYS,
}  # fmt: skip
