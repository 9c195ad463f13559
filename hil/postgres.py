"""A private PostgreSQL cluster in a folder of its own: fsync on, one local port, gone at the end. Calls block."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql/15/bin")
NO_POSTGRES = "" if (BINARIES / "initdb").exists() else "postgresql 15 is not installed"
USER = "postgres"
START_S = 60.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "logging_collector": "off",
}


class Cluster:
    """Made once; ``start``, ``kill`` (SIGKILL to all of it) and ``start`` again as often as is wanted."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """For SQLAlchemy."""
        return f"postgresql+asyncpg://{USER}@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """``initdb``; it refuses root, so all of it runs as the user of the package."""
        self.folder.chmod(0o755)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        if os.getuid() == 0:
            shutil.chown(data, USER, USER)
        self._run(str(BINARIES / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C")
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
            file.write(f"port = {self.port}\nunix_socket_directories = '{data}'\n")

    def start(self) -> None:
        """Run, and wait until it answers; after a kill it recovers first."""
        data = self.folder / "data"
        (data / "postmaster.pid").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            _as_user(str(BINARIES / "postgres"), "-D", str(data)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_S
        while not self._answers():
            if time.monotonic() > until:
                raise TimeoutError("postgres does not answer")
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL for every process of it: what was not on the disk is gone."""
        if self._process is None:
            return
        family = self.pids()
        for pid in family:
            _kill(pid)
        self._process.wait()
        while any(Path(f"/proc/{pid}").exists() for pid in family):  # its memory is shared until the last one is gone
            time.sleep(0.02)
        self._process = None

    def pids(self) -> list[int]:
        """The postmaster and all of its children."""
        if self._process is None:
            return []
        family = [self._process.pid]
        for pid in family:
            family += _children(pid)
        return family

    def execute(self, sql: str, database: str = "postgres") -> str:
        """Run one statement by psql; returns what it printed, unaligned."""
        psql = str(BINARIES / "psql")
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database)
        return self._run(psql, *where, "-v", "ON_ERROR_STOP=1", "-qAt", "-c", sql)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"postgres ended with {self._process.returncode}")
        try:
            return self.execute("SELECT 1") == "1"
        except RuntimeError:
            return False

    def _run(self, *command: str) -> str:
        done = subprocess.run(_as_user(*command), capture_output=True, text=True, cwd="/", check=False, timeout=START_S)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr.strip()[-400:]}")
        return done.stdout.strip()


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A new cluster that answers."""
    folder = Path(tempfile.mkdtemp(prefix="molang-pg-"))
    cluster = Cluster(folder, _free_port())
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(*command: str) -> tuple[str, ...]:
    return ("runuser", "-u", USER, "--", *command) if os.getuid() == 0 else command


def _children(pid: int) -> list[int]:
    """Of every thread of a process (proc(5))."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
