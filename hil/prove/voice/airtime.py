"""Random histories of a commune's air against the arbiter: how many, of what, and how many broke a promise."""

import contextlib
import io

from hypothesis import HealthCheck, settings
from hypothesis.errors import HypothesisException
from hypothesis.stateful import run_state_machine_as_test

from edge.core.policy.airtime import End
from hil.links import Figure, Link
from hil.prove.voice.airtime_histories import TALLY, Histories

HISTORIES, STEPS = 5_000, 40
LEAST_OF_EACH = 1_000
"""Figures below this would mean that the histories do not come to where promises could break."""
COUNTED = ("asked", "started", "cuts", "choices", "stops")


def airtime() -> Link:
    """STOP wins, one sound a horn, nobody starves, nothing unapproved airs, limits hold, one end for each request."""
    TALLY.clear()
    broken = _broken()
    figures: dict[str, Figure] = {
        "airtime_histories": TALLY["histories"],
        "airtime_facts": TALLY["facts"],
        **{f"airtime_{name}": TALLY[name] for name in COUNTED},
        **{f"airtime_{end.value}": TALLY[end] for end in End},
        "airtime_violations": 1 if broken else 0,
    }
    enough = TALLY["histories"] >= HISTORIES and all(TALLY[name] >= LEAST_OF_EACH for name in (*COUNTED, *End))
    return Link("airtime", enough and not broken, figures, broken)


def _broken() -> str:
    """The first promise that was broken (hypothesis stops there, at its shortest history); empty when none was."""
    wanted = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            run_state_machine_as_test(Histories, settings=wanted)
    except (AssertionError, ExceptionGroup, HypothesisException) as broken:
        return f"{broken}"[:300]
    return ""
