"""A busy evening in a commune, as sections of the wall's state (docs/ref/state.md)."""

import math
from functools import partial
from typing import Any

MINUTE = 60_000
HOUR = 60 * MINUTE
HAMLETS = (("thon-dong", "Thôn Đông"), ("thon-tay", "Thôn Tây"), ("ban-cho", "Bản Chợ"), ("thon-trung", "Thôn Trung"))

QUIET_LINE: dict[str, Any] = {"reason": "nothing", "eta_s": 0, "ways": []}


def quiet(now: int) -> dict[str, Any]:
    """Everything well and nothing going on."""
    return {
        "commune": _commune(now),
        "clock": {"state": "synced", "at_ms": now},
        "cameras": [camera("cong-ubnd", "Cổng trụ sở UBND xã", now), camera("cau-treo", "Cầu treo thôn Đông", now)],
        "tracks": {},
        "zones": {},
        "incidents": [],
        "horns": [
            horn("loa-dong", "Cụm loa thôn Đông", "thon-dong", now),
            horn("loa-tay", "Cụm loa thôn Tây", "thon-tay", now),
        ],
        "on_air": [],
        "bulletins": [],
        "templates": [],
        "gauges": [],
        "uplink": {
            "state": "up",
            "detail": "",
            "backlog": 0,
            "oldest_ms": None,
            "last_ok_ms": now,
            "sent": 118,
            **QUIET_LINE,
        },
        "phones": [
            {"modem": "sim-1", "ok": True, "detail": "Viettel, sóng 21/31", "sent": 4, "waiting": 0, "failed": 0}
        ],
        "services": [service(name, now) for name in ("vision-0", "live", "speech", "node", "broker")],
    }


def busy(now: int) -> dict[str, Any]:
    """An intrusion, a flood, horns that play, a camera that is gone and an uplink that is cut."""
    return {
        **quiet(now),
        **_seen_on_the_bridge(now),
        "cameras": _busy_cameras(now),
        "incidents": _incidents(now),
        "horns": _busy_horns(now),
        "on_air": [on_air(now)],
        "bulletins": _bulletins(now),
        "gauges": [gauge(now)],
        "room": full_disk(),
        "uplink": _cut_uplink(now),
        "phones": [
            {"modem": "sim-1", "ok": True, "detail": "Viettel, sóng 21/31", "sent": 9, "waiting": 2, "failed": 1}
        ],
        "services": [
            service("vision-0", now),
            service("speech", now, "starting"),
            service("live", now),
            service("broker", now),
        ],
    }


def _seen_on_the_bridge(now: int) -> dict[str, Any]:
    outline = [[0.28, 0.42], [0.66, 0.42], [0.8, 0.98], [0.2, 0.98]]
    person = {"track": 7, "label": "person", "score": 0.9, "box": [0.42, 0.3, 0.56, 0.9], "zones": ["lan-can"]}
    return {
        "zones": {"cau-treo": [{"id": "lan-can", "name": "Lan can cầu", "polygon": outline}]},
        "tracks": {"cau-treo": {"at_ms": now + HOUR, "tracks": [person]}},
    }


def _cut_uplink(now: int) -> dict[str, Any]:
    way = {
        "name": "4G",
        "used": True,
        "works": False,
        "metered": True,
        "month_bytes": 2_500_000_000,
        "budget_bytes": 3_000_000_000,
        "saver": "saving",
    }
    return {
        "state": "down",
        "detail": "Không nối được tới tỉnh.",
        "backlog": 42,
        "oldest_ms": now - 7 * MINUTE,
        "last_ok_ms": now - 7 * MINUTE,
        "sent": 118,
        "reason": "line_down",
        "eta_s": None,
        "ways": [way],
    }


def full_disk() -> dict[str, Any]:
    """Room is all but gone."""
    gigabyte = 1024**3
    return {
        "level": "red",
        "reason": "reserve",
        "sentence": "Đĩa đã đầy, hộp đang dùng phần dự trữ cuối cùng, còn 15 MB. Số đo không xếp hàng gửi tỉnh nữa;"
        " báo động, lệnh phát và nhật ký loa vẫn được ghi.",
        "database": {"used_bytes": gigabyte, "quota_bytes": 4 * gigabyte},
        "media": {"used_bytes": 180 * gigabyte, "quota_bytes": 200 * gigabyte},
        "disk": {"free_bytes": 15 * 1024**2, "bytes": 250 * gigabyte},
        "reserve": False,
    }


