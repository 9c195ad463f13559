"""What the province's pages say, in Vietnamese. Pure."""

from collections.abc import Mapping

from edge.core.local_time import local
from edge.core.moment import AtMs

SEVERITIES = {"minor": "nhẹ", "moderate": "vừa", "severe": "nặng", "extreme": "rất nặng"}
KINDS = {
    "intrusion": "Người lạ",
    "flood_level": "Nước lên",
    "device": "Thiết bị",
    "horn": "Loa",
    "warning": "Cảnh báo",
    "report": "Tin báo",
}
VERDICTS = {"false_alarm": "báo nhầm", "true_alarm": "báo đúng"}
LANES = ("báo động", "kết quả", "số đo", "hình ảnh")
TYPES: Mapping[str, str] = {
    "incident.opened": "Mở sự cố",
    "incident.updated": "Diễn biến mới",
    "incident.closed": "Kết thúc",
    "incident.taken": "Có người nhận việc",
    "incident.judged": "Kết luận",
    "incident.act": "Cán bộ báo từ hiện trường",
    "incident.media_deleted": "Xã đã xóa hình của sự cố",
    "incident.deleted": "Xã đã xóa sự cố",
    "alert.sent": "Đã nhắn tin",
    "alert.taken": "Cán bộ đã nhận tin",
    "alert.failed": "Nhắn tin hỏng",
    "alert.not_reached": "Chưa liên lạc được",
    "bulletin.draft": "Bản tin đang soạn",
    "bulletin.ready": "Bản tin chờ duyệt",
    "bulletin.returned": "Bản tin bị trả lại",
    "bulletin.approved": "Đã duyệt bản tin",
    "bulletin.queued": "Bản tin chờ phát",
    "bulletin.airing": "Đang phát bản tin",
    "bulletin.aired": "Đã phát bản tin",
    "bulletin.stopped": "Bản tin bị dừng",
    "bulletin.failed": "Không thu được tiếng bản tin",
    "bulletin.dropped": "Bản tin bị bỏ",
    "horn.reported": "Loa báo cáo",
    "horn.reported_late": "Loa báo cáo muộn",
    "horn.local_play": "Phát bằng khóa tại loa",
    "cap.issued": "Phát hành cảnh báo CAP",
    "report.made": "Báo cáo",
    "report.signed": "Báo cáo đã ký",
    "recording.exported": "Trích hình",
    "recording.deleted": "Xã đã xóa bản trích hình",
    "modem.measured": "Sóng và tài khoản SIM",
    "outbox.dropped": "Tin không gửi",
    "media.kept": "Đã nhận tệp",
    "media.gone": "Tệp không còn ở xã",
    "command.done": "Đã làm lệnh của tỉnh",
    "command.refused": "Từ chối lệnh của tỉnh",
    "urgent_key.accepted": "Chấp nhận khóa bản tin khẩn",
    "urgent_key.revoked": "Thôi chấp nhận khóa bản tin khẩn",
}
OUTCOMES = {
    "PLAYED": "đã phát",
    "PARTIAL": "phát dở",
    "SILENT": "loa im",
    "REFUSED": "loa từ chối",
    "UNKNOWN": "không rõ",
}
WHY_DROPPED = {
    "budget": "quá dung lượng hàng chờ",
    "age": "quá 30 ngày",
    "pressure": "hộp hết chỗ",
    "compacted": "lược bớt số đo giữa chừng",
    "dead_letter": "tỉnh từ chối, còn giữ ở hộp",
    "not_queued": "hộp hết chỗ nên không xếp hàng",
}
QUANTITIES = {
    "level": "mực nước",
    "rain": "mưa",
    "rain_total": "mưa cộng dồn",
    "wind": "gió",
    "salinity": "độ mặn",
    "water_temp": "nhiệt độ nước",
    "flow": "lưu lượng",
    "pump": "máy bơm",
    "sluice": "cửa cống",
    "battery": "ắc quy",
    "release": "hồ đang xả",
    "release_planned": "hồ sẽ xả",
    "inflow": "nước về hồ",
}
QUALITIES = {
    "out_of_range": "ngoài thang đo",
    "jump": "nhảy vọt, nghi sai",
    "zero": "tụt về 0, nghi sai",
    "stuck": "đứng yên, nghi kẹt",
    "late": "đến muộn",
    "clock": "sai giờ",
    "disagrees": "hai máy đo khác nhau",
}
CLOCKS = {"synced": "đúng giờ", "rtc": "giờ theo pin", "floor": "không biết giờ"}
ROOMS = {"green": "đủ chỗ", "yellow": "sắp hết chỗ", "red": "hết chỗ"}
ROLES = {
    "duty": "trực ban",
    "operator": "cán bộ truyền thanh",
    "leader": "lãnh đạo",
    "technician": "kỹ thuật viên",
    "official": "cán bộ thôn",
}
DAY_MS = 86_400_000


def moment(at_ms: int, now_ms: int) -> str:
    """02:14; on another day 02:14 27/11, in another year with it."""
    here, now = local(AtMs(at_ms)), local(AtMs(now_ms))
    if here.date() == now.date():
        return here.strftime("%H:%M")
    return here.strftime("%H:%M %d/%m" if here.year == now.year else "%H:%M %d/%m/%Y")


def span(ms: int) -> str:
    """A length of time in its largest unit that says enough."""
    seconds = max(0, ms) // 1000
    if seconds < 90:
        return f"{seconds} giây"
    if seconds < 5_400:
        return f"{seconds // 60} phút"
    return f"{seconds // 3_600} giờ" if seconds < 172_800 else f"{seconds // 86_400} ngày"


def ago(ms: int) -> str:
    """How long ago."""
    return f"{span(ms)} trước"


def count(number: int) -> str:
    """12.345, as it is written here."""
    return f"{number:,}".replace(",", ".")


def decimal(value: float, digits: int = 2) -> str:
    """2,31, with the decimal comma."""
    return f"{value:.{digits}f}".replace(".", ",")


def size(number: int) -> str:
    """Bytes as people say them."""
    for unit, word in ((1024**3, "GB"), (1024**2, "MB"), (1024, "kB")):
        if number >= unit:
            return f"{decimal(number / unit, 1)} {word}"
    return f"{number} byte"


def kind(short_type: str) -> str:
    """An event's type in words; as it is while it has none."""
    return TYPES.get(short_type, short_type)
