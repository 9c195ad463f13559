"""The ports of a device: what a driver promises, and the ways in which it fails.

Every method that touches a wire has a deadline of its own and raises a `DriverError` when it passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable


class DriverError(Exception):
    """A device did not do what was asked. Always one of the three below."""


class TransientDriverError(DriverError):
    """No answer, a garbled answer, an unplugged cable, a busy network: try again."""


class UnsureDriverError(TransientDriverError):
    """It went out and nobody answered: perhaps it was done. Ask before doing it again."""


class FinalDriverError(DriverError):
    """The device understood and refused; the same request will be refused again: tell someone."""


class GoneDriverError(FinalDriverError):
    """This address is no more (a phone took its subscription back): forget it."""


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
    """One measured value, for example ("level", 3.215, "m").

    ``at_ms`` is when it was measured by the source's own clock, in UTC milliseconds; None: just now. For what is only
    announced ("release_planned", 800, "m3/s") it is when that begins. ``station`` is the source's own name where one
    feed tells of several stations.
    """

    quantity: str
    value: float
    unit: str
    at_ms: int | None = None
    station: str = ""


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
class UpsReading:
    """What an uninterruptible power supply says. None is not known; ``low``: by its own word it switches off soon."""

    mains: bool
    low: bool
    charge_pct: float | None
    runtime_s: float | None
    replace_battery: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell one person.

    ``to`` is an address of the channel: a phone number, an e-mail address, a push subscription (JSON). ``id`` is ours
    and the same at every try: a channel that can, refuses to deliver it twice. ``text`` stands alone; ``title``,
    ``url`` and ``facts`` (blanks of a channel's own templates) are for channels that have more room.
    """

    id: str
    to: str
    text: str
    title: str = ""
    url: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network took a message: its references (of an SMS one a part, 0-255; of others its own ids)."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmsReceived:
    """A message that came in. `sender` is "+84…" for an international number, else as the network gave it."""

    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of one part that was sent to ``number``.

    ``delivered`` is None while the network still tries. ``sent_at_ms`` is when the service centre had taken it (UTC).
    """

    number: str
    reference: str
    delivered: bool | None
    detail: str
    sent_at_ms: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """What came in since the last look."""

    messages: tuple[SmsReceived, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()


class Rang(StrEnum):
    """How a ring call ended. Nobody needs to speak: the ringing wakes."""

    RANG = "rang"
    """It rang until we hung up."""
    ANSWERED = "answered"
    BUSY = "busy"
    """Busy or rejected: whoever rejects a call is awake."""
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class SimState:
    """The SIM and its network. None is not known. ``balance`` is the operator's own sentence."""

    signal_dbm: int | None
    registered: bool
    operator: str = ""
    balance: str | None = None


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
class Ups(Protocol):
    """The supply that carries the box when the mains fail."""

    async def read_ups(self) -> UpsReading:
        """Ask now."""

    async def close(self) -> None:
        """Give the line back."""


@runtime_checkable
class Notifier(Protocol):
    """A channel that reaches people: SMS, Zalo, web push, e-mail."""

    async def send(self, message: Message) -> Receipt:
        """Return once the network took all of it. An `UnsureDriverError` means "perhaps sent"."""

    async def health(self) -> Health:
        """Never raises a `DriverError`: a device that does not answer is not ok."""

    async def close(self) -> None:
        """Give the wire back."""


@runtime_checkable
class SmsInbox(Protocol):
    """A channel that people answer on."""

    async def receive(self) -> Inbox:
        """What came in. At least once: what could not be deleted comes again."""


@runtime_checkable
class Caller(Protocol):
    """Something that lets a phone ring."""

    async def ring(self, number: str, seconds: float) -> Rang:
        """Let it ring for so long, then hang up; the line is free again when this returns or raises."""


@runtime_checkable
class Sim(Protocol):
    """A device with a SIM card that can be looked at and brought back."""

    async def sim_state(self) -> SimState:
        """Signal, registration, operator, balance."""

    async def reset(self) -> None:
        """Restart the device by its own command; it may be gone for half a minute."""


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


@runtime_checkable
class Host(Protocol):
    """Something in the network that is watched: it answers, or it does not."""

    async def look(self) -> float:
        """Milliseconds until it answered; raises a DriverError when it does not."""

    async def close(self) -> None:
        """Let go of the line."""