def camera(name: str, title: str, now: int, state: str = "online", detail: str = "", **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": title,
        "hamlet": "thon-dong",
        "state": state,
        "detail": detail,
        "codec": "h264",
        "fps": 10.0,
        "width": 768,
        "height": 432,
        "kbit_s": 640.0,
        "reconnects": 1,
        "reconnects_h": 1,
        "stalls_h": 0,
        "mode": "keys",
        "gop_s": 2.0,
        "guaranteed_seen_s": 2.0,
        "hint_auc": 0.94,
        "hint_trusted": True,
        "trouble": "",
        "recording": "on",
        "missing": [],
        "privacy": {"areas": [], "hidden_by": "", "word": "", "set_at_ms": 0},
        "changed_at_ms": now - 3 * MINUTE,
        **fields,
    }


def horn(name: str, title: str, hamlet: str, now: int, **fields: Any) -> dict[str, Any]:
    last = {"outcome": "PLAYED", "reason": "", "at_ms": now - 2 * HOUR, "rms_db": -18.0, "amp_ma": 2400}
    base = {
        "id": name,
        "name": title,
        "hamlet": hamlet,
        "local": False,
        "online": True,
        "state": "idle",
        "amp_on": False,
        "clock": "synced",
        "batt_v": 12.9,
        "temp_c": 41.0,
        "seen_at_ms": now - 8000,
        "last": last,
    }
    return {**base, **fields}


def incident(name: str, now: int, **fields: Any) -> dict[str, Any]:
    base = {
        "id": name,
        "kind": "intrusion",
        "severity": "severe",
        "title": "Có người trong vùng cấm Lan can cầu.",
        "subject": "camera/cau-treo/lan-can",
        "camera": "cau-treo",
        "rule": "lan-can",
        "rule_kind": "enter",
        "label": "person",
        "most": 1,
        "box": None,
        "seen_at_ms": None,
        "closed_by": None,
        "closed_how": None,
        "verdict": None,
        "clip": False,
        "place": "Cầu treo thôn Đông",
        "hamlet": "thon-dong",
        "began_at_ms": now,
        "ended_at_ms": None,
        "state": "open",
        "taken_by": None,
        "taken_at_ms": None,
        "still": None,
        "told": [],
    }
    return {**base, **fields}


def service(name: str, now: int, state: str = "up") -> dict[str, Any]:
    return {"name": name, "state": state, "detail": "", "since_ms": now - 12_000, "restarts": int(state != "up")}


def on_air(now: int) -> dict[str, Any]:
    return {
        "bulletin": "00000000-0000-4000-8000-000000000001",
        "order": "1-44",
        "priority": "khan_cap",
        "title": "Báo động hai: nước sông Kiến Giang đang lên nhanh, bà con thôn Đông di dời ngay.",
        "hamlets": ["thon-dong", "ban-cho"],
        "began_at_ms": now - 14_000,
        "ms": 96_000,
    }


def gauge(now: int) -> dict[str, Any]:
    trend = [
        [now - (96 - step) * 15 * MINUTE, round(0.9 + 1.55 / (1 + math.exp((62 - step) / 9)), 3)] for step in range(97)
    ]
    return {
        "id": "cau-kien-giang",
        "name": "Sông Kiến Giang",
        "quantity": "level",
        "value": trend[-1][1],
        "unit": "m",
        "at_ms": now - 20_000,
        "quality": "good",
        "level": 2,
        "bao_dong_m": [1.2, 2.2, 2.7],
        "trend": trend,
    }


def _commune(now: int) -> dict[str, Any]:
    hamlets = [{"id": name, "name": title} for name, title in HAMLETS]
    return {"name": "Xã Kiến Giang", "box": 1, "demo": True, "hamlets": hamlets, "started_at_ms": now - HOUR}


def _busy_cameras(now: int) -> list[dict[str, Any]]:
    gone = camera("cho-ban", "Chợ Bản", now, "offline", "Camera không trả lời RTSP (đã thử 14 lần).")
    names = (("cau-treo", "Cầu treo thôn Đông"), ("cong-ubnd", "Cổng trụ sở UBND xã"), ("nga-ba", "Ngã ba thôn Tây"))
    return [*(camera(name, title, now) for name, title in names), gone]


