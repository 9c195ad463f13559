"""When a box may be updated, and when a new release has proven itself or must go back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

NEEDED_S = 120.0
"""A release that was well for so long without a break is kept."""
GATE_S = 600.0
"""It has so long to get there: models are loaded, cameras come back, a small machine is slow."""
MOST_TRIES = 3
"""The machine itself may fail in between: whoever has not proven itself after so many starts goes back."""
MOST_RESTARTS = 3


LOOKED_AT = ("flood", "on_air", "storm", "bulletins", "talks", "power")
"""The sections that ``why_not`` reads."""


class Verdict(StrEnum):
    """What to do with the release on trial."""

    WAIT = "wait"
    KEEP = "keep"
    GO_BACK = "go_back"


@dataclass(frozen=True, slots=True)
class Trial:
    """How the trial of a release stands: seconds of this machine's start, times it was begun."""

    began_s: float
    tries: int = 1
    well_since_s: float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at it: ``trouble`` is a sentence, empty when all is well; ``restarts`` since the trial began."""

    trouble: str
    restarts: int = 0


def judge(trial: Trial, look: Look, now_s: float) -> tuple[Trial, Verdict]:
    """The trial after this look, and what follows."""
    if trial.tries > MOST_TRIES or look.restarts > MOST_RESTARTS:
        return trial, Verdict.GO_BACK
    if look.trouble:
        after = replace(trial, well_since_s=None)
    else:
        after = replace(trial, well_since_s=now_s if trial.well_since_s is None else trial.well_since_s)
        assert after.well_since_s is not None
        if now_s - after.well_since_s >= NEEDED_S:
            return after, Verdict.KEEP
    return after, Verdict.GO_BACK if now_s - trial.began_s >= GATE_S else Verdict.WAIT


def why_not(state: Mapping[str, Any]) -> str:
    """Why this box must not be restarted now, in words; empty when it may. ``state``: sections of docs/ref/state.md."""
    flood = state.get("flood") or {}
    stands: Sequence[Mapping[str, Any]] = flood.get("stands") or ()
    if stands:
        return f"Đang có mức lũ: {stands[0].get('name', '?')}."
    if state.get("on_air"):
        return "Loa đang phát."
    if state.get("storm"):
        return "Đang ở chế độ bão."
    if any(row.get("state") == "queued" for row in state.get("bulletins") or ()):
        return "Có bản tin sắp phát."
    if any(row.get("ended_at_ms") is None for row in state.get("talks") or ()):
        return "Đang có người nói trực tiếp."
    power = state.get("power") or {}
    return "Đang mất điện lưới." if power.get("mains") is False else ""
