"""The roles and playbooks of a technician, read without a network and without a machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from edge.kernel.statement import StatementKey
from edge.release.bundle import About, describe, sign

HERE = Path("ansible")
ROLES = sorted(path for path in (HERE / "roles").iterdir() if path.is_dir())
PLAYBOOKS = sorted((HERE / "playbooks").glob("*.yml"))
FILES = sorted(path for path in HERE.rglob("*.yml") if path.is_file())
UNITS = {path.name for path in Path("systemd").iterdir()}
PROMISED_ROLES = {
    "base",
    "storage",
    "network",
    "broker",
    "pki",
    "app",
    "web",
    "models",
    "kiosk",
    "firewall",
    "watchdog",
    "time",
    "power",
    "update",
    "backup",
    "node",
    "hub",
    "support",
}
PROMISED_PLAYBOOKS = {
    "provision",
    "update",
    "update-nodes",
    "rollback",
    "replace",
    "rotate-certs",
    "doctor",
    "backup",
    "restore",
    "enrol-node",
}
PLAYER = shutil.which("ansible-playbook")
WORDS_OF_A_TASK = {
    "name",
    "when",
    "loop",
    "loop_control",
    "register",
    "changed_when",
    "failed_when",
    "check_mode",
    "notify",
    "no_log",
    "diff",
    "until",
    "retries",
    "delay",
    "environment",
    "block",
    "always",
    "vars",
    "rescue",
}
KINDS: dict[str, type | tuple[type, ...]] = {"str": str, "bool": bool, "int": int, "list": list, "dict": dict}


def read(path: Path) -> Any:  # noqa: ANN401 - what YAML holds
    return yaml.safe_load(path.read_text())


def options(role: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return found


def tasks_in(path: Path) -> list[dict[str, Any]]:
    """Every task of a file, those in blocks and in plays too."""
    waiting, found = list(read(path) or []), []
    while waiting:
        one = waiting.pop()
        inner = [
            one.get(word) or []
            for word in ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers")
        ]
        waiting += [task for part in inner for task in part]
        if "hosts" not in one and "block" not in one:
            found.append(one)
    return found


def test_every_promised_role_and_playbook_is_there() -> None:
    assert {role.name for role in ROLES} == PROMISED_ROLES
    assert {path.stem for path in PLAYBOOKS} == PROMISED_PLAYBOOKS


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_file_is_valid_yaml(path: Path) -> None:
    assert read(path) is not None


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_the_defaults_of_a_role_are_those_of_its_specification(role: Path) -> None:
    specified = {name: one["default"] for name, one in options(role).items() if not one.get("required")}
    assert read(role / "defaults/main.yml") == specified


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_option_is_named_for_its_role_typed_and_explained(role: Path) -> None:
    for name, one in options(role).items():
        assert name.startswith(f"{role.name}_")
        assert len(one["description"]) > 10
        assert one.get("required") or isinstance(one["default"], KINDS[one["type"]])


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_option_of_a_role_is_used_by_it(role: Path) -> None:
    parts = [path for name in ("tasks", "templates", "handlers", "vars") for path in (role / name).glob("*")]
    text = "\n".join(path.read_text() for path in parts)
    assert [name for name in options(role) if name not in text] == []


def test_every_unit_that_a_role_names_is_ours() -> None:
    for path in FILES:
        named = set(re.findall(r"molang[\w@-]*\.(?:service|timer|target|path|slice)\b", path.read_text()))
        assert named <= UNITS, path
    assert set(read(HERE / "roles/app/vars/main.yml")["app_units"]) == UNITS


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_playbook_names_roles_and_playbooks_that_exist(path: Path) -> None:
    for play in read(path):
        for role in play.get("roles") or []:
            assert (role if isinstance(role, str) else role["role"]) in PROMISED_ROLES
        other = play.get("ansible.builtin.import_playbook")
        assert other is None or (path.parent / other).is_file()


@pytest.mark.parametrize("path", FILES, ids=str)
def test_nothing_but_the_builtin_collection_is_used(path: Path) -> None:
    if path.parent.name not in ("tasks", "handlers", "playbooks"):
        return
    for task in tasks_in(path):
        module = set(task) - WORDS_OF_A_TASK
        assert len(module) == 1, task
        assert module.pop().startswith("ansible.builtin.")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_command_says_when_it_changed_something_and_a_notice_finds_its_handler(path: Path) -> None:
    if path.parent.name not in ("tasks", "handlers"):
        return
    handlers = path.parent.parent / "handlers/main.yml"
    heard = {task["name"] for task in read(handlers)} if handlers.is_file() else set()
    for task in tasks_in(path):
        command = task.get("ansible.builtin.command")
        assert command is None or "creates" in command or "changed_when" in task, task["name"]
        assert task.get("notify") is None or task["notify"] in heard, task["name"]


@pytest.mark.skipif(PLAYER is None, reason="ansible-playbook is not installed: the syntax is not checked")
def test_ansible_understands_every_playbook(tmp_path: Path) -> None:
    settings = {"ANSIBLE_CONFIG": str(HERE / "ansible.cfg"), "ANSIBLE_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    words = [str(PLAYER), "--syntax-check", "-i", str(HERE / "inventory.example/hosts.yml"), *map(str, PLAYBOOKS)]
    done = subprocess.run(words, env=os.environ | settings, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_a_bundle_is_believed_without_the_program_only_as_it_was_signed(tmp_path: Path) -> None:
    bundle, keys = tmp_path / "bundle", tmp_path / "keys"
    bundle.mkdir()
    keys.mkdir()
    (bundle / "app.tar.gz").write_bytes(b"a program")
    key = StatementKey.load_or_make(tmp_path / "key.pem")
    sign(bundle, About("1.0", 1, "2026-01-01", (describe(bundle, bundle / "app.tar.gz", "all"),)), key)
    words = [sys.executable, str(HERE / "roles/base/files/check_bundle.py"), str(bundle), str(keys), "amd64"]

    def said() -> tuple[int, str]:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stderr

    assert said()[0] == 1, "no key, no trust"
    (keys / "ours.pub").write_text(key.public_hex + "\n")
    assert said() == (0, "")
    (bundle / "app.tar.gz").write_bytes(b"a progrem")
    assert "app.tar.gz was cut or changed" in said()[1]
    manifest = bundle / "bundle.json"
    manifest.write_text(manifest.read_text().replace("1.0", "1.1"))
    assert "signature" in said()[1]


def test_what_nobody_signed_goes_nowhere_though_it_lies_on_the_stick(tmp_path: Path) -> None:
    bundle, keys, target = tmp_path / "bundle", tmp_path / "keys", tmp_path / "taken"
    (bundle / "debs" / "amd64").mkdir(parents=True)
    keys.mkdir()
    good = bundle / "debs" / "amd64" / "chrony_4.deb"
    good.write_bytes(b"a package")
    key = StatementKey.load_or_make(tmp_path / "key.pem")
    (keys / "ours.pub").write_text(key.public_hex + "\n")
    sign(bundle, About("1.0", 1, "2026-01-01", (describe(bundle, good, "amd64"),)), key)
    (bundle / "debs" / "amd64" / "chrony_99.deb").write_bytes(b"of a stranger")
    script = [sys.executable, str(HERE / "roles/base/files/check_bundle.py")]
    words = [*script, str(bundle), str(keys), "amd64", "debs/amd64", str(target)]

    def said() -> tuple[int, str]:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout.strip() or done.stderr.strip()

    assert said() == (0, "changed")
    assert [path.name for path in target.iterdir()] == ["chrony_4.deb"]
    assert said() == (0, "same")
    (target / "chrony_99.deb").write_bytes(b"left from before")
    assert said() == (0, "changed")
    assert [path.name for path in target.iterdir()] == ["chrony_4.deb"]
    (target / "chrony_4.deb").unlink()
    good.write_bytes(b"another one")
    assert "was cut or changed" in said()[1]
    assert not (target / "chrony_4.deb").exists()
