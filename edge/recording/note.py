"""The note beside an export: what the file is, for whoever gets it without the box."""

from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.kernel.wire.export import CutDone
from edge.store.exports import ExportRow

BLURRED = {"": "không", "people": "có, mọi người và mọi thứ chuyển động", "all": "có, toàn bộ hình"}


def note(row: ExportRow, done: CutDone, camera: str, commune: str) -> str:
    """Who asked for it, when and why; what it shows; the hash that proves it unchanged."""
    lines = [
        f"Đoạn ghi hình trích từ hệ thống Mõ Làng, {commune}",
        "",
        f"Camera: {camera} ({row.span.camera})",
        f"Từ: {_time(done.since_ms)}",
        f"Đến: {_time(done.until_ms)}",
        f"Số hình: {done.pictures}",
        f"Làm mờ: {BLURRED[done.blurred]}",
        f"Người yêu cầu: {row.user}, lúc {_time(row.made_at_ms)}",
        f"Lý do: {' '.join(row.reason.split())}",  # a line of its own would be read as one of ours
        f"SHA-256 của tệp hình: {done.sha256}",
        f"Kích thước: {done.bytes} byte",
        *_gaps(done),
        "",
        "Kiểm tra tệp chưa bị sửa: chạy `sha256sum` trên tệp hình rồi so với dòng trên.",
        "Tệp này chứa dữ liệu cá nhân: chỉ dùng đúng lý do đã ghi, xoá khi không còn cần.",
        "",
    ]
    return "\n".join(lines)


def _gaps(done: CutDone) -> list[str]:
    if not done.gaps:
        return ["Quãng không có hình: không"]
    return [
        "Quãng không có hình (được nối liền):",
        *(f"  {_time(since)} – {_time(until)}" for since, until in done.gaps),
    ]


def _time(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%H:%M:%S ngày %d/%m/%Y} (giờ Việt Nam)"
