"""The commune's network: the box at one end of a cable, at the other a browser in a network namespace of its own.

The browser knows the box by its name alone (a hosts file of that namespace) and trusts the commune's authority (NSS):
it meets pages, live and microphone as every phone of the commune does, at ``https://name`` and never on localhost.
Needs root, ``ip`` and ``certutil``.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser, Playwright, sync_playwright

from hil.shots import CHROMIUM, FLAGS

NAME = "mo.thuonggiang.example"
TOOLS = ("ip", "certutil", "nginx")
_NAMESPACES = Path("/etc/netns")
_FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


class Lan:
    """Use as ``with Lan(folder) as lan``. ``folder`` is emptied at need by the caller; browsers' homes lie in it."""

    name = NAME

    def __init__(self, folder: Path) -> None:
        number = os.getpid() % 250
        self.folder = folder
        self.box = f"10.214.{number}.1"
        self.guest = f"10.214.{number}.2"
        self._namespace = f"molang-lan-{os.getpid()}"
        self._ends = (f"ml{os.getpid()}a", f"ml{os.getpid()}b")

    @staticmethod
    def why_not() -> str:
        """Why there can be none here; empty when there can."""
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if missing:
            return f"{', '.join(missing)} not installed"
        return "" if os.geteuid() == 0 else "needs root"

    @property
    def origin(self) -> str:
        """Where browsers find the box."""
        return f"https://{self.name}"

    @property
    def plain(self) -> str:
        """The same by plain HTTP."""
        return f"http://{self.name}"

    def __enter__(self) -> "Lan":
        ours, theirs = self._ends
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as half_made:
            half_made.callback(self._remove)
            _run("ip", "netns", "add", self._namespace)
            _run("ip", "link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", self._namespace)
            _run("ip", "addr", "add", f"{self.box}/30", "dev", ours)
            _run("ip", "link", "set", ours, "up")
            _run(*self.inside(["ip", "addr", "add", f"{self.guest}/30", "dev", theirs]))
            for device in (theirs, "lo"):
                _run(*self.inside(["ip", "link", "set", device, "up"]))
            self._write_hosts()
            half_made.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command, to be run on the machine at the other end."""
        return ["ip", "netns", "exec", self._namespace, *command]

    @contextmanager
    def chromium(
        self, ca: Path | None, *, tools: Playwright | None = None, flags: Sequence[str] = ()
    ) -> Iterator[Browser]:
        """A browser over there. ``ca``: what its owner has installed; None: nothing yet. It has a (fake) microphone."""
        program = self._program(ca)
        options: dict[str, Any] = {"executable_path": program, "args": [*FLAGS.split(), *_FAKE_MICROPHONE, *flags]}
        with ExitStack() as opened:
            browser = (tools or opened.enter_context(sync_playwright())).chromium.launch(**options)
            opened.callback(browser.close)
            yield browser

    def _program(self, ca: Path | None) -> Path:
        """A script that starts Chromium there, with a home of its own; Playwright's pipes pass through it."""
        home = self.folder / ("home" if ca else "home-of-a-stranger")
        store = home / ".pki" / "nssdb"
        if not store.exists():
            store.mkdir(parents=True)
            database = f"sql:{store}"
            _run("certutil", "-d", database, "-N", "--empty-password")
            if ca:
                _run("certutil", "-d", database, "-A", "-n", "molang", "-t", "C,,", "-i", str(ca))
        script = self.folder / f"chromium-{home.name}"
        command = shlex.join(self.inside(["env", f"HOME={home}", CHROMIUM]))
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o700)
        return script

    def _write_hosts(self) -> None:
        folder = _NAMESPACES / self._namespace
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hosts").write_text(f"127.0.0.1 localhost\n{self.box} {self.name}\n")

    def _remove(self) -> None:
        subprocess.run(["ip", "link", "del", self._ends[0]], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", self._namespace], check=False, capture_output=True)
        shutil.rmtree(_NAMESPACES / self._namespace, ignore_errors=True)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
