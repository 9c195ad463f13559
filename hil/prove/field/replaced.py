"""Line ``replaced_box``: a booted box dies; a fresh Debian and the night's copy become a box by one playbook.

What nodes and province make of the exchange is the line ``replace``, where they run on; here it is the machine.
"""

import json
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from edge.core.errors import TransientError
from edge.store.ids import get_meta
from hil.bench.waiting import came_true
from hil.links import Figure, Link
from hil.prove.field import commune, stock
from hil.prove.field.boxes import DATA, PKI, Box, add_node, provisioned
from hil.prove.field.cable import Cable
from hil.prove.field.laptop import COPIES, PASSPHRASE, Played
from hil.prove.field.provision import fresh, plug_in

HOUR_S, HEARD_S = 3600.0, 60.0


def replaced_box() -> Link:
    """Issue 7: backup -> new root -> restore, on machines that boot: in under an hour, nothing lost, horns obey."""
    bundle = stock.bundle()
    top = stock.FOLDER / "new-box" / "top"
    shutil.rmtree(top.parent, ignore_errors=True)
    top.parent.mkdir(parents=True)
    with provisioned("dead") as old:
        old.visit()
        made = _copied(old, top.parent)
        kept, passwords = _what_it_has(old), old.passwords
    if made.failed:
        return Link("replaced_box", False, {"backup_failed": made.failed}, "; ".join(made.tasks("fatal")))
    began = time.monotonic()
    with Cable("mln") as cable, fresh(top, cable, bundle) as (machine, laptop):
        box = Box(machine, cable, laptop, passwords)
        with machine.opened() as root:
            (root / COPIES.lstrip("/")).mkdir(parents=True)
            shutil.copy(top.parent / "copy.tar", root / COPIES.lstrip("/") / "copy.tar")
        try:
            machine.boot()
            plug_in(machine, bundle)
            words = json.dumps({"restore_file": f"{COPIES}/copy.tar", "restore_passphrase": PASSPHRASE})
            played = laptop.play("replace", "-e", words)
            well_s = box.until_well() if not played.failed else None
            took_s = time.monotonic() - began
            figures = {**_same(box, kept), **_obeyed(box, top.parent)} if well_s is not None else {}
        finally:
            machine.halt()
    figures = {
        "replaced_s": round(took_s),
        "replaced_failed": played.failed,
        "replaced_changed": played.changed,
        **figures,
    }
    good = all(figures.get(f"replaced_{name}") is True for name in MUST)
    return Link("replaced_box", good and took_s < HOUR_S, figures, "; ".join(played.tasks("fatal"))[:300])


MUST = ("same_bulletins", "same_keys", "new_epoch", "own_horn_heard", "node_heard", "no_authority_key")


def _copied(box: Box, folder: Path) -> Played:
    """The playbook of the guide; the copy is carried out of the box on its stick."""
    box.machine.said("install", "-d", "-o", "molang", "-g", "molang", COPIES)
    played = box.laptop.play("backup")
    found = sorted((box.machine.root / COPIES.lstrip("/")).glob("*.tar"))
    if found:
        shutil.copy(found[-1], folder / "copy.tar")
    for name in ("ca.pem", f"{commune.NODE}.pem", f"{commune.NODE}.key"):  # the relay node has these, and runs on
        shutil.copy(box.machine.root / PKI / name, folder / name)
    return played


def _what_it_has(box: Box) -> dict[str, object]:
    root = box.machine.root
    return {
        "bulletins": [row["id"] for row in box.state().get("bulletins") or ()],
        "ca": (root / PKI / "ca.pem").read_bytes(),
        "order": (root / DATA / "keys" / "order.pem").read_bytes(),
        "epoch": _epoch(box),
    }


def _epoch(box: Box) -> int:
    with closing(sqlite3.connect(f"file:{box.machine.root / DATA / 'molang.db'}?mode=ro", uri=True)) as store:
        return int(get_meta(store, "epoch", "1"))


def _same(box: Box, kept: dict[str, object]) -> dict[str, Figure]:
    has = _what_it_has(box)
    return {
        "replaced_same_bulletins": has["bulletins"] == kept["bulletins"] and bool(kept["bulletins"]),
        "replaced_same_keys": has["ca"] == kept["ca"] and has["order"] == kept["order"],
        "replaced_new_epoch": has["epoch"] == int(str(kept["epoch"])) + 1,
        "replaced_no_authority_key": not (box.machine.root / PKI / "ca.key").exists(),
    }


def _obeyed(box: Box, folder: Path) -> dict[str, Figure]:
    """People log in as before, and both horns say the next notice."""
    if not came_true(lambda: bool(box.state()), HEARD_S):
        raise TransientError("the new box does not answer")
    add_node(box.machine.root, box.cable, folder)
    box.machine.said("systemctl", "daemon-reload")
    box.machine.said("systemctl", "restart", "molang-node.service")
    began = time.monotonic()
    box.visit()
    heard = {horn: came_true(lambda horn=horn: list(box.observed.some("sound", horn, began, phase="loud")), HEARD_S)  # type: ignore[misc]
             for horn in (commune.OWN, commune.NODE)}  # fmt: skip
    return {"replaced_own_horn_heard": heard[commune.OWN], "replaced_node_heard": heard[commune.NODE]}
