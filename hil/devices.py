"""The commune's devices, in one process: amplifiers, sound cards, a GSM modem and a river gauge.

    python -m hil.devices --folder F --horns h1,h2

They are the drivers' own fakes on PTYs, reachable under names that stay: `F/tty-<horn>`, `F/tty-modem`, `F/tty-gauge`;
and `F/sound-<horn>.sock`. What they see is in `F/observed.jsonl`. `F/devices.sock` takes one command a line and answers
one line: `flood`, `ebb`, `level`, `fault DEVICE silent|late|garbled|half|none`, `unplug DEVICE`, `plug DEVICE`,
`sms NUMBER TEXT`, and those of hil/phones.py. Stopping the process powers everything down.
"""

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from smspdudecoder.easy import read_outgoing_sms

from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import SentPdu
from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from drivers.transport.fake_pty import Fault
from hil import phones
from hil.control_socket import obeying, told_to_stop
from hil.hydrograph import Hydrograph
from hil.observed import Witness
from hil.sound_card import SoundCard

IDLE_MA = 120
FULL_MA = 4000
"""What an amplifier of 100 W at 24 V draws unloaded, and at full output."""
LOOK_EVERY_S = 0.02
GAUGE_STEP_M = 0.01
HOURS_PER_S = 0.05
"""Three hours of the river a minute: a flood comes within a few minutes."""
DEVICES_PRIORITY = 20
EBB_S = 30.0
"""A fall within one reading would be a broken sensor (docs/design/water.md)."""
FakeDevice = FakeRelayAmp | FakeModem | FakeGauge


@dataclass(frozen=True, slots=True)
class Plan:
    """How the devices behave.

    `answers` maps a phone number to the seconds until its owner writes "1" back. `hours_per_s` is how fast the river's
    time runs.
    """

    horns: tuple[str, ...]
    answers: Mapping[str, float] = field(default_factory=dict)
    send_takes_s: float = 0.8
    hours_per_s: float = HOURS_PER_S
    river: Hydrograph = Hydrograph()
    record: bool = False
    wave_h: float | None = None
    """The flood began so many hours ago; None: it has not begun."""


