"""The one list of what leaves the commune for the province: of each kind of event these fields, and no others (L8).

Whatever is in no list stays: a field is held back and counted, an event of an unknown kind becomes a dead letter. Only
an alarm gets through all the same, with what every alarm may say. A new kind of event needs its line here; a test walks
all places that write one. The same table is printed by ``molang privacy report`` and stands in docs/ref/events.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from edge.core.errors import FinalError
from edge.core.policy.lanes import Lane


@dataclass(frozen=True, slots=True)
class Leaves:
    """``fields`` of ``data`` that may go; ``what`` says in Vietnamese what is told with them."""

    fields: frozenset[str]
    what: str


def _leaves(fields: str, what: str) -> Leaves:
    return Leaves(frozenset(fields.split()), what)


_REPORT = "outcome reason played_ms rms_db amp_ma level_db"
_DELETED = "deleted_at_ms"
_BULLETIN = {
    "unread": "có chỗ chưa đọc được",
    "rendering": "đang thu tiếng",
    "failed": "không thu được tiếng",
    "draft": "đang soạn",
    "reapprove": "phải duyệt lại",
    "ready": "chờ duyệt",
    "returned": "bị trả lại, không kèm lời",
    "approved": "được duyệt",
    "queued": "chờ phát",
    "airing": "đang phát",
    "aired": "đã phát",
    "stopped": "bị dừng",
    "dropped": "bị bỏ",
}

LEAVING: Mapping[str, Leaves] = MappingProxyType(
    {
        "incident.opened": _leaves(
            "kind severity subject place hamlet title began_at_ms camera rule rule_kind label most drill",
            "sự cố mới: việc gì, mức nào, ở đâu, camera và luật nào",
        ),
        "incident.updated": _leaves("title severity most", "sự cố nặng thêm hoặc đông thêm"),
        "incident.closed": _leaves("ended_at_ms by_hand", "sự cố kết thúc lúc nào"),
        "incident.taken": _leaves("role", "có người nhận việc: vai trò, không tên"),
        "incident.judged": _leaves("verdict role", "báo đúng hay báo nhầm, do vai trò nào nói"),
        "incident.act": _leaves("act person role", "cán bộ bấm gì ở hiện trường: mã người, vai trò"),
        "incident.media_deleted": _leaves(_DELETED, "hình của sự cố đã xoá ở xã"),
        "cap.issued": _leaves("msg_type about xml", "bản tin cảnh báo CAP đã phát hành"),
        "alert.sent": _leaves("incident person", "đã nhắn cho ai (mã người)"),
        "alert.delivered": _leaves("incident person", "tin đã tới máy của ai (mã người)"),
        "alert.taken": _leaves("incident person", "ai trả lời đã nhận (mã người)"),
        "alert.failed": _leaves("incident person", "không nhắn được cho ai (mã người)"),
        "alert.not_reached": _leaves("incident person stands", "không tìm được ai (mã người)"),
        **{f"bulletin.{state}": _leaves("", f"một bản tin {words}") for state, words in _BULLETIN.items()},
        "horn.reported": _leaves(_REPORT, "từng cụm loa đã kêu thật hay không, đo được gì"),
        "horn.reported_late": _leaves("outcome reason played_ms", "báo cáo muộn của cụm loa"),
        "horn.local_play": _leaves("template outcome played_ms ended_at_ms", "loa phát bằng chìa khoá tại chỗ"),
        "recording.exported": _leaves("camera since_ms until_ms blurred", "giờ và camera của đoạn đã trích"),
        "recording.deleted": _leaves(_DELETED, "đoạn trích đã xoá ở xã"),
        "audit.checkpointed": _leaves("body key_id sig", "mốc có chữ ký của nhật ký, không có nội dung nhật ký"),
        "box.status": _leaves(
            "at_ms version clock up_s restarts down disk sign_of_life_s horns cameras gauges waiting oldest_ms lanes"
            " dead",
            "hộp đang thế nào: còn chờ gửi bao nhiêu, loa, camera, trạm đo nào chạy, còn chỗ chứa không",
        ),
        "box.restored": _leaves("epoch from_seq to_seq", "hộp được dựng lại từ bản sao"),
        "detection.seen": _leaves(
            "label score hits began_ms lasted_ms from to",
            "vật đi qua camera: loại, lúc nào, từ đâu tới đâu trong khung",
        ),
        "reading.taken": _leaves(
            "quantity value unit at_ms quality came_at_ms source", "số đo của trạm: mực nước, mưa, lưu lượng"
        ),
        "modem.measured": _leaves("signal_dbm registered operator balance", "sóng và số dư của SIM"),
        "outbox.dropped": _leaves(
            "lane reason first_seq last_seq count since_ms until_ms", "bao nhiêu tin của làn nào không gửi, vì sao"
        ),
        "media.offered": _leaves("kind event sha256 bytes", "có một tệp hình sẽ gửi"),
        "media.sent": _leaves("kind event sha256 bytes", "một tệp hình đã gửi"),
        "media.gone": _leaves("kind event sha256 wish reason", "một tệp hình đã xoá ở xã hoặc không gửi, vì sao"),
        "command.done": _leaves("kind seq outcome", "một lệnh của tỉnh đã làm"),
        "command.refused": _leaves("kind seq outcome reason", "một lệnh của tỉnh không làm, vì sao"),
        "urgent_key.accepted": _leaves("", "xã nhận một khoá bản tin khẩn"),
        "urgent_key.revoked": _leaves("", "xã thôi nhận một khoá bản tin khẩn"),
        "proposal.accepted": _leaves("", "xã nhận một đề nghị của tỉnh"),
        "proposal.refused": _leaves("", "xã không nhận một đề nghị của tỉnh"),
        "indicator.measured": _leaves(
            "name value total target unit at_ms origin", "một số liệu của chỉ tiêu: bao nhiêu, mục tiêu, đến ngày nào"
        ),
        "indicator.removed": _leaves("at_ms", "một số liệu của chỉ tiêu đã gửi là sai, nay rút lại"),
        "report.made": _leaves(
            "kind period revision title since_ms until_ms to due_ms figures files",
            "báo cáo ngày, tháng: số liệu và tệp",
        ),
        "report.signed": _leaves("pdf signed_at_ms", "báo cáo đã ký số"),
    }
)
ANY_ALARM = frozenset({"kind", "severity", "hamlet", "began_at_ms", "ended_at_ms", "drill"})
"""An alarm of a kind that nobody listed: what, how grave, where and when, but no free words."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What goes, and the names of the fields that stay."""

    data: dict[str, Any]
    withheld: tuple[str, ...]


def allowed(kind: str, lane: int, data: Mapping[str, Any]) -> Allowed:
    """What of an event may leave; raises FinalError when none of it may."""
    listed = LEAVING.get(kind)
    if listed is None and lane != Lane.ALARM:
        raise FinalError(f"Loại tin “{kind}” không có trong danh sách được rời xã.")
    fields = listed.fields if listed else ANY_ALARM
    going = {name: value for name, value in data.items() if name in fields}
    return Allowed(going, tuple(name for name in data if name not in fields))


def markdown_table() -> str:
    """The table of docs/ref/events.md."""
    rows = (
        f"| `{kind}` | {', '.join(f'`{field}`' for field in sorted(one.fields)) or '(nothing)'} | {one.what} |"
        for kind, one in sorted(LEAVING.items())
    )
    return "\n".join(("| type | fields of `data` | nói gì |", "|---|---|---|", *rows)) + "\n"
