"""The loop disk for tests: skipped where this machine does not allow one, and a node on it."""

import subprocess

import msgspec
import pytest

from edge.kernel.wire.node import NodeSetup
from hil import loop_disk
from hil.loop_disk import LoopDisk

TOOLS = loop_disk.TOOLS


class Disk(LoopDisk):
    """A mounted disk; everything that it holds is below ``root``."""

    def make(self, size_mb: int) -> None:
        """A new, empty one, plugged in; the test is skipped where loop devices are not allowed."""
        try:
            super().make(size_mb)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"a loop device does not work here: {error.stderr.strip()}")


def on_disk(setup: NodeSetup, disk: LoopDisk) -> NodeSetup:
    """The same node with its data on this disk."""
    return msgspec.structs.replace(setup, data_folder=str(disk.root / "node"))
