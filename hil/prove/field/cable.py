"""A technician's laptop and a box with one cable between them, and nothing else: neither has a way out."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from hil.prove.field.words import said

NETS = Path("/run/netns")
PREFIX = 24


class Cable:
    """Two network namespaces and the pair of devices between them. Use as ``with Cable() as cable``. Needs root."""

    network = "10.215.7.0/24"
    laptop, box = "10.215.7.1", "10.215.7.2"

    def __init__(self, name: str) -> None:
        self._laptop, self._box = f"{name}-laptop", f"{name}-box"

    @property
    def box_namespace(self) -> Path:
        """What the box is booted in."""
        return NETS / self._box

    def __enter__(self) -> Self:
        self._remove()
        for name in (self._laptop, self._box):
            said("ip", "netns", "add", name)
            said("ip", "-n", name, "link", "set", "lo", "up")
        said(
            "ip",
            "-n",
            self._laptop,
            "link",
            "add",
            "cable0",
            "type",
            "veth",
            "peer",
            "name",
            "lan0",
            "netns",
            self._box,
        )
        for name, device, address in ((self._laptop, "cable0", self.laptop), (self._box, "lan0", self.box)):
            said("ip", "-n", name, "addr", "add", f"{address}/{PREFIX}", "dev", device)
            said("ip", "-n", name, "link", "set", device, "up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def on_the_laptop(self, command: Sequence[str]) -> list[str]:
        """The command, to be run on the laptop."""
        return ["ip", "netns", "exec", self._laptop, *command]

    @contextmanager
    def knows(self, name: str) -> Iterator[None]:
        """The laptop finds the box by this name while the block runs."""
        folder = Path("/etc/netns") / self._laptop
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hosts").write_text(f"127.0.0.1 localhost\n{self.box} {name}\n")
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def routes_of_the_box(self) -> list[str]:
        """Where it could send something: the cable's own network and nothing else."""
        return said("ip", "-n", self._box, "route").splitlines()

    def _remove(self) -> None:
        for name in (self._laptop, self._box):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
