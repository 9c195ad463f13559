"""Line ``mains_lost``: the mains fail before a whole commune. What is given up, in which order, and what never is.

The supply is a real upsd whose words are a file; horns, modem, camera and officials are those of the simulated commune.
The order of product.md: what browsers and the kiosk see first, then the eyes; horns and SMS to the last.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from edge.core.policy.power import BACK_S, BRIEF_S
from hil import place
from hil.bench.waiting import came_true
from hil.links import Figure, Link
from hil.nut import NAME, NO_NUT, Supply, running_supply
from hil.panel import PanelPerson
from hil.prove.people.clock_commune import ClockCommune
from hil.toml_text import table

FULL = {"ups.status": "OL CHRG", "battery.charge": "100", "battery.runtime": "3600"}
DARK = {"ups.status": "OB DISCHRG", "battery.charge": "90", "battery.runtime": "3000"}
HALF = {"ups.status": "OB DISCHRG", "battery.charge": "35", "battery.runtime": "1080"}
LAST = {"ups.status": "OB DISCHRG LB", "battery.charge": "8", "battery.runtime": "240"}
SLACK_S = 25.0
"""upsd looks every two seconds, the box every five, and a shard takes a few seconds to end."""
HORNS_S, SMS_S, EYES_S = 60.0, 60.0, 90.0
TEXT = "Xã mất điện lưới. Bà con giữ máy điện thoại, đèn pin, và nghe loa của thôn."
TOLD = "Ắc quy"
TECHNICIAN = {"id": "ky-thuat", "name": "Vũ Văn Giang", "phone": "0912000109", "duty": "Kỹ thuật"}


@dataclass(slots=True)
class Night:
    """What was seen, in seconds after the mains failed; None: never."""

    began: float = 0.0
    at: dict[str, float | None] = field(default_factory=dict)
    eyes: dict[str, int] = field(default_factory=dict)
    horns: int = 0
    minutes_told: bool = False


class DarkCommune(ClockCommune):
    """The commune of one camera, with a UPS at this port and somebody who looks after devices: he has the SMS."""

    def __init__(self, root: Path, ups_port: int) -> None:
        super().__init__(root)
        self._ups_port = ups_port

    def _write(self) -> None:
        super()._write()
        ups = table("ups", {"kind": "ups_nut", "settings": {"ups": NAME, "port": self._ups_port}})
        with self.layout.config.open("a", encoding="utf-8") as file:
            file.write(f"\n{ups}\n{table('[person]', TECHNICIAN)}")


def mains_lost() -> Link:
    """A night without mains, to the last minutes of the battery, and the morning after."""
    if NO_NUT:
        return Link("mains_lost", False, {}, NO_NUT)
    with (
        tempfile.TemporaryDirectory(prefix="molang-") as name,
        _supply() as supply,
        DarkCommune(Path(name) / "xa", supply.port) as commune,
    ):
        night = live_through(commune, supply)
    return judged(night)


@contextmanager
def _supply() -> Iterator[Supply]:
    with asyncio.Runner() as runner:
        opened = running_supply(FULL)
        supply = runner.run(opened.__aenter__())
        try:
            yield supply
        finally:
            runner.run(opened.__aexit__(None, None, None))


def live_through(commune: DarkCommune, supply: Supply) -> Night:
    """Mains, battery, less battery, hardly any, mains again."""
    night = Night()
    commune.wait_for_horns()
    came_true(lambda: commune.state()["cameras"][0]["state"] == "online", EYES_S)
    night.eyes["mains"] = eyes_of(commune)
    night.began = time.monotonic()
    supply.says(DARK)
    _note(night, "video", lambda: _shed(commune) == ["video"], BRIEF_S + SLACK_S)
    night.eyes["video shed"] = eyes_of(commune)
    night.minutes_told = (commune.state()["power"] or {}).get("minutes_left") is not None
    supply.says(HALF)
    _note(night, "eyes", lambda: _shed(commune) == ["video", "eyes"] and eyes_of(commune) == 0, SLACK_S)
    night.eyes["eyes shed"] = eyes_of(commune)
    supply.says(LAST)
    _note(night, "sms", lambda: _sms(commune, night), SMS_S)
    night.horns = _speak(commune)
    _note(night, "horns", lambda: night.horns == len(place.HORNS), 0.0)
    supply.says(FULL)
    _note(night, "back", lambda: not _shed(commune) and eyes_of(commune) > 0, BACK_S + SLACK_S + EYES_S)
    return night


def judged(night: Night) -> Link:
    """Every step was seen, each after the one before, and nothing was given up that lives hang on."""
    order = [night.at.get(step) for step in ("video", "eyes", "sms", "horns", "back")]
    seen = [step for step in order if step is not None]
    in_order = len(seen) == len(order) and seen == sorted(seen)
    patient = (night.at.get("video") or 0.0) >= BRIEF_S - 1.0
    kept = night.eyes.get("video shed", 0) > 0 and night.eyes.get("eyes shed", 1) == 0
    figures: dict[str, Figure] = {
        **{f"{step}_s": None if at is None else round(at, 1) for step, at in night.at.items()},
        **{f"eyes_at_{when.replace(' ', '_')}": count for when, count in night.eyes.items()},
        "horns_heard": night.horns,
        "minutes_left_told": night.minutes_told,
    }
    ok = in_order and patient and kept and night.horns == len(place.HORNS) and night.minutes_told
    return Link("mains_lost", ok, figures, "" if ok else "the order of product.md was not kept")


def _note(night: Night, step: str, there: Callable[[], bool], deadline_s: float) -> None:
    night.at[step] = time.monotonic() - night.began if came_true(there, deadline_s) else None


def _shed(commune: DarkCommune) -> list[str]:
    power: Mapping[str, list[str]] = commune.state()["power"] or {}
    return list(power.get("shed") or [])


def _sms(commune: DarkCommune, night: Night) -> bool:
    """An official has it on his telephone that the battery ends."""
    return any(TOLD in str(one.facts["text"]) for one in commune.observed.some("sms", since=night.began))


def _speak(commune: DarkCommune) -> int:
    """With everything shed: how many horns were heard, by their own sound cards, after one press."""
    operator, leader = (
        PanelPerson(commune.web_url, who, commune.access.passwords[who]) for who in ("operator", "leader")
    )
    bulletin = operator.write(TEXT, ("all",), "uu_tien")
    leader.approve(bulletin)
    pressed = operator.air(bulletin)
    came_true(lambda: len(commune.observed.heard(pressed)) == len(place.HORNS), HORNS_S)
    return len(commune.observed.heard(pressed))


def eyes_of(commune: DarkCommune) -> int:
    """Processes that look at cameras now."""
    return sum(_looks(path, str(commune.layout.root)) for path in Path("/proc").glob("[0-9]*"))


def _looks(process: Path, root: str) -> bool:
    try:
        words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        above = Path(f"/proc/{parent}/cmdline").read_bytes().decode(errors="replace")
    except (OSError, ValueError):
        return False
    return "edge.workers.vision" in words and root in above
