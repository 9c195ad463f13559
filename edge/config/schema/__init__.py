"""Every setting of a box, typed and bounded. ``docs/ref/example.toml`` explains each of them to people."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.config.schema.base import (
    DeviceSettings,
    Driver,
    Host,
    Hours,
    HttpsUrl,
    Level,
    Name,
    Origin,
    Path,
    Phone,
    Port,
    PriorityName,
    RtspUrl,
    Section,
    Share,
    Slug,
    Text,
    Voice,
)
from edge.config.schema.door import Nginx
from edge.config.schema.indicator import Indicator
from edge.config.schema.links import Broker, Hub, Live, Media, MediaRule, Shape, Support, Syslog, Way, Web
from edge.config.schema.people import Channel, Ladder, Person, Shift
from edge.config.schema.place import Commune, Hamlet
from edge.config.schema.report import Report, Signature, Tier
from edge.config.schema.sensing import Feed, Gauge, Modem, UpsDevice
from edge.config.schema.station import (
    Blank,
    Group,
    Holiday,
    Horn,
    LocalNode,
    Loudness,
    Radio,
    SelfTest,
    Speech,
    Station,
    Template,
)
from edge.config.schema.vision import Camera, Corners, Line, Recorder, Recording, Vision, Watched, Zone, ZoneRuleName
from edge.config.schema.warnings import Cap, CapSource, NewsSource
from edge.config.schema.watch import Watch
from edge.config.schema.water import Drill, FloodRule, Shelter


class Config(Section, frozen=True, kw_only=True):
    """The whole file."""

    commune: Commune
    web: Web
    broker: Broker
    media: Media
    live: Live = Live()
    nginx: Nginx | None = None
    vision: Vision = Vision()
    recording: Recording = Recording()
    speech: Speech = Speech()
    station: Station = Station()
    self_test: SelfTest = SelfTest()
    cap: Cap = Cap()
    drill: Drill = Drill()
    report: Report = Report()
    news_source: Annotated[tuple[NewsSource, ...], Meta(max_length=5)] = ()
    hub: Hub | None = None
    way: Annotated[tuple[Way, ...], Meta(max_length=4)] = ()
    media_rule: MediaRule = MediaRule()
    syslog: Syslog | None = None
    support: Support | None = None
    local_node: LocalNode | None = None
    ups: UpsDevice | None = None
    hamlet: Annotated[tuple[Hamlet, ...], Meta(min_length=1, max_length=60)]
    recorder: Annotated[tuple[Recorder, ...], Meta(max_length=20)] = ()
    camera: Annotated[tuple[Camera, ...], Meta(max_length=64)] = ()
    horn: Annotated[tuple[Horn, ...], Meta(max_length=60)] = ()
    feed: Annotated[tuple[Feed, ...], Meta(max_length=10)] = ()
    gauge: Annotated[tuple[Gauge, ...], Meta(max_length=20)] = ()
    modem: Annotated[tuple[Modem, ...], Meta(max_length=2)] = ()
    channel: Annotated[tuple[Channel, ...], Meta(max_length=5)] = ()
    person: Annotated[tuple[Person, ...], Meta(max_length=100)] = ()
    shift: Annotated[tuple[Shift, ...], Meta(max_length=40)] = ()
    ladder: Annotated[tuple[Ladder, ...], Meta(max_length=4)] = ()
    template: Annotated[tuple[Template, ...], Meta(max_length=100)] = ()
    group: Annotated[tuple[Group, ...], Meta(max_length=40)] = ()
    radio: Annotated[tuple[Radio, ...], Meta(max_length=20)] = ()
    flood_rule: Annotated[tuple[FloodRule, ...], Meta(max_length=60)] = ()
    shelter: Annotated[tuple[Shelter, ...], Meta(max_length=60)] = ()
    watch: Annotated[tuple[Watch, ...], Meta(max_length=100)] = ()
    indicator: Annotated[tuple[Indicator, ...], Meta(max_length=60)] = ()


def fields_of(section: type[Section]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The settings of a table, for the docs test."""
    return msgspec.structs.fields(section)


__all__ = [
    "Blank",
    "Broker",
    "Camera",
    "Cap",
    "CapSource",
    "Channel",
    "Commune",
    "Config",
    "Corners",
    "DeviceSettings",
    "Drill",
    "Driver",
    "Feed",
    "FloodRule",
    "Gauge",
    "Group",
    "Hamlet",
    "Holiday",
    "Horn",
    "Host",
    "Hours",
    "HttpsUrl",
    "Hub",
    "Indicator",
    "Ladder",
    "Level",
    "Line",
    "Live",
    "LocalNode",
    "Loudness",
    "Media",
    "MediaRule",
    "Modem",
    "Name",
    "NewsSource",
    "Nginx",
    "Origin",
    "Path",
    "Person",
    "Phone",
    "Port",
    "PriorityName",
    "Radio",
    "Recorder",
    "Recording",
    "Report",
    "RtspUrl",
    "Section",
    "SelfTest",
    "Shape",
    "Share",
    "Shelter",
    "Shift",
    "Signature",
    "Slug",
    "Speech",
    "Station",
    "Support",
    "Syslog",
    "Template",
    "Text",
    "Tier",
    "Vision",
    "Voice",
    "Watch",
    "Watched",
    "Way",
    "UpsDevice",
    "Web",
    "Zone",
    "ZoneRuleName",
    "fields_of",
]
