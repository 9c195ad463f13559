"""The commune of the bench's box: two hamlets, the box's own horn, a relay node, a modem, nginx before the pages."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from hil import place
from hil.devices import IDLE_MA
from hil.toml_text import Value, pairs, table

COMMUNE, COMMUNE_NAME = "thuong-giang", "Xã Thượng Giang"
NAME = "mo.thuonggiang.example"
NODE, OWN = "dong-1", "loa-trung-tam"
WALL_TOKEN = "man-hinh-cua-bai-thu-1"
DEVICES = Path("/srv/devices")
"""Where the wires of the simulated devices end, on both sides of the machine's wall."""
PKI = Path("/etc/molang/pki")
NUMBERS = {"chu-tich": "0912000101", "truong-ca": "0912000102"}


def box(address: str) -> str:
    """``molang.toml``."""
    tls: dict[str, Value] = {"ca": f"{PKI}/ca.pem", "cert": f"{PKI}/box.pem", "key": f"{PKI}/box.key"}
    door: dict[str, Value] = {
        "name": NAME,
        "ca": f"{PKI}/web-ca.pem",
        "cert": f"{PKI}/web.pem",
        "key": f"{PKI}/web.key",
    }
    parts = [
        table("commune", {"id": COMMUNE, "name": COMMUNE_NAME, "data": "/var/lib/molang", "demo": True}),
        table("web", {"wall_token": WALL_TOKEN, "url": f"https://{NAME}"}),
        table("live", {"url": f"wss://{NAME}", "origins": [f"https://{NAME}"], "talk_addresses": [address]}),
        table("nginx", {**door, "addresses": [address], "networks": ["10.215.7.0/24", "127.0.0.0/8"]}),
        table("broker", tls),
        table("media", {"host": "0.0.0.0", "url": f"https://{address}:8443/media", **tls}),  # noqa: S104 - in the machine
        table("station", {"quiet": "never"}),
        table("[hamlet]", {"id": "trung-tam", "name": "thôn Trung Tâm"}),
        table("[hamlet]", {"id": "dong", "name": "thôn Đông"}),
        table("[horn]", {"id": OWN, "name": "Loa trụ sở", "hamlet": "trung-tam"}),
        table("[horn]", {"id": NODE, "name": "Loa thôn Đông", "hamlet": "dong"}),
        table("local_node", {"horn": OWN, **_kinds(), "amplifier_settings": _amplifier(OWN),
                             "sound_settings": _sound(OWN), "cert": f"{PKI}/{OWN}.pem", "key": f"{PKI}/{OWN}.key"}),
        _gauge(),
        table("[modem]", {"id": "sim-1", "settings": {"device": f"{DEVICES}/tty-modem"}}),
        _person("chu-tich", "Nguyễn Văn An", "Chủ tịch UBND xã"),
        _person("truong-ca", "Trần Thị Bình", "Trực ban"),
        table("[template]", {"id": "lu", "text": place.FLOOD_TEXT, "approved_by": "Nguyễn Văn An",
                             "approved_on": dt.date(2026, 1, 15)}),
    ]  # fmt: skip
    return "\n".join(parts)


def node(address: str, order_keys: Mapping[str, str]) -> str:
    """``node.toml`` of the relay node, which is another program on the same machine here."""
    head: dict[str, Value] = {"horn": NODE, "hamlets": ["dong"], "data_folder": "/var/lib/molang/node",
                              "media_url": f"https://{address}:8443/media", "state_every_s": 5.0}  # fmt: skip
    parts = [
        pairs(head),
        table("order_keys", order_keys),
        table("broker", {"host": address, "port": 8883, "commune": COMMUNE}),
        table("tls", {"ca": "/etc/molang/ca.pem", "cert": "/etc/molang/node.pem", "key": "/etc/molang/node.key"}),
        table("amplifier", {"kind": "relay_amp_modbus", "settings": _amplifier(NODE)}),
        table("sound", {"kind": "unix", "settings": _sound(NODE)}),
    ]
    return "\n".join(parts)


def _person(key: str, name: str, duty: str) -> str:
    return table("[person]", {"id": key, "name": name, "phone": NUMBERS[key], "duty": duty})


def _gauge() -> str:
    """A river whose flood is answered by the horns and by SMS, without anybody's hand."""
    values: dict[str, Value] = {
        "id": "song-giang",
        "name": "Sông Giang tại cầu Đông",
        "settings": {"device": f"{DEVICES}/tty-gauge", "unit": 1},
        "period_s": 2.0,
        "bao_dong_m": list(place.BAO_DONG_M),
        "datum": "mốc giả định của bài thử",
        "source": "Số liệu giả định của bài thử",
        "hamlets": ["all"],
        "template": "lu",
    }
    return table("[gauge]", values)


def _kinds() -> dict[str, Value]:
    return {"amplifier": "relay_amp_modbus", "sound": "unix"}


def _amplifier(horn: str) -> dict[str, object]:
    return {"device": f"{DEVICES}/tty-{horn}", "relay_unit": 1, "relay_channel": 1, "amp_unit": 2, "idle_ma": IDLE_MA}


def _sound(horn: str) -> dict[str, object]:
    return {"path": f"{DEVICES}/sound-{horn}.sock"}
