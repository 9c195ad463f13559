"""Frames that modems of several families really said, and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from drivers.base import DeliveryReport
from drivers.devices import modem_at
from drivers.devices.modem_at import codec

FRAMES = Path(modem_at.__file__).parent / "frames"
DELIVERED = {"yes": True, "no": False, "still trying": None}
UNKNOWN = "unknown"
"""Begins the name of a family whose source does not name the modem."""


@dataclass(frozen=True, slots=True)
class CapturedReport:
    """An SMS-STATUS-REPORT, the length that the modem told, and what a person read in it (without the detail)."""

    family: str
    octets: int
    pdu: str
    means: DeliveryReport


@dataclass(frozen=True, slots=True)
class CapturedUssd:
    """A +CUSD line and the sentence in it."""

    family: str
    line: str
    sentence: str


def captured_reports() -> tuple[CapturedReport, ...]:
    """All captured delivery reports."""
    return tuple(_report(row) for row in _rows("reports.txt"))


def captured_ussd() -> tuple[CapturedUssd, ...]:
    """All captured answers to a short code."""
    return tuple(CapturedUssd(family, line, sentence) for family, sentence, line in _rows("ussd.txt"))


def captured_long() -> dict[str, tuple[codec.Listed, ...]]:
    """The listed messages by family (or, for an unnamed modem, by its operator)."""
    _, *blocks = (FRAMES / "long.txt").read_text(encoding="utf-8").split("\n[")
    found = {}
    for block in blocks:
        name, _, lines = block.partition("]\n")
        found[name] = codec.stored_messages(tuple(lines.splitlines()))
    return found


def without_detail(report: DeliveryReport) -> DeliveryReport:
    """The report without the words about it."""
    return replace(report, detail="")


def _rows(name: str) -> list[list[str]]:
    lines = (FRAMES / name).read_text(encoding="utf-8").splitlines()
    return [line.split(" | ") for line in lines if not line.startswith("#")]


def _report(row: Sequence[str]) -> CapturedReport:
    family, _how, number, reference, delivered, sent, octets, pdu = row
    at_ms = round(datetime.fromisoformat(sent).replace(tzinfo=UTC).timestamp() * 1000)
    return CapturedReport(family, int(octets), pdu, DeliveryReport(number, reference, DELIVERED[delivered], "", at_ms))
