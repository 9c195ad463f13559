"""Which decoders this shard may use: proven in the background, so that no camera waits for a probe."""

import threading
from collections.abc import Sequence

from edge.workers.vision.hardware.base import Opener
from edge.workers.vision.hardware.catalogue import OPENERS
from edge.workers.vision.hardware.probe import CODECS, trusted


class Roster(threading.Thread):
    """Probes the named decoders once, for each codec; until then, and where none is trusted, software decodes."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(name="hardware", daemon=True)
        self._names = tuple(names)
        self._proven: dict[str, Opener] = {}

    def run(self) -> None:
        """Probe, and end."""
        for codec in CODECS if self._names else ():
            name = trusted(self._names, codec)
            if name:
                self._proven[codec] = OPENERS[name]

    def opener(self, codec: str) -> Opener | None:
        """The proven decoder for a codec, if there is one by now. Any thread."""
        return self._proven.get(codec)
