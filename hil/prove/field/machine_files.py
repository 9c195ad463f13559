"""A well machine made of files: /sys, /proc, /etc, /opt and a systemctl that says what lies in ``units``."""

import time
from pathlib import Path

from edge.doctor.checks.machine import KIOSK
from edge.doctor.checks.parts import UNITS
from edge.release.places import Places

SYSTEMCTL = '#!/bin/sh\nexec cat "$(dirname "$0")/../../units/$2"\n'
RUNS = "LoadState=loaded\nActiveState=active\nNRestarts=0\n"
NET = "  sl  local_address rem_address   st\n   0: {local} 00000000:0000 {state} 0:0 0\n"
HTTPS, LOOPBACK_WEB = "00000000:01BB", "0100007F:1F90"
UNIT = "[Service]\nExecStart=/opt/molang/current/bin/molang run\n"


def put(root: Path, path: str, text: str) -> Path:
    """Write a file of the machine."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def write_machine(root: Path) -> None:
    """A machine with nothing wrong; it carries every sensor that the doctor knows."""
    put(root, "sys/class/thermal/thermal_zone0/temp", "48000\n")
    put(root, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    put(root, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
    put(root, "sys/class/rtc/rtc0/since_epoch", f"{time.time():.0f}\n")
    put(root, "sys/block/mmcblk0/device/life_time", "0x01 0x02\n")
    put(root, "sys/fs/ext4/mmcblk0p2/errors_count", "0\n")
    put(root, f"{KIOSK}/cpu.stat", "usage_usec 5000000\nuser_usec 4000000\n")
    put(root, f"{KIOSK}/cpu.pressure", "some avg10=1.00 avg60=2.00 avg300=1.00 total=9\n")
    put(root, "proc/net/tcp", NET.format(local=HTTPS, state="0A"))
    put(root, "proc/net/udp", NET.format(local="00000000:007B", state="07"))  # 123
    put(root, "etc/systemd/system/molang.service", UNIT)
    for name in ("box_key.pub", "host_key", "sshd_config", "keys"):
        put(root, f"etc/molang-release/support/{name}", "ssh-ed25519 AAAA\n")
    (root / "run/systemd/system").mkdir(parents=True)
    put(root, "usr/bin/systemctl", SYSTEMCTL).chmod(0o755)
    for unit in UNITS:
        put(root, f"units/{unit}", RUNS)
    places = Places(root / "opt/molang", root / "var/lib/molang-release")
    put(places.release("1.0.0"), "systemd/molang.service", UNIT)
    places.state.mkdir(parents=True)
    places.point("current", "1.0.0")
