"""The water for those who answer for it: what stands, what was set off, who stopped what, shelters, drills, levels."""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, render_template
from msgspec import Meta

from edge.control import protocol
from edge.core.decimals import decimal
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.place import EVERYWHERE
from edge.core.policy.flood.words import amount
from edge.core.report_words import place
from web.asking import ask, who
from web.bodies import Body, read_body, safe_id
from web.pages import desk
from web.person import the_person
from web.settings import current_settings
from web.speaking import later, say

flood = Blueprint("flood", __name__)

WHAT = {
    "announce": later("Phát loa"),
    "storm": later("Chế độ bão"),
    "sms": later("Nhắn cán bộ"),
    "cap": later("Cảnh báo cho hệ thống khác"),
}
STATES = {
    "wanted": later("chờ phát xong lần đầu"),
    "on": later("đang lặp lại"),
    "done": later("đã làm"),
    "ending": later("đang dừng"),
    "ended": later("đã hết"),
    "stopped": later("đã dừng"),
    "failed": later("không làm được"),
}
SPOKEN = {
    "waiting": later("đang chờ đọc"),
    "rendering": later("đang đọc"),
    "approved": later("sắp phát"),
    "queued": later("chờ lượt phát"),
    "airing": later("đang phát"),
    "aired": later("đã phát"),
    "stopped": later("đã dừng"),
    "failed": later("không đọc được"),
    "unread": later("có chữ không đọc được"),
}
WHEN = {
    "level": later("nước lên báo động {level}"),
    "falling": later("nước rút dưới báo động {level}"),
    "release": later("hồ báo xả từ {at_least} m³/s"),
    "forecast": later("có thể lên báo động {level} trong {hours} giờ"),
    "rain": later("mưa từ {at_least} mm trong {hours} giờ"),
}
STOPPABLE = frozenset({"wanted", "on", "done"})


class LevelsBody(Body, frozen=True):
    """Other levels for a gauge."""

    station: protocol.HamletName
    bao_dong_m: tuple[float, float, float]
    source: Annotated[str, Meta(min_length=1, max_length=300)]
    issued: Annotated[str, Meta(pattern=r"^(19|20)\d\d-\d\d-\d\d\Z")]
    datum: Annotated[str, Meta(max_length=120)] = ""


class RollBody(Body, frozen=True):
    """So many of a hamlet are out."""

    hamlet: protocol.HamletName
    evacuated: Annotated[int, Meta(ge=0, le=100_000)]


class DrillBody(Body, frozen=True):
    """A drill."""

    id: protocol.Uuid
    station: protocol.HamletName
    level: Annotated[int, Meta(ge=1, le=3)]
    minutes: Annotated[int, Meta(ge=1, le=240)]


@flood.get("/flood")
def page() -> str:
    """Everything about the water, as the supervisor knows it now."""
    person = the_person()
    state = ask(protocol.GetState(**who(person)))
    return render_template("flood.html", **desk(), **_words(), flood=state["flood"], gauges=_gauges(state))


@flood.post("/api/flood/levels")
def set_levels() -> Response:
    """Keep other levels."""
    person, body = the_person(), read_body(LevelsBody)
    wish = protocol.SetLevels(
        **who(person),
        station=body.station,
        bao_dong_m=body.bao_dong_m,
        datum=body.datum,
        source=body.source,
        issued=body.issued,
    )
    return jsonify(ask(wish))


@flood.post("/api/flood/actions/<path:action>/stop")
def stop_action(action: str) -> Response:
    """One press."""
    parts = action.split("/")
    name = "/".join(safe_id(part) for part in parts)
    return jsonify(ask(protocol.StopFloodAction(**who(the_person()), id=name)))


@flood.post("/api/flood/roll-call")
def roll_call() -> Response:
    """So many are out."""
    person, body = the_person(), read_body(RollBody)
    return jsonify(ask(protocol.SetEvacuated(**who(person), hamlet=body.hamlet, evacuated=body.evacuated)))


@flood.post("/api/flood/drill")
def start_drill() -> Response:
    """Begin a drill."""
    person, body = the_person(), read_body(DrillBody)
    wish = protocol.StartDrill(**who(person), id=body.id, station=body.station, level=body.level, minutes=body.minutes)
    return jsonify(ask(wish))


@flood.post("/api/flood/drill/end")
def end_drill() -> Response:
    """End it."""
    return jsonify(ask(protocol.EndDrill(**who(the_person()))))


def _gauges(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {gauge["id"]: gauge for gauge in state["gauges"]}


def _words() -> dict[str, Any]:
    """What the template calls things."""
    names = {EVERYWHERE: say("Toàn xã"), **current_settings().hamlets}
    return {
        "what_words": WHAT,
        "state_words": STATES,
        "spoken_words": SPOKEN,
        "stoppable": STOPPABLE,
        "places": lambda hamlets: ", ".join(place(hamlet, names) for hamlet in hamlets),
        "metres": decimal,
        "when": _when,
        "sets_off": _sets_off,
        "issued": _issued,
        "outlooks": _outlooks,
        "today": f"{dt.datetime.now(VIETNAM):%Y-%m-%d}",
    }


def _issued(text: str) -> str:
    """When the levels were made law, from an ISO date or nothing."""
    return (
        say("ban hành %(day)s", day=f"{dt.date.fromisoformat(text):%d/%m/%Y}")
        if text
        else say("chưa ghi ngày ban hành")
    )


def _when(at_ms: int) -> str:
    """A clock today, else with its day."""
    here, today = local(AtMs(at_ms)), local(AtMs(time.time_ns() // 1_000_000))
    return f"{here:%H:%M}" if here.date() == today.date() else f"{here:%H:%M %d/%m}"


def _outlooks(flood: dict[str, Any]) -> list[dict[str, Any]]:
    """Gauges with a forecast first; ``next_words`` name the level ahead as people know it."""
    marks = {one["station"]: one["bao_dong_m"] for one in flood["levels"]}
    told = [
        one | {"next_words": _mark(one.get("next_level"), marks.get(one["station"], ()))} for one in flood["outlooks"]
    ]
    return sorted(told, key=lambda one: one["level_m"] is None)


def _mark(level_m: float | None, marks: Sequence[float]) -> str:
    """A forecast may be older than the levels in force."""
    if level_m is None:
        return ""
    if level_m not in marks:
        return say("mức %(metres)s m", metres=decimal(level_m))
    return say("báo động %(level)s (%(metres)s m)", level=marks.index(level_m) + 1, metres=decimal(level_m))


def _sets_off(rule: dict[str, Any]) -> str:
    return say(WHEN[rule["when"]]).format(level=rule["level"], at_least=amount(rule["at_least"]), hours=rule["hours"])
