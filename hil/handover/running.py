"""Plays a scenario on a bench, a step after the other, and keeps what was seen."""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge.core.errors import MolangError
from hil.bench.waiting import came_true
from hil.device_control import tell_devices
from hil.handover import spectrogram
from hil.handover.asking import Answer, Asker
from hil.handover.bench_file import Bench
from hil.handover.ears import Ear, Heard
from hil.handover.evidence import Picture, Played, Seen, local_now
from hil.handover.page_picture import take
from hil.handover.script import Script, Step
from hil.observed import Observed
from hil.panel import PanelError, PanelPerson
from hil.phones import subscriber

LONGEST_S = 60.0
"""Of a sound, in a picture of it."""
LOOK_S, CALM_S = 0.3, 60.0
TROUBLE = (PanelError, MolangError, OSError, ValueError, LookupError, RuntimeError)
"""With any of these a step does not hold, and the page says why; the other scenarios go on."""
Watch = Callable[[Seen], None]


@dataclass(slots=True)
class Hands:
    """Everything that a scenario may touch; ``devices``: the folder of the simulated ones, ``folder``: the report's."""

    bench: Bench
    operator: PanelPerson
    leader: PanelPerson
    ears: Mapping[str, Ear]
    asker: Asker
    observed: Observed | None
    devices: Path
    wall_token: str
    folder: Path


@dataclass(slots=True)
class Run:
    """One scenario under way."""

    hands: Hands
    number: int
    began: float = field(default_factory=time.monotonic)
    bulletin: str = ""
    hamlets: tuple[str, ...] = ()
    since: float = 0.0
    rose: bool = False
    incidents: frozenset[str] = frozenset()
    listening: list[tuple[Seen, Ear]] = field(default_factory=list)

    def play(self, script: Script, watch: Watch) -> Played:
        """Every step until one does not hold; the rest is left, since it would be about something else."""
        played = Played(script, local_now("%d/%m/%Y %H:%M:%S"), [Seen(step) for step in script.steps])
        self.incidents = frozenset(str(row["id"]) for row in self.hands.operator.state()["incidents"])
        try:
            for seen in played.seen:
                self._do(seen)
                watch(seen)
                if not seen.ok:
                    break
        finally:
            if played.failed:
                self._calm_down()
            self._keep_sounds()
        return played

    def _calm_down(self) -> None:
        """What a scenario began and did not end must not be heard by the next one."""
        if not self.since:
            return
        with contextlib.suppress(*TROUBLE):
            if self.rose:
                _river(self, Seen(Step(0, "", "fall", {})), "ebb", "Hạ đầu đo về mức thường")
            self.hands.operator.stop()
            until = time.monotonic() + CALM_S
            for ear in self.hands.ears.values():
                ear.quiet(until)

    def _do(self, seen: Seen) -> None:
        began = time.monotonic()
        seen.at_s, seen.done = round(began - self.began, 2), True
        try:
            seen.ok = DO[seen.step.verb](self, seen, seen.step)
        except TROUBLE as error:
            seen.ok, seen.note = False, f"{error or type(error).__name__}"[:300]
        seen.took_s = round(time.monotonic() - began, 2)

    def _keep_sounds(self) -> None:
        for ear in self.hands.ears.values():
            ear.end()
        for number, (seen, ear) in enumerate(self.listening):
            sound = ear.sound()
            if sound is None or not sound[0].size:
                continue
            samples, rate_hz = sound
            samples = samples[: round(LONGEST_S * rate_hz)]
            file = f"{self.number:02d}-{seen.step.line:02d}-{number:02d}-{ear.horn}.png"
            spectrogram.draw(samples, rate_hz, self.hands.folder / file)
            level = spectrogram.rms_db(samples)
            said = f"{ear.horn}: {samples.size / rate_hz:.1f} giây, RMS {level:.1f} dBFS; 0–8 kHz"
            seen.pictures.append(Picture(file, said.replace(".", ",")))

    def begin_to_listen(self) -> None:
        """From here on a sound counts."""
        for ear in self.hands.ears.values():
            ear.begin()
        self.since = time.monotonic()


def _write(run: Run, seen: Seen, step: Step) -> bool:
    run.hamlets = step.names or ("all",)
    run.bulletin = run.hands.operator.write(step.words["text"], run.hamlets, "uu_tien")
    row = run.hands.operator.bulletin(run.bulletin)
    seen.figures = {"dài": f"{row['ms'] / 1000:.1f} giây".replace(".", ","), "cách đọc": str(row["spoken"])[:200]}
    return True


def _approve(run: Run, seen: Seen, _step: Step) -> bool:
    seen.figures = {"đã nghe": f"{run.hands.leader.approve(run.bulletin) / 1000:.0f} kB"}
    return True


def _air(run: Run, _seen: Seen, _step: Step) -> bool:
    run.begin_to_listen()
    run.hands.operator.air(run.bulletin)
    return True


def _stop(run: Run, _seen: Seen, _step: Step) -> bool:
    run.hands.operator.stop()
    return True


def _hear(run: Run, seen: Seen, step: Step) -> bool:
    names = step.names or tuple(run.hands.ears)
    if unknown := [name for name in names if name not in run.hands.ears]:
        seen.note = f"bench.toml không có cụm loa {', '.join(unknown)}"
        return False
    run.listening += [(seen, run.hands.ears[name]) for name in names]
    until = run.since + step.within_s  # of the press, however long the other horns were asked
    return all_heard(seen, {name: run.hands.ears[name].heard(run.since, until) for name in names})


def _quiet(run: Run, seen: Seen, step: Step) -> bool:
    until = time.monotonic() + step.within_s
    return all_heard(seen, {name: ear.quiet(until) for name, ear in run.hands.ears.items()})


