"""Words for people: what each table of the settings is, and who may change it."""

from collections.abc import Mapping
from dataclasses import dataclass

from edge.core.policy.rights import Role

DEVICES = frozenset({Role.TECHNICIAN, Role.ADMIN})
DUTIES = frozenset({Role.LEADER, Role.ADMIN})
BOTH = DEVICES | DUTIES
OFFICE = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Table:
    """A table for people: ``part`` is the heading that it stands under; ``row`` what one row of it is called."""

    part: str
    title: str
    row: str
    may_change: frozenset[Role]


PLACE, EYES, VOICE, WATER = "Địa bàn và con người", "Camera", "Loa và tiếng nói", "Nước và thiên tai"
REACH, LINES, BOX = "Báo tin", "Kết nối", "Máy"
TABLES: Mapping[str, Table] = {
    "commune": Table(PLACE, "Xã", "", OFFICE),
    "hamlet": Table(PLACE, "Thôn, bản, tổ dân phố", "thôn", BOTH),
    "person": Table(PLACE, "Cán bộ nhận tin", "cán bộ", DUTIES),
    "shift": Table(PLACE, "Ca trực", "ca trực", DUTIES),
    "ladder": Table(REACH, "Thang báo tin", "thang", DUTIES),
    "channel": Table(REACH, "Kênh báo tin ngoài SMS", "kênh", DEVICES),
    "modem": Table(REACH, "Modem nhắn tin", "modem", DEVICES),
    "camera": Table(EYES, "Camera và sổ đăng ký", "camera", BOTH),
    "recorder": Table(EYES, "Đầu ghi", "đầu ghi", DEVICES),
    "vision": Table(EYES, "Cách nhìn hình", "", DEVICES),
    "recording": Table(EYES, "Ghi hình", "", DEVICES),
    "horn": Table(VOICE, "Cụm loa", "cụm loa", DEVICES),
    "local_node": Table(VOICE, "Cụm loa gắn vào hộp", "", DEVICES),
    "station": Table(VOICE, "Giờ giấc và âm lượng", "", DUTIES),
    "speech": Table(VOICE, "Cách đọc bản tin", "", BOTH),
    "self_test": Table(VOICE, "Loa tự thử", "", BOTH),
    "template": Table(VOICE, "Mẫu tin", "mẫu tin", DUTIES),
    "group": Table(VOICE, "Nhóm thôn", "nhóm", BOTH),
    "radio": Table(VOICE, "Đài được tiếp sóng", "đài", DUTIES),
    "gauge": Table(WATER, "Trạm đo", "trạm đo", BOTH),
    "feed": Table(WATER, "Nguồn số đo", "nguồn", DEVICES),
    "flood_rule": Table(WATER, "Luật khi nước lên", "luật", DUTIES),
    "shelter": Table(WATER, "Nơi sơ tán", "nơi sơ tán", DUTIES),
    "drill": Table(WATER, "Diễn tập", "", DUTIES),
    "cap": Table(WATER, "Bản tin cảnh báo CAP", "", OFFICE),
    "news_source": Table(LINES, "Hệ thống thông tin nguồn", "nguồn tin", OFFICE),
    "report": Table(LINES, "Báo cáo của xã", "", DUTIES),
    "hub": Table(LINES, "Đầu nhận ở tỉnh", "", OFFICE),
    "way": Table(LINES, "Đường ra tỉnh", "đường", DEVICES),
    "media_rule": Table(LINES, "Hình gửi lên tỉnh", "", DUTIES),
    "indicator": Table(LINES, "Chỉ tiêu", "chỉ tiêu", BOTH),
    "watch": Table(LINES, "Máy được theo dõi", "máy", DEVICES),
    "syslog": Table(LINES, "Trung tâm giám sát an toàn thông tin", "", OFFICE),
    "support": Table(LINES, "Hỗ trợ từ xa", "", OFFICE),
    "nginx": Table(BOX, "Cửa vào duy nhất (nginx)", "", OFFICE),
    "web": Table(BOX, "Trang web", "", OFFICE),
    "live": Table(BOX, "Hình trực tiếp", "", DEVICES),
    "broker": Table(BOX, "Máy chủ MQTT", "", DEVICES),
    "media": Table(BOX, "Nơi loa tải tiếng", "", DEVICES),
    "ups": Table(BOX, "Bộ lưu điện", "", DEVICES),
}
_OTHER = Table(BOX, "", "mục", OFFICE)
"""A table that nobody wrote words for yet: an admin may change it, and it is called by its name."""
REFERENCES: Mapping[str, str] = {
    "hamlet": "hamlet",
    "hamlets": "hamlet",
    "template": "template",
    "all_clear": "template",
    "switch_template": "template",
    "gauge": "gauge",
    "station": "gauge",
    "recorder": "recorder",
    "who": "person",
    "people": "person",
    "substitute": "person",
    "horn": "horn",
}
"""Settings that hold ids of another table."""


