"""Contenders measured in turns: what else the machine does meanwhile meets all of them alike."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median
from typing import Final

from models.bench.contender import Contender, Refused, Started, Turn, serve
from models.errors import ModelError

START_S: Final = 60.0
# A turn measures at least one run whatever it was asked for; the slowest board needs two seconds for one.
PATIENCE_S: Final = 60.0

# Threads of engines do not survive a fork.
_CONTEXT: Final = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Settings:
    """`busy` other processes compute all the time, as decoders do on a full box."""

    turns: int
    turn_s: float
    busy: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the turns of one contender."""

    contender: Contender
    picture_ms: float
    pictures_per_s: float
    cpu_ms: float
    start_s: float
    pss_mb: float


def race(
    contenders: Sequence[Contender], settings: Settings, done: Callable[[], None]
) -> tuple[list[Figures], dict[Contender, str]]:
    """Figures of those that run here and the reasons of those that do not. `done` is called after every turn."""
    with ExitStack() as stack:
        for _ in range(settings.busy):
            stack.enter_context(_running(_spin))
        pipes = {one: stack.enter_context(_child(one)) for one in contenders}
        started = {one: _answer(pipe, START_S) for one, pipe in pipes.items()}
        runners = {one: start for one, start in started.items() if isinstance(start, Started)}
        taken = _turns({one: pipes[one] for one in runners}, settings, done)
    reasons = {one: start.reason for one, start in started.items() if isinstance(start, Refused)}
    return [_medians(one, start.start_s, taken[one]) for one, start in runners.items()], reasons


def _turns(
    pipes: Mapping[Contender, Connection], settings: Settings, done: Callable[[], None]
) -> dict[Contender, list[Turn]]:
    taken: dict[Contender, list[Turn]] = {one: [] for one in pipes}
    for _ in range(settings.turns):
        for one, pipe in pipes.items():
            taken[one].append(_one_turn(pipe, settings.turn_s))
            done()
    return taken


def fastest(figures: Sequence[Figures]) -> list[Figures]:
    """Of each model and size whoever looks at the most pictures a second."""
    best: dict[tuple[str, int], Figures] = {}
    for one in sorted(figures, key=lambda one: one.pictures_per_s):
        best[one.contender.model, one.contender.size_px] = one
    return sorted(best.values(), key=lambda one: (one.contender.model, one.contender.size_px))


def _medians(contender: Contender, start_s: float, turns: Sequence[Turn]) -> Figures:
    return Figures(
        contender,
        median(turn.picture_ms for turn in turns),
        median(turn.pictures_per_s for turn in turns),
        median(turn.cpu_ms for turn in turns),
        start_s,
        median(turn.pss_mb for turn in turns),
    )


def _one_turn(pipe: Connection, turn_s: float) -> Turn:
    pipe.send(turn_s)
    turn = _answer(pipe, turn_s + PATIENCE_S)
    if not isinstance(turn, Turn):
        raise ModelError(f"Phép đo bị dừng: {turn}.")
    return turn


def _answer(pipe: Connection, within_s: float) -> object:
    """What the child says; a child that died or hangs is a reason too."""
    try:
        if pipe.poll(within_s):
            return pipe.recv()
    except EOFError:
        return Refused("tiến trình đo đã chết")
    return Refused(f"không trả lời trong {within_s:.0f} giây")


@contextmanager
def _child(contender: Contender) -> Iterator[Connection]:
    ours, theirs = _CONTEXT.Pipe()
    with _running(serve, theirs, contender):
        theirs.close()
        yield ours


@contextmanager
def _running(target: Callable[..., None], *arguments: object) -> Iterator[None]:
    process = _CONTEXT.Process(target=target, args=arguments, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _spin() -> None:
    while True:
        pass
