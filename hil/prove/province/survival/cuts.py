"""One box whose machine loses its power at random moments, while it writes and sends."""

import os
import random
import shutil
import time

from hil.bench.outcome import BenchUnavailableError
from hil.loop_disk import TOOLS, LoopDisk
from hil.prove.province.survival.judge import Box, Tally
from hil.prove.province.survival.kills import Trial, send_the_rest, take_in
from hil.prove.province.survival.life import Life

DISK_MB = 64
LONGEST_LIFE_S = 0.5
PAST_CUT_S = 0.02
"""The box goes on for an instant on a disk that takes nothing: what it promises now would be a lie."""


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
    tally, box = Tally(), Box(trial.source, trial.record)
    chance = random.Random(trial.seed)
    asked = trial.asked(disk.root)
    for _ in range(trial.disasters):
        life = Life(trial.nursery, asked)
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        disk.cut_power()
        time.sleep(PAST_CUT_S)
        life.kill()
        disk.restart()
        wrong = disk.check()
        tally.blame("corrupt", bool(wrong), f"{trial.source}: e2fsck: {wrong}")
        take_in(life, box, tally)
        box.judge(asked.database, tally)
    send_the_rest(trial, asked, box, tally)
    return tally
