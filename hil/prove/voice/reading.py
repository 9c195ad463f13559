"""How well the reader reads: the golden set, and generated figures read back by an ear that is not the reader's own."""

import statistics
import time

from edge.core.normalise_vi import Accent, normalise
from hil.links import Figure, Link
from hil.prove.voice import read_back
from hil.prove.voice.golden import judge, load, read

SENTENCES, REFUSED_PCT, ORDINARY_PCT, MS = 400, 3.0, 97.0, 1.0
ROUNDS = 5
EACH = 100_000
"""Numbers, and as many times, dates and telephones."""


class _Clocked:
    """Reads, and adds up the CPU time of it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def read(self, text: str) -> str | None:
        """The words, or None when anything is unread."""
        began = time.process_time()
        spoken = read(text)
        self.seconds += time.process_time() - began
        return spoken


def reading() -> Link:
    """The golden set: facts, refusals, ordinary notices, time a sentence.

    The bound is on the reader's own time (CPU, one thread): a clock on the wall also measures whoever else computes
    here, and stands beside it. Both are medians of five rounds.
    """
    bulletins = load()
    clocks = [_Clocked() for _ in range(ROUNDS)]
    rounds = [judge(bulletins, clock.read) for clock in clocks]
    own_ms = statistics.median(1000 * clock.seconds / len(bulletins) for clock in clocks)
    found = rounds[0]
    figures: dict[str, Figure] = {
        "reading_wrong_facts": len(found.wrong_facts),
        "refused_pct": round(100 * found.refused_share, 2),
        "ordinary_right_pct": round(100 * found.ordinary_right_share, 2),
        "right_pct": round(100 * found.right / found.sentences, 2),
        "sentences": found.sentences,
        "facts": found.facts,
        "to_refuse": found.to_refuse,
        "refuse_missed": len(found.refuse_missed),
        "ms_per_sentence": round(own_ms, 3),
        "ms_per_sentence_on_the_wall": round(statistics.median(one.ms_per_sentence for one in rounds), 3),
    }
    right = not found.wrong_facts and not found.refuse_missed and found.sentences >= SENTENCES
    few = 100 * found.refused_share <= REFUSED_PCT and 100 * found.ordinary_right_share >= ORDINARY_PCT
    wrong = [f"{one.id}: {' / '.join(one.missing)}" for one in found.wrong_facts]
    missed = [one.id for one in found.refuse_missed]
    return Link("reading", right and few and own_ms <= MS, figures, ", ".join(wrong + missed))


def read_back_all() -> Link:
    """Numbers, times, dates and telephones in varied spellings, read and heard back exactly, in both accents."""
    figures: dict[str, Figure] = {}
    faults: list[str] = []
    for kind, make in read_back.KINDS.items():
        wrong = [case for case in read_back.cases(make, EACH) if not _exact(case)]
        figures |= {f"{kind}_read_back": EACH - len(wrong), f"{kind}_wrong": len(wrong)}
        faults += [f"{case.text!r}" for case in wrong[:3]]
    figures["read_back"] = len(read_back.KINDS) * EACH
    return Link("read_back", not faults, figures, ", ".join(faults))


def _exact(case: read_back.Case) -> bool:
    """The whole sentence is complete, and the ear hears in it what was written."""
    result = normalise(case.text, accent=Accent.SOUTH if case.south else Accent.NORTH)
    return result.complete and read_back.hears(case, result.spoken)