LABELS: Mapping[str, str] = {
    "id": "Mã (không dấu, đặt rồi thì đừng đổi)",
    "name": "Tên",
    "hamlet": "Thôn",
    "hamlets": "Các thôn",
    "hamlet.shape": "Hình trên bản đồ",
    "template": "Mẫu tin",
    "settings": "Thông số riêng của thiết bị",
    "amplifier_settings": "Thông số của ampli",
    "sound_settings": "Thông số của card âm thanh",
    "switch_settings": "Thông số của khóa",
    "power_settings": "Thông số của đồng hồ điện",
    "mask": "Chỗ không bao giờ xem xét",
    "zone": "Vùng cần canh",
    "line": "Vạch cần canh",
    "blank": "Chỗ trống trong lời",
    "loudness": "Âm lượng cao nhất",
    "holiday": "Ngày lễ riêng của xã",
    "tier": "Cấp nhận báo cáo",
    "signature": "Chỗ ký",
    "source": "Nơi gửi",
    "shape": "Giờ nào dùng bao nhiêu đường truyền",
    "url": "Địa chỉ",
    "ca": "Tệp chứng thư gốc",
    "cert": "Tệp chứng thư",
    "key": "Tệp khóa riêng",
    "camera.url": "Địa chỉ luồng để xem",
    "camera.record_url": "Địa chỉ luồng để ghi",
    "camera.recorder": "Đầu ghi",
    "commune.demo": "Xã mô phỏng",
    "camera.zone.polygon": "Hình của vùng",
    "camera.line.points": "Hai đầu của vạch",
    "camera.zone.more_than": "Nhiều hơn mấy người, xe",
    "camera.zone.severity": "Mức của sự cố",
    "camera.zone.rule": "Luật",
    "camera.zone.after_s": "Sau bao nhiêu giây",
    "camera.zone.gauge": "Trạm đo",
    "camera.zone.above_m": "Khi nước cao hơn (m)",
    "camera.line.labels": "Canh loại gì",
    "camera.line.severity": "Mức của sự cố",
    "self_test.day": "Ngày tự thử",
    "cap.drill": "Nhận cả bản tin diễn tập",
    "drill.people": "Những ai",
    "report.number": "Ký hiệu văn bản",
    "way.source": "Địa chỉ của máy này",
    "media_rule.people": "Người trong hình",
    "local_node.horn": "Cụm loa",
    "local_node.sound": "Card âm thanh",
    "feed.source": "Của ai",
    "gauge.source": "Văn bản ban hành mức báo động",
    "gauge.place": "Chỗ nước",
    "gauge.forecast": "Mô hình dự báo",
    "channel.kind": "Loại kênh",
    "ladder.severity": "Mức của sự cố",
    "ladder.until": "Đến khi nào",
    "template.priority": "Mức ưu tiên",
    "template.blank.kind": "Kiểu",
    "template.blank.choices": "Các lựa chọn",
    "radio.source": "Nguồn phát",
    "flood_rule.when": "Khi nào",
    "flood_rule.station": "Trạm đo",
    "flood_rule.at_least": "Ít nhất (mm mưa hoặc m³/s)",
    "flood_rule.hours": "Trong mấy giờ",
    "flood_rule.severity": "Mức của sự cố",
    "station.loudness.hours": "Giờ nào",
    "vision.model": "Mô hình nhận dạng",
    "camera.transport": "Cách truyền",
    "camera.record": "Ghi hình",
    "camera.decode": "Giải mã",
    "camera.purpose": "Mục đích",
    "camera.legal_basis": "Căn cứ pháp lý",
    "camera.owner": "Đơn vị chịu trách nhiệm",
    "camera.budget_kbit_s": "Đường truyền được dùng (kbit/s)",
    "cap.source.key": "Khóa công khai",
    "person.phone": "Số điện thoại",
    "person.duty": "Chức vụ, nhiệm vụ",
    "person.email": "Thư điện tử",
    "person.zalo": "Nhận qua Zalo",
    "shift.who": "Những ai",
    "shift.days": "Những ngày nào",
    "shift.hours": "Giờ nào",
}
"""Where the example's words do not begin with a short name: by the whole path, else by the key."""
FIXED = frozenset({("commune", "id"), ("commune", "data"), ("commune", "box")})
"""Who the box is: another answer would be another box, so no form changes it."""


def label_of(path: tuple[str, ...]) -> str:
    """A short name, or nothing."""
    return LABELS.get(".".join(path), LABELS.get(path[-1], ""))


def table_of(name: str) -> Table:
    """What a table is called, and whose it is."""
    known = TABLES.get(name)
    return known if known is not None else Table(_OTHER.part, f"[{name}]", _OTHER.row, _OTHER.may_change)


def may_change(role: str, table: str) -> bool:
    """Whether this role may change this table."""
    return role in table_of(table).may_change
