"""A small ext4 of its own in a file: it can be full, fail, turn read-only, and lose power. Needs root.

A cut is honest about the file system and the page cache, which both forget all that was not synced; the write cache
inside a real disk or card is not part of it.
"""

import fcntl
import os
import struct
import subprocess
import time
from contextlib import suppress
from pathlib import Path

EXT4_IOC_SHUTDOWN = 0x8004587D
"""``_IOR('X', 125, __u32)``, fs/ext4/ext4.h of Linux."""
NO_LOG_FLUSH = 2
"""EXT4_GOING_FLAGS_NOLOGFLUSH: neither data nor journal goes to the disk any more."""
LET_GO_S = 10.0
COMMAND_S = 30.0
MEGABYTE = 1024 * 1024
MOUNT = "mount -o noatime,errors=remount-ro"
TOOLS = ("mkfs.ext4", "e2fsck", "losetup", "mount", "umount")


def run(words: str, *more: str) -> str:
    """What the command says, given as words and further arguments; raises CalledProcessError when it fails."""
    command = [*words.split(), *more]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=COMMAND_S).stdout.strip()
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr)
        raise


class LoopDisk:
    """A mounted disk; everything that it holds is below ``root``."""

    def __init__(self, folder: Path) -> None:
        self._image = folder / "disk.img"
        self.root = folder / "disk"
        self._device = ""

    def make(self, size_mb: int) -> None:
        """A new, empty one, plugged in; raises CalledProcessError where loop devices are not allowed."""
        self.root.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(size_mb * MEGABYTE)
        run("mkfs.ext4 -q -F -m 0", str(self._image))  # -m 0: nothing kept back for root
        self.plug_in()

    def remove(self) -> None:
        """Leave nothing behind."""
        self.pull_out()
        self._image.unlink(missing_ok=True)

    def plug_in(self) -> None:
        """Attach and mount it, as at a start of the machine: ext4 replays its journal."""
        self._device = run("losetup --find --show", str(self._image))
        run(MOUNT, self._device, str(self.root))

    def pull_out(self) -> None:
        """Unmount and detach it; may be called at any time."""
        try:
            if self.root.is_mount():
                self._unmount()
        finally:
            if self._device:
                run("losetup --detach", self._device)  # done by the kernel when nobody holds it any more
                self._device = ""

    def _unmount(self) -> None:
        """A process that was just killed may still hold a file."""
        until = time.monotonic() + LET_GO_S
        while subprocess.run(["umount", self.root], capture_output=True, check=False).returncode:
            if time.monotonic() > until:
                run("umount --lazy", str(self.root))
                raise AssertionError(f"somebody still holds a file on {self.root}")
            time.sleep(0.05)

    def cut_power(self) -> None:
        """From now on nothing reaches the disk, and whoever writes gets an error. ``restart`` brings it back."""
        folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(folder)

    def restart(self) -> None:
        """What the machine does when power is back; nobody may have a file open here."""
        self.pull_out()
        self.plug_in()

    def check(self) -> str:
        """What e2fsck finds wrong with the file system after its journal was replayed, unmounted meanwhile."""
        self._unmount()
        try:
            found = subprocess.run(
                ["e2fsck", "-f", "-n", self._device], capture_output=True, text=True, timeout=COMMAND_S, check=False
            )
        finally:
            run(MOUNT, self._device, str(self.root))
        return "" if found.returncode == 0 else found.stdout + found.stderr

    def fill(self) -> None:
        """Leave not one free byte."""
        with (self.root / "filler").open("ab", buffering=0) as file:
            for piece in (MEGABYTE, 4096, 1):
                with suppress(OSError):
                    while True:
                        file.write(bytes(piece))
                        os.fsync(file.fileno())

    def free(self) -> None:
        """Undo ``fill``."""
        (self.root / "filler").unlink()

    def fail(self) -> None:
        """What a dying card does: an error in the file system, which then refuses every write."""
        trigger = Path("/sys/fs/ext4") / Path(self._device).name / "trigger_fs_error"
        trigger.write_text("1")

    def make_read_only(self) -> None:
        """What a kernel or an administrator does with a disk in doubt: open files stay open, no write is taken."""
        run("mount -o remount,ro,abort", str(self.root))
