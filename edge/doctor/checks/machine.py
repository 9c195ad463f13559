"""The machine itself: power, heat, clock, and what the wall on its screen takes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from edge.core.moment import ClockState
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine, marked, read

HOT_C, TOO_HOT_C = 75.0, 82.0
"""A Pi slows itself down from 80 °C on; a Jetson a little later."""
RTC_OFF_S = 120.0
"""A DS3231 drifts a minute a year: two minutes away is an empty battery or a chip that was never set."""
KIOSK = "sys/fs/cgroup/molang.slice/molang-pages.slice/molang-kiosk.service"
KIOSK_LOOK_S = 1.0
KIOSK_CORES = 1.5
"""Four tiles of video take 0.6 to 0.9 of a core (docs/design/wall-video.md)."""
KIOSK_STALL_PCT = 40.0
"""So much of the last minute somebody of the wall waited for a core: the picture stutters."""


def heat(patient: Patient) -> Iterator[Finding]:
    """The hottest sensor of the board."""
    zones = (patient.root / "sys/class/thermal").glob("thermal_zone*/temp")
    found = [int(text) / 1000 for zone in zones if (text := read(zone)).lstrip("-").isdecimal()]
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
    """What a Raspberry Pi's firmware says of its power: hwmon in0_lcrit_alarm of ``rpi_volt``."""
    sensors = (patient.root / "sys/class/hwmon").glob("hwmon*")
    alarms = [read(sensor / "in0_lcrit_alarm") for sensor in sensors if read(sensor / "name") == "rpi_volt"]
    if "1" in alarms:
        said = Said("Điện áp nguồn đang thấp.", "The supply voltage is low.")
        cure = Said("Thay bộ nguồn 5 V đủ dòng, dây ngắn.", "Use a strong 5 V supply and a short cable.")
        yield Finding("under_voltage", Mark.BAD, said, cure)
    elif alarms:
        yield fine("under_voltage", "Điện áp nguồn đủ.", "The supply voltage is good.")
    else:
        yield fine("under_voltage", "Máy này không tự đo điện áp nguồn.", "This machine does not measure its supply.")


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether the wall clock can be trusted."""
    state = patient.hands.clock.now().clock
    if state is ClockState.SYNCED:
        yield fine("clock", "Đồng hồ đã đồng bộ.", "The clock is synchronised.")
        return
    mark = Mark.BAD if state is ClockState.FLOOR else Mark.WARN
    said = Said("Đồng hồ chưa đồng bộ.", "The clock is not synchronised.")
    yield Finding("clock", mark, said, Said("Xem `chronyc tracking`.", "Look at `chronyc tracking`."))


def rtc(patient: Patient) -> Iterator[Finding]:
    """Whether a chip keeps the time over a power cut, and keeps the right one."""
    chips = sorted((patient.root / "sys/class/rtc").glob("rtc*"))
    if not chips:
        said = Said("Không có chip giữ giờ: mất điện là mất giờ.", "No clock chip: time is lost with the power.")
        yield Finding("rtc", Mark.WARN, said, Said("Lắp DS3231 kèm pin.", "Fit a DS3231 with its battery."))
        return
    told = read(chips[0] / "since_epoch")
    off_s = abs(int(told) - patient.hands.clock.now().at_ms / 1000) if told.isdecimal() else 0.0
    said = Said(f"Chip giữ giờ lệch {off_s:.0f} giây.", f"The clock chip is {off_s:.0f} s away.")
    cure = Said("Thay pin CR2032 của chip, rồi chạy `hwclock -w`.", "Replace its CR2032, then run `hwclock -w`.")
    yield marked("rtc", Mark.WARN if off_s > RTC_OFF_S else Mark.OK, said, cure)


def kiosk(patient: Patient) -> Iterator[Finding]:
    """How much of the machine the wall takes, by its cgroup: it must never starve the horns."""
    group = patient.root / KIOSK
    if not group.is_dir():
        yield fine("kiosk", "Máy này không chiếu màn hình tường.", "This machine shows no wall.")
        return
    before = _used_us(group)
    patient.hands.sleep(KIOSK_LOOK_S)
    cores = (_used_us(group) - before) / 1e6 / KIOSK_LOOK_S
    stalled = _stalled_pct(group)
    said = Said(
        f"Màn hình tường dùng {cores:.1f} nhân, phải đợi {stalled:.0f} % thời gian.",
        f"The wall takes {cores:.1f} cores and waits {stalled:.0f} % of the time.",
    )
    cure = Said(
        "Bớt ô hình trên tường, hoặc chiếu tường bằng máy khác.", "Show fewer tiles, or the wall on another machine."
    )
    heavy = cores > KIOSK_CORES or stalled > KIOSK_STALL_PCT
    yield marked("kiosk", Mark.WARN if heavy else Mark.OK, said, cure)


def _used_us(group: Path) -> int:
    words = read(group / "cpu.stat").split()
    told = dict(zip(words[::2], words[1::2], strict=False))
    return int(told.get("usage_usec", "0"))


def _stalled_pct(group: Path) -> float:
    """``some avg60`` of PSI; 0 on a kernel without it."""
    line = read(group / "cpu.pressure").partition("\n")[0]
    told = dict(word.partition("=")[::2] for word in line.split()[1:])
    return float(told.get("avg60", "0"))


LINES: Mapping[str, Check] = {
    "under_voltage": under_voltage,
    "heat": heat,
    "clock": clock,
    "rtc": rtc,
    "kiosk": kiosk,
}
