"""What went on air: one airing with the end that each horn reported. Values and sums, nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edge.core.broadcast import Outcome, Priority

AWAITED = "AWAITED"
"""Of a horn whose report has not come yet."""
WORST_FIRST = (Outcome.SILENT, Outcome.UNKNOWN, Outcome.REFUSED, Outcome.PARTIAL, AWAITED, Outcome.PLAYED)
FAULTY = frozenset({Outcome.SILENT, Outcome.UNKNOWN, Outcome.REFUSED})
HEARD = frozenset({Outcome.PLAYED, Outcome.PARTIAL})
OUTCOME_WORDS = {
    Outcome.PLAYED: "đã kêu",
    Outcome.PARTIAL: "kêu một phần",
    Outcome.SILENT: "không kêu",
    Outcome.REFUSED: "từ chối",
    Outcome.UNKNOWN: "không rõ",
    AWAITED: "đang chờ",
}
KIND_WORDS = {
    "test": "thử loa",
    "live": "trực tiếp",
    "template": "mẫu tự động",
    "local": "công tắc tại loa",
    Priority.KHAN_CAP: "khẩn cấp",
    Priority.UU_TIEN: "ưu tiên",
    Priority.THUONG: "thường",
    Priority.RELAY: "tiếp sóng",
}
_NAMED_BY_OP = ("test", "live", "local")


@dataclass(frozen=True, slots=True)
class HornEnd:
    """How an airing ended at one horn; ``outcome`` is an Outcome or AWAITED, ``played_ms`` what sounded there."""

    horn: str
    outcome: str
    reason: str = ""
    rms_db: float | None = None
    amp_ma: int | None = None
    level_db: float | None = None
    played_ms: int = 0


@dataclass(frozen=True, slots=True)
class Airing:
    """One thing that was to sound at one time.

    ``item`` are its words; ``author`` wrote and ``approver`` approved them, ``by_user`` put it on air. ``clips`` are
    the hashes of what was ordered, the filled blanks of a template among them. ``incident`` is what it was about.
    """

    number: str
    op: str
    priority: int
    item: str
    hamlets: tuple[str, ...]
    began_ms: int
    planned_ms: int
    by_user: str
    author: str
    approver: str
    incident: str
    clips: tuple[str, ...]
    horns: tuple[HornEnd, ...]

    @property
    def kind(self) -> str:
        """What sort of airing it was, in Vietnamese."""
        if self.op in _NAMED_BY_OP:
            return KIND_WORDS[self.op]
        return KIND_WORDS["template"] if self.incident else KIND_WORDS.get(Priority(self.priority), "khác")

    @property
    def seconds(self) -> float:
        """How long it sounded where it sounded longest."""
        return max((end.played_ms for end in self.horns if end.outcome in HEARD), default=0) / 1000

    @property
    def counts(self) -> Mapping[str, int]:
        """Outcome -> horns, the worst first."""
        found = Counter(end.outcome for end in self.horns)
        return {outcome: found[outcome] for outcome in WORST_FIRST if found[outcome]}

    @property
    def worst(self) -> str:
        """The worst end of it; AWAITED when no horn owed a report."""
        return next(iter(self.counts), AWAITED)


def evidence(end: HornEnd) -> str:
    """What was measured there, in Vietnamese."""
    parts = (
        f"tiếng {end.rms_db:.0f} dB" if end.rms_db is not None else "",
        f"dòng {end.amp_ma} mA" if end.amp_ma is not None else "",
        f"mức loa {end.level_db:.0f} dB" if end.level_db is not None else "",
        f"{end.played_ms / 1000:.1f} giây" if end.played_ms else "",
    )
    return ", ".join(part for part in parts if part).replace(".", ",")


def outcomes(airings: Iterable[Airing]) -> Mapping[str, int]:
    """How many horns ended how, over all of them, the worst first."""
    found: Counter[str] = Counter()
    for airing in airings:
        found.update(airing.counts)
    return {outcome: found[outcome] for outcome in WORST_FIRST if found[outcome]}
