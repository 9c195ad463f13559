"""A PostgreSQL of its own that can be killed: every process of it at once, as the kernel or the mains do."""

import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from hil.ports import LOOPBACK, free_ports

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
INITDB = next((folder / "initdb" for folder in FOLDERS if (folder / "initdb").exists()), None)
MISSING = "" if INITDB else "PostgreSQL is not installed"
OWNER = "postgres"
READY_S = 30.0


class Postgres:
    """``url`` is SQLAlchemy's. initdb refuses root, so as root everything runs as the system's own user."""

    def __init__(self, folder: Path) -> None:
        assert INITDB is not None
        self._bin, self._data = INITDB.parent, folder / "data"
        (self._port,) = free_ports((0,))
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+asyncpg://{OWNER}@{LOOPBACK}:{self._port}/postgres"
        self._as_owner = ("runuser", "-u", OWNER, "--") if os.geteuid() == 0 else ()
        folder.mkdir()
        if self._as_owner:
            shutil.chown(folder, OWNER)
        self._run("initdb", "-D", self._data, "-U", OWNER, "--auth=trust", "--no-sync")

    def start(self) -> None:
        """Listening, and after a kill recovered, when this returns."""
        options = ("-D", self._data, "-h", LOOPBACK, "-p", str(self._port), "-k", "")
        self._process = subprocess.Popen((*self._as_owner, self._bin / "postgres", *options), stderr=subprocess.DEVNULL)
        until = time.monotonic() + READY_S
        while subprocess.run((self._bin / "pg_isready", "-q", "-h", LOOPBACK, "-p", str(self._port))).returncode:
            assert time.monotonic() < until, "PostgreSQL does not come up"
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the server and all its children, each of which leads a session of its own."""
        if self._process is not None:
            top = psutil.Process(self._process.pid)
            everybody = [*top.children(recursive=True), top]
            for process in everybody:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(everybody, READY_S)
            self._process.wait()
            self._process = None

    def _run(self, program: str, *arguments: object) -> None:
        command = (*self._as_owner, str(self._bin / program), *map(str, arguments))
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/")
