"""Small releases that are real ones: a bundle with an app that starts, answers how it is, and may be sick."""

import gzip
import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from edge.core.errors import TransientError
from edge.core.policy.updating import Look
from edge.kernel.statement import StatementKey
from edge.release.bundle import APP, About, describe, sign

UNIT = "molang.service"
APP_MAIN = """
import sys
VERSION = {version!r}
SICK = {sick!r}
if sys.argv[1:2] == ["check"]:
    sys.exit(3 if SICK == "refuses" else 0)
print("" if not SICK else SICK)
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """Whoever makes bundles."""

    folder: Path
    key: StatementKey

    @property
    def keys(self) -> list[str]:
        """What a machine must trust."""
        return [self.key.public_hex]

    def bundle(self, version: str, sick: str = "") -> tuple[Path, About]:
        """A signed bundle of a release that needs no wheel."""
        folder = self.folder / f"bundle-{version}"
        folder.mkdir(parents=True)
        files = {"requirements.lock": "", "edge/__init__.py": "", f"systemd/{UNIT}": f"# {version}\n",
                 "edge/__main__.py": APP_MAIN.format(version=version, sick=sick)}  # fmt: skip
        (folder / APP).write_bytes(packed(files))
        about = About(version, 6, "2026-11-28T00:00:00+00:00", (describe(folder, folder / APP, "all"),))
        sign(folder, about, self.key)
        return folder, about


def packed(files: dict[str, str]) -> bytes:
    """A tar.gz of these texts."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as squeezed, tarfile.open(fileobj=squeezed, mode="w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


@dataclass(slots=True)
class Machine:
    """A host that really starts the current release and listens to it. Its time passes when it is looked at."""

    root: Path
    uptime: float = 100.0
    restarts: int = 0
    running: str = ""
    starts: bool = True
    """False: systemd says that the unit failed to start."""

    def restart(self) -> None:
        """Start what is current."""
        self.restarts += 1
        self.running = (self.root / "current").readlink().name
        if not self.starts:
            raise TransientError("Job for molang.service failed")

    def look(self) -> Look:
        """What the running release says of itself."""
        self.uptime += 30
        starter = self.root / "releases" / self.running / "bin" / "molang"
        done = subprocess.run([starter, "look"], capture_output=True, text=True, timeout=30, check=False)
        return Look(done.stdout.strip() if done.returncode == 0 else done.stderr.strip()[-100:])

    def uptime_s(self) -> float:
        """Seconds."""
        return self.uptime
