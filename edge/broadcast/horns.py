"""What is known of every horn now: its last state message, what it has on its disk, and how it ended last."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from edge.config.schema import Config
from edge.core.broadcast import HornReport
from edge.core.errors import FinalError
from edge.core.moment import AtMs, ClockState, Steady
from edge.core.place import EVERYWHERE, HamletId, HornId
from edge.kernel.wire.order import RUBBISH

STATE_STALE_S = 150.0
"""Two missed state messages and a half: the horn is offline, whatever the broker believes."""
MOST_READY = 500
MAX_STATE_BYTES = 8_192
Word = Annotated[str, Meta(max_length=80)]
Seconds = Annotated[float, Meta(ge=0, le=1e12)]
Measure = Annotated[float, Meta(ge=-1e6, le=1e6)]
Count = Annotated[int, Meta(ge=0, le=2**53)]


class HornState(msgspec.Struct):
    """The state message of a node (protocols.md); what a node does not say stays None.

    Bounded: a stolen node may write anything, and every wall must be able to show it.
    """

    online: bool = True
    fw: Word = ""
    up_s: Seconds | None = None
    batt_v: Measure | None = None
    mains: bool | None = None
    temp_c: Measure | None = None
    amp_on: bool = False
    amp_fault: Word = ""
    vol: Measure | None = None
    disk_free: Count | None = None
    clock: Word = ""
    nonce: Word = ""
    clock_off_ms: Measure | None = None
    plan: Word | None = None
    plan_missing: Count | None = None
    held: Count | None = None
    playing: Word | None = None
    refused: dict[Word, Count] | Count | None = None


@dataclass(slots=True)
class Horn:
    """One loudspeaker cluster; owned by the broadcast service's loop."""

    id: HornId
    name: str
    hamlet: HamletId
    local: bool
    state: HornState = field(default_factory=lambda: HornState(online=False))
    seen: Steady | None = None
    seen_at_ms: AtMs | None = None
    ready: dict[str, None] = field(default_factory=dict)
    doing: str = "idle"
    last: dict[str, Any] | None = None

    def online(self, now: Steady) -> bool:
        """Whether the horn spoke lately and did not say goodbye."""
        return self.seen is not None and self.state.online and now - self.seen < STATE_STALE_S

    @property
    def lost_nonce(self) -> str:
        """The nonce that an order must echo, of a horn that does not know the time; else empty."""
        return self.state.nonce if self.state.clock == ClockState.FLOOR else ""

    def has(self, clips: Iterable[str]) -> bool:
        """Whether all of these clips lie on its disk, as far as we know."""
        return all(clip in self.ready for clip in clips)

    def learn(self, clips: Iterable[str]) -> None:
        """These clips are on its disk now; of very many the oldest are forgotten, and would be prepared again."""
        self.ready |= dict.fromkeys(clips)
        for old in list(self.ready)[:-MOST_READY]:
            del self.ready[old]

    def forget(self, clips: Iterable[str]) -> None:
        """Something is wrong with these clips there."""
        for clip in clips:
            self.ready.pop(clip, None)

    def hear_state(self, payload: bytes, at_ms: AtMs, steady: Steady) -> None:
        """Take in a state message; raises FinalError on rubbish."""
        if len(payload) > MAX_STATE_BYTES:
            raise FinalError(f"{self.id}: tin trạng thái dài {len(payload)} byte.")
        try:
            self.state = msgspec.json.decode(payload, type=HornState)
        except RUBBISH as cause:
            raise FinalError(f"{self.id}: tin trạng thái sai khuôn dạng: {cause}") from cause
        if not self.state.online:
            self.doing = "unknown"
        elif self.doing == "unknown":
            self.doing = "idle"
        self.seen, self.seen_at_ms = steady, at_ms

    def keep_report(self, report: HornReport, at_ms: AtMs) -> None:
        """How the last order ended, for the wall."""
        self.last = {
            "outcome": report.outcome,
            "reason": report.reason,
            "at_ms": at_ms,
            "rms_db": report.rms_db,
            "amp_ma": report.amp_ma,
            "level_db": report.level_db,
        }


def horns_of(config: Config) -> dict[HornId, Horn]:
    """Every horn of the commune, none heard yet."""
    local = config.local_node.horn if config.local_node else None
    return {
        HornId(horn.id): Horn(HornId(horn.id), horn.name, HamletId(horn.hamlet), local=horn.id == local)
        for horn in config.horn
    }


def horns_in(horns: dict[HornId, Horn], hamlets: frozenset[HamletId]) -> list[Horn]:
    """The horns of these hamlets; ``all`` means every one."""
    return [horn for horn in horns.values() if EVERYWHERE in hamlets or horn.hamlet in hamlets]
