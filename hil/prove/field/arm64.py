"""A root for arm64 is made ready from the bundle by the same roles, and computes what x86-64 computes."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.core.errors import TransientError
from edge.doctor.cli import LINES
from hil.harness import ROOT, python
from hil.links import Figure, Link
from hil.prove.field import emulated, machine, stock
from hil.prove.field.cable import Cable
from hil.prove.field.laptop import STICK, Laptop, Played
from hil.prove.field.machine import Machine
from hil.prove.field.words import said
from models.detection.nms import overlaps
from models.folders import default_cache_dir

ARCH, NAME = "arm64", "mla"
ROLES = ("base", "storage", "time", "watchdog", "pki", "broker", "app", "models", "web", "update")
"""Those of a box, but for what asks the kernel: QEMU's user mode has no netlink for the firewall's own check."""
INPUTS = ("bus.jpg", "zidane.jpg", "bikes.mp4")
LEAST_OVERLAP, MOST_SCORE, LEAST_ALIKE = 0.95, 0.01, 0.999
"""Of boxes (shared area to joint area), scores and sound: the processors round differently, and of two boxes for one
thing whose scores differ in the fourth decimal the other one may win."""
ALIKE_S, DOCTOR_S = 3600.0, 1200.0
RELEASE = "/opt/molang/current"
POLICY = "#!/bin/sh\nexit 101\n"
"""No package starts its daemon: what is made here is a disk, not a machine."""


def arm64() -> Link:
    """Issue 7: an arm64 chroot: install from the bundle, import, doctor, detector and speech as on x86-64."""
    if why := machine.why_not() or emulated.why_not():
        raise TransientError(why)
    with emulated.aarch64(), Cable(NAME) as cable:
        bundle = stock.bundle(arch=ARCH)
        top = stock.FOLDER / f"image-{bundle.name}" / "top"
        shutil.rmtree(top.parent, ignore_errors=True)
        with _image(top, cable, bundle) as root:
            key = stock.release_key().with_suffix(".pub").read_text().strip()
            laptop = Laptop(top.parent / "laptop", cable, key, image=root)
            laptop.folder.mkdir(parents=True)
            laptop.prepare()
            first, second = laptop.play(_roles(laptop)), laptop.play(_roles(laptop))
            figures: dict[str, Figure] = {
                "arm64_install_s": round(first.took_s),
                "arm64_changed": first.changed,
                "arm64_failed": first.failed,
                "arm64_second_changed": second.changed,
                "arm64_second_failed": second.failed,
            }
            if first.failed or second.failed:
                return Link("arm64", False, figures, _why(first, second))
            figures |= _examined(root) | _compared(top.parent, root)
    return Link("arm64", not _missed(figures), figures, _missed(figures) or _why(second))


def _missed(figures: dict[str, Figure]) -> str:
    must: dict[str, Figure] = {
        "arm64_second_changed": 0,
        "arm64_machine": "aarch64",
        "arm64_modules_failed": 0,
        "arm64_doctor_lines_missing": "",
        "arm64_same_count": True,
        "arm64_same_film": True,
        "arm64_same_phonemes": True,
    }
    wrong = [f"{name}={figures.get(name)}" for name, value in must.items() if figures.get(name) != value]
    most = {"arm64_score": MOST_SCORE, "arm64_sound_unlike": 1 - LEAST_ALIKE}
    wrong += [f"{name}={figures[name]}" for name, value in most.items() if float(figures[name] or 0) > value]
    if float(figures["arm64_overlap"] or 0) < LEAST_OVERLAP:
        wrong.append(f"arm64_overlap={figures['arm64_overlap']}")
    return "; ".join(wrong)


@contextmanager
def _image(top: Path, cable: Cable, bundle: Path) -> Iterator[Path]:
    """The root, with what a chroot needs of a running kernel, and the stick in it."""
    disk = Machine([stock.fresh_debian(ARCH)], top, cable.box_namespace)
    with disk.opened() as root:
        said("mount", "-t", "proc", "proc", str(root / "proc"))
        said("mount", "--rbind", "/dev", str(root / "dev"))
        said("mount", "--make-rslave", str(root / "dev"))
        stick, inputs = root / STICK.lstrip("/"), root / "srv/inputs"
        for folder in (stick, inputs):
            folder.mkdir(parents=True)
        said("mount", "--bind", str(bundle), str(stick))
        (root / "usr/sbin/policy-rc.d").write_text(POLICY)
        (root / "usr/sbin/policy-rc.d").chmod(0o755)
        for name in INPUTS:
            shutil.copy(default_cache_dir() / name, inputs / name)
        yield root


def _roles(laptop: Laptop) -> Path:
    """The roles as ``provision`` has them, for a machine that does not run yet."""
    path = laptop.folder / "image.yml"
    path.write_text(json.dumps([{"name": "An image", "hosts": "box", "roles": list(ROLES)}]))
    return path


def _inside(root: Path, *command: str, deadline_s: float) -> str:
    words = ("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "MOLANG_ASSETS=/opt/molang/assets")
    return said("chroot", str(root), "/usr/bin/env", "-i", *words, *command, deadline_s=deadline_s)


def _examined(root: Path) -> dict[str, Figure]:
    """`molang doctor`: every check says a line of a box that never ran; its exit code is 2 then."""
    shell = f"{RELEASE}/bin/molang doctor --json --config /etc/molang/molang.toml; echo code=$?"
    told, _, code = _inside(root, "/bin/sh", "-c", shell, deadline_s=DOCTOR_S).rpartition("code=")
    names = {str(row["key"]).partition("/")[0] for row in json.loads(told)}
    silent = [name for name, check in LINES.items() if not names & {one for one, of in LINES.items() if of is check}]
    return {
        "arm64_doctor_lines": len(names),
        "arm64_doctor_code": int(code),
        "arm64_doctor_lines_missing": " ".join(sorted(silent)),
    }


def _compared(folder: Path, root: Path) -> dict[str, Figure]:
    """Both processors with the same inputs; the largest difference of each kind."""
    command = ("-P", "-m", "hil.prove.field.alike")
    there = _inside(root, f"{RELEASE}/.venv/bin/python", *command, "/srv/inputs", "/srv/arm64.npz", deadline_s=ALIKE_S)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    ours = folder / "amd64.npz"
    here = said(*python(command[-1], root / "srv/inputs", ours), deadline_s=ALIKE_S, env=env)
    told, expected = json.loads(there.splitlines()[-1]), json.loads(here.splitlines()[-1])
    with np.load(root / "srv/arm64.npz") as theirs, np.load(ours) as known:
        measured = differences(dict(theirs), dict(known))
    return {
        "arm64_machine": told["machine"],
        "arm64_modules": told["modules"],
        "arm64_modules_failed": len(told["modules_failed"]),
        "arm64_modules_why": "; ".join(told["modules_failed"][:3])[:300],
        "arm64_same_film": told["film"] == expected["film"],
        "arm64_same_phonemes": all(told[name] == expected[name] for name in ("phonemes", "words")),
        **measured,
    }


def differences(theirs: dict[str, Any], known: dict[str, Any]) -> dict[str, Figure]:
    """How far two processors' arrays lie apart: overlap of boxes, scores, sound as one less its correlation."""
    same = theirs.keys() == known.keys() and all(theirs[name].shape == known[name].shape for name in known)
    if not same:
        return {"arm64_same_count": False, "arm64_overlap": None, "arm64_score": None, "arm64_sound_unlike": 1.0}
    apart = {name: float(np.abs(theirs[name].astype(float) - known[name].astype(float)).max(initial=0.0))
             for name in known}  # fmt: skip
    sounds = [name for name in known if name.startswith("sound")]
    unlike = [1 - float(np.corrcoef(theirs[name].astype(float), known[name].astype(float))[0, 1]) for name in sounds]
    return {
        "arm64_same_count": all(apart[name] == 0 for name in known if name.endswith("classes")),
        "arm64_things_seen": sum(len(known[name]) for name in known if name.endswith("scores")),
        "arm64_overlap": round(
            min(_least_overlap(theirs[name], known[name]) for name in known if name.endswith("boxes")), 4
        ),
        "arm64_box_px": round(max(apart[name] for name in known if name.endswith("boxes")), 2),
        "arm64_score": round(max(apart[name] for name in known if name.endswith("scores")), 6),
        "arm64_sound_unlike": round(max(unlike), 8),
        "arm64_sound_steps": max(apart[name] for name in sounds),
    }


def _least_overlap(theirs: NDArray[np.float32], known: NDArray[np.float32]) -> float:
    """Of boxes in the same order; 1.0 for none."""
    both = overlaps(np.concatenate([theirs, known]))
    return float(np.min(np.diagonal(both[: len(known), len(known) :]), initial=1.0))


def _why(*plays: Played) -> str:
    return "; ".join(f"{mark}: {', '.join(one.tasks(mark))}"
                     for one in plays for mark in ("fatal", "changed") if one.tasks(mark))[:800]  # fmt: skip
