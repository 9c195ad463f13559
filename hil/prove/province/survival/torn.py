"""One box whose store is copied out from under it again and again, with the tail of its log torn in the copy."""

import asyncio
import random
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge.core.errors import MolangError
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal, Tx
from hil.bench.outcome import BenchUnavailableError
from hil.prove.province.survival.judge import Box, Tally
from hil.prove.province.survival.kills import Trial, send_the_rest
from hil.prove.province.survival.life import Life
from hil.prove.province.survival.load import story
from hil.prove.province.survival.wal import TEARS, Copy, copy_of, follow, half_checkpointed

LONGEST_RUN_S = 0.12
LONGEST_TAIL_S = 0.02
CHECKPOINTS = 0.3
"""The share of copies in which a checkpoint was under way."""
TRIES = 200


@dataclass(frozen=True, slots=True)
class Tear:
    """What the cut left, and which kind of tear it was; ``for_real``: something that was written is not there."""

    name: str
    database: bytes
    wal: bytes
    for_real: bool

    @classmethod
    def of(cls, first: Copy, later: Copy, chance: random.Random) -> "Tear":
        """One of them by chance."""
        tear = chance.choice(TEARS)
        wal = tear(first, later, chance)
        half = first.begun and chance.random() < CHECKPOINTS
        database = half_checkpointed(first, chance) if half else first.database
        name = tear.__name__ + (" in a checkpoint" if half else "")
        return cls(name, database, wal, wal != later.wal and len(later.wal) > first.durable_bytes)


def torn(trial: Trial) -> Tally:
    """Tear so many copies, look at each, and let the box itself send the rest at the end."""
    tally, box = Tally(), Box(trial.source, trial.record.events)
    chance = random.Random(trial.seed)
    trial.folder.mkdir(parents=True)
    asked = trial.asked(trial.folder)
    life = Life(trial.nursery, asked)
    try:
        for _ in range(trial.disasters):
            _tear_one(life, box, trial, chance, tally)
    finally:
        life.kill()
    box.promised |= life.promised
    tally.acked = len(box.promised)
    tally.blame("promised_twice", life.said_twice, box.source)
    send_the_rest(trial, asked, box, tally)
    return tally


def _tear_one(life: Life, box: Box, trial: Trial, chance: random.Random, tally: Tally) -> None:
    """Two copies a moment apart: the first says what is certain, the second what was being written."""
    for _ in range(TRIES):
        time.sleep(chance.uniform(0, LONGEST_RUN_S))
        with life.held():
            first = copy_of(trial.folder / "molang.db")
            life.listen()
            box.promised |= life.promised
            box.ask_hub(tally)
            certain = frozenset(box.at_hub)
        time.sleep(chance.uniform(0, LONGEST_TAIL_S))
        with life.held():
            later = copy_of(trial.folder / "molang.db")
            if follow(first, later):
                _look(Tear.of(first, later, chance), box, certain, trial, tally)
                return
    raise BenchUnavailableError(f"the box writes nothing: {trial.folder}")


def _look(tear: Tear, box: Box, certain: frozenset[str], trial: Trial, tally: Tally) -> None:
    """The torn copy in a place of its own, opened as the box opens its store after a cut, and written to."""
    place = trial.folder / "torn" / "molang.db"
    place.parent.mkdir(exist_ok=True)
    for old in place.parent.iterdir():
        old.unlink()
    place.write_bytes(tear.database)
    place.with_name("molang.db-wal").write_bytes(tear.wal)
    tally.disasters += 1
    tally.torn_for_real += tear.for_real
    before = tally.wrong.total()
    box.judge(place, tally, certain=certain)
    try:
        asyncio.run(_goes_on(place, tally.disasters))
    except MolangError as error:
        tally.blame("corrupt", 1, f"does not go on: {error}")
    if tally.wrong.total() > before:
        tally.words.append(f"{trial.source}, copy {tally.disasters}: {tear.name}")


async def _goes_on(database: Path, number: int) -> None:
    """The next start of the box writes as ever."""
    journal = await Journal.open(database, SystemClock())
    try:
        for _, work in story(f"9000-{number}"):
            await journal.record(partial(_do, work=work))
    finally:
        journal.close()


def _do(tx: Tx, work: object) -> None:
    assert callable(work)
    work(tx)
