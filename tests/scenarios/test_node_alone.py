"""A relay node that does not know the time, and one that is away: what the box makes of both."""

import asyncio

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority
from edge.core.moment import AtMs
from edge.core.place import HamletId, HornId
from edge.core.plan import Plan
from edge.core.speech import Clip, Style
from edge.kernel.wire.order import order_to_payload
from edge.store.late import hold_reports
from edge.store.orders import OrderRow, add_order
from hil.time_server import TimeServer, serving
from tests.scenarios.village import LOCAL, RELAY, Village, until


async def test_a_node_without_the_time_is_given_each_order_with_its_own_nonce(place: Village) -> None:
    async with serving(TimeServer(lost=True)) as server, place.broker_runs():
        place.relay_extra = f'time_server = "127.0.0.1:{server.port}"'
        async with place.relay_runs(), place.box_runs():
            await place.horns_up()
            assert place.station.horns[HornId(RELAY)].state.clock == "floor"
            name = await place.approved("Tin.")
            await place.air(name)
            await place.heard()
            await place.reaches(name, "aired")
            assert await place.reports(name) == {LOCAL: ["PLAYED"], RELAY: ["PLAYED"]}


async def test_what_a_node_played_while_the_box_and_the_broker_were_away_is_told_and_heard_once(
    place: Village,
) -> None:
    clip, _, _ = await place.studio.render("kế hoạch", Style())
    async with place.relay_runs():
        async with place.broker_runs(), place.box_runs():
            await place.horns_up()
            item = await planned(place, clip)
            await until(lambda: place.station.horns[HornId(RELAY)].state.plan_missing == 0)
        await until(lambda: place.sounds(RELAY), within_s=12)
        await asyncio.sleep(1.0)
        async with place.broker_runs(), place.box_runs():
            await until(lambda: place.station.horns[HornId(RELAY)].state.plan is not None)
            async with asyncio.timeout(20):  # it knocks again within ten seconds
                while await outcome(place, item) is None:
                    await asyncio.sleep(0.05)
            await until(lambda: not place.station.horns[HornId(RELAY)].state.held)
            assert await outcome(place, item) == "PLAYED"
            assert await place.events() == [f"{item.id}/{RELAY}"]


async def outcome(place: Village, item: Order) -> str | None:
    found: str | None = (await place.rows("SELECT outcome FROM horn_report WHERE horn_order = ?", str(item.id)))[0][0]
    return found


async def planned(place: Village, clip: Clip) -> Order:
    """An order in the store and in the relay's plan, due in some seconds."""
    now = place.journal.clock.now().at_ms
    item = Order(
        OrderId(place.journal.epoch, 900),
        Operation.PLAY,
        (HamletId("dong"),),
        None,
        Priority.THUONG,
        AtMs(now - 86_400_000),
        AtMs(now + 30_000),
        AtMs(now + 4_000),
        (MediaRef(clip.sha256, clip.bytes, clip.ms),),
    )
    payload = order_to_payload(place.key.sign(item))
    row = OrderRow(str(item.id), item.op, None, None, 1, ("dong",), clip.ms, item.exp_ms, "lan", payload)
    plan = Plan(OrderId(place.journal.epoch, 901), HornId(RELAY), (HamletId("dong"),), now, item.exp_ms, (item,))
    await place.journal.record(lambda tx: add_order(tx, row, [RELAY]))
    await place.journal.record(lambda tx: hold_reports(tx, RELAY, [row.id]))
    await place.station._mqtt.send(HornId(RELAY), order_to_payload(place.key.sign_plan(plan)), "plan")
    return item
