"""What this process is made of, for technicians and for the check that the supervisor stays light."""

import os
import sys
from pathlib import Path
from typing import Any


def diagnosis() -> dict[str, Any]:
    """pid, resident memory in KiB, and the top-level names of all loaded modules, sorted."""
    return {"pid": os.getpid(), "rss_kb": rss_kb(), "modules": sorted({name.partition(".")[0] for name in sys.modules})}


def rss_kb() -> int:
    """Resident memory of this process in KiB (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
