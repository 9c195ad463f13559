"""The commune's network: the box at one end of a cable, at the other a browser in a network namespace of its own.

The browser knows the box by its name alone (a hosts file of that namespace) and trusts the commune's authority (NSS):
it meets pages, live and microphone as every phone of the commune does, at ``https://name`` and never on localhost.
Needs root, ``ip`` and ``certutil``.
"""

import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser, Playwright, sync_playwright

from hil.cable import Cable, run, why_none
from hil.shots import CHROMIUM, FLAGS

NAME = "mo.thuonggiang.example"
TOOLS = ("certutil", "nginx")
_NAMESPACES = Path("/etc/netns")
_FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


class Lan:
    """Use as ``with Lan(folder) as lan``. ``folder`` is emptied at need by the caller; browsers' homes lie in it."""

    name = NAME

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cable = Cable("ml", 214)
        self.box, self.guest = self._cable.here, self._cable.there
        self._hosts = _NAMESPACES / self._cable.namespace

    @staticmethod
    def why_not() -> str:
        """Why there can be none here; empty when there can."""
        return why_none(TOOLS)

    @property
    def origin(self) -> str:
        """Where browsers find the box."""
        return f"https://{self.name}"

    @property
    def plain(self) -> str:
        """The same by plain HTTP."""
        return f"http://{self.name}"

    def __enter__(self) -> "Lan":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._cable.lay()
        self._write_hosts()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command, to be run on the machine at the other end."""
        return self._cable.inside(command)

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
            run("certutil", "-d", database, "-N", "--empty-password")
            if ca:
                run("certutil", "-d", database, "-A", "-n", "molang", "-t", "C,,", "-i", str(ca))
        script = self.folder / f"chromium-{home.name}"
        command = shlex.join(self.inside(["env", f"HOME={home}", CHROMIUM]))
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o700)
        return script

    def _write_hosts(self) -> None:
        self._hosts.mkdir(parents=True, exist_ok=True)
        (self._hosts / "hosts").write_text(f"127.0.0.1 localhost\n{self.box} {self.name}\n")

    def _remove(self) -> None:
        self._cable.remove()
        shutil.rmtree(self._hosts, ignore_errors=True)
