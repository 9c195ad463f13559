"""A box that was provisioned before, started with a disk of its own: no line hurts another."""

import contextlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.control.client import call
from edge.control.protocol import Done, GetState, PeopleRole
from edge.core.errors import MolangError, TransientError
from edge.kernel.signing import OrderKey
from hil.bench.waiting import came_true
from hil.harness import ROOT, python
from hil.insiders import PASSWORD, make_account
from hil.observed import Observed
from hil.prove.field import commune, stock
from hil.prove.field.cable import Cable
from hil.prove.field.laptop import Laptop
from hil.prove.field.machine import Machine
from hil.prove.field.provision import plug_in, provisioned_folder
from hil.prove.field.words import said

ANSWERS_S = 180.0
PEOPLE: Mapping[PeopleRole, str] = {"operator": "Chị Lan", "leader": "Anh An"}
DATA, PKI = Path("var/lib/molang"), Path("etc/molang/pki")


@dataclass(frozen=True, slots=True)
class Box:
    """A machine that runs our program, and who looks at it from outside."""

    machine: Machine
    cable: Cable
    laptop: Laptop
    passwords: Mapping[str, str]

    @property
    def control(self) -> Path:
        """The supervisor's socket, from our side of the wall."""
        return self.machine.root / DATA / "run" / "control.sock"

    @property
    def observed(self) -> Observed:
        """What the devices saw."""
        return Observed(self.machine.root / commune.DEVICES.relative_to("/"))

    def state(self) -> dict[str, Any]:
        """The sections of its state; empty while it does not answer."""
        with contextlib.suppress(MolangError, OSError):
            reply = call(self.control, GetState(user="bench", role="technician"))
            return dict(reply.value) if isinstance(reply, Done) else {}
        return {}

    def is_well(self) -> bool:
        """It answers, and its own horn's node, its store and its voice are up."""
        rows = {row["name"]: row["state"] for row in self.state().get("services") or ()}
        return bool(rows) and all(rows.get(name) != "down" for name in ("node-local", "speech", "store"))

    def until_well(self, deadline_s: float = ANSWERS_S) -> float:
        """Seconds until then; raises TransientError."""
        began = time.monotonic()
        if not came_true(self.is_well, deadline_s):
            services = [row for row in self.state().get("services") or () if row["state"] == "down"]
            log = self.machine.said("journalctl", "--unit=molang.service", "--lines=5", "--no-pager", "--output=cat")
            raise TransientError(f"the box is not well after {deadline_s:.0f} s: {services} {log}")
        return time.monotonic() - began

    def visit(self, *options: str, deadline_s: float = 240.0) -> dict[str, Any]:
        """What two people see and do from their own machine (hil.prove.field.visit), over https and by name."""
        words = self.laptop.folder / "passwords.json"
        words.write_text(json.dumps(dict(self.passwords)))
        return self.people("visit", words, *options, deadline_s=deadline_s)

    def people(self, module: str, *words: object, deadline_s: float = 240.0) -> dict[str, Any]:
        """What people say who ask from the laptop, over https and by name: the JSON that this module here prints."""
        authority = self.laptop.folder / "web-ca.pem"
        shutil.copy(self.machine.root / "etc/molang/pki/web-ca.pem", authority)
        command = python(f"hil.prove.field.{module}", f"https://{commune.NAME}", *words)
        with self.cable.knows(commune.NAME):
            told = said("env", f"SSL_CERT_FILE={authority}", f"PYTHONPATH={ROOT}", *self.cable.on_the_laptop(command),
                        deadline_s=deadline_s)  # fmt: skip
        answer: dict[str, Any] = json.loads(told.splitlines()[-1])
        return answer


@contextmanager
def provisioned(name: str, shared: Sequence[Path] = (), settings: str = "") -> Iterator[Box]:
    """A copy of the box that ``provision`` left, started and well, with a relay node's program beside it.

    ``settings`` is put behind what the commune's own are.
    """
    bundle = stock.bundle()
    below = provisioned_folder(bundle)
    if not (below.parent / "done").exists():
        raise TransientError("no provisioned box is there: `--only provision` first")
    top = stock.FOLDER / "try" / name
    shutil.rmtree(top.parent / f"{name}.work", ignore_errors=True)
    shutil.rmtree(top, ignore_errors=True)
    with Cable(f"mlb-{name}") as cable:
        folders = {bundle: False, ROOT: False, **dict.fromkeys(shared, False)}
        machine = Machine([below, stock.fresh_debian()], top, cable.box_namespace, folders)
        laptop = Laptop(below.parent / "laptop", cable, "")
        passwords: dict[str, str] = dict.fromkeys(PEOPLE, PASSWORD)
        box = Box(machine, cable, laptop, passwords)
        with machine.opened() as root:
            (root / "etc/molang/molang.toml").write_text(commune.box(cable.box) + settings, "utf-8")
            add_node(root, cable, root / PKI)
        try:
            machine.boot()
            plug_in(machine, bundle)
            box.until_well()
            for role, who in PEOPLE.items():
                make_account(box.control, role, who, role, passwords[role])
            yield box
        finally:
            machine.halt()
            shutil.rmtree(top, ignore_errors=True)


def add_node(root: Path, cable: Cable, credentials: Path) -> None:
    """The relay node as a technician puts it on a machine of its own: here it is a second program on the box.

    ``credentials`` holds its certificate and the authority's, as the enrolment gave them to it.
    """
    etc = root / "etc/molang"
    key = OrderKey.load_or_make(root / DATA / "keys" / "order.pem")
    (etc / "node.toml").write_text(commune.node(cable.box, {key.key_id: key.public_hex}), "utf-8")
    for source, target in (
        ("ca.pem", "ca.pem"),
        (f"{commune.NODE}.pem", "node.pem"),
        (f"{commune.NODE}.key", "node.key"),
    ):
        shutil.copy(credentials / source, etc / target)
    files = "node.toml node.pem node.key ca.pem"
    said("chroot", str(root), "/bin/sh", "-euc",
         f"cd /etc/molang; chown root:molang {files}; chmod 640 {files}")  # fmt: skip
    wants = root / "etc/systemd/system/multi-user.target.wants/molang-node.service"
    wants.unlink(missing_ok=True)
    wants.symlink_to("/etc/systemd/system/molang-node.service")
