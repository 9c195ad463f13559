"""Where releases lie, and which one runs: a link that is exchanged in one step."""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from edge.core.errors import TransientError
from edge.kernel.disk import sync_folder, write_atomically

log = logging.getLogger(__name__)

ROOT, STATE = Path("/opt/molang"), Path("/var/lib/molang-release")
SYSTEMD = Path("/etc/systemd/system")
PART, GATE = ".part", "molang-gate."


@dataclass(frozen=True, slots=True)
class Places:
    """``root`` holds ``releases/<version>`` and the links ``current`` and ``previous``; ``state`` what is under way.

    ``units`` is where systemd reads its units; None where no machine hangs on these releases.
    """

    root: Path = ROOT
    state: Path = STATE
    units: Path | None = None

    @property
    def releases(self) -> Path:
        """One folder a release; a name that begins with a dot is not finished."""
        return self.root / "releases"

    @property
    def assets(self) -> Path:
        """Models and voices: all releases share them."""
        return self.root / "assets"

    def release(self, version: str) -> Path:
        """The folder of a release."""
        return self.releases / version

    def draft(self, version: str) -> Path:
        """Where a release is being made ready."""
        return self.releases / f".{version}{PART}"

    def current(self) -> str | None:
        """The version that runs after the next start; None on a machine without one."""
        return _target(self.root / "current")

    def previous(self) -> str | None:
        """The version before."""
        return _target(self.root / "previous")

    def point(self, link: str, version: str) -> None:
        """Exchange a link: whoever looks finds the old release or the new one, also after a power cut."""
        draft = self.root / f".{link}.new"
        draft.unlink(missing_ok=True)
        draft.symlink_to(Path("releases") / version)
        draft.replace(self.root / link)
        sync_folder(self.root)

    def run(self, version: str, *, on_trial: bool = False) -> None:
        """This release is the current one, with its own units. Cut in two, ``put_units`` brings what is missing."""
        self.point("current", version)
        self.put_units(on_trial=on_trial)

    def put_units(self, *, on_trial: bool = False) -> bool:
        """The units that systemd reads are those of the current release, each whole; whether one was another.

        ``on_trial``: those of the gate stay, as its code does: a sick release must not watch over itself.
        A unit that cannot be written stays as it was: that keeps nobody from the way back, and the doctor names it.
        """
        if self.units is None:
            return False
        changed = False
        for unit in sorted((self.root / "current" / "systemd").glob("molang*")):
            if on_trial and unit.name.startswith(GATE):
                continue
            target = self.units / unit.name
            try:
                if not target.is_file() or target.read_bytes() != unit.read_bytes():
                    write_atomically(target, unit.read_bytes(), 0o644)
                    changed = True
            except OSError as error:
                log.warning("%s stays as it was: %s", target, error)
        return changed

    def versions(self) -> list[str]:
        """Every finished release."""
        if not self.releases.is_dir():
            return []
        return sorted(path.name for path in self.releases.iterdir() if path.is_dir() and not path.name.startswith("."))

    def drop(self, version: str) -> None:
        """Delete a release: first it loses its name, so that half a release is never taken for one."""
        gone = self.draft(f"gone-{version}")
        try:
            shutil.rmtree(gone, ignore_errors=True)
            self.release(version).rename(gone)
            shutil.rmtree(gone)
        except OSError as cause:
            raise TransientError(f"Không xóa được bản {version}: {cause.strerror}.") from cause


def of_machine(root: Path = ROOT, state: Path = STATE) -> Places:
    """The places of this machine, whose units change with its release; a folder elsewhere has none."""
    return Places(root, state, SYSTEMD if root == ROOT else None)


def _target(link: Path) -> str | None:
    return link.readlink().name if link.is_symlink() else None
