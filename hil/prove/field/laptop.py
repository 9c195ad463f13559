"""The technician's laptop: Ansible over SSH on the one cable, with an inventory of its own."""

import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from hil.harness import ROOT
from hil.prove.field import commune
from hil.prove.field.cable import Cable
from hil.prove.field.words import said
from hil.ssh_host import new_key

USER = "ky-thuat"
PLAY_S = 3600.0
GUEST_KEY = "id_guest"
STICK = "/media/usb/molang"
COPIES = "/media/usb/ban-sao"
PASSPHRASE = "mot-cau-dai-khong-de-tren-usb"  # noqa: S105 - of copies that are thrown away
HOST = "mo-xa"
_RECAP = re.compile(rf"^{HOST}\s*:\s*(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Played:
    """How a playbook ended on the box."""

    took_s: float
    code: int
    ok: int
    changed: int
    failed: int
    text: str

    def tasks(self, mark: str) -> list[str]:
        """The tasks with this mark: ``changed``, ``fatal``."""
        found, task = [], ""
        for line in self.text.splitlines():
            if line.startswith(("TASK [", "RUNNING HANDLER [")):
                task = line.split("[", 1)[1].split("]")[0]
            elif line.startswith(f"{mark}:") and task not in found:
                found.append(task)
        return found


def played(text: str, code: int, took_s: float) -> Played:
    """What Ansible wrote, as figures; a machine that it could not reach is a failure."""
    counts = dict(re.findall(r"(\w+)=(\d+)", next(iter(_RECAP.findall(text)), "")))
    numbers = {name: int(counts.get(name, 0)) for name in ("ok", "changed", "failed", "unreachable")}
    failed = numbers["failed"] + numbers["unreachable"]
    return Played(took_s, code, numbers["ok"], numbers["changed"], failed, text)


class Laptop:
    """``folder`` is its disk. Its key is known to the machine whose top folder was given to ``let_in``.

    ``image``: instead of a machine that runs, the root of one that is made ready (as for a card of a Raspberry Pi).
    """

    def __init__(self, folder: Path, cable: Cable, release_key: str, image: Path | None = None) -> None:
        self.folder = folder
        self._image = image
        self._cable = cable
        self._release_key = release_key
        self.inventory = folder / "inventory"

    def prepare(self) -> None:
        """An inventory as the guide tells (docs/guide/provision.md)."""
        shutil.rmtree(self.inventory, ignore_errors=True)
        (self.inventory / "group_vars").mkdir(parents=True)
        if not self._key.exists():
            new_key(self._key)
        if not (self.folder / GUEST_KEY).exists():
            new_key(self.folder / GUEST_KEY)
        hosts = {"box": {"hosts": {HOST: self._way_in()}}, "nodes": {"hosts": {}}, "hub": {"hosts": {}}}
        (self.inventory / "hosts.yml").write_text(json.dumps({"all": {"children": hosts}}))
        (self.inventory / "group_vars" / "all.yml").write_text(json.dumps(self._words()))
        (self.inventory / "molang.toml").write_text(commune.box(self._cable.box), "utf-8")

    def let_in(self, root: Path) -> None:
        """What Debian's installer asked for: a user who may become root; the laptop's key is his password."""
        shell = ["chroot", str(root), "/bin/sh", "-euc"]
        said(*shell, f"id {USER} >/dev/null 2>&1 || useradd --create-home --shell /bin/sh {USER}")
        said(*shell, f"echo '{USER} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/{USER}; mkdir -p /home/{USER}/.ssh")
        (root / "home" / USER / ".ssh" / "authorized_keys").write_text(self._key.with_suffix(".pub").read_text())
        said(*shell, f"chown -R {USER}: /home/{USER}/.ssh; chmod 700 /home/{USER}/.ssh")

    def play(self, playbook: str | Path, *options: str, player: str = "ansible-playbook") -> Played:
        """Run one of the playbooks, or a file that names roles, against the box; ``player``: another Ansible."""
        began = time.monotonic()
        name = playbook.stem if isinstance(playbook, Path) else playbook
        file = playbook if isinstance(playbook, Path) else Path("playbooks", f"{playbook}.yml")
        words = [player, "-i", str(self.inventory / "hosts.yml"), str(file), *options]
        done = subprocess.run(
            self._cable.on_the_laptop(words), cwd=ROOT / "ansible", env=self._environment(), capture_output=True,
            text=True, timeout=PLAY_S, check=False,
        )  # fmt: skip
        text = done.stdout + done.stderr
        flags = "".join(one for one in options if one.startswith("--"))
        (self.folder / f"{time.strftime('%H%M%S')}-{name}{flags}.log").write_text(text)
        return played(text, done.returncode, time.monotonic() - began)

    def _way_in(self) -> dict[str, object]:
        if self._image is not None:
            return {"ansible_connection": "community.general.chroot", "ansible_host": str(self._image),
                    "ansible_become": False}  # fmt: skip
        return {"ansible_host": self._cable.box, "ansible_user": USER, "ansible_ssh_private_key_file": str(self._key)}

    @property
    def _key(self) -> Path:
        return self.folder / "id_laptop"

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ANSIBLE_CONFIG": str(ROOT / "ansible" / "ansible.cfg"),
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_PIPELINING": "True",
            "ANSIBLE_NOCOLOR": "True",
            "ANSIBLE_SSH_ARGS": "-F none -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null",
        }

    def _words(self) -> dict[str, object]:
        """As the example's group_vars, for this commune."""
        box, networks = self._cable.box, [self._cable.network]
        return {
            "molang_bundle": STICK,
            "base_release_keys": [self._release_key],
            "time_servers": [],
            "time_allow": networks,
            "pki_commune": commune.COMMUNE,
            "pki_box": commune.NAME,
            "pki_addresses": ["127.0.0.1", box],
            "pki_clients": [commune.NODE],
            "pki_own": [commune.OWN],
            "broker_commune": commune.COMMUNE,
            "broker_box": commune.NAME,
            "broker_nodes": {commune.NODE: ["dong"]},
            "broker_addresses": ["127.0.0.1", box],
            "app_settings": str(self.inventory / "molang.toml"),
            "web_name": commune.NAME,
            "web_commune": commune.COMMUNE_NAME,
            "web_addresses": [box],
            "firewall_networks": networks,
            "firewall_admin_networks": networks,
            "support_keys": [(self.folder / f"{GUEST_KEY}.pub").read_text().strip()],
            "backup_folder": COPIES,
            "backup_passphrase": PASSPHRASE,
        }
