"""The disk: room, speed of what every order waits for, wear, and what the file system has noticed."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine, marked, read

FREE_WARN, FREE_BAD = 0.10, 0.03
SLOW_FSYNC_MS, BAD_FSYNC_MS = 60.0, 500.0
"""An order is told after one commit: half a second there is half a second of silence."""
FSYNCS, FSYNC_S = 200, 4.0
"""The 99th percentile of 200; a slow disk is measured by what it does in four seconds."""
WORN_PCT, SPENT_PCT = 80.0, 100.0
ASK_S = 15
SMARTCTL = "usr/sbin/smartctl"


def disk_space(patient: Patient) -> Iterator[Finding]:
    """Room below the data folder."""
    total, _, left = patient.hands.usage(patient.data)
    share, free = left / total, left / 1e9
    words = Said(f"Đĩa còn {free:.1f} GB ({share:.0%}).", f"{free:.1f} GB free on disk ({share:.0%}).")
    cure = Said("Giảm hạn mức phim ở [recording] hoặc thay đĩa.", "Lower the quota of [recording] or fit another disk.")
    mark = Mark.OK if share >= FREE_WARN else Mark.WARN if share >= FREE_BAD else Mark.BAD
    yield marked("disk_space", mark, words, cure)


def disk_speed(patient: Patient) -> Iterator[Finding]:
    """How long the disk takes for what every order waits for: the 99th percentile of one fsync."""
    try:
        took = sorted(_fsyncs(patient))
    except OSError as error:
        said = Said(f"Không ghi được vào đĩa: {error.strerror}.", f"The disk takes nothing: {error.strerror}.")
        cure = Said("Xem `dmesg`; đĩa hỏng thì thay.", "Look at `dmesg`; replace a broken disk.")
        yield Finding("disk_speed", Mark.BAD, said, cure)
        return
    slow = took[min(len(took) - 1, len(took) * 99 // 100)]
    words = Said(f"Ghi chắc xuống đĩa (fsync, p99): {slow:.0f} ms.", f"fsync p99: {slow:.0f} ms.")
    mark = Mark.OK if slow < SLOW_FSYNC_MS else Mark.WARN if slow < BAD_FSYNC_MS else Mark.BAD
    yield marked("disk_speed", mark, words, Said("Dùng SSD thay thẻ nhớ.", "Use an SSD instead of a memory card."))


def _fsyncs(patient: Patient) -> list[float]:
    """Milliseconds of each. The first, which makes the file itself, is not counted."""
    took: list[float] = []
    until = time.monotonic() + FSYNC_S
    with tempfile.TemporaryFile(dir=patient.data) as file:
        while len(took) <= FSYNCS and (len(took) < 3 or time.monotonic() < until):
            began = time.monotonic()
            file.write(b"\0" * 4096)
            file.flush()
            patient.hands.fsync(file.fileno())
            took.append((time.monotonic() - began) * 1000)
    return took[1:]


def wear(patient: Patient) -> Iterator[Finding]:
    """How much of its life each disk has spent: eMMC by the kernel (JEDEC 84-B51, 7.4.65), others by smartctl."""
    found = {**_emmc(patient), **_smart(patient)}
    if not found:
        yield fine("wear", "Đĩa của máy không cho biết độ mòn.", "No disk tells its wear.")
    for name, (spent_pct, broken) in sorted(found.items()):
        said = Said(f"Đĩa {name} đã mòn {spent_pct:.0f} %.", f"Disk {name} is worn by {spent_pct:.0f} %.")
        if broken:
            said = Said(f"Đĩa {name} tự báo sắp hỏng.", f"Disk {name} says that it will fail.")
        mark = Mark.BAD if broken or spent_pct >= SPENT_PCT else Mark.WARN if spent_pct >= WORN_PCT else Mark.OK
        cure = Said("Sao lưu ngay, rồi thay đĩa.", "Make a backup now, then replace the disk.")
        yield marked(f"wear/{name}", mark, said, cure)


def _emmc(patient: Patient) -> dict[str, tuple[float, bool]]:
    """``life_time`` counts tenths of the life, in hex, for the two kinds of cells; 0 is not told."""
    found = {}
    for file in (patient.root / "sys/block").glob("mmcblk*/device/life_time"):
        tenths = [int(word, 16) for word in read(file).split()]
        if any(tenths):
            found[file.parent.parent.name] = (max(tenths) * 10.0 - 10.0, max(tenths) > 10)
    return found


def _smart(patient: Patient) -> dict[str, tuple[float, bool]]:
    program = patient.root / SMARTCTL
    if not program.exists():
        return {}
    disks = [path.name for path in (patient.root / "sys/block").glob("*") if path.name.startswith(("sd", "nvme"))]
    told = {name: _asked(program, name) for name in disks}
    return {name: state for name, report in told.items() if (state := _worn(report)) is not None}


def _asked(program: Path, disk: str) -> dict[str, Any]:
    command = [str(program), "--json", "--health", "--attributes", f"/dev/{disk}"]
    done = subprocess.run(command, capture_output=True, timeout=ASK_S, check=False)  # noqa: S603 - names of the kernel
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _worn(report: Mapping[str, Any]) -> tuple[float, bool] | None:
    """(percent of its life, it says that it fails); None when it tells neither."""
    passed = report.get("smart_status", {}).get("passed")
    spent = report.get("nvme_smart_health_information_log", {}).get("percentage_used")
    spent = report.get("endurance_used", {}).get("current_percent") if spent is None else spent
    return None if passed is None and spent is None else (float(spent or 0), passed is False)


def disk_errors(patient: Patient) -> Iterator[Finding]:
    """Errors that ext4 has counted since the file system was last checked."""
    counts = {
        file.parent.name: int(text)
        for file in (patient.root / "sys/fs/ext4").glob("*/errors_count")
        if (text := read(file)).isdecimal()
    }
    bad = {name: count for name, count in counts.items() if count}
    if not bad:
        yield fine("disk_errors", "Hệ thống tệp không ghi nhận lỗi nào.", "The file systems noticed no error.")
    for name, count in sorted(bad.items()):
        said = Said(f"Hệ thống tệp trên {name} có {count} lỗi.", f"The file system on {name} has {count} errors.")
        cure = Said("Sao lưu ngay; tắt hộp, chạy `fsck -f`, hỏng nữa thì thay đĩa.", "Back up, run `fsck -f`, replace.")
        yield Finding(f"disk_errors/{name}", Mark.BAD, said, cure)


LINES: Mapping[str, Check] = {
    "disk_space": disk_space,
    "disk_speed": disk_speed,
    "wear": wear,
    "disk_errors": disk_errors,
}
