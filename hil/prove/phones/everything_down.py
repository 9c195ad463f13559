"""Link ``everything_down``: uplink cut, broker dead and clock unsynchronised at once, and the river rises.

A whole simulated commune with its real programs. The broker is killed again whenever the harness has started it; the
clock of this machine must be one that nothing synchronises, as in a box that lost its network. What counts is what the
witnesses outside saw: the modem's network and the amplifier of the box's own horn.
"""

import tempfile
import threading
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from hil import place, uplink
from hil.bench.waiting import came_true, until
from hil.commune import Commune
from hil.device_control import tell_devices
from hil.links import Figure, Link

READY_S = 40.0
RISES_S = 90.0
FIRST_SMS_S = 10.0
"""From the incident: one message takes the network 4 s at most."""
EVERYBODY_S = 120.0
LOCAL_HORN_S = 15.0
KILL_EVERY_S = 0.1
LOCAL = next(horn.id for horn in place.HORNS if horn.local)


def everything_down() -> Link:
    """Take it all away, then let the river rise."""
    with tempfile.TemporaryDirectory(prefix="mo-down-") as name, Commune(Path(name) / "xa", ()) as commune:
        until(commune.horns_are_online, READY_S, "not every horn is online")
        uplink.ask(commune.layout.devices, "cut")
        with _dead_broker(commune) as kills:
            until(lambda: _broker_is_missed(commune), READY_S, "the box does not miss its broker")
            return _flood(commune, kills)


def _flood(commune: Commune, kills: Set[int]) -> Link:
    tell_devices(commune.layout.devices, "flood")
    until(lambda: bool(commune.ask_database(_RISEN)), RISES_S, "the river did not reach báo động 1", look_s=0.05)
    began = time.monotonic()
    sound = commune.observed.wait_for("sound", LOCAL, since=began - 1.0, deadline_s=LOCAL_HORN_S, phase="loud")
    people = commune.ask_database("SELECT count(*) FROM alert WHERE stands = 'own'")[0][0]
    came_true(lambda: len(_told(commune, began)) >= people, began + EVERYBODY_S - time.monotonic(), look_s=0.2)
    told = _told(commune, began)
    state = commune.state()
    figures: dict[str, Figure] = {
        "first_sms_s": round(min(told.values()) - began, 1) if told else None,
        "local_horn_s": round(sound.steady - began, 1) if sound else None,
        "people": int(people),
        "people_told": len(told),
        "clock": str(state["clock"]["state"]),
        "uplink": str(state["uplink"]["state"]),
        "broker_kills": len(kills),
    }
    down = figures["clock"] != "synced" and figures["uplink"] != "up" and len(kills) > 0
    reached = bool(told) and min(told.values()) - began <= FIRST_SMS_S and 0 < people <= len(told)
    sounded = sound is not None and sound.steady - began <= LOCAL_HORN_S
    note = (
        ""
        if figures["clock"] != "synced"
        else "Đồng hồ máy này đang được chỉnh; hãy tắt dịch vụ chỉnh giờ rồi làm lại."
    )
    return Link("everything_down", down and reached and sounded, figures, note)


_RISEN = "SELECT 1 FROM incident WHERE kind = 'flood_level'"


def _told(commune: Commune, since: float) -> dict[str, float]:
    """Who got an alarm, and when first."""
    first: dict[str, float] = {}
    for seen in commune.observed.some("sms", since=since):
        first.setdefault(str(seen.facts["number"]), seen.steady)
    return first


def _broker_is_missed(commune: Commune) -> bool:
    return any(row["name"] == "broker" and row["state"] != "up" for row in commune.state()["services"])


@contextmanager
def _dead_broker(commune: Commune) -> Iterator[Set[int]]:
    """Inside, the broker dies as soon as it lives; the processes that died."""
    kills: set[int] = set()
    over = threading.Event()

    def kill() -> None:
        while not over.wait(KILL_EVERY_S):
            with suppress(ProcessLookupError):  # it is not there again yet
                kills.add(commune.harness.kill("broker"))

    thread = threading.Thread(target=kill, name="dead-broker")
    thread.start()
    try:
        yield kills
    finally:
        over.set()
        thread.join()
