"""The units on a box that was started: their exposure, a notice heard, what systemd does when something breaks."""

import re
import time

from hil.bench.waiting import came_true
from hil.control_socket import tell
from hil.harness import ROOT
from hil.links import Link
from hil.prove.field import commune, faults
from hil.prove.field.boxes import Box, provisioned
from hil.prove.field.faults import Figures

MOST_EXPOSURE = 3.0
RUNNING = (
    *("molang.service", "molang-web.service", "molang-nginx.service", "molang-node.service"),
    *("mosquitto.service", "nftables.service", "chrony.service"),
)
ONLINE_S = 60.0
SMS_S, HEARD_S = 240.0, 60.0
_LEVEL = re.compile(r"exposure level for \S+: ([0-9.]+)")


def units() -> Link:
    """Issue 7: units start, exposure <= 3.0; wall, horn and SMS inside; watchdog, OOM, crash loop, OnFailure."""
    with provisioned("units") as box:
        figures: Figures = {**_running(box), **_exposure(box), **_scenario(box), **_flood(box)}
        for fault in (faults.killed_on_air, faults.watchdog, faults.crash_loop, faults.out_of_memory, faults.given_up):
            figures |= fault(box)
        figures |= {f"after_{key}": value for key, value in _scenario(box).items() if key in HEARD}
    return Link("units", not missed(figures), figures, missed(figures))


HEARD = ("own_horn_heard", "node_heard", "wall_status")
MUST: Figures = {
    "not_running": "",
    "wall_status": 200,
    "own_horn_heard": True,
    "node_heard": True,
    "own_amplifier_off_again": True,
    "sms_people": len(commune.NUMBERS),
    "killed_amplifier_was_on": True,
    "killed_amplifier_off": True,
    "watchdog_bit": True,
    "crash_loop_given_up": False,
    "oom_child_killed": True,
    "oom_supervisor_kept": True,
    "on_failure_failed": True,
    "on_failure_noted": True,
    "on_failure_incident": True,
    "after_own_horn_heard": True,
    "after_node_heard": True,
}


def missed(figures: Figures) -> str:
    """What is not as it must be, in a line; empty when all holds."""
    wrong = [f"{key}={figures.get(key)}" for key, value in MUST.items() if figures.get(key) != value]
    if float(figures["exposure_worst"] or 10) > MOST_EXPOSURE:
        wrong.append(f"exposure_worst={figures['exposure_worst']}")
    if int(figures["crash_loop_restarts"] or 0) < int(figures["crash_loop_kills"] or 0):
        wrong.append(f"crash_loop_restarts={figures['crash_loop_restarts']}")
    return "; ".join(wrong)


def _running(box: Box) -> Figures:
    """Every unit that must run does, after a start of the machine and without a hand."""
    came_true(lambda: all(box.machine.shown(unit, "ActiveState") == "active" for unit in RUNNING), 120.0)
    began = time.monotonic()
    came_true(lambda: all(row["online"] for row in box.state().get("horns") or [{"online": False}]), ONLINE_S)
    online_s = time.monotonic() - began
    away = [unit for unit in RUNNING if box.machine.shown(unit, "ActiveState") != "active"]
    return {
        "units_running": len(RUNNING) - len(away),
        "not_running": " ".join(away),
        "horns_online_s": round(online_s, 1),
    }


def _exposure(box: Box) -> Figures:
    """`systemd-analyze security` of every service of ours, on the machine where they run."""
    names = [path.name.replace("@.", "@x.") for path in sorted((ROOT / "systemd").glob("*.service"))]
    levels = {name: float(_LEVEL.findall(box.machine.said("systemd-analyze", "security", "--no-pager", name))[0])
              for name in names}  # fmt: skip
    worst = max(levels, key=lambda name: levels[name])
    return {"exposure_units": len(levels), "exposure_worst": levels[worst], "exposure_worst_unit": worst}


def _scenario(box: Box) -> Figures:
    """A notice is written, heard, approved and aired from another machine over https; both horns are heard."""
    began = time.monotonic()
    told = box.visit()
    heard = {horn: came_true(lambda horn=horn: list(box.observed.some("sound", horn, began, phase="loud")), HEARD_S)  # type: ignore[misc]
             for horn in (commune.OWN, commune.NODE)}  # fmt: skip
    first = [seen.steady - told["pressed"] for seen in box.observed.some("sound", "", told["pressed"], phase="loud")]
    return {
        "wall_status": told["wall_status"],
        "stranger_status": told["stranger_status"],
        "clip_bytes_heard": told["heard_bytes"],
        "press_to_sound_s": round(min(first), 2) if first else None,
        "own_horn_heard": heard[commune.OWN],
        "node_heard": heard[commune.NODE],
        "own_amplifier_off_again": came_true(lambda: faults.amplifier_is_on(box) is False, HEARD_S),
    }


def _flood(box: Box) -> Figures:
    """The river rises: who is on the roster gets an SMS, and the horns speak by themselves."""
    began = time.monotonic()
    devices = box.machine.root / commune.DEVICES.relative_to("/") / "devices.sock"
    tell(devices, "flood")

    def told() -> set[str]:
        numbers = [str(seen.facts["number"]) for seen in box.observed.some("sms", "", began)]
        return {who for who, number in commune.NUMBERS.items() for one in numbers if one.endswith(number[1:])}

    came_true(lambda: len(told()) == len(commune.NUMBERS), SMS_S)
    took = time.monotonic() - began
    came_true(lambda: list(box.observed.some("sound", commune.OWN, began, phase="loud")), HEARD_S)
    return {"sms_people": len(told()), "sms_s": round(took, 1)}