def _busy_horns(now: int) -> list[dict[str, Any]]:
    silent = {
        "outcome": "SILENT",
        "reason": "không có dòng điện ra loa",
        "at_ms": now - 26 * MINUTE,
        "rms_db": -19.0,
        "amp_ma": 40,
    }
    return [
        horn("loa-ubnd", "Loa trụ sở", "thon-trung", now, local=True),
        horn("loa-dong", "Cụm loa thôn Đông", "thon-dong", now, state="playing", amp_on=True),
        horn("loa-ban-cho", "Cụm loa Bản Chợ", "ban-cho", now, state="playing", amp_on=True, last=silent),
        horn(
            "loa-tay", "Cụm loa thôn Tây", "thon-tay", now, online=False, state="unknown", seen_at_ms=now - 11 * MINUTE
        ),
    ]


def _incidents(now: int) -> list[dict[str, Any]]:
    told = [
        {"name": "Trần Văn Bình", "state": "taken", "at_ms": now - 30_000},
        {"name": "Lê Thị Hoa", "state": "sent", "at_ms": now - 30_000},
        {"name": "Nguyễn Văn Cường", "state": "failed", "at_ms": now - 20_000},
    ]
    flood = "Nước sông Kiến Giang vượt báo động 2: 2,41 m."
    mine = {"taken_by": "Trần Văn Bình", "taken_at_ms": now - 9 * MINUTE}
    return [
        incident("3-91", now - 40_000, still="3-91.jpg", told=told[1:]),
        incident(
            "3-88",
            now - 12 * MINUTE,
            kind="flood_level",
            severity="extreme",
            title=flood,
            subject="gauge/cau-kien-giang/bao-dong",
            camera=None,
            rule=None,
            rule_kind=None,
            label=None,
            place="Sông Kiến Giang",
            told=told,
            **mine,
        ),
        incident(
            "3-80",
            now - 3 * HOUR,
            severity="minor",
            title="Có người ở cổng trụ sở ngoài giờ.",
            subject="camera/cong-ubnd/cong",
            camera="cong-ubnd",
            rule="cong",
            place="Cổng trụ sở UBND xã",
            state="closed",
            ended_at_ms=now - 3 * HOUR + MINUTE,
            still="3-80.jpg",
            told=told[:1],
        ),
    ]


def _bulletin(now: int, number: int, state: str, text: str, **fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "text": text,
        "spoken": text.lower(),
        "priority": "thuong",
        "hamlets": ["all"],
        "state": state,
        "author": "phát thanh viên",
        "approver": None,
        "comment": "",
        "made_at_ms": now - number * 17 * MINUTE,
        "ms": 41_000,
        "clips": ["0" * 64],
        "seal": "0" * 64,
        "writers": [],
        "template": None,
        "signed_off_by": None,
        "repeats_left": 0,
        "reports": {},
    }
    return {**base, **fields}


def _bulletins(now: int) -> list[dict[str, Any]]:
    row = partial(_bulletin, now)
    leader = {"approver": "Nguyễn Thị Lan"}
    return [
        row(
            0,
            "ready",
            "7h30 ngày 23/11, mời bà con thôn Đông và Bản Chợ đến nhà văn hóa thôn họp bàn việc tu sửa kênh mương.",
            hamlets=["thon-dong", "ban-cho"],
            author="Phạm Văn Đức",
        ),
        row(
            1,
            "airing",
            "Báo động hai: nước sông Kiến Giang đang lên nhanh, bà con thôn Đông di dời ngay.",
            priority="khan_cap",
            hamlets=["thon-dong", "ban-cho"],
            **leader,
        ),
        row(
            2,
            "approved",
            "Từ 5/12, trạm y tế xã tiêm vắc xin sởi cho trẻ dưới 24 tháng, sáng thứ 3 và thứ 5.",
            priority="uu_tien",
            **leader,
        ),
        row(
            3,
            "aired",
            "Lịch cắt điện: 8h-11h ngày 24/11 tại thôn Tây.",
            hamlets=["thon-tay"],
            reports={"PLAYED": 3, "SILENT": 1},
            **leader,
        ),
        row(4, "returned", "Mời bà con đi họp.", comment="Ghi rõ giờ và nơi họp.", clips=[]),
    ]
