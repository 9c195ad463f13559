"""Programs of another processor run on this machine: QEMU's user mode, told to the kernel (binfmt_misc)."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hil.prove.field.words import said

REGISTER = Path("/proc/sys/fs/binfmt_misc")
NAME, QEMU = "molang-aarch64", "qemu-aarch64-static"
MAGIC = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
"""An ELF program of 64 bits for machine 183, executable or shared (ELF for the Arm 64-bit Architecture)."""
FLAGS = "OCF"
"""F: the emulator is opened once, now; a chroot need not hold it."""


def why_not() -> str:
    """Why there can be no such programs here; empty when there can."""
    if shutil.which(QEMU) is None:
        return f"{QEMU} not installed"
    return "" if os.geteuid() == 0 else "needs root"


@contextmanager
def aarch64() -> Iterator[None]:
    """The kernel starts programs for arm64 while the block runs. Needs root."""
    if not (REGISTER / "register").exists():
        said("mount", "-t", "binfmt_misc", "binfmt_misc", str(REGISTER))
    _forget()
    (REGISTER / "register").write_text(f":{NAME}:M:0:{MAGIC}:{MASK}:{shutil.which(QEMU)}:{FLAGS}")
    try:
        yield
    finally:
        _forget()


def _forget() -> None:
    if (REGISTER / NAME).exists():
        (REGISTER / NAME).write_text("-1")
