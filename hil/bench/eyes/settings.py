"""`molang.toml` of the box that the bench watches: many cameras, one horn, a broker; no province."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hil import place
from hil.access import new_access
from hil.commune_files import Layout, local_node
from hil.pki import Authority
from hil.toml_text import Value, table

HORN = place.HORNS[0]
WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
RULE = "ca-hinh"
QUIET_S = 4.0
"""A visitor who is gone for so long is another one when he comes back: the visits of the films are further apart."""
QUOTA_GB = 1.0
"""Less than a soak records: the oldest has to go meanwhile."""
SIGN_POSTED = "2026-01-15"
"""Without a complete entry in the register nothing is recorded."""


@dataclass(frozen=True, slots=True)
class Watching:
    """How the box watches: `watch` and `record` map a camera to its streams; one without `record` is not recorded.

    `mask`: a part of every picture that is never looked at, as its corners.
    """

    watch: Mapping[str, str]
    record: Mapping[str, str]
    shards: int = 2
    decode: str = "auto"
    threads: int = 1
    mask: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Doors:
    """Ports of this box, on 127.0.0.1."""

    web: int
    live: int
    broker: int
    media: int


def write_settings(layout: Layout, doors: Doors, authority: Authority, watching: Watching) -> None:
    """Write the file, readable only by us."""
    parts = [
        table("commune", {"id": place.COMMUNE, "name": place.COMMUNE_NAME, "data": str(layout.data), "demo": True}),
        *_network(doors, authority),
        table("vision", {"shards": watching.shards, "threads": watching.threads}),
        table("recording", {"quota_gb": QUOTA_GB}),
        *(table("[hamlet]", {"id": key, "name": name}) for key, name in place.HAMLETS.items()),
        *(_camera(name, watching) for name in watching.watch),
        table("[horn]", {"id": HORN.id, "name": HORN.name, "hamlet": HORN.hamlet}),
        local_node(HORN, layout, authority),
    ]
    layout.config.write_text("\n".join(parts), "utf-8")
    layout.config.chmod(0o600)


def _network(doors: Doors, authority: Authority) -> Iterable[str]:
    box, access = authority.issue(place.BOX), new_access()
    tls: dict[str, Value] = {"ca": str(authority.ca), "cert": str(box.cert), "key": str(box.key)}
    yield table("web", {"port": doors.web, "wall_token": access.wall_token})
    yield table("live", {"port": doors.live, "url": f"ws://127.0.0.1:{doors.live}", "origins": ["*"]})
    yield table("broker", {"port": doors.broker, **tls})
    yield table("media", {"port": doors.media, "url": f"https://127.0.0.1:{doors.media}/media", **tls})


def _camera(name: str, watching: Watching) -> str:
    recorded = name in watching.record
    head: dict[str, Value] = {
        "id": name,
        "name": f"Camera {name}",
        "hamlet": HORN.hamlet,
        "url": watching.watch[name],
        **({"record_url": watching.record[name]} if recorded else {}),
        "record": "always" if recorded else "off",
        "purpose": "Đo hiệu năng",
        "legal_basis": "Luật 91/2025/QH15, Điều 32",
        "owner": "UBND xã",
        "decode": watching.decode,
        **({"mask": [[list(corner) for corner in watching.mask]]} if watching.mask else {}),
    }
    zone: dict[str, Value] = {"id": RULE, "name": "cả hình", "polygon": WHOLE, "quiet_s": QUIET_S}
    sign = f"sign_posted = {SIGN_POSTED}\n"  # a date, which JSON does not know
    return table("[camera]", head) + sign + table("[camera.zone]", zone)
