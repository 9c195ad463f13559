"""Law 1: what was accepted is there after ``kill -9``, with its event, each once."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.store.promises import assert_kept, boots

KILLS = 10
HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_a_kill_in_the_middle_of_many_transactions_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    database = tmp_path / "molang.db"
    chance = random.Random(2)
    promised: set[str] = set()
    for _ in range(KILLS):
        promised |= killed_run(database, chance.uniform(0.05, 0.4))
    assert len(promised) > 100
    assert_kept(database, promised)
    assert boots(database) == KILLS


def killed_run(database: Path, after_s: float) -> set[str]:
    """Let a writer work, kill it without warning, and return what it was promised by then."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(HERE / "writes_forever.py"), str(database)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after_s)
        child.kill()
        *whole, _torn = (first + child.stdout.read()).decode().split("\n")
    return set(whole)
