"""An hour of each disturbance, played to one camera's sight faster than life, and how often it woke for nothing.

The sight is a worker's own, and workers are started, never imported: so this is a process of the tests' own stage.
"""

import json
import subprocess
from collections.abc import Mapping

from hil.bench.films.description import Description
from hil.bench.films.library import nuisance_films
from hil.bench.outcome import BenchUnavailableError, Round, Say
from hil.harness import ROOT, python

MODULE = "tests.workers.vision.decode.rehearsal"
LONGEST_S = 600.0


def measure(about: Description, hours: float, say: Say) -> Mapping[str, Round]:
    """For each nuisance: wakes and looks an hour, and what a comparison of two pictures costs."""
    found = {}
    for film in nuisance_films(about, say):
        say(film.script.nuisance)
        found[film.script.nuisance] = _rehearse(str(film.path), hours)
    return found


def _rehearse(path: str, hours: float) -> Round:
    command = python(MODULE, path, hours)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    if done.returncode:
        raise BenchUnavailableError(f"{MODULE}: {done.stderr[-500:]}")
    found: Round = json.loads(done.stdout)
    return found
