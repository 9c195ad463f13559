"""From programmes to signed plans: numbers that stay, reports that are owed, what may not sound is left out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.broadcast.plan_maker import CLIP_BYTES, ITEM_BYTES, MOST_AIRINGS
from edge.core.broadcast import Operation, Priority
from edge.core.moment import AtMs
from edge.core.place import HamletId
from edge.core.plan import plan_to_body
from edge.core.policy.airtime import Cap, Hours, Limits
from edge.core.programme import MINUTE_MS, Part, Source, storm_times
from edge.store.bulletins import set_state
from edge.store.late import hold_reports
from edge.store.plans import confirm_plan
from edge.store.programmes import end_programme, move_airing
from tests.broadcast.planning import DAWN, DUSK, EAST, EVERY_DAY, HAMLETS, MONDAY, WEST, Station, notice, programme

DAY_MIN = 24 * 60
DAYS = 15
"""The plan reaches to the end of the fourteenth day from now."""


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    found = await Station.open(tmp_path)
    yield found
    found.journal.close()


async def test_each_node_gets_the_items_of_its_hamlet_signed_and_owed_a_report(station: Station) -> None:
    one, two = await station.approved("Cả xã."), await station.approved("Thôn Đông.")
    await station.keep(programme(notice(one), times=(DAWN, DUSK)))
    await station.keep(programme(notice(two), times=(8 * 60,), name="p2", hamlets=(HamletId("dong"),)))
    plans = await station.refresh()
    assert {horn: len(plan.items) for horn, plan in plans.items()} == {EAST: 3 * DAYS, WEST: 2 * DAYS}
    assert {plan.zones for plan in plans.values()} == {(HAMLETS[EAST],), (HAMLETS[WEST],)}
    item = plans[WEST].items[0]
    assert (item.op, item.at_ms - station.clock.now().at_ms) == (Operation.PLAY, 60 * MINUTE_MS)
    assert item.nbf_ms < item.at_ms < item.exp_ms
    owed = await station.rows("SELECT horn FROM horn_report WHERE horn_order = ? ORDER BY 1", str(item.id))
    assert owed == [(EAST,), (WEST,)]


async def test_nothing_new_is_published_until_something_changes_and_numbers_stay(station: Station) -> None:
    await station.keep(programme(notice(await station.approved("Tin."))))
    first = await station.refresh()
    station.clock.goes_on(3 * 60)  # the item of today has passed
    assert await station.refresh() == {}
    station.clock.goes_on(DAY_MIN)
    later = await station.refresh()
    kept = {item.id for item in first[EAST].items[2:]}
    assert kept < {item.id for item in later[EAST].items}
    assert len(later[EAST].items) == DAYS - 1
    assert later[EAST].id.seq > first[EAST].id.seq


async def test_a_change_gives_new_numbers_to_what_changed_alone(station: Station) -> None:
    bulletin = await station.approved("Tin.")
    whole = programme(notice(bulletin), times=(DAWN, DUSK))
    await station.keep(whole)
    before = {item.at_ms: item.id for item in (await station.refresh())[EAST].items}
    await station.keep(replace(whole, when=replace(whole.when, times=(DAWN, DUSK + 5))))
    after = {item.at_ms: item.id for item in (await station.refresh())[EAST].items}
    stayed = {at_ms for at_ms in before if before[at_ms] == after.get(at_ms)}
    assert len(stayed) == DAYS
    assert len(after) == 2 * DAYS
    assert not {before[at_ms] for at_ms in before.keys() - stayed} & set(after.values())


async def test_a_withdrawn_item_is_owed_until_its_node_holds_a_plan_without_it(station: Station) -> None:
    await station.keep(programme(notice(await station.approved("Tin."))))
    plan = (await station.refresh())[EAST]
    order = str(plan.items[0].id)
    assert await station.journal.record(lambda tx: confirm_plan(tx, EAST, plan.id)) == DAYS
    await station.journal.record(lambda tx: end_programme(tx, "p1", "removed"))
    newer = (await station.refresh())[EAST]
    assert newer.items == ()
    owed = "SELECT outcome FROM horn_report WHERE horn_order = ? AND horn = ?"
    assert await station.rows(owed, order, EAST) == [(None,)]
    await station.journal.record(lambda tx: confirm_plan(tx, EAST, newer.id))
    assert await station.rows(owed, order, EAST) == [("REFUSED",)]
    station.clock.goes_on(90)
    await station.refresh()
    assert await station.rows(owed, order, WEST) == [("UNKNOWN",)]  # it never said that it holds the plan


async def test_what_was_never_published_is_closed_at_once_when_it_is_withdrawn(station: Station) -> None:
    await station.keep(programme(notice(await station.approved("Tin."))))
    station.maker = type(station.maker)({}, station.orders, station.key, station.maker.setting, lambda _: ())
    await station.refresh()  # no horn yet: no plan
    await station.journal.record(lambda tx: end_programme(tx, "p1", "removed"))
    await station.refresh()
    assert {row.state for row in await station.airings()} == {"withdrawn"}
    assert await station.rows("SELECT count(*) FROM horn_report WHERE outcome IS NULL") == [(0,)]


@pytest.mark.parametrize("loss", ["approval", "clip"])
async def test_a_void_approval_or_a_lost_clip_takes_the_item_out_and_says_so(station: Station, loss: str) -> None:
    bad, good = await station.approved("Tin một."), await station.approved("Tin hai.")
    await station.keep(programme(notice(bad), notice(good)))
    await station.refresh()
    if loss == "approval":
        await station.journal.record(lambda tx: set_state(tx, bad, "returned"))
    plan = (await station.refresh([bad] if loss == "clip" else []))[EAST]
    assert len(plan.items) == DAYS
    assert {row.airing.ref for row in await station.airings("planned")} == {good}
    ((trouble),) = await station.trouble()
    assert "Tin b1" in trouble
    assert ("duyệt lại" if loss == "clip" else "chưa được duyệt") in trouble
    await station.journal.record(lambda tx: set_state(tx, bad, "approved"))
    assert len((await station.refresh())[EAST].items) == 2 * DAYS
    assert await station.trouble() == [""]


async def test_limits_keep_out_of_the_plan_what_they_forbid(tmp_path: Path) -> None:
    limits = Limits(Hours(21 * 60, 5 * 60), session_s=90.0, caps=(Cap(Hours(DAWN, 6 * 60), -6.0),))
    station = await Station.open(tmp_path, limits)
    try:
        bulletin = await station.approved("Tin.")
        await station.keep(programme(notice(bulletin), times=(270, DAWN, DAWN + 10, DUSK)))
        items = (await station.refresh())[EAST].items
        assert [(item.at_ms // MINUTE_MS + 7 * 60) % DAY_MIN for item in items[:2]] == [DAWN, DUSK]
        assert [item.gain_db for item in items[:2]] == [-6.0, 0.0]
        assert len(items) == 2 * DAYS
    finally:
        station.journal.close()


async def test_a_new_epoch_gives_new_numbers_to_everything(station: Station, tmp_path: Path) -> None:
    await station.keep(programme(notice(await station.approved("Tin."))))
    before = (await station.refresh())[EAST]
    station.orders.epoch = 2
    after = (await station.refresh())[EAST]
    assert {item.id.epoch for item in after.items} == {2}
    assert (after.id.epoch, len(after.items)) == (2, len(before.items))


async def test_a_node_that_holds_the_plan_is_waited_for_and_only_then(station: Station) -> None:
    await station.keep(programme(notice(await station.approved("Tin."))))
    plan = (await station.refresh())[EAST]
    held = "SELECT count(*) FROM horn_report WHERE held = 1 AND horn = ?"
    older = replace(plan.id, seq=plan.id.seq - 1)
    assert await station.journal.record(lambda tx: confirm_plan(tx, EAST, older)) == 0
    await station.journal.record(lambda tx: confirm_plan(tx, EAST, plan.id))
    assert (await station.rows(held, EAST), await station.rows(held, WEST)) == ([(DAYS,)], [(0,)])
    await station.journal.record(lambda tx: hold_reports(tx, EAST, []))


async def test_a_relay_is_planned_without_an_order_and_only_where_somebody_can_relay(tmp_path: Path) -> None:
    radio = Part(Source.RELAY, "vov1", 30 * MINUTE_MS, "Tiếp sóng VOV1")
    station = await Station.open(tmp_path)
    bulletin = await station.approved("Tin.")
    try:
        await station.keep(programme(radio, notice(bulletin)))
        plan = (await station.refresh())[EAST]
        assert len(plan.items) == DAYS
        assert plan.items[0].at_ms - station.clock.now().at_ms == 90 * MINUTE_MS + 2_000
        relays = [row for row in await station.airings("planned") if row.airing.source is Source.RELAY]
        assert (len(relays), {row.order for row in relays}) == (DAYS, {None})
        station.maker.setting = replace(station.maker.setting, relays=False)
        await station.refresh()
        assert "tiếp sóng" in (await station.trouble())[0]
    finally:
        station.journal.close()


async def test_a_storm_that_fills_the_plan_makes_it_end_earlier(station: Station) -> None:
    bulletin = await station.approved("Bão.")
    when = replace(programme(notice(bulletin)).when, days=EVERY_DAY, times=storm_times(5, 0, DAY_MIN - 5))
    until = replace(
        when, until_ms=AtMs(station.clock.now().at_ms + 10 * DAY_MIN * MINUTE_MS), last=MONDAY.replace(day=12)
    )
    storm = programme(notice(bulletin), when=until, priority=Priority.KHAN_CAP, at_night=True, every_min=5)
    await station.keep(storm)
    assert len((await station.refresh())[EAST].items) == MOST_AIRINGS


@pytest.mark.parametrize("state", ["airing", "aired", "unknown"])
async def test_a_clock_that_was_set_back_plans_nothing_twice(station: Station, state: str) -> None:
    await station.keep(programme(notice(await station.approved("Tin."))))
    await station.refresh()
    first = (await station.airings("planned"))[0].airing.key
    await station.journal.record(lambda tx: move_airing(tx, first, state))
    await station.refresh()
    rows = [row for row in await station.airings() if row.airing.key == first]
    assert [row.state for row in rows] == [state]


async def test_what_does_not_fit_into_a_plan_waits_for_the_next_one(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.broadcast.plan_maker.PLAN_ROOM_BYTES", 3 * (ITEM_BYTES + CLIP_BYTES) + 10)
    await station.keep(programme(notice(await station.approved("Tin.")), times=(DAWN, DUSK)))
    plan = (await station.refresh())[EAST]
    assert [item.at_ms for item in plan.items] == sorted(item.at_ms for item in plan.items)
    assert len(plan.items) == 3
    assert await station.refresh() == {}
    station.clock.goes_on(24 * 60)
    assert len((await station.refresh())[EAST].items) >= 3


async def test_an_item_of_a_plan_is_no_longer_than_was_set_aside(station: Station) -> None:
    await station.keep(programme(notice(await station.approved("Tin.")), times=(DAWN, DUSK)))
    plan = (await station.refresh())[EAST]
    assert len(plan_to_body(plan)) < len(plan.items) * (ITEM_BYTES + CLIP_BYTES)
