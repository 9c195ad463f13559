"""Eight cameras with every kind of trouble, and five days of what they saw and recorded."""

import io
import itertools
import random
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from tests.web.paper_archive import PaperArchive
from tests.web.scenery import HOUR, MINUTE, camera, incident

SHARED = Path(__file__).parents[3] / "shared" / "assets" / "video"
CLIP = SHARED / "one-by-one-person-detection.mp4"
MOST_FRAMES = 400
VIETNAM = 7 * HOUR
DAY = 24 * HOUR
SHAPE = {
    "lan-can": [[0.28, 0.42], [0.66, 0.42], [0.8, 0.98], [0.2, 0.98]],
    "bo-ke": [[0.0, 0.6], [1.0, 0.5], [1.0, 1.0], [0.0, 1.0]],
}
HAPPENED = (
    ("lan-can", "enter", "person", 1, "Có người trong vùng cấm Lan can cầu."),
    ("bo-ke", "river_bank", "person", 2, "2 người ở bờ kè khi nước sông Kiến Giang trên 2,20 m."),
    ("vach-cong", "line", "person", 1, "Có người qua Vạch cổng từ ngoài vào lúc 23h."),
    ("lan-can", "loiter", "person", 3, "3 người nán lại trên cầu hơn 5 phút."),
    ("", "covered", "", 1, "Camera Cầu treo thôn Đông bị che."),
)


def eyes(now: int) -> dict[str, Any]:
    """Sections of the state that cameras have a part in."""
    return {
        "cameras": [
            camera("cau-treo", "Cầu treo thôn Đông", now),
            camera("cong-ubnd", "Cổng trụ sở UBND xã", now, codec="hevc", mode="keys"),
            camera("nga-ba", "Ngã ba thôn Tây", now, trouble="covered"),
            camera("cho-ban", "Chợ Bản", now, "offline", "Camera không trả lời RTSP (đã thử 14 lần).", recording="off"),
            camera("truong-hoc", "Trường tiểu học", now, recording="off", missing=["mục đích", "ngày cắm biển báo"]),
            camera("tram-bom", "Trạm bơm", now, gop_s=10.0, mode="full", hint_trusted=False, hint_auc=0.61),
            camera("ben-do", "Bến đò", now, stalls_h=4, reconnects_h=9, recording="Ổ đĩa báo lỗi khi ghi."),
            camera("dinh-lang", "Đình làng", now, guaranteed_seen_s=0.0, hint_auc=0.0, mode="packets", codec=""),
        ],
        "zones": {"cau-treo": rules(now)},
        "incidents": [
            incident("9-1", now - 40_000, still="9-1.jpg", most=3, title=HAPPENED[3][4], rule_kind="loiter"),
            incident("9-2", now - 5 * MINUTE, camera="nga-ba", rule=None, rule_kind="covered", kind="device",
                     severity="moderate", title="Camera Ngã ba thôn Tây bị che.", place="Ngã ba thôn Tây", label=None),
            incident("9-3", now - HOUR, verdict="false_alarm", state="closed", ended_at_ms=now - HOUR + MINUTE,
                     still="9-3.jpg", closed_by="Trần Văn Bình", closed_how="Đã kiểm tra, không có gì"),
        ],
    }  # fmt: skip


def rules(now: int) -> list[dict[str, Any]]:
    """A zone that looks, a river bank that rests, and a line."""
    base = {"active": True, "suspended_until_ms": None, "direction": None, "points": None, "polygon": None}
    zone = {"id": "lan-can", "name": "Lan can cầu", "rule": "enter", "polygon": SHAPE["lan-can"]}
    bank = {"id": "bo-ke", "name": "Bờ kè", "rule": "river_bank", "polygon": SHAPE["bo-ke"]}
    points = [[0.1, 0.55], [0.9, 0.5]]
    line = {"id": "vach-cong", "name": "Vạch cổng", "rule": "line", "points": points, "direction": "left_to_right"}
    rest = {"suspended_until_ms": now + HOUR, "active": False}
    kept = {"active": "22:00-05:00", "labels": ["person"], "severity": "severe", "min_hits": 3}
    more = {"gauge": "cau-kien-giang", "above_m": 2.2}
    return [
        {**base, **zone, "settings": {**zone, **kept}},
        {**base, **bank, **rest, "settings": {**bank, **kept, **more}},
        {**base, **line, "settings": {**line, **kept}},
    ]


