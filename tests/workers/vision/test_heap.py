"""What pictures leave behind in the C heap goes back to the system."""

import subprocess
import sys

HOLES = """
import numpy as np
from edge.workers.vision.heap import few_arenas, trim

def rss_kb():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

few_arenas()
pictures = [np.ones(60_000, np.uint8) for _ in range(2_000)]
stays = pictures[::40]
del pictures
before = rss_kb()
trim()
print(before - rss_kb(), len(stays))
"""


def test_holes_between_things_that_stay_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    freed_kb, _ = map(int, done.stdout.split())
    assert freed_kb > 50_000
