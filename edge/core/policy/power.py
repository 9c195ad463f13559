"""What a failing mains costs, and in which order: video to browsers, then the eyes, never horns and SMS.

Source: product.md, "When the mains fail". Pure: the service asks the supply and carries out what stands here.
"""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from edge.core.moment import Steady

BRIEF_S = 60.0
"""A flicker of the mains sheds nothing."""
EYES_MIN = 20.0
EYES_PCT = 40.0
"""With less than that left (charge, where no time is told) the cameras are given up for the horns."""
LOW_MIN = 8.0
LOW_PCT = 15.0
UNMEASURED_EYES_S = 900.0
"""A supply that tells neither time nor charge: after a quarter of an hour it is taken for half empty."""
BACK_S = 120.0
"""Mains that come and go: everything is taken up again only when they have stayed."""
SILENT_S = 60.0


class Shed(IntEnum):
    """What is given up; each includes the ones before it."""

    NOTHING = 0
    VIDEO = 1
    EYES = 2


class Trouble(StrEnum):
    """What somebody must know."""

    MAINS = "mains"
    LOW = "low"
    BATTERY = "battery"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Supply:
    """One word of the supply. None is not known."""

    mains: bool
    low: bool
    charge_pct: float | None
    runtime_s: float | None
    replace_battery: bool = False


@dataclass(frozen=True, slots=True)
class Power:
    """How it stands. ``since``: when the mains last changed; ``heard``: when the supply last spoke."""

    supply: Supply | None = None
    since: Steady = Steady(0.0)
    heard: Steady = Steady(0.0)
    shed: Shed = Shed.NOTHING
    troubles: frozenset[Trouble] = frozenset()

    @property
    def minutes_left(self) -> float | None:
        """By the supply's own word, on battery only."""
        supply = self.supply
        return supply.runtime_s / 60 if supply and not supply.mains and supply.runtime_s is not None else None


def begin(now: Steady) -> Power:
    """Before the first word."""
    return Power(since=now, heard=now)


def decide(power: Power, supply: Supply | None, now: Steady) -> Power:
    """After one more question. ``supply`` None: no answer, and nothing else is believed to have changed."""
    if supply is None:
        silent = now - power.heard >= SILENT_S
        return replace(power, troubles=_with(power.troubles, Trouble.SILENT, there=silent))
    changed = power.supply is None or power.supply.mains != supply.mains
    heard = replace(power, supply=supply, heard=now, since=now if changed else power.since)
    return replace(heard, shed=_shed(heard, now), troubles=_troubles(heard, now))


def _shed(power: Power, now: Steady) -> Shed:
    supply = power.supply
    assert supply is not None, "decide() has just put it there"
    lasted = now - power.since
    if supply.mains:
        return power.shed if lasted < BACK_S else Shed.NOTHING
    if _below(supply, EYES_MIN, EYES_PCT) or (_unmeasured(supply) and lasted >= UNMEASURED_EYES_S):
        return Shed.EYES
    return max(power.shed, Shed.VIDEO if lasted >= BRIEF_S else Shed.NOTHING)


def _below(supply: Supply, minutes: float, pct: float) -> bool:
    """Low by its own word, by its time, or where it tells no time by its charge."""
    if supply.low:
        return True
    if supply.runtime_s is not None:
        return supply.runtime_s < minutes * 60
    return supply.charge_pct is not None and supply.charge_pct < pct


def _unmeasured(supply: Supply) -> bool:
    return supply.runtime_s is None and supply.charge_pct is None


def _troubles(power: Power, now: Steady) -> frozenset[Trouble]:
    supply = power.supply
    assert supply is not None, "decide() has just put it there"
    lasted = now - power.since
    stood = Trouble.MAINS in power.troubles
    dark = stood and lasted < BACK_S if supply.mains else stood or lasted >= BRIEF_S
    low = not supply.mains and _below(supply, LOW_MIN, LOW_PCT)
    found = {Trouble.MAINS: dark, Trouble.LOW: low, Trouble.BATTERY: supply.replace_battery}
    return frozenset(trouble for trouble, there in found.items() if there)


def _with(troubles: frozenset[Trouble], one: Trouble, *, there: bool) -> frozenset[Trouble]:
    return troubles | {one} if there else troubles - {one}


def sentence(trouble: Trouble, power: Power) -> str:
    """For the wall and for telephones: whole, and short enough for one message."""
    left = power.minutes_left
    told = f" còn khoảng {left:.0f} phút" if left is not None else ""
    return {
        Trouble.MAINS: f"Mất điện lưới, hộp chạy ắc quy{',' if told else ''}{told}.",
        Trouble.LOW: f"Ắc quy của hộp sắp hết{',' if told else ''}{told}.",
        Trouble.BATTERY: "Ắc quy của bộ lưu điện cần thay.",
        Trouble.SILENT: "Bộ lưu điện không trả lời, không biết còn điện bao lâu.",
    }[trouble]
