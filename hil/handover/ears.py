"""How a horn is heard: by the simulated card's own words, by a microphone before it, or by a person."""

import contextlib
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.core.errors import MisconfiguredError
from hil.bench.waiting import came_true
from hil.handover.asking import Asker
from hil.handover.spectrogram import Samples
from hil.observed import Observed
from hil.sound_card import RATE_HZ as CARD_HZ
from hil.sound_card import read_tape

MICROPHONE_HZ = 16_000
WINDOW_S, LOOK_S = 0.1, 0.1
ABOVE_DB, LEAST_DB = 12.0, -50.0
"""A horn is louder than the place was before by so much, and than a quiet room in any case."""
QUIET_S, BEFORE_S = 2.0, 1.0
LONG_S, SPAN_S = 1.5, 3.0
LONGEST_S = 3600
"""Of a recording: whoever is killed leaves a recorder, which must end by itself before the disk is full."""
FULL = 32768.0
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Heard:
    """``after_s``: seconds since the press; None: not known, a person said so. ``asked``: somebody really listened."""

    yes: bool
    after_s: float | None = None
    note: str = ""
    asked: bool = True


class Ear(Protocol):
    """Listens to one horn."""

    horn: str

    def begin(self) -> None:
        """Listen from now on."""

    def heard(self, since: float, until: float) -> Heard:
        """Whether it began to sound between these monotonic times."""

    def quiet(self, until: float) -> Heard:
        """Whether it has become silent, waited for until then."""

    def sound(self) -> tuple[Samples, int] | None:
        """What it said since ``begin``, and its rate; None where nothing was recorded."""

    def end(self) -> None:
        """Listen no more."""


@dataclass(slots=True)
class SimulatedEar:
    """See Ear: the witness of the simulated sound card, and its tape."""

    horn: str
    observed: Observed
    tape: Path
    _since: float = 0.0

    def begin(self) -> None:
        """See Ear."""
        self._since = time.monotonic()

    def heard(self, since: float, until: float) -> Heard:
        """See Ear."""
        left = max(0.0, until - time.monotonic())
        seen = self.observed.wait_for("sound", self.horn, since, left, phase="loud")
        if seen is None or seen.steady > until:
            return Heard(yes=False)
        return Heard(yes=True, after_s=round(seen.steady - since, 2))

    def quiet(self, until: float) -> Heard:
        """See Ear: no sound, and the amplifier's relay is open."""
        return Heard(came_true(self._is_quiet, max(0.0, until - time.monotonic())))

    def sound(self) -> tuple[Samples, int] | None:
        """See Ear."""
        if not self.tape.exists():
            return None
        pcm = b"".join(data for steady, data in read_tape(self.tape) if steady >= self._since)
        return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float64) / FULL, CARD_HZ

    def end(self) -> None:
        """See Ear."""

    def _is_quiet(self) -> bool:
        levels = list(self.observed.some("sound", self.horn, self._since, phase="level"))
        relays = list(self.observed.some("coil", self.horn))
        still = not levels or time.monotonic() - levels[-1].steady > QUIET_S
        return still and (not relays or relays[-1].facts["on"] is False)


