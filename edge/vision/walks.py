"""What moved before the cameras, gathered track by track until each is finished."""

from edge.core.passage import Passage, Trace, begun, gone_on
from edge.core.vision import Sighting, TrackId

FINISHED_S = 8.0
"""A track that was not seen for so long does not come back under its number: longer than the tracker remembers."""
SURE_HITS = 3
"""Less than this was the detector's fancy."""
MOST_TRACES = 1000
MOST_FINISHED = 5000
"""What waits for a disk that fails; the oldest goes first."""


class Walks:
    """Traces of tracks that go on, and passages that wait to be stored."""

    def __init__(self) -> None:
        self._traces: dict[tuple[str, TrackId], tuple[Trace, float]] = {}
        self._finished: list[tuple[str, Passage]] = []

    def add(self, camera: str, sighting: Sighting) -> None:
        """One more sighting. A track beyond MOST_TRACES leaves no passage."""
        for track in sighting.tracks:
            key = (camera, track.track)
            known = self._traces.get(key)
            if track.seen and (known or len(self._traces) < MOST_TRACES):
                trace = gone_on(known[0], track, sighting.at_ms) if known else begun(track, sighting.at_ms)
                self._traces[key] = (trace, sighting.steady)

    def finished(self, now: float) -> tuple[tuple[str, Passage], ...]:
        """Passages that are over, with their cameras; they are given again until ``stored`` is told."""
        over = [key for key, (_, seen) in self._traces.items() if now - seen > FINISHED_S]
        for key in over:
            trace, _ = self._traces.pop(key)
            if trace.passage.hits >= SURE_HITS:
                self._finished.append((key[0], trace.passage))
        del self._finished[:-MOST_FINISHED]
        return tuple(self._finished)

    def stored(self, passages: tuple[tuple[str, Passage], ...]) -> None:
        """These are durable."""
        del self._finished[: len(passages)]
