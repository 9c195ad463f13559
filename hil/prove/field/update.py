"""A newer release on a box that runs: a sick one goes back by itself; killed anywhere, it leaves a box that starts."""

import random
import subprocess
import time
from pathlib import Path

from edge.core.errors import TransientError
from hil.bench.waiting import came_true
from hil.links import Link
from hil.prove.field import stock
from hil.prove.field.boxes import Box, provisioned
from hil.prove.field.faults import Figures
from hil.prove.field.words import said

KILLS, SEED = 20, 7
VERSION = 'version = "0.2.0"'
NEXT_VERSION = "0.2.1"
NEXT = {"pyproject.toml": (VERSION, f'version = "{NEXT_VERSION}"')}
SICK = {
    "pyproject.toml": (VERSION, 'version = "0.2.2"'),
    "edge/app.py": (
        'notify("READY=1")',
        'notify("READY=1")\n            asyncio.get_running_loop().call_later(4, os._exit, 1)',
    ),
}
"""It reads the settings, starts, says that it is ready, and falls after four seconds."""
GATE_S, APPLY_S = 900.0, 1800.0
LEAST_S = 1.0
MOLANG = "/opt/molang/current/bin/molang"


def sick_update() -> Link:
    """Issue 7: an update to a release that starts but is sick is rolled back by itself, nothing lost."""
    sick = stock.bundle(SICK)
    with provisioned("sick", [sick]) as box:
        before, old = _bulletins(box), _current(box)
        box.visit()
        applied_s = _apply(box, sick)
        new = _current(box)
        began = time.monotonic()
        back = came_true(lambda: _current(box) == old and not _pending(box), GATE_S)
        back_s = time.monotonic() - began
        well_s = box.until_well()
        after = _bulletins(box)
        box.visit()
        figures: Figures = {
            "sick_applied_s": round(applied_s),
            "sick_was_current": new != old,
            "sick_went_back": back,
            "sick_back_s": round(back_s),
            "sick_well_s": round(well_s, 1),
            "sick_bulletins_before": before,
            "sick_bulletins_after": after,
            "sick_status": box.machine.said(MOLANG, "update", "status").strip().splitlines()[-1][:200],
        }
    return Link("sick_update", back and new != old and after == before + 1, figures)


def killed_update(kills: int = KILLS, seed: int = SEED) -> Link:
    """Issue 7: an update killed at 20 random points; the box always starts, and nothing that was said is lost."""
    newer = stock.bundle(NEXT)
    dice = random.Random(seed)  # noqa: S311 - where to kill, repeatably
    with provisioned("killed", [newer]) as box:
        old = _current(box)
        box.visit()
        bulletins = _bulletins(box)
        install_s = _apply(box, newer, "--only-install")
        rest_s = 30.0
        starts, worst, ends = 0, 0.0, {"old": 0, "new": 0}
        for number in range(kills):
            if number % 2:
                if not _releases(box, whole=True):  # the cut before this one left none
                    _apply(box, newer, "--only-install")
                point = dice.uniform(LEAST_S, rest_s)  # the exchange and the first half minute of the trial
            else:
                said("rm", "-rf", *map(str, _releases(box)))
                point = dice.uniform(LEAST_S, install_s)
            process = subprocess.Popen(
                box.machine.inside(MOLANG, "update", "apply", str(newer)),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(point)
            box.machine.cut()
            process.wait(30)
            box.machine.boot("molang.service")  # the gate may go on with the trial: systemd is busy for as long
            worst = max(worst, box.until_well())
            starts += _bulletins(box) == bulletins
            ends["old" if _current(box) == old else "new"] += 1
            _settle(box, old)
        box.visit()
    figures: Figures = {
        "update_kills": kills,
        "update_starts": starts,
        "update_install_s": round(install_s),
        "update_worst_well_s": round(worst, 1),
        "update_old_after": ends["old"],
        "update_new_after": ends["new"],
    }
    return Link("killed_update", starts == kills and min(ends.values()) > 0, figures)


def _apply(box: Box, bundle: Path, *options: str) -> float:
    began = time.monotonic()
    box.machine.said(MOLANG, "update", "apply", str(bundle), *options, deadline_s=APPLY_S)
    return time.monotonic() - began


def _settle(box: Box, old: str) -> None:
    """The next kill begins as the first did: the old release runs, nothing is pending."""
    if _pending(box) or _current(box) != old:
        box.machine.said(MOLANG, "update", "rollback", deadline_s=300)
        if not came_true(lambda: not _pending(box), GATE_S) or _current(box) != old:
            raise TransientError(f"the box did not go back to {old}")
        box.until_well()


def _releases(box: Box, *, whole: bool = False) -> list[Path]:
    """The newer release, whole or half, inside the running machine's disk."""
    found = [path for path in (box.machine.root / "opt/molang/releases").iterdir()
             if path.name.strip(".").startswith(NEXT_VERSION)]  # fmt: skip
    return [path for path in found if not whole or not path.name.startswith(".")]


def _current(box: Box) -> str:
    return (box.machine.root / "opt/molang/current").readlink().name


def _pending(box: Box) -> bool:
    return (box.machine.root / "var/lib/molang-release/pending.json").exists()


def _bulletins(box: Box) -> int:
    return len(box.state().get("bulletins") or ())
