"""Writes the settings files of the simulated commune: the box's `molang.toml`, and `node.toml` of each relay node."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.kernel.signing import OrderKey
from hil import figures, place, village
from hil.clips import ClipInfo
from hil.devices import IDLE_MA
from hil.pki import Authority
from hil.place import CameraSite, HornSite
from hil.ports import LOOPBACK
from hil.toml_text import Value, pairs, table

APPROVED_ON = "2026-01-15"
SIGN_POSTED = dt.date(2026, 1, 15)
NODE_STATE_S = 5.0
"""A demo wants to see a node come and go; on a real line once a minute is enough."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens, on 127.0.0.1. The box reaches the hub through the uplink proxy."""

    web: int
    live: int
    rtsp: int
    broker: int
    media: int
    hub: int
    uplink: int
    hub_page: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder of one simulated commune."""

    root: Path

    @property
    def data(self) -> Path:
        """The box's disk."""
        return self.root / "box"

    @property
    def devices(self) -> Path:
        """PTYs, sound cards, and what they observed."""
        return self.root / "devices"

    @property
    def config(self) -> Path:
        """The box's settings."""
        return self.root / "molang.toml"

    @property
    def map(self) -> Path:
        """The commune's map."""
        return self.root / "xa.geojson"

    @property
    def logs(self) -> Path:
        """One file a program."""
        return self.root / "log"

    @property
    def hub(self) -> Path:
        """The province's disk."""
        return self.root / "hub"

    def node(self, horn: str) -> Path:
        """A relay node's own disk; its node.toml lies in it."""
        return self.root / "nodes" / horn


@dataclass(frozen=True, slots=True)
class Access:
    """The wall's token, and the password of the account of each role."""

    wall_token: str
    passwords: Mapping[str, str]


def write_box(
    layout: Layout,
    ports: Ports,
    authority: Authority,
    clips: Sequence[ClipInfo],
    camera_urls: Sequence[str],
    access: Access,
    talk_addresses: Sequence[str] = (),
    door: Mapping[str, Value] | None = None,
    *,
    demo: bool = True,
) -> None:
    """`molang.toml`. The cameras are the first ones of the place, one a clip: none without clips.

    ``door``: its table [nginx], if it has one.
    """
    sites = place.CAMERAS[: len(clips)]
    parts = [
        _commune(layout, demo=demo),
        *_network(ports, authority, access, talk_addresses),
        *([table("nginx", door)] if door else []),
        table("station", {"quiet": "never"}),  # a demo and a bench run at any hour
        *(table("[hamlet]", {"id": key, "name": name}) for key, name in place.HAMLETS.items()),
        *(_camera(site, clip, url) for site, clip, url in zip(sites, clips, camera_urls, strict=True)),
        *(table("[horn]", {"id": horn.id, "name": horn.name, "hamlet": horn.hamlet}) for horn in place.HORNS),
        *(local_node(horn, layout, authority) for horn in place.HORNS if horn.local),
        _modem(layout),
        _gauge(layout),
        *(table("[indicator]", one) for one in figures.tables()),
        table("report", {"to": ["tinh"], "authority": "UBND xã Bình Minh"}),
        table("[report.tier]", {"id": "tinh", "name": "UBND tỉnh (mô phỏng)"}),
        *_people(),
        _template("nguoi-la", place.INTRUSION_TEXT),
        _template("lu", place.FLOOD_TEXT),
        _template("bao"),
    ]
    layout.map.write_text(village.geojson(_shown(sites)), "utf-8")
    layout.config.write_text("\n".join(parts), "utf-8")
    layout.config.chmod(0o600)


def _commune(layout: Layout, *, demo: bool) -> str:
    rows: dict[str, Value] = {
        "id": place.COMMUNE,
        "name": place.COMMUNE_NAME,
        "data": str(layout.data),
        "demo": demo,
        "map": str(layout.map),
    }
    return table("commune", rows)


def _shown(sites: Sequence[CameraSite]) -> dict[str, tuple[float, float]]:
    """What stands on the map: a box without cameras has none there either."""
    cameras = {f"camera/{site.id}" for site in sites}
    return {name: at for name, at in village.PLACES.items() if not name.startswith("camera/") or name in cameras}


