"""What is open when one shift hands over to the next: read out of the wall's state, in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.core.local_time import local
from edge.core.moment import AtMs

MOST_MATTERS = 60
"""More would be read by nobody; the page says how many are left out."""
LATE_HORNS = frozenset({"SILENT", "UNKNOWN", "PARTIAL"})
State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Matter:
    """One open thing. ``kind`` groups them; ``weight`` 3 is urgent, 1 good to know; ``path`` the page for it."""

    kind: str
    sentence: str
    weight: int
    path: str


def open_matters(state: State, now_ms: int) -> list[Matter]:
    """Everything open, the weightiest first; at most ``MOST_MATTERS``."""
    makers = (_incidents, _bulletins, _horns, _cameras, _water, _links, _room, _power, _services)
    found = [matter for maker in makers for matter in maker(state, now_ms)]
    return sorted(found, key=lambda matter: -matter.weight)[:MOST_MATTERS]


def _incidents(state: State, _: int) -> Iterator[Matter]:
    for one in _rows(state, "incidents"):
        if one["state"] == "closed":
            continue
        taken = f"{one['taken_by']} đã nhận" if one["taken_by"] else "chưa ai nhận"
        unreached = one.get("not_reached") or ()
        missed = f"; chưa báo được cho {', '.join(unreached)}" if unreached else ""
        sentence = f"{_ended(one['title'])} Từ {_when(one['began_at_ms'])}, {taken}{missed}."
        weight = 3 if one["severity"] in ("severe", "extreme") else 2
        yield Matter("incident", sentence, weight, f"/incidents/{one['id']}")


def _bulletins(state: State, _: int) -> Iterator[Matter]:
    words = {
        "ready": "chờ lãnh đạo duyệt",
        "reapprove": "chờ lãnh đạo duyệt lại",
        "approved": "đã duyệt, chưa phát",
        "unread": "có chữ máy chưa đọc được",
        "failed": "tạo tiếng không được",
    }
    for one in _rows(state, "bulletins"):
        if one["state"] in words:
            yield Matter("bulletin", f"Bản tin “{_cut(one['text'])}” {words[one['state']]}.", 2, "/panel#ban-tin")
        elif one.get("signed_off_by") == "":
            yield Matter("bulletin", f"Bản tin “{_cut(one['text'])}” đã phát, chờ ký xác nhận.", 2, "/panel#ban-tin")


def _horns(state: State, _: int) -> Iterator[Matter]:
    for one in _rows(state, "horns"):
        last = one.get("last") or {}
        if not one["online"]:
            seen = f", lần cuối {_when(one['seen_at_ms'])}" if one.get("seen_at_ms") else ""
            yield Matter("horn", f"{one['name']} mất liên lạc{seen}.", 2, "/panel#loa")
        elif last.get("outcome") in LATE_HORNS:
            why = f": {last['reason']}" if last.get("reason") else ""
            yield Matter("horn", f"{one['name']} không chắc đã phát lúc {_when(last['at_ms'])}{why}.", 2, "/panel#loa")


def _cameras(state: State, _: int) -> Iterator[Matter]:
    for one in _rows(state, "cameras"):
        if one["state"] != "online":
            yield Matter("camera", f"{one['name']} mất hình từ {_when(one['changed_at_ms'])}.", 1, "/cameras")


def _water(state: State, _: int) -> Iterator[Matter]:
    for one in _rows(state, "gauges"):
        if one.get("level"):
            value = f"{one['value']:.2f} m".replace(".", ",") if one.get("value") is not None else "chưa rõ"
            yield Matter("water", f"{one['name']} đang ở báo động {one['level']}, mực nước {value}.", 3, "/river")
    drill = (state.get("flood") or {}).get("drill")
    if drill:
        yield Matter("water", f"Đang diễn tập từ {_when(drill['began_at_ms'])}.", 2, "/flood")


def _links(state: State, now_ms: int) -> Iterator[Matter]:
    uplink = state.get("uplink") or {}
    if uplink.get("state") == "down":
        sentence = f"Mất đường về tỉnh{_since(uplink.get('last_ok_ms'), now_ms)}, {uplink['backlog']} tin chờ gửi."
        yield Matter("link", sentence, 1, "/panel#he-thong")
    for one in _rows(state, "phones"):
        if not one["ok"]:
            yield Matter("link", f"Modem {one['modem']} không nhắn tin được.", 3, "/panel#he-thong")


def _room(state: State, _: int) -> Iterator[Matter]:
    room = state.get("room") or {}
    if room.get("level") in ("yellow", "red"):
        yield Matter("room", str(room["sentence"]), 3 if room["level"] == "red" else 1, "/panel#he-thong")


def _power(state: State, _: int) -> Iterator[Matter]:
    power = state.get("power") or {}
    if power.get("mains") is False:
        left = f", còn khoảng {power['minutes_left']} phút" if power.get("minutes_left") is not None else ""
        yield Matter("power", f"Mất điện lưới{left}.", 3, "/panel#he-thong")


def _services(state: State, _: int) -> Iterator[Matter]:
    for one in _rows(state, "services"):
        if one["state"] == "down":
            why = f": {one['detail']}" if one["detail"] else ""
            yield Matter("service", f"Phần “{one['name']}” đang dừng{why}.", 1, "/panel#he-thong")


def _rows(state: State, section: str) -> Sequence[Mapping[str, Any]]:
    return state.get(section) or ()


def _when(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%H:%M ngày %d/%m}"


def _since(at_ms: int | None, now_ms: int) -> str:
    return f" từ {_when(at_ms)}" if at_ms and at_ms < now_ms else ""


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
