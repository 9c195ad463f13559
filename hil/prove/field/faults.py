"""What breaks on a box that runs: each function breaks one thing on the real units and says what became of it."""

import contextlib
import subprocess
import time
from pathlib import Path

from edge.kernel.process import EYES
from hil.bench.waiting import came_true
from hil.prove.field import commune
from hil.prove.field.boxes import Box
from hil.prove.field.words import CommandFailedError

UNIT = "molang.service"
BITE_S, BACK_S, OFF_S = 150.0, 120.0, 15.0
KILLS = 6
"""More than systemd's own limit of five starts in ten seconds."""
HOG_MB = 96
SETTLE_S, SETTLED_BYTES = 60.0, 2_000_000
GONE_S = 20.0
Figures = dict[str, str | int | float | bool | None]
_HOG = """
import sys, time
held = []
while True:
    held.append(bytearray(b"x" * 4_000_000)); time.sleep(0.01)
"""


def watchdog(box: Box) -> Figures:
    """The supervisor hangs: systemd bites, and it comes back well."""
    before = _main(box)
    began = time.monotonic()
    box.machine.said("kill", "-STOP", before)
    bitten = came_true(lambda: _main(box) not in ("0", before), BITE_S)
    bite_s = time.monotonic() - began
    return {
        "watchdog_bit": bitten and "watchdog" in _journal(box).lower(),
        "watchdog_bite_s": round(bite_s, 1),
        "watchdog_well_s": round(box.until_well(), 1),
    }


def killed_on_air(box: Box) -> Figures:
    """SIGKILL while its own horn speaks: the amplifier is off at once (law 4)."""
    box.visit("--only-begin")
    on_air = came_true(lambda: amplifier_is_on(box) is True, OFF_S)
    began = time.monotonic()
    box.machine.said("kill", "-KILL", _main(box))
    off = came_true(lambda: amplifier_is_on(box) is False, OFF_S)
    return {
        "killed_amplifier_was_on": on_air,
        "killed_amplifier_off": off,
        "killed_amplifier_off_s": round(time.monotonic() - began, 1),
        "killed_well_s": round(box.until_well(), 1),
    }


def crash_loop(box: Box, kills: int = KILLS) -> Figures:
    """Killed as soon as it is back, again and again: it is tried for ever."""
    began = int(box.machine.shown(UNIT, "NRestarts") or 0)
    for _ in range(kills):
        before = _main(box)
        box.machine.said("kill", "-KILL", before)
        if not came_true(lambda before=before: _main(box) not in ("0", before), BACK_S):  # type: ignore[misc]
            break
    restarts = int(box.machine.shown(UNIT, "NRestarts") or 0) - began
    well_s = box.until_well()
    return {
        "crash_loop_kills": kills,
        "crash_loop_restarts": restarts,
        "crash_loop_well_s": round(well_s, 1),
        "crash_loop_given_up": box.machine.shown(UNIT, "Result") == "start-limit-hit",
    }


def out_of_memory(box: Box) -> Figures:
    """One child of the supervisor eats all that the unit may have: the kernel takes the child, not the supervisor.

    The kernel of this bench lends a container no memory controller, so the unit's processes go into a group of the
    host's for this minute, with a limit just above what they hold.
    """
    group = _group(box)
    supervisor = _main(box)
    try:
        for pid in _processes(box):
            (group / "cgroup.procs").write_text(pid)
        used = _settled(group)
        (group / "memory.limit_in_bytes").write_text(str(used + HOG_MB * 1024 * 1024))
        hog = _hog(box, group)
        gone = came_true(lambda: hog.poll() is not None, 60.0)
        killed = gone and hog.returncode == -9
        kills = _oom_kills(group)
        hog.kill()
        hog.wait(GONE_S)
    finally:
        _let_go(group)
    return {
        "oom_kernel_kills": kills,
        "oom_child_killed": killed,
        "oom_supervisor_kept": _main(box) == supervisor,
        "oom_well_s": round(box.until_well(), 1),
    }


