"""The commune that is simulated. Its names are invented."""

from dataclasses import dataclass

COMMUNE = "binh-minh"
COMMUNE_NAME = "xã Bình Minh (mô phỏng)"
BOX = "box-binh-minh-1"  # the hub takes from this certificate which source may send
HUB = "province"
BROKER = "broker"

HAMLETS = {"trung-tam": "thôn Trung Tâm", "dong": "thôn Đông", "doai": "thôn Đoài", "nam": "thôn Nam"}


@dataclass(frozen=True, slots=True)
class HornSite:
    """A loudspeaker cluster; the box's own one is `local`."""

    id: str
    name: str
    hamlet: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class CameraSite:
    """A camera; `template` is the announcement of its zone, empty for none."""

    id: str
    name: str
    hamlet: str
    zone: str
    purpose: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody on the roster. `answers_s` is how long until "1" comes back; None never answers."""

    id: str
    name: str
    phone: str
    duty: str
    hamlet: str = ""
    answers_s: float | None = None


HORNS = (
    HornSite("loa-trung-tam", "Loa trụ sở", "trung-tam", local=True),
    HornSite("loa-dong", "Loa nhà văn hóa thôn Đông", "dong"),
    HornSite("loa-doai", "Loa đình thôn Đoài", "doai"),
    HornSite("loa-nam", "Loa bến đò thôn Nam", "nam"),
)
CAMERAS = (
    CameraSite("cam-1", "Nhà văn hóa", "trung-tam", "sảnh nhà văn hóa", "Bảo vệ tài sản công ngoài giờ"),
    CameraSite("cam-2", "Kho phòng chống lụt bão", "dong", "sân kho", "Bảo vệ vật tư cứu hộ", "nguoi-la"),
    CameraSite("cam-3", "Mái nhà cầu cảng", "nam", "mái cầu cảng", "An toàn bến đò"),
    CameraSite("cam-4", "Bãi xe chợ Đoài", "doai", "bãi xe", "Trật tự giao thông khu chợ"),
)
OFFICIALS = (
    Official("chu-tich", "Nguyễn Văn An", "0912000101", "Chủ tịch UBND xã", answers_s=6.0),
    Official("truong-ca", "Trần Thị Bình", "0912000102", "Trực ban", answers_s=4.0),
    Official("thon-dong", "Lê Văn Cường", "0912000103", "Trưởng thôn Đông", "dong"),
    Official("thon-doai", "Phạm Thị Dung", "0912000104", "Trưởng thôn Đoài", "doai"),
    Official("thon-nam", "Hoàng Văn Em", "0912000105", "Trưởng thôn Nam", "nam"),
)
INTRUSION_TEXT = "Chú ý. Có người lạ trong khu vực {place}, {hamlet}. Đề nghị tổ trực kiểm tra ngay."
FLOOD_TEXT = (
    "Báo động {level}. Mực nước tại {station} là {value}, lúc {time}. "
    "Bà con vùng trũng đưa người già, trẻ em và tài sản lên chỗ cao."
)
BAO_DONG_M = (1.2, 2.2, 2.7)
QUIET_S = 6.0
"""A visitor gone for this long is a new incident when he comes back; the films are empty for longer."""
