"""How a horn is heard: by the simulated card's own words, by a microphone before it, or by a person."""

import contextlib
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from edge.core.errors import MisconfiguredError
from hil.handover.asking import Asker
from hil.handover.spectrogram import Samples
from hil.observed import Observed
from hil.sound_card import RATE_HZ as CARD_HZ
from hil.sound_card import read_tape

MICROPHONE_HZ = 16_000
WINDOW_S, LOOK_S = 0.1, 0.1
ABOVE_DB, LEAST_DB = 12.0, -50.0
"""A horn is louder than the place was before by so much, and than a quiet room in any case."""
QUIET_S = 2.0
LONGEST_S = 3600
"""Of a recording: whoever is killed leaves a recorder, which must end by itself before the disk is full."""
FULL = 32768.0


@dataclass(frozen=True, slots=True)
class Heard:
    """``after_s``: seconds from the beginning of the listening; None: not known, a person said so."""

    yes: bool
    after_s: float | None = None
    note: str = ""
    asked: bool = True


class Ear(Protocol):
    """Listens to one horn."""

    horn: str

    def begin(self) -> None:
        """Listen from now on."""

    def heard(self, within_s: float) -> Heard:
        """Whether it sounded since ``begin``, waited for at most so long."""

    def quiet(self, within_s: float) -> Heard:
        """Whether it has become silent, waited for at most so long."""

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

    def heard(self, within_s: float) -> Heard:
        """See Ear."""
        seen = self.observed.wait_for("sound", self.horn, self._since, within_s, phase="loud")
        return Heard(yes=seen is not None, after_s=None if seen is None else round(seen.steady - self._since, 2))

    def quiet(self, within_s: float) -> Heard:
        """See Ear: no sound, and the amplifier's relay is open."""
        until = time.monotonic() + within_s
        while not self._is_quiet():
            if time.monotonic() > until:
                return Heard(yes=False)
            time.sleep(LOOK_S)
        return Heard(yes=True, after_s=round(time.monotonic() - self._since, 2))

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
        with contextlib.suppress(subprocess.TimeoutExpired):
            _, told = self._recorder.communicate(timeout=1.0)
            if self._recorder.returncode:
                raise MisconfiguredError(f"Micro {self.device}: {told.decode(errors='replace').strip()[-200:]}")

    def heard(self, within_s: float) -> Heard:
        """See Ear."""
        until = time.monotonic() + within_s
        while True:
            loud = _loud(self._samples())
            if loud.any():
                return Heard(yes=True, after_s=round(float(np.argmax(loud)) * WINDOW_S, 2))
            if time.monotonic() > until:
                return Heard(yes=False)
            time.sleep(LOOK_S)

    def quiet(self, within_s: float) -> Heard:
        """See Ear."""
        until, last = time.monotonic() + within_s, round(QUIET_S / WINDOW_S)
        while _loud(self._samples())[-last:].any():
            if time.monotonic() > until:
                return Heard(yes=False)
            time.sleep(LOOK_S)
        return Heard(yes=True)

    def sound(self) -> tuple[Samples, int] | None:
        """See Ear."""
        return self._samples(), MICROPHONE_HZ

    def end(self) -> None:
        """See Ear."""
        if self._recorder is not None:
            self._recorder.terminate()
            self._recorder.wait(10)
            self._recorder = None

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

    def heard(self, within_s: float) -> Heard:  # noqa: ARG002 - a person takes the time he needs
        """See Ear."""
        return self._said(f"{self.name} có phát rõ không?")

    def quiet(self, within_s: float) -> Heard:  # noqa: ARG002
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


def _loud(samples: Samples) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which tenths of a second are a horn, by the quietest fifth of all that was heard."""
    size = round(WINDOW_S * MICROPHONE_HZ)
    whole = samples[: samples.size // size * size].reshape(-1, size)
    if not len(whole):
        return np.zeros(0, np.bool_)
    levels = 20 * np.log10(np.maximum(np.sqrt(np.mean(whole**2, axis=1)), 1e-6))
    return np.asarray(levels > max(LEAST_DB, float(np.quantile(levels, 0.2)) + ABOVE_DB))
