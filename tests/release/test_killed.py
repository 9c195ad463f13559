"""An update that is killed at any step leaves a machine that starts, with the old release or with the new one."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from edge.release.changing import Change
from edge.release.installing import install
from edge.release.places import Places
from edge.release.trial import watch
from tests.release.shop import Machine, Shop

KILLS = 6
CHILD = """
import sys
from pathlib import Path
from edge.release.bundle import read
from edge.release.changing import Change
from edge.release.installing import install
from edge.release.places import Places
from edge.release.trial import watch
from tests.release.shop import Machine
folder, root, state, key = sys.argv[1:]
places = Places(Path(root), Path(state))
about = read(Path(folder), [key])
print("begins", flush=True)
install(Path(folder), about, places, "amd64")
change = Change(places)
if change.pending() is None and places.current() != about.version:
    change.begin(about.version)
watch(change, Machine(places.root), sleep=lambda _: None)
"""


def test_an_update_killed_at_random_points_always_leaves_a_release_that_starts(shop: Shop, places: Places) -> None:
    folder, about = shop.bundle("1.0")
    install(folder, about, places, "amd64")
    places.point("current", "1.0")
    folder, about = shop.bundle("1.1")
    chance, whole_s = random.Random(6), 6.0
    for number in range(KILLS):
        whole_s = min(whole_s, _killed(folder, places, shop, chance.uniform(0, whole_s)) or whole_s)
        machine = Machine(places.root)
        machine.restart()
        assert machine.running in ("1.0", "1.1"), number
        assert machine.look().trouble == ""
    subprocess.run(_command(folder, places, shop), check=True, timeout=120, stdout=subprocess.DEVNULL)
    assert (places.current(), Change(places).pending()) == ("1.1", None)
    assert not [path.name for path in places.releases.iterdir() if path.name.startswith(".")]
    assert watch(Change(places), Machine(places.root)) is None


def _killed(folder: Path, places: Places, shop: Shop, after_s: float) -> float | None:
    """How long it took if it came to its end before."""
    began = time.monotonic()
    child = subprocess.Popen(_command(folder, places, shop), stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    child.stdout.readline()
    try:
        child.wait(after_s)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return None
    assert child.returncode == 0
    return time.monotonic() - began


def _command(folder: Path, places: Places, shop: Shop) -> list[str]:
    return [sys.executable, "-c", CHILD, str(folder), str(places.root), str(places.state), shop.keys[0]]
