"""``molang amps-off``, as ExecStopPost of the box calls it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge import unit_cli

EXAMPLE = Path("docs/ref/example.toml").read_text()
WIRE = "/dev/serial/by-id/usb-rs485-loa"


@pytest.fixture
async def board() -> AsyncIterator[FakeRelayAmp]:
    board = FakeRelayAmp()
    await board.start()
    yield board
    await board.close()


def run(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", "amps-off", "--config", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


async def test_the_amplifier_of_the_box_is_off_afterwards_or_it_says_so(tmp_path: Path, board: FakeRelayAmp) -> None:
    path = tmp_path / "molang.toml"
    path.write_text(EXAMPLE.replace(WIRE, str(board.path)))
    board._move(1, on=True)
    done = await asyncio.to_thread(run, path)
    assert done.returncode == 0, done.stderr
    assert not board.coil_on(1)
    board.unplug()
    done = await asyncio.to_thread(run, path)
    assert done.returncode == 1
    assert "Ampli không xác nhận" in done.stderr


async def test_settings_that_somebody_broke_since_leave_no_amplifier_on(
    tmp_path: Path, board: FakeRelayAmp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_cli, "USUAL_DATA", tmp_path)
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "a.toml").write_text(EXAMPLE.replace(WIRE, str(board.path)))
    (tmp_path / "molang.toml").write_text("[commune\n")
    board._move(1, on=True)
    command = ["--config", str(tmp_path / "molang.toml")]
    done = await asyncio.to_thread(CliRunner().invoke, unit_cli.amps_off, command)
    assert done.exit_code == 0, done.output
    assert not board.coil_on(1)
