"""The plan of this node on its disk: judged when it comes, whole after a power cut, judged again at each start."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.core.broadcast import OrderId
from edge.core.errors import FinalError
from edge.core.moment import AtMs, ClockState, Moment
from edge.core.place import HornId
from edge.core.plan import Plan
from edge.kernel.disk import write_atomically
from edge.kernel.signing import verify_plan
from edge.kernel.wire.order import MAX_PLAN_PAYLOAD, order_from_payload
from edge.node.gate import clips_are_sane, is_sane
from edge.node.window import ReplayWindow

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    """``plan``: the envelope as it came, and when."""

    payload: bytes
    came_at_ms: int


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """A plan and the key that signed it. What was due before ``came_at_ms`` is not this node's to report."""

    plan: Plan
    key_id: str
    came_at_ms: AtMs


class PlanShelf:
    """Holds at most one plan. ``refused`` counts plans by reason, ``fault`` is a sentence while the disk fails."""

    def __init__(self, path: Path, horn: HornId, keys: Mapping[str, str], window: ReplayWindow) -> None:
        self._path = path
        self._horn = horn
        self._keys = keys
        self._window = window
        self._held: HeldPlan | None = None
        self.refused: Counter[str] = Counter()
        self.fault = ""
        self._load()

    @property
    def held(self) -> HeldPlan | None:
        """The plan that holds now; none once the box began a new epoch and has not sent a plan of it yet."""
        if self._held is None or self._window.knows_newer(self._held.key_id, self._held.plan.id):
            return None
        return self._held

    @property
    def numbers(self) -> frozenset[OrderId]:
        """Of all items of the plan that lies here."""
        return frozenset(item.id for item in self._held.plan.items) if self._held else frozenset()

    async def take(self, payload: bytes, now: Moment) -> HeldPlan | None:
        """Judge a plan and keep it; None when it is refused or held already. On the disk when this returns."""
        try:
            held = self._judged(payload, now)
        except FinalError as error:
            self._refuse(str(error))
            return None
        if self._held is not None and held.plan.id == self._held.plan.id:
            return None  # retained: it comes again with each connection
        self._held = held
        self._window.mark(held.key_id, held.plan.id)
        await self._keep(payload, held)
        return held

    def _judged(self, payload: bytes, now: Moment) -> HeldPlan:
        signed = order_from_payload(payload, MAX_PLAN_PAYLOAD)
        plan = verify_plan(signed, self._keys)
        if plan.node != self._horn:
            raise FinalError("Kế hoạch này cho cụm loa khác.")
        clips = all(clips_are_sane(template.media) for template in plan.templates)
        if not clips or not all(is_sane(item) for item in plan.items):
            raise FinalError("Kế hoạch có mục sai khuôn dạng.")
        if self._is_older(plan.id, signed.key_id):
            raise FinalError("Kế hoạch cũ hơn kế hoạch đang giữ.")
        known = now.at_ms if now.clock is not ClockState.FLOOR else AtMs(0)
        return HeldPlan(plan, signed.key_id, max(known, plan.made_at_ms))

    def _is_older(self, plan: OrderId, key_id: str) -> bool:
        if self._window.knows_newer(key_id, plan):
            return True
        held = self._held
        return held is not None and held.key_id == key_id and (plan.epoch, plan.seq) < _place(held.plan.id)

    async def _keep(self, payload: bytes, held: HeldPlan) -> None:
        try:
            data = msgspec.msgpack.encode(_Kept(payload, held.came_at_ms))
            await asyncio.to_thread(write_atomically, self._path, data)
        except OSError as error:
            log.error("plan %s cannot be kept: %s", held.plan.id, error)  # noqa: TRY400 - the trace adds nothing
            self.fault = f"Không ghi được kế hoạch: {error}."
        else:
            self.fault = ""
            log.info("plan %s with %d items is held", held.plan.id, len(held.plan.items))

    def _load(self) -> None:
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept)
            now = Moment(AtMs(kept.came_at_ms), 0.0, ClockState.SYNCED)  # type: ignore[arg-type]  # no steady instant outlives a boot
            self._held = self._judged(kept.payload, now)
        except FileNotFoundError:
            return
        except (msgspec.MsgspecError, FinalError, OSError) as error:
            log.error("%s is not used: %s", self._path, error)  # noqa: TRY400 - the trace adds nothing

    def _refuse(self, why: str) -> None:
        self.refused[why] += 1
        if self.refused[why] == 1:
            log.warning("plan refused: %s", why)


def _place(order: OrderId) -> tuple[int, int]:
    return order.epoch, order.seq
