"""The ports of a device: what a driver promises, and the three ways in which it fails.

Every method that touches a wire has a deadline of its own and raises a `DriverError` when it passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class DriverError(Exception):
    """A device did not do what was asked. Always one of the three below."""


class TransientDriverError(DriverError):
    """No answer, a garbled answer, an unplugged cable, a busy network: try again."""


class FinalDriverError(DriverError):
    """The device understood and refused; the same request will be refused again: tell someone."""


class MisconfiguredDriverError(DriverError):
    """The settings are wrong: stop, and say which key."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a device works, the facts for the log (English), and since when (monotonic seconds)."""

    ok: bool
    detail: str
    since_steady: float


@dataclass(frozen=True, slots=True)
class AmpEvidence:
    """What an amplifier was measured to do: its relay read back, and its output current.

    ``level_db`` is the level on the loudspeaker line or before a microphone at the horn, in dB below full output (0 or
    less); None where nothing measures it.
    """

    on: bool
    current_ma: int
    level_db: float | None = None


@dataclass(frozen=True, slots=True)
class GaugeReading:
    """One measured value, for example ("level", 3.215, "m")."""

    quantity: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class SwitchState:
    """The sealed key of a horn and its stop button, by hand at the pole."""

    key_turned: bool
    stop_pressed: bool


@dataclass(frozen=True, slots=True)
class PowerReading:
    """What feeds a horn. None is not measured."""

    battery_v: float | None
    mains: bool | None
    temp_c: float | None


@dataclass(frozen=True, slots=True)
class SmsReceived:
    """A message that came in. `sender` is "+84…" for an international number, else as the network gave it."""

    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class SentSms:
    """The network took a message: its reference for the last part (0-255), and how many parts were sent."""

    reference: int
    parts: int


@runtime_checkable
class Amplifier(Protocol):
    """A horn's power. On is always timed, so that a dead program cannot leave a horn on."""

    async def hold_on(self, seconds: float) -> None:
        """Switch on, confirmed; the BOARD switches off after `seconds` unless this is called again before."""

    async def off(self) -> None:
        """Switch off at once, confirmed."""

    async def measure(self) -> AmpEvidence:
        """What the horn really does now."""

    async def close(self) -> None:
        """Give the wire back. Switches nothing: call `off` first."""


@runtime_checkable
class Station(Protocol):
    """Something that measures: a river gauge, a rain gauge."""

    async def read(self) -> tuple[GaugeReading, ...]:
        """Measure now."""

    async def close(self) -> None:
        """Give the wire back."""


@runtime_checkable
class LocalSwitch(Protocol):
    """A key that plays a stand-by notice and a button that stops everything, at the horn itself."""

    async def read_switch(self) -> SwitchState:
        """How both stand now."""

    async def close(self) -> None:
        """Give the wire back."""


@runtime_checkable
class PowerMonitor(Protocol):
    """Battery, mains and temperature of a horn's cabinet."""

    async def read_power(self) -> PowerReading:
        """Measure now."""

    async def close(self) -> None:
        """Give the wire back."""


@runtime_checkable
class Notifier(Protocol):
    """Something that reaches people's phones."""

    async def send(self, number: str, text: str) -> SentSms:
        """Return once the network took every part. A transient error may mean "perhaps sent"."""

    async def receive(self) -> tuple[SmsReceived, ...]:
        """The messages that came in. At least once: one that could not be deleted comes again."""

    async def health(self) -> Health:
        """Never raises a `DriverError`: a device that does not answer is not ok."""

    async def close(self) -> None:
        """Give the wire back."""


@dataclass(frozen=True, slots=True)
class NewsItem:
    """Something that a source-information system wants on air. Times are UTC milliseconds.

    ``rank`` is thuong, uu_tien or khan_cap; ``zones`` are the commune's own names, none means everywhere. Either
    ``text`` or ``audio_url`` (a file with ``audio_sha256``) says it, or both.
    """

    id: str
    rank: str
    title: str
    text: str
    audio_url: str
    audio_sha256: str
    language: str
    zones: tuple[str, ...]
    valid_from_ms: int
    valid_until_ms: int
    origin: str


@dataclass(frozen=True, slots=True)
class NewsPage:
    """Items that are new, and where to go on after them."""

    items: tuple[NewsItem, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class NewsPlay:
    """What became of an item on one horn: ``outcome`` PLAYED, PARTIAL, SILENT, REFUSED or UNKNOWN."""

    item: str
    order: str
    zone: str
    horn: str
    outcome: str
    began_ms: int
    seconds: float


@runtime_checkable
class NewsSource(Protocol):
    """A source-information system (hệ thống thông tin nguồn): hands out items, and hears what became of them."""

    async def fetch(self, after: str) -> NewsPage:
        """What came after this cursor (empty: from the beginning); may wait a while for something new."""

    async def report(self, plays: tuple[NewsPlay, ...]) -> None:
        """Tell it; returns when it has taken all of them. The same play may be told twice."""

    async def close(self) -> None:
        """Let go of the line."""