@dataclass(slots=True)
class MicrophoneEar:
    """See Ear: ALSA's own recorder before the horn. What was there before the sound is the measure for it."""

    horn: str
    device: str
    file: Path
    _recorder: "subprocess.Popen[bytes] | None" = field(default=None)
    _began: float = 0.0

    def begin(self) -> None:
        """See Ear. Raises MisconfiguredError when there is no such microphone."""
        self.end()
        program = shutil.which("arecord")
        if program is None:
            raise MisconfiguredError("Chưa cài alsa-utils (arecord): không thu được micro.")
        words = [
            program,
            "-q",
            "-D",
            self.device,
            "-t",
            "raw",
            "-f",
            "S16_LE",
            "-c",
            "1",
            "-r",
            str(MICROPHONE_HZ),
            "-d",
            str(LONGEST_S),
        ]
        self._recorder = subprocess.Popen([*words, str(self.file)], stderr=subprocess.PIPE)
        self._began = time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            _, told = self._recorder.communicate(timeout=BEFORE_S)
            if self._recorder.returncode:
                raise MisconfiguredError(f"Micro {self.device}: {told.decode(errors='replace').strip()[-200:]}")

    def heard(self, since: float, until: float) -> Heard:
        """See Ear: loud for a second and a half out of three, so that no passing motorbike is a horn."""
        while True:
            first = first_long(self._loud(), round((since - self._began) / WINDOW_S))
            if first is not None:
                after_s = round(self._began + first * WINDOW_S - since, 2)
                return Heard(since + after_s <= until, after_s)
            if time.monotonic() > until or self._is_dead():
                return Heard(yes=False, note="micro đã ngừng thu" if self._is_dead() else "")
            time.sleep(LOOK_S)

    def quiet(self, until: float) -> Heard:
        """See Ear."""
        last = round(QUIET_S / WINDOW_S)
        while not self._is_dead():
            loud = self._loud()
            if len(loud) >= last and not loud[-last:].any():
                return Heard(yes=True)
            if time.monotonic() > until:
                return Heard(yes=False)
            time.sleep(LOOK_S)
        return Heard(yes=False, note="micro đã ngừng thu")

    def sound(self) -> tuple[Samples, int] | None:
        """See Ear."""
        return self._samples(), MICROPHONE_HZ

    def end(self) -> None:
        """See Ear."""
        if self._recorder is not None:
            self._recorder.terminate()
            self._recorder.wait(10)
            self._recorder = None

    def _is_dead(self) -> bool:
        return self._recorder is None or self._recorder.poll() is not None

    def _loud(self) -> Flags:
        return loud_windows(self._samples())

    def _samples(self) -> Samples:
        data = self.file.read_bytes() if self.file.exists() else b""
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float64) / FULL


@dataclass(slots=True)
class PersonEar:
    """See Ear: somebody stands before the horn, at the other end of a telephone perhaps."""

    horn: str
    name: str
    asker: Asker

    def begin(self) -> None:
        """See Ear."""

    def heard(self, since: float, until: float) -> Heard:  # noqa: ARG002 - a person takes the time he needs
        """See Ear."""
        return self._said(f"{self.name} có phát rõ không?")

    def quiet(self, until: float) -> Heard:  # noqa: ARG002
        """See Ear."""
        return self._said(f"{self.name} đã im và bộ khuếch đại đã tắt chưa?")

    def sound(self) -> tuple[Samples, int] | None:
        """See Ear."""
        return None

    def end(self) -> None:
        """See Ear."""

    def _said(self, question: str) -> Heard:
        answer = self.asker.judge(question)
        return Heard(answer.yes, note=answer.remark or "người nghe xác nhận", asked=answer.asked)


def loud_windows(samples: Samples) -> Flags:
    """Which tenths of a second are louder than the place was in the second before the press."""
    size = round(WINDOW_S * MICROPHONE_HZ)
    whole = samples[: samples.size // size * size].reshape(-1, size)
    if not len(whole):
        return np.zeros(0, np.bool_)
    levels = 20 * np.log10(np.maximum(np.sqrt(np.mean(whole**2, axis=1)), 1e-6))
    before = float(np.median(levels[: round(BEFORE_S / WINDOW_S)]))
    return np.asarray(levels > max(LEAST_DB, before + ABOVE_DB))


def first_long(loud: Flags, begin: int) -> int | None:
    """The first loud window from ``begin`` on of which enough of the next three seconds is loud; None: none is."""
    for at in np.flatnonzero(loud):
        if at >= begin and loud[at : at + round(SPAN_S / WINDOW_S)].sum() >= round(LONG_S / WINDOW_S):
            return int(at)
    return None
