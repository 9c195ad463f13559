"""A thin link for some processes of this machine: a network of their own, joined by a pair with a token bucket."""

import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from hil.cable import Cable, run, why_none

RATE_KBIT = 256
BURST_BYTES, LATENCY_MS = 4_000, 2_000
"""As a modem: four full packets at once, and two seconds of them in its queue before it drops any."""


FRAME_BYTES = 14
"""Ethernet around each packet of the pair, which no operator bills."""


class ThinLink:
    """Use as ``with ThinLink() as link``. Both directions have ``rate_kbit``; needs root, `ip` and `tc`.

    ``rate_kbit`` 0 makes it as fast as the machine. No packet is larger than on a real line: what the kernel would
    join to save work is cut before it is counted.
    """

    def __init__(self, rate_kbit: int = RATE_KBIT) -> None:
        self.rate_kbit = rate_kbit
        self._cable = Cable("mo", 213)
        self.host = self._cable.here
        self._ends = self._cable.ends

    @staticmethod
    def why_not() -> str:
        """Why there can be none here; empty when there can."""
        if why := why_none(["tc"]):
            return why
        try:
            with ThinLink():
                return ""
        except subprocess.CalledProcessError as error:
            return f"{' '.join(error.cmd)}: {error.stderr.strip()}"

    def __enter__(self) -> "ThinLink":
        ours, theirs = self._ends
        with ExitStack() as half_made:
            half_made.callback(self._cable.remove)
            self._cable.lay()
            run("ip", "link", "set", ours, "gso_max_segs", "1")
            self._inside("ip", "link", "set", theirs, "gso_max_segs", "1")
            if self.rate_kbit:
                self._narrow()
            half_made.pop_all()
        return self

    def _narrow(self) -> None:
        ours, theirs = self._ends
        bucket = (
            "root",
            "tbf",
            "rate",
            f"{self.rate_kbit}kbit",
            "burst",
            str(BURST_BYTES),
            "latency",
            f"{LATENCY_MS}ms",
        )
        run("tc", "qdisc", "add", "dev", ours, *bucket)
        self._inside("tc", "qdisc", "add", "dev", theirs, *bucket)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cable.remove()

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command, to be run behind the link."""
        return self._cable.inside(command)

    def down(self) -> None:
        """Take the line down; what is on its way is lost."""
        run("ip", "link", "set", self._ends[0], "down")

    def up(self) -> None:
        """Bring it up again."""
        run("ip", "link", "set", self._ends[0], "up")

    def ip_bytes(self) -> int:
        """What went over the pair so far in both directions, as IP packets (and the few of ARP)."""
        return self._ip_bytes("rx") + self._ip_bytes("tx")

    def ip_bytes_out(self) -> int:
        """The same, only of what came from behind the link."""
        return self._ip_bytes("rx")

    def _ip_bytes(self, way: str) -> int:
        folder = Path("/sys/class/net") / self._ends[0] / "statistics"
        count, packets = (int((folder / f"{way}_{what}").read_text()) for what in ("bytes", "packets"))
        return count - FRAME_BYTES * packets

    def _inside(self, *command: str) -> None:
        run(*self.inside(command))
