"""A machine that really boots: systemd as its first process, in systemd-nspawn, on the cable's far end.

Its disk is a stack of folders (overlayfs): a fresh Debian below, what this machine wrote on top. Whoever gives another
folder for the top has another machine of the same beginning.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from hil.prove.field.words import CommandFailedError, said

BOOT_S, HALT_S = 240.0, 60.0
LOOK_S = 0.2
LOCK = Path("/run/lock/molang-machine")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TOOLS = ("systemd-nspawn", "nsenter", "ip", "ansible-playbook", "debootstrap", "ssh-keygen")


def why_not() -> str:
    """Why there can be no such machine here; empty when there can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    return "" if os.geteuid() == 0 else "needs root"


@dataclass(slots=True)
class Machine:
    """``layers``: folders below, the newest first; ``top``: what it writes; ``shared``: folders of ours."""

    layers: Sequence[Path]
    top: Path
    namespace: Path
    shared: Mapping[Path, bool] = field(default_factory=dict)
    """Folder of this host → whether the machine may write there."""
    _nspawn: "subprocess.Popen[bytes] | None" = None
    _leader: int = 0
    _lock: IO[str] | None = None

    @property
    def root(self) -> Path:
        """Its whole disk, as we see it."""
        return self.top.with_name(f"{self.top.name}.root")

    @property
    def leader(self) -> int:
        """Its first process, as we number it."""
        return self._leader

    def boot(self, ready: str = "") -> float:
        """Start it; seconds until systemd has nothing left to start, or only until this unit is active.

        Raises CommandFailedError.
        """
        self._alone()
        self._mount()
        began = time.monotonic()
        binds = [f"--bind{'' if write else '-ro'}={folder}" for folder, write in self.shared.items()]
        log = self.top.with_name(f"{self.top.name}.console.log").open("ab")
        self._nspawn = subprocess.Popen(
            ["systemd-nspawn", "--quiet", f"--directory={self.root}", "--register=no", "--keep-unit", "--boot",
             f"--network-namespace-path={self.namespace}", "--capability=CAP_NET_ADMIN", "--link-journal=no",
             "--resolv-conf=off", "--timezone=off", "--console=pipe", *binds],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        self._leader = self._first_process(began)
        self._until_started(began, ["is-active", ready] if ready else ["is-system-running"])
        return time.monotonic() - began

    def said(self, *command: str, deadline_s: float = 60.0, user: str = "") -> str:
        """What a command inside wrote; raises CommandFailedError."""
        return said(*self.inside(*command, user=user), deadline_s=deadline_s)

    def inside(self, *command: str, user: str = "") -> list[str]:
        """The command line that runs a command in the machine, as root or as somebody."""
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        enter = ["nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"]
        return [*enter, "env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", *become, *command]

    def shown(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.said("systemctl", "show", unit, f"--property={name}", "--value").strip()

    @contextlib.contextmanager
    def opened(self) -> Iterator[Path]:
        """Its disk while it is off, to put something there."""
        self._mount()
        try:
            yield self.root
        finally:
            self._unmount()

    def halt(self) -> None:
        """Switch it off as one should."""
        if self._nspawn is None:
            return
        with contextlib.suppress(CommandFailedError):
            self.said("systemctl", "poweroff", "--no-wall")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._nspawn.wait(HALT_S)
        self.cut()

    def cut(self) -> None:
        """Every process of it ends at once, wherever it is; its disk is let go."""
        if self._nspawn is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._leader, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._nspawn.wait(HALT_S)
            if self._nspawn.poll() is None:
                self._nspawn.kill()
                self._nspawn.wait(HALT_S)
            self._nspawn, self._leader = None, 0
        self._unmount()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _alone(self) -> None:
        """Without a systemd around them two machines would share one tree of groups, and kill each other's units."""
        if self._lock is None:
            self._lock = LOCK.open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def _mount(self) -> None:
        self._unmount()
        work = self.top.with_name(f"{self.top.name}.work")
        for folder in (self.top, work, self.root):
            folder.mkdir(parents=True, exist_ok=True)
        lower = ":".join(str(layer) for layer in self.layers)
        options = f"lowerdir={lower},upperdir={self.top},workdir={work},redirect_dir=on"
        said("mount", "-t", "overlay", "-o", options, "molang-machine", str(self.root))

    def _unmount(self) -> None:
        if os.path.ismount(self.root):
            said("umount", "--recursive", str(self.root))

    def _first_process(self, began: float) -> int:
        assert self._nspawn is not None
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        while time.monotonic() - began < BOOT_S:
            if self._nspawn.poll() is not None:
                raise CommandFailedError(f"systemd-nspawn ended with {self._nspawn.returncode}: {self.console()}")
            for pid in children.read_text().split():
                with contextlib.suppress(OSError):
                    if Path(f"/proc/{pid}/comm").read_text().strip() == "systemd":
                        return int(pid)
            time.sleep(LOOK_S)
        raise CommandFailedError(f"no systemd inside after {BOOT_S:.0f} s: {self.console()}")

    def _until_started(self, began: float, question: Sequence[str]) -> None:
        """``degraded`` is a start too: which unit failed is asked afterwards."""
        told = ""
        while time.monotonic() - began < BOOT_S:
            done = subprocess.run(
                self.inside("systemctl", *question), capture_output=True, text=True, timeout=30, check=False
            )
            told = done.stdout.strip() or done.stderr.strip()
            if told in ("running", "degraded", "active"):
                return
            time.sleep(LOOK_S)
        raise CommandFailedError(f"not started after {BOOT_S:.0f} s: {told}; {self.console()}")

    def console(self, lines: int = 5) -> str:
        """The last that it wrote on its console."""
        path = self.top.with_name(f"{self.top.name}.console.log")
        return " | ".join(path.read_text("utf-8", "replace").splitlines()[-lines:]) if path.exists() else ""