class River:
    """The gauge's river: quiet until `flood` is asked for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._began = time.monotonic()
        age_h = plan.wave_h
        self._flood: float | None = None if age_h is None else self._began - age_h / plan.hours_per_s
        self._ebb: float | None = None

    def level_m(self) -> float:
        """The level now."""
        now = time.monotonic()
        hours = (now - self._began) * self._plan.hours_per_s
        since = None if self._flood is None else (now - self._flood) * self._plan.hours_per_s
        calm_m, high_m = self._plan.river.level_m(hours, None), self._plan.river.level_m(hours, since)
        gone = 0.0 if self._ebb is None else min(1.0, (now - self._ebb) / EBB_S)
        return high_m - gone * (high_m - calm_m)

    def flood(self) -> None:
        """Let the wave come, from now on."""
        self._flood, self._ebb = time.monotonic(), None

    def ebb(self) -> None:
        """Take the wave away, as fast as a gauge may still believe; said again, it does not come back first."""
        self._ebb = self._ebb or time.monotonic()


class Devices:
    """Everything with a wire. Use with ``async with``."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan
        self._witness = Witness(folder)
        self._answers: set[asyncio.TimerHandle] = set()
        self.river = River(plan)
        self.modem = FakeModem(self._on_sms, send_takes_s=plan.send_takes_s)
        self.modem.report_after_s = phones.REPORT_AFTER_S
        self.gauge = FakeGauge(self.river.level_m)
        tapes = {horn: folder / f"sound-{horn}.tape" if plan.record else None for horn in plan.horns}
        self.cards = {h: SoundCard(h, folder / f"sound-{h}.sock", self._witness, tapes[h]) for h in plan.horns}
        self.amps = {horn: self._amplifier(card) for horn, card in self.cards.items()}
        self.named: dict[str, FakeDevice] = {**self.amps, "modem": self.modem, "gauge": self.gauge}

    async def __aenter__(self) -> "Devices":
        for name, device in self.named.items():
            await device.start()
            _link(self._folder / f"tty-{name}", device.path)
        for card in self.cards.values():
            await card.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for timer in self._answers:
            timer.cancel()
        for card in self.cards.values():
            await card.close()
        for name, device in self.named.items():
            await device.close()
            (self._folder / f"tty-{name}").unlink(missing_ok=True)
        self._note_coils()
        phones.note_calls(self.modem, self._witness)
        self._witness.close()

    async def watch(self) -> None:
        """Write down what relays and river do, until cancelled."""
        noted_m = 0.0
        while True:
            self._note_coils()
            phones.note_calls(self.modem, self._witness)
            level_m = self.river.level_m()
            if abs(level_m - noted_m) >= GAUGE_STEP_M:
                noted_m = level_m
                self._witness.saw("gauge", "gauge", level_m=round(level_m, 3))
            await asyncio.sleep(LOOK_EVERY_S)

    def obey(self, line: str) -> str:
        """Carry out one command of the control socket; answers with what was done, or what is wrong."""
        match line.split(maxsplit=2):
            case ["flood"]:
                self.river.flood()
            case ["ebb"]:
                self.river.ebb()
            case ["level"]:
                return f"{self.river.level_m():.3f}"
            case ["fault", device, fault] if device in self.named and fault.upper() in Fault.__members__:
                self.named[device].fault = Fault[fault.upper()]
            case ["unplug", device] if device in self.named:
                self.named[device].unplug()
            case ["plug", device] if device in self.named:
                self.named[device].plug_in()
            case ["sms", number, text]:
                self._answer(number, text)
            case _ if not phones.obey(self.modem, line):
                return f"không hiểu: {line}"
        self._witness.saw("fault", "bench", fault=line)
        return "ok"

    def _amplifier(self, card: SoundCard) -> FakeRelayAmp:
        return FakeRelayAmp(lambda: IDLE_MA + round(FULL_MA * card.rms_now()))

    def _note_coils(self) -> None:
        for horn, amp in self.amps.items():
            while amp.changes:
                change = amp.changes.pop(0)
                self._witness.saw("coil", horn, change.steady, on=change.on)

    def _on_sms(self, sms: SentPdu) -> None:
        read = read_outgoing_sms(sms.pdu)
        number = str(read["recipient"])
        self._witness.saw("sms", "modem", sms.steady, number=number, text=str(read["content"]), pdu=sms.pdu)
        delay_s = self._plan.answers.get(phones.subscriber(number))
        if delay_s is not None:
            self._answers.add(asyncio.get_running_loop().call_later(delay_s, self._answer, number, "1"))

    def _answer(self, number: str, text: str) -> None:
        self._witness.saw("answer", "modem", number=number, text=text)
        self.modem.deliver(number, text)


def _link(name: Path, target: str) -> None:
    name.unlink(missing_ok=True)
    name.symlink_to(target)


async def serve(folder: Path, plan: Plan) -> None:
    """The devices and their control socket, until SIGTERM or SIGINT."""
    with contextlib.suppress(OSError):  # real devices do not wait for the computers that they hang on
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(DEVICES_PRIORITY))
    stopping = told_to_stop()
    _pty_folder(folder)
    async with Devices(folder, plan) as devices, obeying(folder / "devices.sock", devices.obey):
        watch = asyncio.create_task(devices.watch())
        await asyncio.wait({watch, asyncio.create_task(stopping.wait())}, return_when=asyncio.FIRST_COMPLETED)
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


def _pty_folder(folder: Path) -> None:
    """The fakes' own links go here, so that a killed process leaves nothing in /tmp."""
    links = folder / "pty"
    shutil.rmtree(links, ignore_errors=True)
    links.mkdir(parents=True)
    tempfile.tempdir = str(links)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--horns", required=True, help="names, separated by commas")
@click.option("--answers", default="{}", help='JSON: phone number -> seconds until "1" is written back')
@click.option("--hours-per-s", type=float, default=HOURS_PER_S, help="how fast the river's time runs")
@click.option("--wave-h", type=float, help="the flood began so many hours ago")
@click.option("--record", is_flag=True, help="every sound card keeps what it heard, in sound-HORN.tape")
def main(folder: Path, horns: str, answers: str, hours_per_s: float, wave_h: float | None, *, record: bool) -> None:
    """Serve the devices until stopped."""
    delays = {phones.subscriber(number): float(delay_s) for number, delay_s in json.loads(answers).items()}
    plan = Plan(_names(horns), delays, hours_per_s=hours_per_s, record=record, wave_h=wave_h)
    asyncio.run(serve(folder, plan))


def _names(text: str) -> tuple[str, ...]:
    names: Iterable[str] = (name.strip() for name in text.split(","))
    return tuple(name for name in names if name)


if __name__ == "__main__":
    main()
