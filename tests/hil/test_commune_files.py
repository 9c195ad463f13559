import json
import stat
from pathlib import Path

from edge.config import load
from edge.kernel.signing import OrderKey
from edge.node.settings import load as load_node
from hil import place
from hil.access import new_access
from hil.clips import ClipInfo
from hil.commune_files import Layout, Ports, write_box, write_node
from hil.links import Link, write
from hil.pki import Authority

PORTS = Ports(8080, 8081, 8554, 8883, 8443, 9444, 9443, 9445)
ZONE = ((0.05, 0.55), (0.98, 0.55), (0.98, 1.0), (0.05, 1.0))


def test_the_box_accepts_its_settings(tmp_path: Path) -> None:
    layout, access = Layout(tmp_path), new_access()
    clips = [ClipInfo(site.id, tmp_path / f"{site.id}.mp4", ZONE, 15, 9) for site in place.CAMERAS]
    urls = [f"rtsp://admin:x@127.0.0.1:8554/{site.id}" for site in place.CAMERAS]
    write_box(layout, PORTS, Authority(tmp_path / "pki"), clips, urls, access)
    config = load(layout.config)
    assert [camera.zone[0].polygon for camera in config.camera] == [ZONE] * 4
    assert len(config.horn) == 4
    assert config.local_node is not None
    assert config.hub is not None
    assert stat.S_IMODE(layout.config.stat().st_mode) == 0o600
    assert all(word not in layout.config.read_text() for word in access.passwords.values())


def test_each_relay_node_accepts_its_settings(tmp_path: Path) -> None:
    layout, authority = Layout(tmp_path), Authority(tmp_path / "pki")
    key = OrderKey.load_or_make(tmp_path / "order.pem")
    for horn in place.HORNS:
        file = load_node(write_node(horn, layout, PORTS, authority, key))
        assert file.order_keys == {key.key_id: key.public_hex}
        assert file.hamlets == (horn.hamlet,)


def test_private_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "pki")
    identity = authority.issue("hop-1")
    assert stat.S_IMODE(identity.key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "pki").stat().st_mode) == 0o700
    assert Authority(tmp_path / "pki").issue("hop-1") == identity


def test_a_report_without_links_or_with_one_that_failed_is_not_ok(tmp_path: Path) -> None:
    path = tmp_path / "once.json"
    for links, ok in ((), False), ((Link("a", ok=True, figures={"s": 0.5}),), True), ((Link("a", ok=False),), False):
        write(path, links, {"took_s": 1.0})
        assert json.loads(path.read_text())["ok"] is ok
    assert list(tmp_path.iterdir()) == [path]
