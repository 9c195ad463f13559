"""The roles as a linter reads them, and what they refuse before they touch a machine."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from edge.core.errors import TransientError
from hil.harness import ROOT
from hil.links import Figure, Link
from hil.prove.field import machine, stock

ANSIBLE = ROOT / "ansible"
WRONG: Mapping[str, Any] = {"bool": "có lẽ", "int": "nhiều", "float": "nhiều", "list": {"a": 1}, "dict": 7}
"""A value that no option of this type may have; a text takes anything."""
RIGHT: Mapping[str, Any] = {"bool": True, "int": 1, "float": 1.0, "list": [], "dict": {}, "str": "x"}
LINT_S, PLAY_S = 900.0, 300.0


def playbooks() -> Link:
    """Issue 7: ansible-lint's production profile and the argument specs are clean; wrong options are refused."""
    if why := machine.why_not():
        raise TransientError(why)
    programs = stock.newest_ansible()
    folder = stock.FOLDER / "playbooks"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = _linted(programs, folder)
    figures: dict[str, Figure] = {"lint_findings": len(found), "lint_first": "; ".join(found[:3])[:300]}
    wanted = 0
    for name, player in (("debian", "ansible-playbook"), ("newest", str(programs / "ansible-playbook"))):
        accepted, refused, wanted = _specs(player, folder)
        figures |= {f"specs_accepted_{name}": accepted, f"specs_refused_{name}": refused}
    roles = len(_roles())
    figures |= {"specs_roles": roles, "specs_wrong": wanted}
    ok = not found and all(figures[f"specs_accepted_{name}"] == roles for name in ("debian", "newest"))
    ok = ok and all(figures[f"specs_refused_{name}"] == wanted for name in ("debian", "newest"))
    return Link("playbooks", ok and wanted > 0, figures)


def _linted(programs: Path, folder: Path) -> list[str]:
    """What the linter finds; its profile is named in ansible/.ansible-lint."""
    words = [str(programs / "ansible-lint"), "--offline", "--profile", "production", "--format", "pep8", "--nocolor"]
    env = {**os.environ, "HOME": str(folder), "PATH": f"{programs}:{os.environ['PATH']}", "ANSIBLE_HOME": str(folder)}
    done = subprocess.run(words, cwd=ANSIBLE, env=env, capture_output=True, text=True, timeout=LINT_S, check=False)
    found = [line for line in done.stdout.splitlines() if line.strip()]
    if done.returncode and not found:
        found = [f"ansible-lint: {done.returncode}: {done.stderr.strip()[-300:]}"]
    return found


def _specs(player: str, folder: Path) -> tuple[int, int, int]:
    """How many roles take right options, how many wrong options are refused by name, and how many were given."""
    accepted = refused = given = 0
    for role in _roles():
        options = _options(role)
        right = {name: RIGHT[one["type"]] for name, one in options.items() if one.get("required")}
        code, told = _validated(player, folder, role.name, right)
        accepted += code == 0
        wrong = {name: WRONG[one["type"]] for name, one in options.items() if one["type"] in WRONG}
        given += len(wrong)
        code, told = _validated(player, folder, role.name, {**right, **wrong})
        refused += sum(f"'{name}'" in told for name in wrong) if code else 0
    return accepted, refused, given


def _validated(player: str, folder: Path, role: str, values: Mapping[str, Any]) -> tuple[int, str]:
    """Only Ansible's own check of the options runs: it is the one task that carries the tag ``always``."""
    file = folder / "role.json"
    file.write_text(json.dumps([{"name": role, "hosts": "localhost", "connection": "local", "gather_facts": False,
                                 "roles": [{"role": role}]}]))  # fmt: skip
    words = [player, "-i", "localhost,", str(file), "--tags", "nothing-has-this", "-e", json.dumps(values)]
    env = {**os.environ, "HOME": str(folder), "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(words, cwd=ANSIBLE, env=env, capture_output=True, text=True, timeout=PLAY_S, check=False)
    return done.returncode, done.stdout + done.stderr


def _roles() -> list[Path]:
    return sorted(path for path in (ANSIBLE / "roles").iterdir() if path.is_dir())


def _options(role: Path) -> Mapping[str, Mapping[str, Any]]:
    told = yaml.safe_load((role / "meta/argument_specs.yml").read_text())
    options: Mapping[str, Mapping[str, Any]] = told["argument_specs"]["main"].get("options") or {}
    return options
