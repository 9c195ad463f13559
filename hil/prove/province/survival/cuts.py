"""One box whose machine loses its power at random moments, while it writes and sends.

Processor and disk stop together: the box is struck first, so that it runs no further, and its disk in the same instant,
so that a sync under way is torn. A box that lived on for milliseconds would be told lies: Linux lets a sync that was
under way at the shutdown of its ext4 return success (seen with a bare loop of pwrite and fdatasync on 6.18), which no
machine without power can hear.
"""

import os
import random
import shutil

from hil.bench.outcome import BenchUnavailableError
from hil.loop_disk import TOOLS, LoopDisk
from hil.prove.province.survival.judge import Box, Tally
from hil.prove.province.survival.kills import Trial, send_the_rest, take_in
from hil.prove.province.survival.life import Life

DISK_MB = 64


def unavailable() -> str:
    """Why power cannot be cut here; empty when it can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if os.geteuid() != 0:
        return "cần quyền root"
    return f"thiếu {', '.join(missing)}" if missing else ""


def cut(trial: Trial) -> Tally:
    """Cut its power so often, look after each, and let it send the rest at the end."""
    if why := unavailable():
        raise BenchUnavailableError(why)
    disk = LoopDisk(trial.folder)
    try:
        disk.make(DISK_MB)
        return _cut(trial, disk)
    finally:
        disk.remove()


def _cut(trial: Trial, disk: LoopDisk) -> Tally:
    tally, box = Tally(), Box(trial.source, trial.record.events)
    chance = random.Random(trial.seed)
    asked = trial.asked(disk.root)
    for _ in range(trial.disasters):
        life = Life(trial.nursery, asked)
        life.go_on(chance)
        life.strike()
        disk.cut_power()
        life.kill()
        disk.restart()
        wrong = disk.check()
        tally.blame("corrupt", bool(wrong), f"{trial.source}: e2fsck: {wrong}")
        take_in(life, box, tally)
        box.judge(asked.database, tally)
    send_the_rest(trial, asked, box, tally)
    return tally
