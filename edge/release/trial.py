"""The health gate: watches a release that was just exchanged, keeps it when it is well, and goes back when it is not.

It is run by the release *before*, and again after every start of the machine while an update is pending: a sick release
cannot keep itself.
"""

import logging
import time
from collections.abc import Callable

from edge.core.errors import MolangError
from edge.core.policy.updating import Look, Trial, Verdict, judge
from edge.kernel.release_state import Done
from edge.release.changing import Change, Host

log = logging.getLogger(__name__)

LOOK_S = 5.0
Told = Callable[[str], None]


def watch(
    change: Change, host: Host, told: Told = lambda _: None, sleep: Callable[[float], None] = time.sleep
) -> Done | None:
    """See a pending update to its end; None when there is none. Raises FinalError for a broken state file."""
    found = change.pending()
    if found is None:
        return None
    pending = change.resume(found)
    trouble = _restarted(host)  # whatever runs may be of the other release: who was killed in between cannot know
    if pending is None:
        return None
    trial = Trial(host.uptime_s(), pending.tries)
    while True:
        if change.pending() != pending:  # a technician went back by hand
            return None
        look = _look(host)
        told(look.trouble or f"bản {pending.new} khỏe")
        trial, verdict = judge(trial, look, host.uptime_s())
        if verdict is Verdict.KEEP:
            return change.keep(pending)
        if verdict is Verdict.GO_BACK:
            done = change.go_back(pending, look.trouble or trouble or "khởi động lại quá nhiều lần")
            _restarted(host)
            return done
        sleep(LOOK_S)


def _restarted(host: Host) -> str:
    """What went wrong, or nothing: a release that does not even start is judged like any other sick one."""
    try:
        host.restart()
    except MolangError as error:
        log.warning("the restart: %s", error)
        return str(error)
    return ""


def _look(host: Host) -> Look:
    try:
        return host.look()
    except MolangError as error:
        return Look(str(error))
