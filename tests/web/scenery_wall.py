"""A whole evening for the wall: what `busy` has, and the map, the forecast, power and the commune's indicators."""

import json
import math
from typing import Any

from edge.core.village_map import read_map
from hil import village
from tests.web.scenery import HAMLETS, HOUR, MINUTE, busy, camera, gauge

DAY = 24 * HOUR
NAMES = ("cau-treo", "cong-ubnd", "nga-ba", "cho-ban")
_DRAWN = {"dong": "thon-dong", "doai": "thon-tay", "nam": "ban-cho", "trung-tam": "thon-trung"}
"""The demo's hamlets by those of this scenery."""
_STANDING = {
    "camera/cau-treo": village.PLACES["camera/cam-3"],
    "camera/cong-ubnd": village.PLACES["camera/cam-1"],
    "camera/nga-ba": village.PLACES["camera/cam-4"],
    "horn/loa-dong": village.PLACES["horn/loa-dong"],
    "gauge/cau-kien-giang": village.PLACES["gauge/song-minh"],
}
"""The others have no place on the map: they are shown about their hamlet's middle."""


def whole(now: int, cameras: int = 4) -> dict[str, Any]:
    """Sections of the whole evening, with so many cameras."""
    state = busy(now)
    more = [camera(f"cam-{n}", f"Camera thôn số {n}", now, hamlet=HAMLETS[n % 4][0]) for n in range(5, cameras + 1)]
    return {
        **state,
        "cameras": [*state["cameras"][:cameras], *more],
        "map": village_map(),
        "gauges": [gauge(now)],
        "flood": flood(now),
        "indicators": indicators(now),
        "power": power(),
    }


def village_map() -> dict[str, Any]:
    """The section `map`: the demo's land with this scenery's names."""
    document = json.loads(village.geojson(_STANDING))
    for feature in document["features"]:
        if "hamlet" in feature["properties"]:
            feature["properties"]["hamlet"] = _DRAWN[feature["properties"]["hamlet"]]
    known = {"hamlet": frozenset(_DRAWN.values())}
    for name in _STANDING:
        kind, _, thing = name.partition("/")
        known[kind] = known.get(kind, frozenset()) | {thing}
    drawn = read_map(document, known)
    return {
        "hamlets": [{"id": one.hamlet, "rings": one.rings} for one in drawn.outlines],
        "lines": [{"kind": one.kind, "name": one.name, "points": one.points} for one in drawn.lines],
        "places": dict(drawn.places),
        "fault": "",
    }


def flood(now: int) -> dict[str, Any]:
    outlook = {
        "station": "cau-kien-giang",
        "at_ms": now - 20_000,
        "horizon_ms": 6 * HOUR,
        "level_m": 2.84,
        "low_m": 2.62,
        "high_m": 3.05,
        "rate_m_h": 0.11,
        "next_level": 2.7,
        "reach_from_ms": now + 3 * HOUR,
        "reach_to_ms": now + 5 * HOUR,
        "why": "",
    }
    empty: dict[str, Any] = dict.fromkeys(
        ("levels", "stands", "actions", "rules", "shelters", "roll_call", "risks"), []
    )
    return {**empty, "outlooks": [outlook], "drill": None}


def power(**fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "mains": True,
        "charge_pct": 100,
        "minutes_left": None,
        "low": False,
        "silent": False,
        "shed": [],
    }
    return {**base, **fields}


def indicators(now: int) -> list[dict[str, Any]]:
    def one(
        name: str, title: str, value: float | None, target: float | None, unit: str, **fields: Any
    ) -> dict[str, Any]:
        last = value or 0.0
        trend = [[now - (12 - n) * DAY, round(last * (0.82 + 0.18 * math.sin(n / 12 * 1.57)), 1)] for n in range(13)]
        base: dict[str, Any] = {
            "id": name,
            "name": title,
            "value": value,
            "target": target,
            "unit": unit,
            "source": "UBND xã nhập",
            "at_ms": now - 3 * HOUR,
            "trend": trend if value is not None else [],
            "total": None,
            "digits": 0,
            "better": "more",
            "age_limit_s": 3 * 86400,
        }
        return {**base, **fields}

    return [
        one("ky-so", "Văn bản ký số", 100, 100, "%"),
        one("mot-cua", "Hồ sơ một cửa đúng hạn", 98.4, 95, "%", source="Cổng dịch vụ công", digits=1),
        one("khong-tien-mat", "Hộ thanh toán không tiền mặt", 1632, 1904, "hộ", total=2115),
        one("kham-tu-xa", "Lượt khám từ xa", 37, 40, "lượt", source="Trạm y tế"),
        one("ocop", "Sản phẩm OCOP", 6, None, "sản phẩm", at_ms=now - 9 * DAY),
        one("wifi", "Điểm Wi-Fi đang chạy", 11, 12, "điểm", total=12, source="hộp tự đo", at_ms=now - MINUTE),
        one("phan-anh", "Phản ánh đã trả lời", None, 100, "%"),
    ]