def write_node(
    horn: HornSite,
    layout: Layout,
    ports: Ports,
    authority: Authority,
    order_key: OrderKey,
    host: str = LOOPBACK,
) -> Path:
    """A relay node's `node.toml`; returns its path. ``host``: where it finds broker and clips."""
    identity = authority.issue(horn.id, serves=False)
    folder = layout.node(horn.id)
    folder.mkdir(parents=True, exist_ok=True)
    head: dict[str, Value] = {
        "horn": horn.id,
        "hamlets": [horn.hamlet],
        "data_folder": str(folder / "disk"),
        "media_url": media_url(ports, host),
        "state_every_s": NODE_STATE_S,
    }
    parts = [
        pairs(head),
        table("order_keys", {order_key.key_id: order_key.public_hex}),
        table("broker", {"host": host, "port": ports.broker, "commune": place.COMMUNE}),
        table("tls", {"ca": str(authority.ca), "cert": str(identity.cert), "key": str(identity.key)}),
        table("amplifier", {"kind": "relay_amp_modbus", "settings": amplifier(layout, horn.id)}),
        table("sound", {"kind": "unix", "settings": sound(layout, horn.id)}),
    ]
    path = folder / "node.toml"
    path.write_text("\n".join(parts), "utf-8")
    return path


def media_url(ports: Ports, host: str = LOOPBACK) -> str:
    """Where nodes fetch clips."""
    return f"https://{host}:{ports.media}/media"


def amplifier(layout: Layout, horn: str) -> dict[str, object]:
    """Settings of a horn's relay board and meter."""
    return {
        "device": str(layout.devices / f"tty-{horn}"),
        "relay_unit": 1,
        "relay_channel": 1,
        "amp_unit": 2,
        "idle_ma": IDLE_MA,
    }


def sound(layout: Layout, horn: str) -> dict[str, object]:
    """Settings of a horn's simulated sound card."""
    return {"path": str(layout.devices / f"sound-{horn}.sock")}


def _network(ports: Ports, authority: Authority, access: Access, talk_addresses: Sequence[str]) -> Iterable[str]:
    box = authority.issue(place.BOX)
    tls: dict[str, Value] = {"ca": str(authority.ca), "cert": str(box.cert), "key": str(box.key)}
    yield table("web", {"port": ports.web, "wall_token": access.wall_token})
    live: dict[str, Value] = {"port": ports.live, "url": f"ws://127.0.0.1:{ports.live}", "origins": ["*"]}
    yield table("live", live | {"talk_addresses": list(talk_addresses)})
    yield table("broker", {"port": ports.broker, **tls})
    yield table("media", {"port": ports.media, "url": media_url(ports), **tls})
    yield table("hub", {"url": f"https://127.0.0.1:{ports.uplink}", **tls})


def _camera(site: CameraSite, clip: ClipInfo, url: str) -> str:
    head: dict[str, Value] = {
        "id": site.id,
        "name": site.name,
        "hamlet": site.hamlet,
        "url": url,
        "purpose": site.purpose,
        "legal_basis": "Luật 91/2025/QH15, Điều 32",
        "owner": "UBND xã",
        "sign_posted": SIGN_POSTED,
    }
    zone: dict[str, Value] = {
        "id": f"{site.id}-vung",
        "name": site.zone,
        "polygon": [list(corner) for corner in clip.zone],
        "quiet_s": place.QUIET_S,
    }
    if site.template:
        zone["template"] = site.template
    return table("[camera]", head) + table("[camera.zone]", zone)


def local_node(horn: HornSite, layout: Layout, authority: Authority) -> str:
    """The table of the horn that hangs on the box itself."""
    identity = authority.issue(horn.id, serves=False)
    values: dict[str, Value] = {
        "horn": horn.id,
        "amplifier": "relay_amp_modbus",
        "amplifier_settings": amplifier(layout, horn.id),
        "sound": "unix",
        "sound_settings": sound(layout, horn.id),
        "cert": str(identity.cert),
        "key": str(identity.key),
    }
    return table("local_node", values)


def _modem(layout: Layout) -> str:
    return table("[modem]", {"id": "sim-1", "settings": {"device": str(layout.devices / "tty-modem")}})


def _gauge(layout: Layout) -> str:
    values: dict[str, Value] = {
        "id": "song-minh",
        "name": "Sông Minh tại cầu Đông",
        "settings": {"device": str(layout.devices / "tty-gauge"), "unit": 1},
        "period_s": 2.0,
        "bao_dong_m": list(place.BAO_DONG_M),
        "datum": "giả định của bản mô phỏng",
        "source": "Số liệu giả định của bản mô phỏng",
        "hamlets": ["all"],
        "template": "lu",
    }
    return table("[gauge]", values)


def _people() -> Iterable[str]:
    for who in place.OFFICIALS:
        values = {"id": who.id, "name": who.name, "phone": who.phone, "duty": who.duty}
        yield table("[person]", {**values, **({"hamlet": who.hamlet} if who.hamlet else {})})


def _template(name: str, text: str = "") -> str:
    """With these words; without, the one of this name that every box knows, whose blanks people fill."""
    words = {"text": text} if text else {"ready": name}
    head = table("[template]", {"id": name, **words, "approved_by": place.OFFICIALS[0].name})
    return f"{head}approved_on = {APPROVED_ON}\n"
