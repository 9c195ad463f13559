"""From programmes to the plans of the nodes, in one transaction: airings, their orders, one signed plan a node."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from edge.broadcast.horns import Horn, horns_in
from edge.broadcast.orders import PLANNED_LIFE_MS, OrderMaker, Planned, Wanted, order_in
from edge.core.broadcast import OrderId
from edge.core.clashes import Sifted, sift
from edge.core.errors import FinalError
from edge.core.local_time import minute_of_day
from edge.core.moment import AtMs
from edge.core.place import HamletId, HornId
from edge.core.plan import MAX_PLAN_BYTES, PLAN_DAYS, Plan, StandBy
from edge.core.policy.airtime import Limits
from edge.core.policy.airtime.limits import top_gain_db
from edge.core.programme import DAY_MS, Airing, Holidays, Part, Programme, Source, expand, local_day, midnight_ms
from edge.core.speech import Recording
from edge.kernel.signing import OrderKey
from edge.kernel.wire.order import order_to_payload
from edge.store.journal import Tx
from edge.store.pieces import spent_on
from edge.store.plans import (
    NodePlan,
    PlannedOrder,
    close_gone,
    close_passed,
    close_unpublished,
    keep_node_plan,
    node_plans,
    orders_at,
    planned_orders,
)
from edge.store.programmes import (
    AiringRow,
    ProgrammeRow,
    add_airing,
    airings_in,
    approved_recording,
    end_programme,
    forget_old_airings,
    move_airing,
    programmes_on,
    put_into_plan,
    set_trouble,
    settled_keys,
)

MOST_AIRINGS = 800
"""A node takes a number that lies at most 1,023 below the newest: a plan with more ends earlier instead."""
PLAN_ROOM_BYTES = MAX_PLAN_BYTES * 9 // 10
ITEM_BYTES, CLIP_BYTES = 400, 120
"""What one item of a plan and one of its clips take as JSON, with some to spare."""
AGAIN_MS = 7 * DAY_MS
"""A plan is made anew after this time even when nothing changed: each plan ends some day."""
TEMPLATE = "template:"
NO_RADIO = "Đài “{}” không còn trong cấu hình."
NO_RELAY = "Hộp này chưa tiếp sóng đài được."


@dataclass(frozen=True, slots=True)
class Setting:
    """What plans depend on beside the programmes. ``radios``: id to name; ``relays``: whether the box can relay."""

    limits: Limits
    holidays: Holidays
    radios: Mapping[str, str]
    relays: bool


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a pass made: new plans, whether anything that people see has changed, and the programmes as they stand."""

    plans: tuple[NodePlan, ...]
    changed: bool
    programmes: tuple[ProgrammeRow, ...]


