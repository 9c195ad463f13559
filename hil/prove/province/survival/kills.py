"""One box that is killed with SIGKILL at random moments, also while it starts, while its uplink works."""

import random
from dataclasses import dataclass
from pathlib import Path

from edge.config.schema import Hub
from hil.prove.province.survival.box import Asked
from hil.prove.province.survival.hub import Record
from hil.prove.province.survival.judge import Box, Tally
from hil.prove.province.survival.life import Life, asked_to_drain
from hil.prove.province.survival.nursery import Nursery

DRAIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One box and what shall happen to it."""

    nursery: Nursery
    commune: str
    folder: Path
    hub: Hub
    record: Record
    disasters: int
    seed: int

    @property
    def source(self) -> str:
        """Its name at the province."""
        return f"/xa/{self.commune}/box/1"

    def asked(self, data: Path) -> Asked:
        """What a life of it is asked, with its store in this folder."""
        return Asked(database=data / "molang.db", source=self.source, hub=self.hub, said=self.folder / "said")


def killed(trial: Trial) -> Tally:
    """Kill it so often, look after each, and let it send the rest at the end."""
    tally, box = Tally(), Box(trial.source, trial.record.events)
    chance = random.Random(trial.seed)
    trial.folder.mkdir(parents=True)
    asked = trial.asked(trial.folder)
    for _ in range(trial.disasters):
        life = Life(trial.nursery, asked)
        life.go_on(chance)
        life.kill()
        take_in(life, box, tally)
        box.judge(asked.database, tally)
    send_the_rest(trial, asked, box, tally)
    return tally


def take_in(life: Life, box: Box, tally: Tally) -> None:
    """What this life promised, which no life before it may have."""
    tally.disasters += 1
    tally.acked += len(life.promised)
    tally.silent += not life.promised
    twice = life.said_twice + len(box.promised & life.promised)
    tally.blame("promised_twice", twice, f"{box.source}: {sorted(box.promised & life.promised)[:5]}")
    box.promised |= life.promised


def send_the_rest(trial: Trial, asked: Asked, box: Box, tally: Tally) -> None:
    """The last life of a box: it sends all that waits, and then both ends hold the same."""
    tally.sent_in_time += len(box.at_hub)
    last = Life(trial.nursery, asked_to_drain(asked))
    tally.blame("not_drained", not last.drained(DRAIN_S), f"{box.source}: not after {DRAIN_S:.0f} s")
    box.judge(asked.database, tally, complete=True)
    box.read_again(tally)
