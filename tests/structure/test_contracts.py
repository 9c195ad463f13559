"""The import rules hold, and a line that breaks one is found."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("edge", "drivers", "models", "web", "hil")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
NOT_FORBIDDEN = {
    "core is arithmetic on values: the standard library and nothing else": {"edge.core"},
    "the pages see core, the reader and the control protocol": {"edge.core", "edge.control", "edge.store"},
    "a relay node sees core, kernel, store and drivers": {"edge.core", "edge.kernel", "edge.store", "edge.node"},
}
PLANTED = [
    ("edge/core/moment.py", "import aiohttp", "core is arithmetic on values"),
    ("drivers/registry.py", "from edge.core.errors import MolangError", "drivers know nobody"),
    ("web/pages.py", "from edge.store.writer import Writer", "the pages see core, the reader"),
    ("models/assets.py", "import drivers.base", "models know nobody"),
    ("edge/alerts/service.py", "from edge.vision.service import VisionService", "services talk through the bus"),
    ("edge/kernel/bus.py", "from edge.app import Box", "only the composition root wires"),
    ("edge/app.py", "from edge.workers.vision import child", "workers are started, never imported"),
    ("edge/kernel/clock.py", "import numpy", "no codec, ML library, Flask or sqlite-utils"),
    ("edge/node/agent.py", "from models.assets import default_cache_dir", "a relay node sees core"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, to plant things in."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=lambda _, names: [n for n in names if n == "__pycache__"]
        )
    return folder


def broken(output: str) -> list[str]:
    return re.findall(r"^(.+) BROKEN", output, re.MULTILINE)


def test_every_contract_is_kept() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in result.stdout


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED, ids=[planted[1] for planted in PLANTED])
def test_a_planted_import_breaks_its_contract(tree: Path, file: str, line: str, contract: str) -> None:
    path = tree / file
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        result = lint(tree)
    finally:
        path.write_text(before)
    assert result.returncode == 1, result.stdout + result.stderr
    assert any(name.startswith(contract) for name in broken(result.stdout)), result.stdout


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["name"])
def test_a_contract_that_lists_the_packages_of_edge_lists_all(contract: dict[str, object]) -> None:
    allowed = NOT_FORBIDDEN.get(str(contract["name"]))
    if allowed is None:
        return
    forbidden = contract["forbidden_modules"]
    assert isinstance(forbidden, list)
    assert parts_of_edge() - allowed <= set(forbidden)


def parts_of_edge() -> set[str]:
    """``edge.app``, ``edge.alerts``…: a new one must be placed in the contracts."""
    names = {path.stem if path.suffix == ".py" else path.name for path in (ROOT / "edge").iterdir()}
    return {f"edge.{name}" for name in names - {"__init__", "__pycache__"}}


def test_core_imports_nothing_that_python_does_not_bring() -> None:
    for path in (ROOT / "edge" / "core").rglob("*.py"):
        foreign = {name for name in imported(path) if name.split(".")[0] not in sys.stdlib_module_names}
        assert all(name.startswith("edge.core") for name in foreign), f"{path}: {foreign}"


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or "") if not node.level else "edge.core")
    return found
