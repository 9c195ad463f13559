"""The machine itself: power, heat, clock, disk."""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from edge.core.moment import ClockState
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine
from edge.kernel.clock import SystemClock

HOT_C, TOO_HOT_C = 75.0, 82.0
"""A Pi slows itself down from 80 °C on; a Jetson a little later."""
FREE_WARN, FREE_BAD = 0.10, 0.03
SLOW_FSYNC_MS, BAD_FSYNC_MS = 60.0, 500.0
"""An order is told after one commit: half a second there is half a second of silence."""
FSYNCS = 25


def heat(patient: Patient) -> Iterator[Finding]:
    """The hottest sensor of the board."""
    zones = (patient.root / "sys/class/thermal").glob("thermal_zone*/temp")
    found = [int(text) / 1000 for zone in zones if (text := _read(zone)).lstrip("-").isdecimal()]
    if not found:
        yield fine("heat", "Máy này không có cảm biến nhiệt.", "This machine has no heat sensor.")
        return
    hottest = max(found)
    if hottest < HOT_C:
        yield fine("heat", f"Nhiệt độ {hottest:.0f} °C.", f"Temperature {hottest:.0f} °C.")
        return
    mark = Mark.BAD if hottest >= TOO_HOT_C else Mark.WARN
    said = Said(f"Máy nóng {hottest:.0f} °C.", f"The machine is hot: {hottest:.0f} °C.")
    yield Finding("heat", mark, said, Said("Lau quạt, mở cửa tủ, tránh nắng.", "Clean the fan, open the cabinet."))


def under_voltage(patient: Patient) -> Iterator[Finding]:
    """What a Raspberry Pi's firmware says of its power: hwmon in1_lcrit_alarm of ``rpi_volt``."""
    for sensor in (patient.root / "sys/class/hwmon").glob("hwmon*"):
        if _read(sensor / "name") != "rpi_volt":
            continue
        if _read(sensor / "in0_lcrit_alarm") == "1":
            said = Said("Điện áp nguồn đang thấp.", "The supply voltage is low.")
            cure = Said("Thay bộ nguồn 5 V đủ dòng, dây ngắn.", "Use a strong 5 V supply and a short cable.")
            yield Finding("under_voltage", Mark.BAD, said, cure)
            return
        yield fine("under_voltage", "Điện áp nguồn đủ.", "The supply voltage is good.")


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether the wall clock can be trusted, and whether a chip keeps it over a power cut."""
    state = SystemClock().now().clock
    if state is ClockState.SYNCED:
        yield fine("clock", "Đồng hồ đã đồng bộ.", "The clock is synchronised.")
    else:
        mark = Mark.BAD if state is ClockState.FLOOR else Mark.WARN
        said = Said("Đồng hồ chưa đồng bộ.", "The clock is not synchronised.")
        yield Finding("clock", mark, said, Said("Xem `chronyc tracking`.", "Look at `chronyc tracking`."))
    if any((patient.root / "sys/class/rtc").glob("rtc*")):
        yield fine("rtc", "Có chip giữ giờ.", "There is a clock chip.")
    else:
        said = Said("Không có chip giữ giờ: mất điện là mất giờ.", "No clock chip: time is lost with the power.")
        yield Finding("rtc", Mark.WARN, said, Said("Lắp DS3231 kèm pin.", "Fit a DS3231 with its battery."))


def disk_space(patient: Patient) -> Iterator[Finding]:
    """Room below the data folder."""
    usage = shutil.disk_usage(patient.data)
    share, free = usage.free / usage.total, usage.free / 1e9
    words = Said(f"Đĩa còn {free:.1f} GB ({share:.0%}).", f"{free:.1f} GB free on disk ({share:.0%}).")
    if share >= FREE_WARN:
        yield Finding("disk_space", Mark.OK, words)
        return
    cure = Said("Giảm hạn mức phim ở [recording] hoặc thay đĩa.", "Lower the quota of [recording] or fit another disk.")
    yield Finding("disk_space", Mark.BAD if share < FREE_BAD else Mark.WARN, words, cure)


def disk_speed(patient: Patient) -> Iterator[Finding]:
    """How long the disk takes for what every order waits for: one fsync, the slowest of 25."""
    try:
        slowest = max(_fsyncs(patient.data))
    except OSError as error:
        said = Said(f"Không ghi được vào đĩa: {error.strerror}.", f"The disk takes nothing: {error.strerror}.")
        cure = Said("Xem `dmesg`; đĩa hỏng thì thay.", "Look at `dmesg`; replace a broken disk.")
        yield Finding("disk_speed", Mark.BAD, said, cure)
        return
    words = Said(f"Ghi chắc xuống đĩa chậm nhất {slowest:.0f} ms.", f"The slowest fsync took {slowest:.0f} ms.")
    if slowest < SLOW_FSYNC_MS:
        yield Finding("disk_speed", Mark.OK, words)
        return
    cure = Said("Dùng SSD thay thẻ nhớ.", "Use an SSD instead of a memory card.")
    yield Finding("disk_speed", Mark.BAD if slowest >= BAD_FSYNC_MS else Mark.WARN, words, cure)


def _fsyncs(folder: Path) -> list[float]:
    took: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(FSYNCS):
            began = time.monotonic()
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append((time.monotonic() - began) * 1000)
    took.remove(max(took))  # the first one makes the file itself
    return [*took, statistics.median(took)]


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


CHECKS: tuple[Check, ...] = (under_voltage, heat, clock, disk_space, disk_speed)
