"""A curious user of the machine reads nothing that the box keeps: the roster's numbers, pictures, keys, passwords."""

import subprocess
import sys
from pathlib import Path

import pytest

from edge.config.folders import Folders

AFTER = "import os, sys\nfrom edge.__main__ import main\ntry: main(sys.argv[1:])\nfinally: print(f'{os.umask(0):03o}')"
FILES = ("--ca", "none", "--cert", "none", "--key", "none")


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--config", "none.toml"),
        ("node", "--config", "none.toml"),
        ("hub", "serve", "--folder", "none", "--listen", "127.0.0.1:1", "--page", "192.0.2.1:1", *FILES),
    ],
    ids=lambda command: command[0],
)
def test_every_service_closes_what_it_writes_before_it_writes_anything(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AFTER, *command], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "027"


def test_the_folders_of_a_box_are_closed_to_others_even_if_somebody_made_them_before(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir(mode=0o755)
    folders = Folders(tmp_path / "box")
    assert folders.data.stat().st_mode & 0o777 == 0o750
    assert folders.keys.stat().st_mode & 0o777 == 0o700
    assert folders.run.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("mode", "told"), [(0o644, True), (0o640, True), (0o600, False)])
def test_a_settings_file_that_others_can_read_is_told_at_the_start(tmp_path: Path, mode: int, told: bool) -> None:
    path = tmp_path / "molang.toml"
    path.write_text("[commune]\n")
    path.chmod(mode)
    done = subprocess.run(
        [sys.executable, "-m", "edge", "run", "--config", str(path)],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ("chmod 600" in done.stderr) is told
