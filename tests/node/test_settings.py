import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge.core.broadcast import MediaRef
from edge.core.errors import MisconfiguredError
from edge.core.speech import Sha256
from edge.kernel.clock import SystemClock
from edge.kernel.wire.node import NodeSetup
from edge.node.plan_shelf import PlanShelf
from edge.node.settings import BrokerPart, DevicePart, NodeFile, SwitchPart, TlsPart, load
from edge.node.window import ReplayWindow
from tests.node.bench import HORN, Orders
from tests.node.broker import node_toml


@pytest.fixture
def good(setup: NodeSetup) -> str:
    return node_toml(setup, "127.0.0.1", 8883)


def test_the_file_says_the_same_as_the_supervisor_would(tmp_path: Path, setup: NodeSetup, good: str) -> None:
    path = tmp_path / "node.toml"
    path.write_text(good)
    assert load(path).setup() == setup


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("cache_mb = 8", "cache_mb = 8\ncolour = 1", "colour"),
        ("cache_mb = 8", "cache_mb = 0", "cache_mb"),
        ("cache_mb = 8", 'cache_mb = "8"', "cache_mb"),
        ("port = 8883", "port = 70000", "broker.port"),
        ("port = 8883", "port = 8883\nqos = 2", "qos"),
        ('commune = "dong-son"', 'commune = "dong/#"', "broker.commune"),
        ('horn = "dong-1"', 'horn = "dong/+"', "horn"),
        ('horn = "dong-1"', "", "horn"),
        ("https://", "http://box.", "media_url"),
        ('kind = "unix"', 'kind = "jack"', "sound.kind"),
        ("{ path", "{ paht", "sound.settings"),
        ('commune = "dong-son"', 'commune = "dong-son"\ntls = false\n', ""),
    ],
)
def test_a_wrong_setting_is_refused_with_the_file_and_the_key(
    tmp_path: Path, good: str, old: str, new: str, named: str
) -> None:
    assert old in good
    path = tmp_path / "node.toml"
    path.write_text(good.replace(old, new))
    if not named:
        load(path)  # loopback may go without
        return
    with pytest.raises(MisconfiguredError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert named in str(caught.value)


def test_a_key_that_is_not_the_one_it_is_called_is_refused(tmp_path: Path, setup: NodeSetup, good: str) -> None:
    path = tmp_path / "node.toml"
    (public,) = setup.order_keys.values()
    path.write_text(good.replace(public, "0" * 64))
    with pytest.raises(MisconfiguredError, match="order_keys"):
        load(path)


def run_node(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge.node", "--config", str(path), *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path, good: str) -> None:
    path = tmp_path / "node.toml"
    path.write_text(good.replace("relay_channel = 1", "relay_channel = 99"))
    done = run_node(path)
    assert done.returncode == 78
    assert "relay_channel" in done.stderr
    assert "Traceback" not in done.stderr


async def test_amps_off_switches_off_and_exits(tmp_path: Path, good: str, board: FakeRelayAmp) -> None:
    path = tmp_path / "node.toml"
    path.write_text(good)
    board._move(1, on=True)
    done = await asyncio.to_thread(run_node, path, "--amps-off")
    assert done.returncode == 0
    assert not board.coil_on(1)
    board.unplug()
    done = await asyncio.to_thread(run_node, path, "--amps-off")
    assert done.returncode == 1
    assert "Ampli" in done.stderr


def test_the_example_is_valid_and_names_every_setting() -> None:
    path = Path("edge/node/node.example.toml")
    load(path)
    text = path.read_text()
    for part in (NodeFile, BrokerPart, TlsPart, DevicePart, SwitchPart):
        for name in part.__struct_fields__:
            assert name in text


async def test_check_tells_what_the_node_has_and_switches_nothing(
    tmp_path: Path, setup: NodeSetup, good: str, board: FakeRelayAmp, orders: Orders
) -> None:
    path = tmp_path / "node.toml"
    path.write_text(good)
    done = await asyncio.to_thread(run_node, path, "--check")
    assert "chưa có; nút sẽ tạo" in done.stdout
    folder = tmp_path / "node"
    await asyncio.to_thread(folder.mkdir)
    clip = MediaRef(Sha256("0" * 64), 10, 1_000)
    shelf = PlanShelf(folder / "plan", HORN, setup.order_keys, ReplayWindow(folder / "seen.json"))
    await shelf.take(orders.sign_plan(orders.plan(orders.item(3_600, clip))), SystemClock().now())
    done = await asyncio.to_thread(run_node, path, "--check")
    assert done.returncode == 0, done.stderr
    for words in ("1 mục", "thiếu 1/1 đoạn tiếng", "Ampli: tắt", "không nối được", "Báo cáo chờ hộp nghe: 0"):
        assert words in done.stdout
    assert board.changes == []
