"""A real desk of programmes over a real store, for the pages: a busy week of a commune."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge.core.broadcast import Priority
from edge.core.place import HamletId
from edge.core.policy.airtime import Hours, Limits
from edge.core.programme import MINUTE_MS, Part, Source, When, local_day
from tests.broadcast.planning import EVERY_DAY, Station, notice, programme
from tests.web.scenery import HAMLETS

LIMITS = Limits(Hours(21 * 60, 5 * 60), session_s=45 * 60.0)
GROUPS = [{"id": "ven-song", "name": "Các thôn ven sông", "hamlets": ["thon-dong", "ban-cho"]}]
NOTICES = (
    ("Thu gom rác thải nhựa: bà con mang ra đầu ngõ trước 6 giờ sáng thứ bảy.", 55.0),
    ("Lịch tiêm phòng cho trẻ dưới một tuổi tại trạm y tế xã.", 80.0),
    ("Lịch lấy nước vụ đông xuân của hợp tác xã.", 190.0),
    ("Tin bão số 8: bà con chằng chống nhà cửa, không ra sông.", 75.0),
)
WORKDAYS = frozenset(range(6))


async def paper_calendar(folder: Path, now: int) -> Station:
    """Morning and evening blocks, a market notice that clashes with one of them, one that comes too late at night."""
    station = await Station.open(folder, LIMITS, hamlets=[name for name, _ in HAMLETS], at_ms=now)
    names = [await station.approved(text, seconds) for text, seconds in NOTICES]
    first = local_day(now) - dt.timedelta(days=3)
    when = When(WORKDAYS, (5 * 60, 17 * 60), first, first + dt.timedelta(days=60))
    radio = Part(Source.RELAY, "vov1", 30 * MINUTE_MS, "Tiếp sóng VOV1", names[0])
    parts = [
        replace(notice(name, seconds), title=text[:80]) for name, (text, seconds) in zip(names, NOTICES, strict=True)
    ]
    await station.keep(replace(programme(radio, parts[0], parts[1], when=when), title="Khối sáng, chiều"))
    market = When(EVERY_DAY, (17 * 60 + 20,), first, first + dt.timedelta(days=20))
    await station.keep(
        replace(
            programme(parts[2], name="p2", when=market, hamlets=(HamletId("ban-cho"),), priority=Priority.UU_TIEN),
            title="Lịch lấy nước",
        )
    )
    late = replace(market, times=(21 * 60 + 30,), days=frozenset({4}))
    await station.keep(replace(programme(parts[1], name="p3", when=late), title="Nhắc tiêm phòng"))
    await station.refresh()
    return station


def bulletin_rows(now: int) -> list[dict[str, Any]]:
    """The same notices as the panel shows them."""
    return [
        {
            "id": f"b{number}",
            "text": text,
            "spoken": text,
            "priority": "thuong",
            "hamlets": ["all"],
            "state": "approved",
            "author": "Lan",
            "approver": "Minh",
            "comment": "",
            "made_at_ms": now - number * MINUTE_MS,
            "ms": round(seconds * 1000),
            "clips": [f"{number:064x}"],
            "reports": {},
        }
        for number, (text, seconds) in enumerate(NOTICES, 1)
    ]
