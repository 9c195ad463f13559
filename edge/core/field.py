"""What people in the field do with their phones: four buttons on an incident, and reports of their own."""

from dataclasses import dataclass
from enum import StrEnum

from edge.core.incident import Severity
from edge.core.policy.ladder.texts import BRIEF_ROOM
from edge.core.policy.ladder.wording import Blank, Wording


class Act(StrEnum):
    """A button of the phone page."""

    TAKE = "take"
    COMING = "coming"
    HELP = "help"
    DONE = "done"


class ReportKind(StrEnum):
    """What the head of a hamlet reports."""

    FLOODING = "flooding"
    FIRE = "fire"
    LANDSLIDE = "landslide"
    MISSING = "missing"
    OTHER = "other"


ANSWERS = {Act.TAKE: "taken", Act.COMING: "on_my_way", Act.HELP: "need_help", Act.DONE: "done"}
"""What a button answers to whoever told the person (edge.store.answers)."""
SEVERITIES = {
    ReportKind.FLOODING: Severity.SEVERE,
    ReportKind.FIRE: Severity.EXTREME,
    ReportKind.LANDSLIDE: Severity.EXTREME,
    ReportKind.MISSING: Severity.SEVERE,
    ReportKind.OTHER: Severity.MODERATE,
}
"""Somebody stands there and looks at it: a fire and a landslide leave minutes, water mostly leaves hours."""
_TITLES = {
    ReportKind.FLOODING: "Có báo cáo ngập lụt ở {place}.",
    ReportKind.FIRE: "Có báo cáo cháy ở {place}.",
    ReportKind.LANDSLIDE: "Có báo cáo sạt lở đất ở {place}.",
    ReportKind.MISSING: "Có báo cáo người mất tích ở {place}.",
    ReportKind.OTHER: "Có báo cáo việc cần xử lý ở {place}.",
}
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""Whose browsers can be reached. The box calls the address that a browser names: it must not be led elsewhere."""
_HELP = Wording(
    "CẦN GIÚP {clock}: {name}, {place}. Gọi ngay.", Blank("place", 16), Blank("name", 12), Blank("clock", 5)
)
_HELP_BRIEF = Wording("CẦN GIÚP: {place}", Blank("place", 8), room=BRIEF_ROOM)
DIGITS = 5
"""Of a degree: one metre, finer than any phone knows."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a phone says that it is, in degrees (WGS 84), give or take ``accuracy_m``."""

    lat: float
    lon: float
    accuracy_m: float


@dataclass(frozen=True, slots=True)
class Pressed:
    """What somebody sent from the field.

    The browser made ``id``. ``person`` is who he is on the roster, by his link or by his name; empty when nobody there
    is called so; ``via`` is link or phone. ``hamlet`` empty is unknown. ``waited_ms`` is how long it lay in the phone.
    """

    id: str
    user: str
    role: str
    person: str = ""
    note: str = ""
    hamlet: str = ""
    spot: Spot | None = None
    waited_ms: int = 0
    via: str = "phone"


def report_title(kind: ReportKind, place: str) -> str:
    """A whole sentence for the wall; nothing of the note is in it, because it goes to the province too."""
    return _TITLES[kind].format(place=place)


def help_text(name: str, place: str, clock: str) -> str:
    """Somebody in the field needs help: at most 70 characters by construction."""
    return _HELP.fill(name=name, place=place, clock=clock)


def help_brief(place: str) -> str:
    """The same within another message."""
    return _HELP_BRIEF.fill(place=place)


def is_push_service(endpoint: str) -> bool:
    """Whether an ``https://host/…`` address is of one of the browsers' push services."""
    host = endpoint.removeprefix("https://").partition("/")[0].lower()
    return any(host == service or host.endswith(f".{service}") for service in PUSH_SERVICES)


def waited_words(waited_ms: int) -> str:
    """How long a press lay in the phone, as people say it; empty when it came at once."""
    minutes = waited_ms // 60_000
    if minutes < 1:
        return ""
    return f"bấm trước đó {minutes} phút" if minutes < 60 else f"bấm trước đó {minutes // 60} giờ {minutes % 60} phút"
