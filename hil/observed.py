"""What the simulated devices saw, as JSON lines: the witness of the bench, unknown to the product.

coil     on                                    a relay moved
sound    phase=first | loud | level | last     a sound card: first sample that is not silence, first that one can hear
                                               (a window of 100 ms), every 100 ms of
                                               audible sound (rms_db), end of a connection (ms, loud_ms; its
                                               `steady` is that of the last sample)
sms      number, text, pdu                     the network took a message
answer   number, text                          somebody wrote back
call     number, stage=dialled | rings | answered | ended | hung up    a call of the modem
gauge    level_m                               the river moved by a centimetre or more
fault    fault                                 somebody asked for a fault
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = "observed.jsonl"
LOOK_EVERY_S = 0.02
Fact = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One line."""

    steady: float
    what: str
    who: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


class Witness:
    """Writes lines, each at once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / FILE).open("a", buffering=1, encoding="utf-8")

    def saw(self, what: str, who: str, steady: float | None = None, **facts: Fact) -> None:
        """Write down that it happened now, or at `steady`."""
        line = {"steady": time.monotonic() if steady is None else steady, "what": what, "who": who, **facts}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Observed:
    """Reads the lines, those there are and those that come."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._at = 0
        self._rest = b""
        self._seen: list[Seen] = []

    def all(self) -> list[Seen]:
        """Every line so far, oldest first."""
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._at)
                data = self._rest + file.read()
                self._at = file.tell()
            *lines, self._rest = data.split(b"\n")
            self._seen += [_read(line) for line in lines]
        return self._seen

    def some(self, what: str, who: str = "", since: float = 0.0, **facts: Fact) -> Iterator[Seen]:
        """The lines of this kind, of this device (any if empty), not older than `since`, with these facts."""
        for seen in self.all():
            meant = seen.what == what and seen.steady >= since and who in ("", seen.who)
            if meant and all(seen.facts.get(key) == value for key, value in facts.items()):
                yield seen

    def heard(self, since: float = 0.0) -> set[str]:
        """The horns that were loud since then."""
        return {seen.who for seen in self.some("sound", since=since, phase="loud")}

    def wait(self, deadline_s: float, found: Callable[["Observed"], Seen | None]) -> Seen | None:
        """What `found` gives, asked until it gives something or the deadline passes."""
        until = time.monotonic() + deadline_s
        while (seen := found(self)) is None and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)
        return seen

    def wait_for(
        self, what: str, who: str = "", since: float = 0.0, deadline_s: float = 10.0, **facts: Fact
    ) -> Seen | None:
        """The first such line, or None when the deadline passed without one."""
        return self.wait(deadline_s, lambda observed: next(observed.some(what, who, since, **facts), None))


def _read(line: bytes) -> Seen:
    facts = json.loads(line)
    return Seen(facts.pop("steady"), facts.pop("what"), facts.pop("who"), facts)
