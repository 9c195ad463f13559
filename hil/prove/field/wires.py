"""The wires of the bench's box: simulated devices (hil.devices), a unit of their own inside the machine.

The box's program meets them as serial lines and sound cards; what they saw is read from outside.
"""

from pathlib import Path

from hil.harness import ROOT
from hil.prove.field import commune

UNIT = "bench-devices.service"
TEXT = """[Unit]
Description=Simulated devices of the bench
Before=molang.service molang-node.service

[Service]
ExecStart={python} -m hil.devices --folder {folder} --horns {horns}
# Real serial lines belong to dialout; these are of whoever opened them.
ExecStartPost=/bin/sh -c 'until [ -S devices.sock ]; do sleep 0.1; done; chmod 755 pty pty/*; chmod 666 tty-* *.sock'
WorkingDirectory={folder}
Environment=PYTHONPATH={root} PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1
TimeoutStartSec=120
Restart=always

[Install]
WantedBy=multi-user.target
"""
CLOCK = "[Unit]\nConditionCapability=\n[Service]\nExecStart=\nExecStart=!/usr/sbin/chronyd -F 1 -x\n"
"""The clock is this host's and nobody inside may set it (-x): chrony serves the time to nodes as on a real box."""


def solder(root: Path) -> None:
    """Put them into a machine that does not run."""
    folder = root / commune.DEVICES.relative_to("/")
    folder.mkdir(parents=True, exist_ok=True)
    python = ROOT / ".venv" / "bin" / "python"
    text = TEXT.format(python=python, folder=commune.DEVICES, horns=f"{commune.OWN},{commune.NODE}", root=ROOT)
    units = root / "etc/systemd/system"
    (units / UNIT).write_text(text)
    (units / "chrony.service.d").mkdir(exist_ok=True)
    (units / "chrony.service.d" / "bench.conf").write_text(CLOCK)
    wants = units / "multi-user.target.wants"
    wants.mkdir(exist_ok=True)
    (wants / UNIT).unlink(missing_ok=True)
    (wants / UNIT).symlink_to(f"/etc/systemd/system/{UNIT}")
