"""Another machine, played by a network namespace, and the cable between it and this one. Needs root and ``ip``."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack

_LONG_S = 30.0


class Cable:
    """``mark``: two letters that no other kind of cable has; ``net``: its second number in 10.0.0.0/8."""

    def __init__(self, mark: str, net: int) -> None:
        process = os.getpid()
        self.here = f"10.{net}.{process % 250}.1"
        self.there = f"10.{net}.{process % 250}.2"
        self.namespace = f"molang-{mark}-{process}"
        self.ends = (f"{mark}{process}a", f"{mark}{process}b")

    def lay(self) -> None:
        """Make the other machine and connect it; nothing is left where that fails."""
        ours, theirs = self.ends
        with ExitStack() as half_made:
            half_made.callback(self.remove)
            run("ip", "netns", "add", self.namespace)
            run("ip", "link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", self.namespace)
            run("ip", "addr", "add", f"{self.here}/30", "dev", ours)
            run("ip", "link", "set", ours, "up")
            run(*self.inside(["ip", "addr", "add", f"{self.there}/30", "dev", theirs]))
            for device in (theirs, "lo"):
                run(*self.inside(["ip", "link", "set", device, "up"]))
            half_made.pop_all()

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command, to be run on the other machine."""
        return ["ip", "netns", "exec", self.namespace, *command]

    def remove(self) -> None:
        """Take away what there is of it."""
        for command in (("ip", "link", "del", self.ends[0]), ("ip", "netns", "del", self.namespace)):
            subprocess.run(command, capture_output=True, check=False, timeout=_LONG_S)


def why_none(tools: Sequence[str]) -> str:
    """Why there can be no cable here, for whoever wants these tools too; empty when there can."""
    missing = [tool for tool in ("ip", *tools) if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    return "" if os.geteuid() == 0 else "needs root"


def run(*command: str) -> None:
    """Raises CalledProcessError with what it said."""
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONG_S)
