"""What sound cards and relays of many horns saw after an instant, read without looking at old lines again."""

import time
from collections.abc import Callable, Sequence

from hil.bench.outcome import BenchUnavailableError
from hil.bench.waiting import LOOK_S
from hil.observed import Observed, Seen

Find = Callable[[Sequence[Seen]], dict[str, float]]


class Listening:
    """Looks at what is seen from now on."""

    def __init__(self, observed: Observed, horns: Sequence[str]) -> None:
        self._observed = observed
        self._horns = frozenset(horns)
        self._from = len(observed.all())

    def first_samples(self, since: float, within_s: float) -> dict[str, float]:
        """Seconds from ``since`` to the first sample of each horn; raises BenchUnavailableError when some have none."""
        return self._of_all(_firsts, since, within_s, "nothing sounded")

    def silences(self, since: float, within_s: float) -> dict[str, float]:
        """Seconds from ``since`` until amplifier and card of each horn were silent; raises BenchUnavailableError."""
        return self._of_all(_silences, since, within_s, "not silent")

    def _of_all(self, find: Find, since: float, within_s: float, else_what: str) -> dict[str, float]:
        until = time.monotonic() + within_s
        while (found := find(self._seen(since))).keys() != self._horns:
            if time.monotonic() > until:
                missing = ", ".join(sorted(self._horns - found.keys()))
                raise BenchUnavailableError(f"{else_what} within {within_s:.0f} s at {missing}")
            time.sleep(LOOK_S)
        return found

    def _seen(self, since: float) -> list[Seen]:
        return [
            Seen(seen.steady - since, seen.what, seen.who, seen.facts)
            for seen in self._observed.all()[self._from :]
            if seen.who in self._horns
        ]


def _firsts(seen: Sequence[Seen]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in seen:
        if one.what == "sound" and one.facts.get("phase") == "first" and one.steady >= 0:
            found.setdefault(one.who, one.steady)
    return found


def _silences(seen: Sequence[Seen]) -> dict[str, float]:
    """The later of the last sample and the relay's fall; a card that had its last sample just before counts as 0."""
    off: dict[str, float] = {}
    last: dict[str, float] = {}
    for one in seen:
        if one.what == "coil":
            off.pop(one.who, None)
            if not one.facts["on"]:
                off[one.who] = one.steady
        elif one.what == "sound" and one.facts.get("phase") == "last":
            last[one.who] = one.steady
    return {horn: max(0.0, off[horn], last[horn]) for horn in off.keys() & last.keys()}