class PlanMaker:
    """Makes everything that follows of the programmes; works inside the caller's transaction."""

    def __init__(
        self,
        horns: Mapping[HornId, Horn],
        orders: OrderMaker,
        key: OrderKey,
        setting: Setting,
        stand_by: Callable[[Tx], tuple[StandBy, ...]],
    ) -> None:
        self._horns = dict(horns)
        self._orders = orders
        self._key = key
        self.setting = setting
        self._stand_by = stand_by

    def refresh(self, tx: Tx, lost: frozenset[str]) -> Fresh:
        """Bring airings, orders and plans up to date; ``lost`` are bulletins of which a clip is gone from the disk."""
        changed = self._end_old(tx)
        playable = []
        for row in programmes_on(tx):
            programme, trouble = self.playable(tx, row.programme, lost)
            changed |= set_trouble(tx, programme.id, trouble)
            playable.append(programme)
        stand_by = self._stand_by(tx)
        airings = self.sifted(tx, playable, tx.now.at_ms, self._until(tx.now.at_ms)).airings
        changed |= self._follow(tx, self._fitting(tx, airings, stand_by))
        plans = self._node_plans(tx, stand_by)
        close_unpublished(tx)
        close_gone(tx, self._horns)
        close_passed(tx, tx.now.at_ms - 2 * PLANNED_LIFE_MS)
        forget_old_airings(tx)
        return Fresh(plans, changed or bool(plans), tuple(programmes_on(tx)))

    def _fitting(self, tx: Tx, airings: Sequence[Airing], stand_by: Sequence[StandBy]) -> list[Airing]:
        """The next ones that fit into the plan of a node that plays all of them; later ones come with later plans."""

        @cache
        def size(notice: str) -> int:
            return ITEM_BYTES + CLIP_BYTES * len(approved_recording(tx, notice).clips)

        room = PLAN_ROOM_BYTES - CLIP_BYTES * sum(len(template.media) for template in stand_by)
        next_ones = airings[:MOST_AIRINGS]
        sizes = (size(one.ref) if one.source is Source.NOTICE else 0 for one in next_ones)
        return [airing for airing, so_far in zip(next_ones, accumulate(sizes), strict=True) if so_far <= room]

    def playable(self, tx: Tx, programme: Programme, lost: frozenset[str]) -> tuple[Programme, str]:
        """The programme with the lengths of its parts as they are now; what cannot be played has none. And why not."""
        parts, troubles = [], []
        for part in programme.parts:
            try:
                parts.append(replace(part, length_ms=self._length_ms(tx, part, lost)))
            except FinalError as error:
                parts.append(replace(part, length_ms=0))
                troubles.append(str(error))
        return replace(programme, parts=tuple(parts)), " ".join(dict.fromkeys(troubles))

    def sifted(self, tx: Tx, programmes: Sequence[Programme], since_ms: int, until_ms: int) -> Sifted:
        """What of these programmes may air from now on; what sounded today already counts."""
        limits = self.setting.limits
        today = midnight_ms(local_day(since_ms))
        spent = spent_on(tx, today, until_ms, limits, planned_before_ms=since_ms)
        return sift(expand(programmes, self.setting.holidays, since_ms, until_ms), limits, spent)

    def _length_ms(self, tx: Tx, part: Part, lost: frozenset[str]) -> int:
        if part.source is Source.RELAY:
            if not self.setting.relays:
                raise FinalError(NO_RELAY)
            if part.ref not in self.setting.radios:
                raise FinalError(NO_RADIO.format(part.ref))
            return part.length_ms
        try:
            recording = approved_recording(tx, part.ref)
        except FinalError as error:
            raise FinalError(f"“{part.title}” bị đưa ra khỏi lịch: {error}") from error
        if part.ref in lost:
            raise FinalError(f"“{part.title}” bị đưa ra khỏi lịch: mất tệp âm thanh, bản tin cần duyệt lại.")
        return recording.ms

    def _until(self, now_ms: int) -> int:
        """Whole days: the plan grows once a day, not with every hour."""
        return midnight_ms(local_day(now_ms + (PLAN_DAYS + 1) * DAY_MS))

    def _end_old(self, tx: Tx) -> bool:
        today = local_day(tx.now.at_ms)
        over = [row for row in programmes_on(tx) if _is_over(row, tx.now.at_ms, today.toordinal())]
        for row in over:
            end_programme(tx, row.programme.id, "ended")
        return bool(over)

    def _follow(self, tx: Tx, wanted: Sequence[Airing]) -> bool:
        """Withdraw what is planned no more or otherwise, plan what is new; the rest keeps its numbers."""
        planned = airings_in(tx, tx.now.at_ms, 2**53, ("planned",))
        by_key = {airing.key: airing for airing in wanted}
        kept = {row.airing.key for row in planned if self._is_same(tx, row, by_key.get(row.airing.key))}
        gone = [row.airing.key for row in planned if row.airing.key not in kept]
        for key in gone:
            move_airing(tx, key, "withdrawn", "Đã rút khỏi lịch.")
        passed = settled_keys(tx, tx.now.at_ms)
        new = [airing for airing in wanted if airing.key not in kept | passed]
        for airing in new:
            self._plan(tx, airing)
        return bool(gone or new)

    def _is_same(self, tx: Tx, row: AiringRow, wanted: Airing | None) -> bool:
        if wanted is None or replace(row.airing, gain_db=wanted.gain_db) != wanted:
            return False
        if wanted.source is Source.RELAY:
            return True
        current = row.order is not None and OrderId.parse(row.order).epoch == self._orders.epoch
        same_volume = row.airing.gain_db == self._gain_db(wanted)
        return current and same_volume and row.recording == approved_recording(tx, wanted.ref).id

    def _plan(self, tx: Tx, airing: Airing) -> None:
        if airing.source is Source.RELAY:
            add_airing(tx, airing, None, None)
            return
        recording = approved_recording(tx, airing.ref)
        loud = replace(airing, gain_db=self._gain_db(airing))
        order = self._orders.planned(tx, Planned(self._wanted(loud, recording), airing.at_ms))
        add_airing(tx, loud, recording.id, order.id)

    def _wanted(self, airing: Airing, recording: Recording) -> Wanted:
        horns = horns_in(self._horns, frozenset(airing.hamlets))
        return Wanted(
            bulletin=airing.ref,
            recording=recording,
            hamlets=airing.hamlets,
            horns=tuple(horn.id for horn in horns),
            priority=airing.priority,
            by_user="lịch phát",
            gain_db=airing.gain_db,
        )

    def _gain_db(self, airing: Airing) -> float:
        minute = minute_of_day(airing.at_ms)
        limits = self.setting.limits
        return top_gain_db(airing.priority, frozenset(airing.hamlets), airing.gain_db, minute, limits)

    def _node_plans(self, tx: Tx, stand_by: tuple[StandBy, ...]) -> tuple[NodePlan, ...]:
        orders = planned_orders(tx, tx.now.at_ms - PLANNED_LIFE_MS)
        before = node_plans(tx)
        marks = {_mark(template) for template in stand_by}
        due = [horn for horn in self._horns.values() if self._needs_plan(tx, horn, before.get(horn.id), orders, marks)]
        if not due:
            return ()
        number = self._orders.reserve(tx)
        put_into_plan(tx, number.seq)
        made = [self._made(tx, horn, before.get(horn.id), orders, stand_by, number) for horn in due]
        for plan in made:
            keep_node_plan(tx, plan)
        return tuple(made)

    def _needs_plan(
        self, tx: Tx, horn: Horn, before: NodePlan | None, orders: Sequence[PlannedOrder], marks: set[str]
    ) -> bool:
        wanted = {one.order.id for one in _for(horn, orders)} | marks
        if before is None:
            return bool(wanted)
        if before.number.epoch != self._orders.epoch or before.hamlet != horn.hamlet:
            return True
        if wanted and tx.now.at_ms - before.made_at_ms > AGAIN_MS:
            return True
        surplus = set(before.orders) - wanted
        ahead = any(at_ms + PLANNED_LIFE_MS > tx.now.at_ms for at_ms in orders_at(tx, surplus).values())
        other_templates = any(name.startswith(TEMPLATE) for name in surplus)
        return ahead or other_templates or not wanted <= set(before.orders)

    def _made(
        self,
        tx: Tx,
        horn: Horn,
        before: NodePlan | None,
        orders: Sequence[PlannedOrder],
        stand_by: tuple[StandBy, ...],
        number: OrderId,
    ) -> NodePlan:
        mine = _for(horn, orders)
        plan = Plan(
            id=number,
            node=horn.id,
            zones=(horn.hamlet,),
            made_at_ms=AtMs(tx.now.at_ms),
            until_ms=AtMs(self._until(tx.now.at_ms)),
            items=tuple(order_in(one.order) for one in mine),
            templates=stand_by,
        )
        stayed = before is not None and before.hamlet == horn.hamlet and before.number.epoch == number.epoch
        floor_seq = before.floor_seq if stayed and before is not None else number.seq
        payload = order_to_payload(self._key.sign_plan(plan))
        names = (*(one.order.id for one in mine), *map(_mark, stand_by))
        return NodePlan(horn.id, number, floor_seq, horn.hamlet, names, payload, tx.now.at_ms)


def _mark(template: StandBy) -> str:
    return f"{TEMPLATE}{template.id}:{'+'.join(media.sha256 for media in template.media)}"


def _for(horn: Horn, orders: Sequence[PlannedOrder]) -> list[PlannedOrder]:
    return [one for one in orders if horns_in({horn.id: horn}, frozenset(map(HamletId, one.order.hamlets)))]


def _is_over(row: ProgrammeRow, now_ms: int, today: int) -> bool:
    when = row.programme.when
    return when.last.toordinal() < today or (when.until_ms is not None and when.until_ms <= now_ms)
