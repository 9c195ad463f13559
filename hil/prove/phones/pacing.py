"""Link ``pacing``: an alarm reaches everybody in time, overtakes what is no alarm, and a dying modem loses nothing.

Four boxes run side by side in real time, each with modems on PTYs whose network takes 4 s for a message. What counts is
what that network took and what the store says of it.
"""

import asyncio
from collections.abc import Mapping

from drivers.devices.modem_at.fake_network import Death
from edge.core.incident import Severity
from edge.store.journal import Tx
from edge.store.messages import SMS, NewMessage, queue_message
from hil.links import Figure, Link
from hil.prove.phones.officials import Phones, officials, phones, wait_until

PEOPLE = 30
ONE_SIM_S, TWO_SIMS_S = 180.0, 95.0
NOTICES = 200
IN_HAND_S = 4.5
"""A notice that is being sent when the alarm comes is out by then."""
BACK_S, REPORT_S = 2.0, 20.0
DIES_AFTER = 5
SETTLED_S = 420.0
PER_MINUTE = 10
WORD = "Cầu Đoài"
NOTICE = "Lịch họp"


def pacing() -> Link:
    """Measure all four."""
    figures = asyncio.run(_measure())
    in_time = _at_most(figures["one_sim_s"], ONE_SIM_S) and _at_most(figures["two_sims_s"], TWO_SIMS_S)
    in_order = figures["notices_before_alarm"] == 0 and _at_most(figures["most_in_a_minute"], PER_MINUTE)
    whole = figures["lost"] == figures["twice"] == figures["unknown_in_store"] == 0 and figures["deaths"] == 2
    overtaken = figures["notices_waiting"] == NOTICES - figures["notices_sent_before"]  # type: ignore[operator]  # ints
    return Link("pacing", in_time and in_order and whole and overtaken, figures, "mạng nhận một tin trong 4 s")


async def _measure() -> dict[str, Figure]:
    parts = await asyncio.gather(_everybody(1), _everybody(2), _overtaking(), _dying())
    return {key: value for part in parts for key, value in part.items()}


async def _everybody(modems: int) -> Mapping[str, Figure]:
    async with phones(officials(PEOPLE), modems) as box:
        began = await box.alarm(WORD, Severity.SEVERE)
        await wait_until(lambda: len(box.sent(WORD)) >= PEOPLE, ONE_SIM_S + 30)
        times = [at - began for at, _ in box.sent(WORD)]
        last = round(max(times), 1) if box.none(WORD, PEOPLE) == 0 else None
        return {"two_sims_s": last} if modems == 2 else {"one_sim_s": last, "most_in_a_minute": _busiest(times)}


def _busiest(times: list[float]) -> int:
    """Messages in the busiest minute by the network's own count, to a second: it takes one 4 s after it was begun."""
    return max((sum(at <= other < at + 59.0 for other in times) for at in times), default=0)


async def _overtaking() -> Mapping[str, Figure]:
    async with phones(officials(1), 1) as box:
        await box.journal.record(_notices)
        await wait_until(lambda: len(box.sent(NOTICE)) >= 2, 60)
        began = await box.alarm(WORD, Severity.EXTREME)
        waiting = box.count("SELECT count(*) FROM message WHERE state = 'waiting' AND urgency = 0")
        await wait_until(lambda: bool(box.sent(WORD)), 120)
        alarm = box.sent(WORD)[0][0] if box.sent(WORD) else None
        between = sum(began + IN_HAND_S < at < alarm for at, _ in box.sent(NOTICE)) if alarm else NOTICES
        return {
            "alarm_overtakes_s": round(alarm - began, 1) if alarm else None,
            "notices_waiting": waiting,
            "notices_sent_before": box.count("SELECT count(*) FROM message WHERE urgency = 0") - waiting,
            "notices_before_alarm": between,
        }


def _notices(tx: Tx) -> None:
    for n in range(NOTICES):
        text = f"{NOTICE} số {n}: 8h thứ hai ở Uỷ ban."
        queue_message(tx, NewMessage(f"notice-{n}", "", SMS, f"0911{n:06d}", text, 0, 1 + n))


async def _dying() -> Mapping[str, Figure]:
    """It dies once before the network had a message and once after, and comes back without its settings."""
    async with phones(officials(PEOPLE), 1) as box:
        modem = box.modems[0]
        modem.back_after_s, modem.report_after_s = BACK_S, REPORT_S
        await box.alarm(WORD, Severity.SEVERE)
        for how in (Death.AFTER_THE_NETWORK, Death.BEFORE_THE_NETWORK):
            before = len(box.sent())
            await wait_until(lambda before=before: len(box.sent()) >= before + DIES_AFTER, 120)  # type: ignore[misc]
            modem.death = how
            await wait_until(lambda: modem.death is Death.NO, 120)
        await wait_until(lambda: _settled(box), SETTLED_S)
        return {
            "deaths": sum(event.what == "died" for event in modem.events),
            "lost": box.none(WORD, PEOPLE),
            "twice": box.twice(WORD),
            "unknown_in_store": box.count(f"{_MESSAGES} AND state NOT IN ('sent', 'delivered')"),
        }


_MESSAGES = "SELECT count(*) FROM message WHERE channel = 'sms'"


def _settled(box: Phones) -> bool:
    """Every message of everybody has an end."""
    under_way = box.count(f"{_MESSAGES} AND state IN ('waiting', 'sending', 'unsure')")
    return under_way == 0 and box.count(_MESSAGES) >= PEOPLE


def _at_most(value: Figure, most: float) -> bool:
    return isinstance(value, int | float) and value <= most
