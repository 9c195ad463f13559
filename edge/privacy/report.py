"""The camera register as the law wants it shown (L1), and what leaves the box (L8): ``molang privacy report``."""

from collections.abc import Iterator
from typing import Any

from edge.config.register import entry_of
from edge.config.schema import Camera, Config
from edge.core.leaving import LEAVING
from edge.core.register import advisable, may_record, missing

_COLUMNS = ("Camera", "Nơi", "Mục đích", "Căn cứ", "Chịu trách nhiệm", "Biển báo", "Lưu tối đa", "Vùng che", "Ghi hình")
NEVER = (
    "Không nhận dạng khuôn mặt, không đọc biển số, không theo dõi danh tính giữa các camera.",
    "Không ghi âm: tiếng của camera bị bỏ ngay khi nhận.",
    "Mọi lần xem, trích và tải bản ghi đều ghi vào nhật ký không sửa được: ai, lúc nào, đoạn nào, vì sao.",
    "Hết hạn lưu là xoá tệp, chỉ mục, ảnh và bản trích, trừ đoạn được ghim có lý do, tên người và ngày hết hạn.",
)


def register(config: Config) -> dict[str, Any]:
    """Everything as plain values, for ``--json``."""
    return {
        "commune": config.commune.name,
        "cameras": [_camera(camera, config) for camera in config.camera],
        "leaves": list(leaves(config)),
        "events": _events() if config.hub else {},
        "never": list(NEVER),
        "quota_gb": config.recording.quota_gb,
    }


def _camera(camera: Camera, config: Config) -> dict[str, Any]:
    entry = entry_of(camera)
    hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
    return {
        "id": camera.id,
        "name": camera.name,
        "hamlet": hamlets.get(camera.hamlet, camera.hamlet),
        "purpose": camera.purpose,
        "legal_basis": camera.legal_basis,
        "owner": camera.owner,
        "sign_posted": camera.sign_posted.isoformat() if camera.sign_posted else None,
        "sign_photo": camera.sign_photo,
        "retention_days": camera.retention_days,
        "masks": len(camera.mask),
        "records": may_record(entry) and camera.record == "always",
        "missing": list(missing(entry)),
        "advisable": list(advisable(entry)),
    }


def _events() -> dict[str, dict[str, Any]]:
    """Every kind of event that may go to the province, with its fields: nothing else is sent."""
    return {kind: {"what": one.what, "fields": sorted(one.fields)} for kind, one in sorted(LEAVING.items())}


def leaves(config: Config) -> Iterator[dict[str, str]]:
    """What leaves the box, by which way and to whom."""
    if config.hub:
        events = "sự kiện: sự cố, bản tin, loa, mực nước, nhận việc; giờ và camera của đoạn đã trích"
        events += "; vật đi qua camera (loại, lúc, chỗ trong khung hình)"
        yield {"way": "tỉnh", "to": config.hub.url, "what": f"{events}. Không có số điện thoại"}
        yield {"way": "tỉnh", "to": config.hub.url, "what": _pictures(config)}
        if config.report.to:
            yield {"way": "tỉnh", "to": config.hub.url, "what": _REPORTS}
    if config.modem:
        people = f"{len(config.person)} cán bộ trong danh sách trực"
        yield {"way": "SMS", "to": people, "what": "tin báo động không quá 70 ký tự. Không có hình"}
    for channel in config.channel:
        yield {"way": _CHANNELS[channel.to], "to": _reached(config, channel.to), "what": _TOLD}
    yield {
        "way": "tệp trích",
        "to": "lãnh đạo xã tải về",
        "what": "đoạn ghi hình theo yêu cầu có lý do, làm mờ được, kèm mã SHA-256",
    }


def _pictures(config: Config) -> str:
    """Which pictures the province gets, and what is hidden on them."""
    rule = config.media_rule
    said = [f"ảnh của sự cố mức {', '.join(_SEVERITIES[one] for one in rule.stills)}"] if rule.stills else []
    said += [f"đoạn phim của sự cố mức {', '.join(_SEVERITIES[one] for one in rule.clips)}"] if rule.clips else []
    said += ["đoạn phim khi tỉnh xin"] if rule.on_demand else []
    if not said:
        return "không có hình nào"
    people = ", mọi người và xe bị che" if rule.people == "blurred" else ", người để nguyên"
    return f"{', '.join(said)}; vùng che tô đen{people}"


_SEVERITIES = {"minor": "nhẹ", "moderate": "vừa", "severe": "nặng", "extreme": "rất nặng"}
_CHANNELS = {"zalo": "Zalo ZNS", "email": "thư điện tử", "push": "thông báo trình duyệt"}
_REPORTS = (
    "báo cáo ngày và tháng (PDF, XLSX): số liệu, bản tin đã phát với tên người viết và người duyệt, chức trách không"
    " liên lạc được. Không có số điện thoại"
)
_TOLD = "lời báo động: việc gì, ở đâu, lúc nào, và địa chỉ nhận. Không có hình, không có tên người, không có số khác"


def _reached(config: Config, to: str) -> str:
    """How many people a channel can reach; browsers are registered by the people themselves."""
    if to == "push":
        return "trình duyệt mà cán bộ tự đăng ký"
    count = sum(bool(person.zalo if to == "zalo" else person.email) for person in config.person)
    return f"{count} cán bộ đã khai"


def markdown(found: dict[str, Any]) -> str:
    """The register as a page that can be printed or sent."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: dict[str, Any]) -> Iterator[str]:
    cameras = found["cameras"]
    recording = sum(camera["records"] for camera in cameras)
    yield f"# Sổ đăng ký camera, {found['commune']}"
    yield ""
    yield f"{len(cameras)} camera, {recording} được ghi hình. Mọi bản ghi cộng lại nhiều nhất {found['quota_gb']:g} GB."
    yield ""
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{'---|' * len(_COLUMNS)}"
    yield from (f"| {' | '.join(_cells(camera))} |" for camera in cameras)
    yield from _gaps(cameras)
    yield from ("", "## Thông tin ra khỏi hộp", "")
    yield from (f"- **{one['way']}** → {one['to']}: {one['what']}." for one in found["leaves"])
    if found["events"]:
        yield from ("", "## Từng loại tin gửi tỉnh và các trường của nó", "")
        yield from (
            f"- `{kind}`: {one['what']} ({', '.join(one['fields']) or 'không có trường nào'})."
            for kind, one in found["events"].items()
        )
    yield from ("", "## Cam kết", "")
    yield from (f"- {sentence}" for sentence in found["never"])


def _cells(camera: dict[str, Any]) -> Iterator[str]:
    yield f"{camera['name']} (`{camera['id']}`)"
    for field in ("hamlet", "purpose", "legal_basis", "owner", "sign_posted"):
        yield str(camera[field] or "**thiếu**").replace("|", "\\|")
    yield f"{camera['retention_days']} ngày" if camera["retention_days"] else "**thiếu**"
    yield str(camera["masks"])
    yield "có" if camera["records"] else "**không**"


def _gaps(cameras: list[dict[str, Any]]) -> Iterator[str]:
    """Cameras that lack the same are one line."""
    lacking: dict[str, list[str]] = {}
    for camera in cameras:
        words = ", ".join((*camera["missing"], *camera["advisable"]))
        so = " (vì thế không ghi hình)" if camera["missing"] else ""
        lacking.setdefault(f"{words}{so}", []).append(f"{camera['name']} (`{camera['id']}`)")
    lacking.pop("", None)
    if lacking:
        yield from ("", "## Còn thiếu", "")
        yield from (f"- {words}: {', '.join(names)}." for words, names in lacking.items())
