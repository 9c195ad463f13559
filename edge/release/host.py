"""This machine under systemd, as an update sees it."""

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edge.control.client import call
from edge.control.protocol import GetState, Refused
from edge.core.errors import TransientError
from edge.core.policy.updating import Look

TARGET, UNITS = "molang.target", ("molang.service", "molang-web.service")
SUPPORT = "molang-support.service"
ASK_S, RESTART_S = 20, 180
USER = "cập nhật"
NEEDED = frozenset({"node-local", "speech", "store"})
"""Services of the supervisor (docs/ref/state.md) without which the loudspeakers are dumb."""


class SystemdHost:
    """Restarts ``molang.target`` and asks units and supervisor how they are. ``control`` is the supervisor's socket."""

    def __init__(self, control: Path) -> None:
        self._control = control
        self._before = 0

    def restart(self) -> None:
        """See Host."""
        _systemctl(["daemon-reload"], RESTART_S)  # the units came with the release
        _systemctl(["stop", SUPPORT], RESTART_S)  # a release that does not know of it would not show it
        told = _systemctl(["restart", TARGET, *_installed()], RESTART_S)
        if told.returncode:
            raise TransientError(f"systemctl restart {TARGET}: {told.stderr.strip()[:200]}")
        self._before = sum(_restarts(unit) for unit in _installed())

    def look(self) -> Look:
        """Sick: a unit that is not active, a supervisor that does not answer, a service of it that is down."""
        units = _installed()
        restarts = max(0, sum(_restarts(unit) for unit in units) - self._before)
        for unit in units:
            state = _shown(unit, "ActiveState")
            if state != "active":
                return Look(f"{unit}: {state}", restarts)
        return Look(_sick(state_of(self._control)), restarts)

    def uptime_s(self) -> float:
        """See Host."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def state_of(control: Path) -> Mapping[str, Any]:
    """All sections of the supervisor's state; raises TransientError when it does not answer."""
    reply = call(control, GetState(user=USER, role="technician"))
    if isinstance(reply, Refused):
        raise TransientError(f"Bộ điều khiển từ chối: {reply.reason}")
    return reply.value


def _sick(state: Mapping[str, Any]) -> str:
    """What lives hang on; a camera or a modem that is down is no fault of a release."""
    for row in state.get("services") or ():
        if row["state"] == "down" and row["name"] in NEEDED:
            return f"{row['name']} không chạy: {row['detail']}"
    return ""


def _installed() -> list[str]:
    return [unit for unit in UNITS if _shown(unit, "LoadState") == "loaded"]


def _restarts(unit: str) -> int:
    told = _shown(unit, "NRestarts")
    return int(told) if told.isdecimal() else 0


def _shown(unit: str, name: str) -> str:
    return _systemctl(["show", unit, f"--property={name}", "--value"], ASK_S).stdout.strip()


def _systemctl(words: list[str], deadline_s: float) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 - words of ours
            ["/usr/bin/systemctl", *words], capture_output=True, text=True, timeout=deadline_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as cause:
        raise TransientError(f"systemctl {words[0]} không xong.") from cause
