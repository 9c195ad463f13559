"""The documents say what the code does: commands, settings, sections of the state, words, the licence."""

import ast
import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from edge.__main__ import ELSEWHERE, HELP

ROOT = Path(__file__).parents[2]
AGPL_3 = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"
"""Of the text as the Free Software Foundation publishes it."""


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_a_readme_shows_the_help_of_run_and_the_two_commands_first(name: str) -> None:
    usage = subprocess.run(["./run", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20).stdout
    text = (ROOT / name).read_text()
    assert usage.strip() in text
    first = text[: text.index("```\n", 10)]
    assert re.findall(r"^\./run (\w+)", first, re.MULTILINE) == ["demo", "test"]


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_a_readme_names_only_commands_that_exist(name: str) -> None:
    known = {*ELSEWHERE, "run", "check", "read"}
    for command in re.findall(r"\./run molang ([a-z-]+)", (ROOT / name).read_text()):
        assert command in known, command


def test_every_command_of_molang_has_a_help_line() -> None:
    assert ELSEWHERE.keys() == HELP.keys()


def test_the_state_page_names_every_section_that_the_wall_gets() -> None:
    assert documented_sections() == produced_sections()


def documented_sections() -> set[str]:
    text = (ROOT / "docs" / "ref" / "state.md").read_text()
    return set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


def produced_sections() -> set[str]:
    """The keys of the table in ``Wall.sections``."""
    tree = ast.parse((ROOT / "edge" / "wall.py").read_text())
    function = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "sections")
    table = next(n for n in ast.walk(function) if isinstance(n, ast.Dict))
    return {str(key.value) for key in table.keys if isinstance(key, ast.Constant)}


def test_the_licence_is_the_exact_text() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == AGPL_3
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "AGPL-3.0-or-later" in str(project["license"])


def test_choices_name_every_library_of_the_product_with_its_locked_version() -> None:
    text = (ROOT / "docs" / "design" / "choices.md").read_text()
    lock = (ROOT / "requirements.lock").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted in project["dependencies"]:
        name = re.split(r"[<>=\[]", wanted)[0]
        versions = re.findall(rf"^{re.escape(name)}==([\w.]+)", lock, re.MULTILINE)
        row = next((line for line in text.splitlines() if line.lower().startswith(f"| {name}")), "")
        assert any(version in row for version in versions), f"{name} {versions}: {row}"


def test_no_document_names_a_registry_or_a_path_of_one_machine() -> None:
    words = ("pypi" + ".org", "files.pythonhosted", "/work/", "npmjs" + ".com")
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.toml")]:
        assert not [word for word in words if word in path.read_text()], path
