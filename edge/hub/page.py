"""The province's page: communes, when they were last heard, what they sent, the newest alarms. Pure text."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from edge.core.local_time import local
from edge.core.moment import AtMs

SILENT_MS = 120_000
"""A box shows a sign of life every 30 s; four missed ones are worth a look."""
REFRESH_S = 10

_KINDS = {
    "incident.opened": "mở sự cố",
    "incident.updated": "sự cố nặng thêm",
    "incident.closed": "hết sự cố",
    "incident.taken": "nhận sự cố",
    "incident.judged": "kết luận sự cố",
    "incident.media_deleted": "đã xóa hình sự cố",
    "alert.sent": "đã nhắn tin",
    "alert.taken": "cán bộ đã nhận",
    "alert.failed": "nhắn tin hỏng",
    "alert.not_reached": "chưa liên lạc được",
    "modem.measured": "sóng và tài khoản SIM",
    "bulletin.approved": "duyệt bản tin",
    "bulletin.aired": "đã phát bản tin",
    "horn.reported": "loa báo cáo",
    "reading.taken": "số đo",
    "recording.exported": "trích hình",
    "recording.deleted": "đã xóa bản trích",
}
_SEVERITIES = {"minor": "nhẹ", "moderate": "vừa", "severe": "nặng", "extreme": "rất nặng"}
_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #8886;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}.silent{color:#c0392b;font-weight:600}.live{color:#1e8449}
.wide{overflow-x:auto}small{opacity:.75}
"""


def render(
    boxes: Sequence[dict[str, Any]], counts: Sequence[dict[str, Any]], alarms: Sequence[dict[str, Any]], now_ms: AtMs
) -> str:
    """The whole page as HTML, with nothing fetched from elsewhere."""
    parts = (
        "<!doctype html><html lang=vi><head><meta charset=utf-8>",
        f"<meta http-equiv=refresh content={REFRESH_S}><meta name=viewport content='width=device-width'>",
        f"<title>Mõ Làng – đầu tỉnh</title><style>{_STYLE}</style></head><body>",
        f"<h1>Mõ Làng – đầu tỉnh</h1><p><small>Lúc {_clock(now_ms)}, {len(boxes)} hộp</small></p>",
        _table(
            "Các xã", ("Xã", "Nghe lần cuối", "Sự kiện", "Gửi lặp", "Từ chối"), [_box(row, now_ms) for row in boxes]
        ),
        _table("Cảnh báo mới nhất", ("Lúc", "Xã", "Việc", "Mức"), [_alarm(row) for row in alarms]),
        _table("Số sự kiện theo loại", ("Xã", "Loại", "Số"), [_count(row) for row in counts]),
        "</body></html>",
    )
    return "".join(parts)


def _table(title: str, heads: Iterable[str], rows: Sequence[str]) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(rows) or "<tr><td>Chưa có gì.</td></tr>"
    return f"<h2>{title}</h2><div class=wide><table><tr>{head}</tr>{body}</table></div>"


def _box(row: dict[str, Any], now_ms: AtMs) -> str:
    silent = now_ms - row["last_seen_ms"] > SILENT_MS
    heard = f"<td class={'silent' if silent else 'live'}>{_ago(now_ms - row['last_seen_ms'])}</td>"
    numbers = "".join(f"<td class=n>{row[name]}</td>" for name in ("events", "duplicates", "rejected"))
    return f"<tr><td>{_commune(row['source'])}</td>{heard}{numbers}</tr>"


def _alarm(row: dict[str, Any]) -> str:
    data = row["data"]
    what = str(data.get("title") or f"{_kind(row['type'])}: {row['subject']}")
    severity = _SEVERITIES.get(str(data.get("severity")), "")
    when = _clock(row["at_ms"]) + (" <small>(hộp không biết giờ)</small>" if row["clock"] == "floor" else "")
    return f"<tr><td>{when}</td><td>{_commune(row['source'])}</td><td>{escape(what)}</td><td>{severity}</td></tr>"


def _count(row: dict[str, Any]) -> str:
    return (
        f"<tr><td>{_commune(row['source'])}</td><td>{escape(_kind(row['type']))}</td><td class=n>{row['n']}</td></tr>"
    )


def _commune(source: str) -> str:
    """``/xa/<commune>/box/<n>`` as people say it."""
    _, _, commune, _, box = source.split("/")
    return escape(commune if box == "1" else f"{commune} (hộp {box})")


def _kind(event_type: str) -> str:
    """``vn.molang.<thing>.<verb>.v1`` in Vietnamese, or as it is when it has no word yet."""
    short = ".".join(event_type.split(".")[2:4])
    return _KINDS.get(short, short)


def _clock(at_ms: int) -> str:
    return local(AtMs(at_ms)).strftime("%H:%M:%S %d/%m/%Y")


def _ago(ms: int) -> str:
    seconds = max(0, ms) // 1000
    if seconds < 60:
        return f"{seconds} giây trước"
    return f"{seconds // 60} phút trước" if seconds < 7200 else f"{seconds // 3600} giờ trước"
