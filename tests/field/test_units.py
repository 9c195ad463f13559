"""The units as systemd itself reads them."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "path", [path for path in UNITS if read(path)["Service"]["Type"] != "oneshot"], ids=lambda path: path.name
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
