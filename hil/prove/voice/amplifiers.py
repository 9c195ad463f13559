"""Amplifiers behind a line that fails in every way, at every step of a play: right, or a clear error; never left on."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from drivers.base import AmpEvidence, Amplifier, DriverError
from drivers.devices.relay_amp_line import Settings as LineSettings
from drivers.devices.relay_amp_line import setup as setup_line
from drivers.devices.relay_amp_line.fake import FakeRelayAmpLine
from drivers.devices.relay_amp_modbus import Settings as ModbusSettings
from drivers.devices.relay_amp_modbus import setup as setup_modbus
from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from drivers.transport.fake_pty import Fault
from hil.prove.voice.tally import Tally

HOLD_S = 3.0
"""What a node asks for at a time (edge/node/power.py)."""
FALLS_WITHIN_S = HOLD_S + 0.3
ANSWER_S = 3.2
"""Three questions of three tries of 0.3 s, and a busy machine."""
STEPS = ("hold", "measure", "hold", "measure", "off", "measure")
MA, DB = 900, -14.0
UNPLUGGED = "unplugged"
FAULTS: tuple[Fault | str, ...] = (Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF, UNPLUGGED)


class Moved(Protocol):
    """A relay that moved."""

    @property
    def steady(self) -> float:
        """When, monotonic."""
        ...

    @property
    def on(self) -> bool:
        """Whether it closed."""
        ...


class Board(Protocol):
    """A fake board of either kind."""

    fault: Fault
    late_s: float
    path: str

    async def start(self) -> None:
        """Power up."""
        ...

    async def close(self) -> None:
        """Power down."""
        ...

    def unplug(self) -> None:
        """Pull the cable."""
        ...

    def plug_in(self) -> None:
        """Put it back."""
        ...

    def coil_on(self, channel: int) -> bool:
        """Whether the relay is closed."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """An amplifier's driver with its fake. ``tagged``: its answers name their question, so that no old one passes."""

    name: str
    board: Callable[[], Board]
    setup: Callable[[str], Awaitable[Amplifier]]
    tagged: bool


async def _modbus(path: str) -> Amplifier:
    return await setup_modbus(ModbusSettings(path, 1, 1, 2, level_register=2))


async def _line(path: str) -> Amplifier:
    return await setup_line(LineSettings(path))


KINDS = (
    Kind("relay_amp_modbus", lambda: FakeRelayAmp(lambda: MA, level_db=lambda: DB), _modbus, tagged=False),
    Kind("relay_amp_line", lambda: FakeRelayAmpLine(lambda: MA, lambda: DB), _line, tagged=True),
)


async def try_once(kind: Kind, fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    """One play with the fault at a random step of it; then nobody says anything more, and the horn must fall."""
    board = kind.board()
    await board.start()
    amplifier = await kind.setup(board.path)
    try:
        await _play(board, amplifier, kind, fault, chance, tally)
        await asyncio.sleep(FALLS_WITHIN_S)
        if board.coil_on(1):
            tally.fail("left_on", f"{kind.name} after {fault}")
        await _heal(board, amplifier, fault, tally)
    finally:
        await amplifier.close()
        await board.close()


async def _play(
    board: Board, amplifier: Amplifier, kind: Kind, fault: Fault | str, chance: random.Random, tally: Tally
) -> None:
    blow = Blow(board, fault, chance, len(STEPS))
    board.late_s = chance.uniform(0.1, 1.2)
    for number, step in enumerate(STEPS):
        blow.maybe_at(number)
        await _step(board, amplifier, kind, step, tally)
    blow.fall()


async def _step(board: Board, amplifier: Amplifier, kind: Kind, step: str, tally: Tally) -> None:
    if step == "hold":
        await tally.ask("hold_on", amplifier.hold_on(HOLD_S), ANSWER_S, lambda _, __: board.coil_on(1))
    elif step == "off":
        await tally.ask("off", amplifier.off(), ANSWER_S, lambda _, __: not board.coil_on(1))
    else:
        old_s = 0.0 if kind.tagged or board.fault is not Fault.LATE else board.late_s + ANSWER_S
        await tally.ask("measure", amplifier.measure(), ANSWER_S, partial(_is_so, board, old_s))


def _is_so(board: Board, old_s: float, evidence: AmpEvidence, began: float) -> bool:
    """It tells what the board was while it was asked; a late Modbus answer cannot be told from a new one."""
    changes: list[Moved] = board.changes  # type: ignore[attr-defined]  # each fake has its own kind of change
    since = began - old_s
    states = {board.coil_on(1)} | {change.on for change in changes if change.steady >= since}
    states |= {not change.on for change in changes if change.steady >= since}
    measured = evidence.current_ma in (0, MA)
    return evidence.on in states and measured


async def _heal(board: Board, amplifier: Amplifier, fault: Fault | str, tally: Tally) -> None:
    mend(board, fault)
    await asyncio.sleep(board.late_s + 0.1 if fault is Fault.LATE else 0.1)
    try:
        await amplifier.off()
        evidence = await amplifier.measure()
    except DriverError as error:
        tally.fail("not_healed", str(error))
        return
    if evidence.on or board.coil_on(1):
        tally.fail("not_healed", f"still on after {fault}")


class Blow:
    """A fault that begins at one of ``steps`` steps, before it or a moment into it; with the last at the latest."""

    def __init__(self, line: "Struck", fault: Fault | str, chance: random.Random, steps: int) -> None:
        self._line = line
        self._fault = fault
        self._step = chance.randrange(steps)
        self._delay_s = chance.choice((0.0, chance.uniform(0, 0.03)))
        self._timer: asyncio.TimerHandle | None = None
        self.fallen = False

    def maybe_at(self, step: int) -> None:
        """This step begins now."""
        if step == self._step and not self._delay_s:
            self.fall()
        elif step == self._step:
            self._timer = asyncio.get_running_loop().call_later(self._delay_s, self.fall)

    def fall(self) -> None:
        """Let the fault begin, if it has not yet."""
        if self._timer is not None:
            self._timer.cancel()
        if not self.fallen:
            self.fallen = True
            _strike(self._line, self._fault)


def _strike(board: "Struck", fault: Fault | str) -> None:
    if isinstance(fault, Fault):
        board.fault = fault
    else:
        board.unplug()


def mend(board: "Struck", fault: Fault | str) -> None:
    """Let it end."""
    if isinstance(fault, Fault):
        board.fault = Fault.NONE
    else:
        board.plug_in()


class Struck(Protocol):
    """Whatever has a line that can fail."""

    fault: Fault

    def unplug(self) -> None:
        """Pull the cable."""
        ...

    def plug_in(self) -> None:
        """Put it back."""
        ...
