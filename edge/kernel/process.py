"""What this process is made of, and what others of the machine may read of what it writes."""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_M_MMAP_THRESHOLD, _LARGE_BYTES = -3, 1024 * 1024
_M_ARENA_MAX, _ARENAS = -8, 2
FOR_THE_HORNS, USUAL, ERRAND, EYES = -250, 300, 500, 600
"""Whom the kernel takes first when memory is short (proc(5), oom_score_adj): eyes, then errands, then what people look
at, then who moves a horn. The supervisor has -500 from its unit and is the last of them."""
OWNER_AND_GROUP = 0o027
"""The group may read: nginx and the pages will, each under its own user."""


def keep_files_private() -> None:
    """From now on nothing that this process or a child of its writes can be read by other users of the machine."""
    os.umask(OWNER_AND_GROUP)


@contextlib.contextmanager
def as_owner_of(path: Path) -> Iterator[None]:
    """Root does this with no more rights than the owner of a file or folder has; for others nothing changes.

    For programs of one thread: what another thread does meanwhile is done as that owner too.
    """
    owner = path.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        yield
        return
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def others_may_read(path: Path) -> bool:
    """Whether anybody but the owner may read this file; False when there is none."""
    return path.exists() and bool(path.stat().st_mode & 0o077)


def diagnosis() -> dict[str, Any]:
    """pid, resident memory in KiB, and the top-level names of all loaded modules, sorted."""
    return {"pid": os.getpid(), "rss_kb": rss_kb(), "modules": sorted({name.partition(".")[0] for name in sys.modules})}


def give_memory_back() -> None:
    """Let large pieces go back to the system as soon as they are freed; nothing happens where the C library cannot.

    glibc raises its own bound after the first large piece and then keeps them: twenty megabytes a thread that checked a
    password. And it gives every thread a heap of its own, of which each keeps what it once needed (mallopt(3)).
    """
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        library.mallopt(_M_ARENA_MAX, _ARENAS)
    except (OSError, AttributeError):
        return


def gives_way(pid: int, score: int) -> None:
    """The kernel may take this process of ours before others of a lower score; nothing happens where it may not."""
    path = Path(f"/proc/{pid}/oom_score_adj")
    with contextlib.suppress(OSError, ValueError):
        if int(path.read_text()) < score:  # to lower it is root's right
            path.write_text(str(score))


def rss_kb() -> int:
    """Resident memory of this process in KiB (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
