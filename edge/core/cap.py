"""CAP 1.2: warnings as every authority of the world writes them (OASIS, "Common Alerting Protocol Version 1.2", 2010).

What is ours: báo động 1, 2, 3 of a river gauge are severity Moderate, Severe, Extreme; parameters ``vn:bao-dong`` (1-3)
and ``vn:cap-do-rui-ro`` (disaster risk 1-5, Quyết định 18/2021, another scale); geocode ``vn:thon`` (a hamlet's id).
"""

from dataclasses import dataclass
from enum import StrEnum

BAO_DONG, RISK, HAMLET = "vn:bao-dong", "vn:cap-do-rui-ro", "vn:thon"


class Status(StrEnum):
    """Only ``ACTUAL`` is meant."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What a message does to those that it refers to."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """Who may read it."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class CapSeverity(StrEnum):
    """How grave."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


SEVERITY_OF_LEVEL = {1: CapSeverity.MODERATE, 2: CapSeverity.SEVERE, 3: CapSeverity.EXTREME}
"""Of a báo động."""
CATEGORIES = frozenset(
    ["Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"]
)
RESPONSES = frozenset(["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"])
URGENCIES = frozenset(["Immediate", "Expected", "Future", "Past", "Unknown"])
CERTAINTIES = frozenset(["Observed", "Likely", "Possible", "Unlikely", "Unknown"])


@dataclass(frozen=True, slots=True)
class Reference:
    """Another message."""

    sender: str
    identifier: str
    sent_ms: int


@dataclass(frozen=True, slots=True)
class Area:
    """Where. Polygons and circles are kept as they were written; geocodes are (name, value)."""

    desc: str
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """What happens, in one language. Times are UTC milliseconds."""

    event: str
    severity: CapSeverity
    categories: tuple[str, ...] = ("Safety",)
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    language: str = "vi-VN"
    responses: tuple[str, ...] = ()
    effective_ms: int | None = None
    onset_ms: int | None = None
    expires_ms: int | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """One message."""

    identifier: str
    sender: str
    sent_ms: int
    status: Status
    msg_type: MsgType
    scope: Scope = Scope.PUBLIC
    source: str = ""
    note: str = ""
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()

    @property
    def reference(self) -> Reference:
        """How others refer to it."""
        return Reference(self.sender, self.identifier, self.sent_ms)

    @property
    def info(self) -> Info | None:
        """The Vietnamese words; without any, the first."""
        spoken = (info for info in self.infos if info.language.lower().startswith("vi"))
        return next(spoken, self.infos[0] if self.infos else None)

    @property
    def expires_ms(self) -> int | None:
        """When the last of it is over; None when it does not say."""
        return max((info.expires_ms for info in self.infos if info.expires_ms is not None), default=None)


def hamlets_named(cap: Cap) -> tuple[str, ...]:
    """The hamlets that its geocodes name, each once."""
    codes = (code for info in cap.infos for area in info.areas for code in area.geocodes)
    return tuple(dict.fromkeys(value for name, value in codes if name == HAMLET))


def parameter(cap: Cap, wanted: str) -> str:
    """The value of a parameter; empty when it has none."""
    found = (value for info in cap.infos for name, value in info.parameters if name == wanted)
    return next(found, "")