def history(archive: PaperArchive, now: int) -> None:
    """Incidents of five days, with their stories and stills; recordings of today and yesterday."""
    rng = random.Random(7)
    stills(archive, now)
    for number in range(60):
        rule, kind, label, most, title = HAPPENED[number % len(HAPPENED)]
        began = now - number * 2 * HOUR - rng.randrange(HOUR)
        archive.incident(
            f"9-{number + 1}", began, title=title, rule=rule or None, rule_kind=kind, label=label or None, most=most,
            severity=("severe", "extreme", "moderate", "severe", "minor")[number % 5],
            state="open" if number == 0 else "closed", ended_at_ms=None if number == 0 else began + 90_000,
            still=f"stills/9-{number + 1}.jpg" if label else None, verdict="false_alarm" if number % 7 == 2 else None,
            clip="clips/cau-treo.mp4" if number == 1 else None,
        )  # fmt: skip
        archive.chapter(f"9-{number + 1}", began + 2000, "more", detail="3 người trong vùng cấm Lan can cầu.")
        archive.chapter(f"9-{number + 1}", began + 5000, "still", detail=f"stills/9-{number + 1}.jpg")
    archive.write("clips/cau-treo.mp4")
    recordings(archive, "cau-treo", now, rng)


def recordings(archive: PaperArchive, name: str, now: int, rng: random.Random) -> None:
    """Segments of ten minutes by day, with a hole at noon; the last two minutes in short ones that play."""
    begin = (now + VIETNAM) // DAY * DAY - VIETNAM - DAY
    for at in range(begin, now - 10 * MINUTE, 10 * MINUTE):
        if 11 <= ((at + VIETNAM) % DAY) // HOUR < 12:
            continue
        busy = rng.random() < 0.3
        fields = {"motion": rng.random() * 0.5 if busy else 0.0, "importance": rng.choice((1, 2)) if busy else 0}
        row = {"began_ms": at, "ended_ms": at + 10 * MINUTE, "path": f"recordings/{name}/{at}.mp4", "bytes": 8_000_000}
        archive.insert("segment", camera=name, codec="h264", width=1280, height=720, **row, **fields)
    for at in range(now - 2 * MINUTE, now - 3000, 3000):
        archive.segment(name, at, motion=0.3, importance=2)


def stills(archive: PaperArchive, now: int) -> None:
    """Pictures of the clip with people where it is there, a painted one otherwise."""
    for number in range(1, 61):
        archive.write(f"stills/9-{number}.jpg", picture(number * 6))
    for number, name in enumerate(one["id"] for one in eyes(now)["cameras"]):
        if name != "cho-ban":
            archive.write(f"latest/{name}.jpg", picture(number * 45 + 40))


_FRAMES: dict[int, bytes] = {}


def picture(number: int) -> bytes:
    if CLIP.exists() and not _FRAMES:
        with av.open(io.BytesIO(CLIP.read_bytes())) as source:
            for at, frame in enumerate(itertools.islice(source.decode(video=0), MOST_FRAMES)):
                if at % 10 == 0:
                    _FRAMES[at] = _jpeg(frame.to_ndarray(format="bgr24"))
    if _FRAMES:
        return _FRAMES[min(_FRAMES, key=lambda at: abs(at - number))]
    grey = np.linspace(40, 190, 768, dtype=np.uint8)[None, :, None].repeat(432, 0).repeat(3, 2)
    return _jpeg(cv2.rectangle(grey, (320 + number % 60, 130), (430 + number % 60, 390), (60, 70, 200), -1))


def _jpeg(bgr: Any) -> bytes:
    done, jpeg = cv2.imencode(".jpg", bgr)
    assert done
    return bytes(jpeg)