def all_heard(seen: Seen, heard: Mapping[str, Heard]) -> bool:
    """Writes down what was heard of each horn; whether none that somebody listened to was wrong."""
    for name, one in heard.items():
        seen.figures[name] = ("có" if one.yes else "không") if one.after_s is None else one.after_s
    seen.note = "; ".join(dict.fromkeys(f"{name}: {one.note}" for name, one in heard.items() if one.note))
    seen.done = any(one.asked for one in heard.values())
    return all(one.yes or not one.asked for one in heard.values())


def _aired(run: Run, seen: Seen, step: Step) -> bool:
    row = run.hands.operator.wait_for(run.bulletin, "aired", step.within_s)
    reports: Mapping[str, int] = row["reports"]
    meant = [one for one in run.hands.operator.state()["horns"] if {"all", one["hamlet"]} & set(run.hamlets)]
    seen.figures = {"cụm loa": len(meant), **reports}
    if "PARTIAL" in reports:
        seen.note = "bị tin khẩn cắt ngang, sau đó phát lại"
    return reports.get("PLAYED", 0) >= len(meant) > 0 and reports.keys() <= {"PLAYED", "PARTIAL"}


def _rise(run: Run, seen: Seen, _step: Step) -> bool:
    run.begin_to_listen()
    run.rose = True
    return _river(run, seen, "flood", "Nâng đầu đo lên quá mức báo động")


def _fall(run: Run, seen: Seen, _step: Step) -> bool:
    return _river(run, seen, "ebb", "Hạ đầu đo về mức thường")


def _river(run: Run, seen: Seen, told: str, asked: str) -> bool:
    gauge = run.hands.bench.gauge
    if gauge is None:
        seen.note = "bench.toml chưa có [gauge]"
        return False
    if gauge.sense == "person":
        return _judged(seen, run.hands.asker.do(asked))
    tell_devices(run.hands.devices, told)
    return True


def _message(run: Run, seen: Seen, step: Step) -> bool:
    known = {phone.id: phone for phone in run.hands.bench.phone}
    names = step.names or tuple(known)
    if unknown := [name for name in names if name not in known]:
        seen.note = f"bench.toml không có điện thoại {', '.join(unknown)}"
        return False
    until, ok = time.monotonic() + step.within_s, bool(names)
    for name in names:
        phone = known[name]
        if phone.sense == "person":
            answer = run.hands.asker.judge(f"Máy {phone.number} ({name}) đã nhận được tin chưa?")
            ok &= _judged(seen, answer)
            continue
        came = came_true(lambda number=phone.number: _messages(run, number), max(0.0, until - time.monotonic()), LOOK_S)  # type: ignore[misc]
        texts = _messages(run, phone.number)
        seen.figures[name] = texts[0][:160] if texts else "chưa có tin"
        ok &= came
    return ok


def _messages(run: Run, number: str) -> list[str]:
    """What the simulated network took for this number."""
    assert run.hands.observed is not None
    sent = run.hands.observed.some("sms", "", run.since)
    return [str(one.facts["text"]) for one in sent if subscriber(str(one.facts["number"])) == subscriber(number)]


def _incident(run: Run, seen: Seen, step: Step) -> bool:
    def opened() -> list[str]:
        rows = run.hands.operator.state()["incidents"]
        return [row["title"] for row in rows if row["kind"] == step.words["kind"] and row["id"] not in run.incidents]

    came = came_true(opened, step.within_s, LOOK_S)
    seen.note = "; ".join(opened()[:3])
    return came


def _cameras(run: Run, seen: Seen, step: Step) -> bool:
    def away() -> list[str]:
        rows = {row["id"]: row for row in run.hands.operator.state()["cameras"]}
        return [name for name in step.names or rows if rows.get(name, {}).get("state") != "online"]

    came = came_true(lambda: not away(), step.within_s, LOOK_S)
    seen.figures = dict.fromkeys(away(), "không có hình")
    return came


def _wait(_run: Run, _seen: Seen, step: Step) -> bool:
    time.sleep(step.within_s)
    return True


def _picture(run: Run, seen: Seen, step: Step) -> bool:
    path = step.words["path"]
    file = f"{run.number:02d}-{step.line:02d}{path.replace('/', '-')}.png"
    url = run.hands.bench.box.url + path + (f"?token={run.hands.wall_token}" if path == "/wall" else "")
    seen.note = take(url, run.hands.operator.cookies(), run.hands.folder / file)
    if not seen.note:
        seen.pictures.append(Picture(file, f"{path}, {local_now('%H:%M:%S')}"))
    return not seen.note


def _ask(run: Run, seen: Seen, step: Step) -> bool:
    return _judged(seen, run.hands.asker.judge(step.words["text"]))


def _judged(seen: Seen, answer: Answer) -> bool:
    """Nobody there is no miss: the page says that it was not asked."""
    seen.done = answer.asked
    seen.note = "; ".join(filter(None, (seen.note, answer.remark)))
    return answer.yes or not answer.asked


DO: Mapping[str, Callable[[Run, Seen, Step], bool]] = {
    "write": _write,
    "approve": _approve,
    "air": _air,
    "stop": _stop,
    "hear": _hear,
    "aired": _aired,
    "quiet": _quiet,
    "rise": _rise,
    "fall": _fall,
    "message": _message,
    "incident": _incident,
    "cameras": _cameras,
    "wait": _wait,
    "picture": _picture,
    "ask": _ask,
}


def play_all(hands: Hands, scripts: Sequence[Script], watch: Callable[[Script, Seen], None]) -> list[Played]:
    """Each scenario, whatever became of the one before."""
    played = []
    for number, script in enumerate(scripts, 1):
        played.append(Run(hands, number).play(script, lambda seen, script=script: watch(script, seen)))  # type: ignore[misc]
    return played
