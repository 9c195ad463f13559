"""The units as systemd itself reads them."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edge.core.policy.supporting import MOST_MIN
from edge.kernel.support_files import TERM, USUAL, WISH

UNITS = sorted(Path("systemd").glob("*.service"))
MOST_EXPOSED = 3.0
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def read(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text())
    return unit


@needs_systemd
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_no_unit_is_more_exposed_than_it_may_be(path: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", path], capture_output=True, text=True, check=False, timeout=30
    )
    told = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert told, done.stderr
    assert float(told[1]) <= MOST_EXPOSED


@needs_systemd
def test_systemd_understands_every_line() -> None:
    files = [str(path.resolve()) for path in Path("systemd").iterdir() if "@" not in path.name]
    done = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if re.search(r"molang", line)]
    assert [line for line in ours if "is not executable" not in line] == []


def test_the_watchdog_has_three_meals_and_the_start_more_time_than_a_migration() -> None:
    service = read(Path("systemd/molang.service"))["Service"]
    assert service["Type"] == "notify"
    assert 15 <= int(service["WatchdogSec"]) <= 60
    assert int(service["TimeoutStartSec"]) >= 60


@pytest.mark.parametrize("name", ["molang.service", "molang-node.service"])
def test_whatever_has_an_amplifier_switches_it_off_after_any_end(name: str) -> None:
    assert "amps-off" in read(Path("systemd") / name)["Service"]["ExecStopPost"]


ON_A_WISH = {"molang-support.service", "molang-support@.service", "molang-support-shell@.service"}
"""They end, and only a person begins them anew."""


def test_remote_support_ends_by_itself_and_does_not_come_back() -> None:
    shell, tunnel, door = (read(Path("systemd") / name) for name in sorted(ON_A_WISH))
    assert tunnel["Service"]["RuntimeMaxSec"] == f"{MOST_MIN // 60}h"
    assert tunnel["Service"]["Restart"] == "no"
    assert f"rm -rf {USUAL.wishes / TERM} {USUAL.wishes / WISH}" in tunnel["Service"]["ExecStopPost"]
    assert shell["Unit"]["BindsTo"] == door["Unit"]["BindsTo"] == "molang-support.service"
    assert "EnvironmentFile" not in tunnel["Service"]  # root runs a line of this unit
    assert read(Path("systemd/molang-support.path"))["Path"]["PathExists"] == str(USUAL.wishes / TERM)


def test_whoever_comes_in_has_no_network_and_no_powers() -> None:
    text = Path("systemd/molang-support-shell@.service").read_text().splitlines()
    assert {"PrivateNetwork=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict"} <= {*text}
    assert {"InaccessiblePaths=-/var/lib/molang", "InaccessiblePaths=-/etc/molang", "User=molang-guest"} <= {*text}
    assert {f"InaccessiblePaths=-/run/{name}" for name in ("molang", "credentials", "dbus")} <= {*text}
    assert "User=ho-tro" in Path("systemd/molang-support@.service").read_text()


@pytest.mark.parametrize(
    "path",
    [path for path in UNITS if read(path)["Service"]["Type"] != "oneshot" and path.name not in ON_A_WISH],
    ids=lambda path: path.name,
)
def test_no_unit_stays_down_by_itself(path: Path) -> None:
    unit = read(path)
    assert unit["Service"]["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert 1 <= int(unit["Service"]["RestartSec"]) <= 10


def test_a_wrong_setting_stops_the_box_and_is_told() -> None:
    unit = read(Path("systemd/molang.service"))
    assert unit["Service"]["RestartPreventExitStatus"] == "78"
    assert "molang-failed@" in unit["Unit"]["OnFailure"]


def test_in_need_of_memory_the_screen_goes_first_and_the_loudspeakers_last() -> None:
    scores = {path.stem: int(read(path)["Service"].get("OOMScoreAdjust", "0")) for path in UNITS}
    assert scores["molang-kiosk"] > scores["molang-web"] > 0 > scores["molang"]
    assert scores["molang-node"] == scores["molang"]
