"""Lines of upsd to values, and back. Source: RFC 9271 (Uninterruptible Power Supply Management Protocol)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from drivers.base import FinalDriverError, MisconfiguredDriverError, TransientDriverError, UpsReading

MOST_LINES = 400
MOST_LINE_BYTES = 1024
_VAR = re.compile(r'VAR (\S+) (\S+) "((?:[^"\\]|\\.)*)"')
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WRONG = ("UNKNOWN-UPS", "ACCESS-DENIED")
"""No waiting mends these; the rest (DATA-STALE, DRIVER-NOT-CONNECTED) are a cable or a driver that starts."""


def question(ups: str) -> bytes:
    """LIST VAR; raises MisconfiguredDriverError for what is no name of a UPS."""
    if not _NAME.fullmatch(ups):
        raise MisconfiguredDriverError(f"ups_nut.ups: {ups!r} is no name of a UPS")
    return f"LIST VAR {ups}\n".encode()


def is_end(line: str, ups: str) -> bool:
    """Whether the answer is over."""
    return line == f"END LIST VAR {ups}" or line.startswith("ERR ")


def variables(lines: Iterable[str], ups: str) -> Mapping[str, str]:
    """What upsd told; raises a DriverError for its refusals, and for lines that are none of the protocol."""
    found: dict[str, str] = {}
    for line in lines:
        if line.startswith("ERR "):
            raise _refusal(line[4:], ups)
        match = _VAR.fullmatch(line)
        if match and match[1] == ups:
            found[match[2]] = re.sub(r"\\(.)", r"\1", match[3])
        elif line not in (f"BEGIN LIST VAR {ups}", f"END LIST VAR {ups}"):
            raise FinalDriverError(f"upsd answers {line[:60]!r}")
    return found


def reading(told: Mapping[str, str]) -> UpsReading:
    """From ups.status, battery.charge and battery.runtime; raises TransientDriverError while there is no status."""
    status = told.get("ups.status", "").split()
    if not {"OL", "OB"} & set(status):
        raise TransientDriverError(f"the UPS says neither on line nor on battery: {' '.join(status)[:60]!r}")
    return UpsReading(
        mains="OB" not in status,
        low="LB" in status or "FSD" in status,
        charge_pct=_number(told.get("battery.charge"), 0, 100),
        runtime_s=_number(told.get("battery.runtime"), 0, 7 * 86_400),
        replace_battery="RB" in status,
    )


def _refusal(code: str, ups: str) -> Exception:
    word = code.split()[0] if code.split() else ""
    if word in _WRONG:
        return MisconfiguredDriverError(f"upsd refuses {ups}: {word}")
    return TransientDriverError(f"upsd has no answer of {ups}: {word[:40]}")


def _number(text: str | None, low: float, high: float) -> float | None:
    """None for what is missing or cannot be: cheap supplies tell -1 or 99999999."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if low <= value <= high else None
