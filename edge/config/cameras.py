"""What a camera's tables mean together: its streams' addresses, and rules that lack what their kind needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from edge.config.lines import PathKey
from edge.config.problem import Problem
from edge.config.schema import Camera, Config, Line, Recorder, Zone
from edge.core.vision import VEHICLES

NEEDS = {
    "loiter": ("after_s",),
    "parked": ("after_s",),
    "count": ("more_than",),
    "river_bank": ("gauge", "above_m"),
}
"""What a rule cannot do without."""
_OPTIONS = ("after_s", "more_than", "gauge", "above_m")
_MEANING = {
    "after_s": "số giây ở lại `after_s`",
    "more_than": "số lượng `more_than`",
    "gauge": "trạm đo `gauge`",
    "above_m": "mực nước `above_m`",
}


FOR_VEHICLES = ("closed_street", "parked")


@dataclass(frozen=True, slots=True)
class Streams:
    """A camera's addresses; they may hold a password. ``sessions`` names the recorder whose limit they share."""

    watch: str
    record: str
    sessions: str = ""
    most_sessions: int = 0


@dataclass(frozen=True, slots=True)
class OnvifDoor:
    """Where a camera answers ONVIF, and the login: that of its stream."""

    url: str
    user: str
    password: str


def onvif_of(camera: Camera, config: Config) -> OnvifDoor | None:
    """Its door; None where the settings name none."""
    if camera.onvif_url is None:
        return None
    login = urlsplit(streams_of(camera, config).watch)
    return OnvifDoor(camera.onvif_url, unquote(login.username or ""), unquote(login.password or ""))


def streams_of(camera: Camera, config: Config) -> Streams:
    """Where to watch and where to record this camera of a config that was checked."""
    recorder = next((one for one in config.recorder if one.id == camera.recorder), None)
    if recorder is None:
        assert camera.url is not None, "the cross-check refuses a camera without an address"
        return Streams(camera.url, camera.record_url or camera.url)
    assert camera.channel is not None
    watch, record = (_address(recorder, path, camera.channel) for path in (recorder.sub, recorder.main))
    return Streams(watch, record, recorder.id, recorder.most_sessions)


def _address(recorder: Recorder, path: str, channel: int) -> str:
    login = f"{quote(recorder.user, safe='')}:{quote(recorder.password, safe='')}@" if recorder.user else ""
    return f"rtsp://{login}{recorder.host}:{recorder.port}{path.replace('{channel}', str(channel))}"


def rules_of(camera: Camera) -> tuple[Zone | Line, ...]:
    """Everything that a camera watches for, zones before lines."""
    return (*camera.zone, *camera.line)


def labels_of(rule: Zone | Line) -> frozenset[str]:
    """Whom a rule looks for: a street that is closed and a place to park mean vehicles unless others are named."""
    if isinstance(rule, Zone) and rule.rule in FOR_VEHICLES and rule.labels == ("person",):
        return VEHICLES
    return frozenset(rule.labels)


def check_cameras(config: Config) -> Iterator[Problem]:
    """Every problem of addresses and rules."""
    if config.vision.backend == "auto" and config.vision.backend_settings:
        yield Problem(("vision", "backend_settings"), "thông số của riêng một động cơ: ghi rõ `backend` nào.")
    for index, recorder in enumerate(config.recorder):
        for field in ("main", "sub"):
            if "{channel}" not in getattr(recorder, field):
                yield Problem(("recorder", index, field), "đường dẫn phải có chỗ {channel} cho số kênh.")
    known = {recorder.id for recorder in config.recorder}
    gauges = {gauge.id for gauge in config.gauge}
    for index, camera in enumerate(config.camera):
        yield from _streams(index, camera, known)
        for column, zone in enumerate(camera.zone):
            yield from zone_problems(("camera", index, "zone", column), zone, gauges)
        for column, line in enumerate(camera.line):
            if line.points[0] == line.points[1]:
                yield Problem(("camera", index, "line", column, "points"), "hai đầu của vạch phải khác nhau.")


def _streams(index: int, camera: Camera, known: set[str]) -> Iterator[Problem]:
    here: PathKey = ("camera", index)
    if camera.recorder is None:
        if camera.url is None:
            yield Problem(here, "thiếu địa chỉ `url`, hoặc `recorder` và `channel` nếu camera nằm sau đầu ghi.")
        if camera.channel is not None:
            yield Problem((*here, "channel"), "có số kênh mà không có đầu ghi `recorder`.")
        return
    if camera.recorder not in known:
        yield Problem((*here, "recorder"), f"không có đầu ghi `{camera.recorder}`.")
    if camera.channel is None:
        yield Problem(here, "camera sau đầu ghi phải có số kênh `channel`.")
    if camera.url is not None or camera.record_url is not None:
        yield Problem((*here, "recorder"), "đã có đầu ghi thì bỏ `url` và `record_url`.")


def zone_problems(here: PathKey, zone: Zone, gauges: set[str]) -> Iterator[Problem]:
    """What this zone's rule lacks, or was given in vain."""
    needed = NEEDS.get(zone.rule, ())
    for option in _OPTIONS:
        given = getattr(zone, option) is not None
        if option in needed and not given:
            yield Problem(here, f"luật `{zone.rule}` cần {_MEANING[option]}.")
        if given and option not in needed:
            yield Problem((*here, option), f"luật `{zone.rule}` không dùng thiết lập này.")
    if zone.gauge is not None and zone.gauge not in gauges:
        yield Problem((*here, "gauge"), f"không có trạm đo `{zone.gauge}`.")