def given_up(box: Box) -> Figures:
    """A wrong setting: the unit fails for good, OnFailure= notes it, the next start makes an incident of it."""
    config = box.machine.root / "etc/molang/molang.toml"
    good = config.read_text("utf-8")
    config.write_text(good.replace("[web]", "[web]\nno_such_setting = 1", 1), "utf-8")
    box.machine.said("systemctl", "restart", "--no-block", UNIT)
    failed = came_true(lambda: box.machine.shown(UNIT, "ActiveState") == "failed", BITE_S)
    note = box.machine.root / "var/lib/molang/failed-units" / UNIT
    noted = came_true(note.exists, 60.0)
    config.write_text(good, "utf-8")
    box.machine.said("systemctl", "reset-failed", UNIT)
    box.machine.said("systemctl", "start", "--no-block", UNIT)
    well_s = box.until_well()
    opened = came_true(lambda: _has_incident(box), 60.0)
    return {
        "on_failure_failed": failed,
        "on_failure_noted": noted,
        "on_failure_incident": opened,
        "on_failure_well_s": round(well_s, 1),
    }


def _has_incident(box: Box) -> bool:
    return any(UNIT in str(row.get("subject", "")) for row in box.state().get("incidents") or ())


def _main(box: Box) -> str:
    return box.machine.shown(UNIT, "MainPID")


def _journal(box: Box) -> str:
    return box.machine.said("journalctl", f"--unit={UNIT}", "--lines=400", "--no-pager", "--output=cat")


def amplifier_is_on(box: Box) -> bool | None:
    """Whether the box's own amplifier is on, as its relay saw it last."""
    last = list(box.observed.some("coil", commune.OWN))[-1:]
    return bool(last[0].facts["on"]) if last else None


def _processes(box: Box) -> list[str]:
    """The unit's processes as this host numbers them."""
    control = box.machine.shown(UNIT, "ControlGroup")
    path = Path(f"/proc/{box.machine.leader}/root/sys/fs/cgroup/systemd{control}/cgroup.procs")
    return path.read_text().split()


def _group(box: Box) -> Path:
    """A memory group of our own, below the one in which the machine runs."""
    lines = Path(f"/proc/{box.machine.leader}/cgroup").read_text().splitlines()
    mine = next((line.split(":", 2)[2] for line in lines if line.split(":")[1] == "memory"), None)
    if mine is None:
        raise CommandFailedError("this host has no memory controller (cgroup v1)")
    group = Path("/sys/fs/cgroup/memory") / mine.lstrip("/") / f"molang-oom-{box.machine.leader}"
    group.mkdir()
    return group


def _settled(group: Path) -> int:
    """What they hold once nothing is being loaded any more."""
    held = [0]

    def still() -> bool:
        held.append(int((group / "memory.usage_in_bytes").read_text()))
        return abs(held[-1] - held[-2]) < SETTLED_BYTES

    came_true(still, SETTLE_S, look_s=3.0)
    return held[-1]


def _let_go(group: Path) -> None:
    (group / "memory.limit_in_bytes").write_text("-1")
    for pid in (group / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            (group.parent / "cgroup.procs").write_text(pid)
    if not came_true(lambda: _is_gone(group), GONE_S):
        raise CommandFailedError(f"{group} is still in use")


def _is_gone(group: Path) -> bool:
    """A process that was killed holds its group until its parent has looked."""
    with contextlib.suppress(OSError):
        group.rmdir()
    return not group.exists()


def _oom_kills(group: Path) -> int:
    facts = dict(line.split() for line in (group / "memory.oom_control").read_text().splitlines())
    return int(facts.get("oom_kill", 0))


def _hog(box: Box, group: Path) -> "subprocess.Popen[bytes]":
    """A child that eats: as likely to be taken as any worker is (edge/kernel/process.py)."""
    shell = f'echo $$ > {group}/cgroup.procs; echo {EYES} > /proc/self/oom_score_adj; exec "$@"'
    command = ["sh", "-c", shell, "hog",
               *box.machine.inside("/usr/bin/python3", "-c", _HOG, user="molang")]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
