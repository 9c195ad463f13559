"""One thing of a well box broken at a time: at least one break for each line that the doctor may say."""

import datetime as dt
import json
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import to_builtins
from msgspec.structs import replace

from edge.config.schema import Watch
from edge.core.moment import ClockState
from edge.doctor.checks.machine import KIOSK
from edge.doctor.finding import Mark
from edge.kernel.support_files import TERM, WISH, Wish
from edge.release.places import Places
from hil.prove.field.machine_files import NET, RUNS, put
from hil.prove.field.sickbed import GIGA, MODEL, Bed, ToldClock, backup_note
from models.folders import default_cache_dir

DAY_MS = 86_400_000
VOICE = "vi_VN-vais1000-medium"
LIVE = frozenset({"service", "camera", "node", "modem", "uplink", "mains"})
STORED = frozenset({"outbox", "dead_letters", "open", "gauge", "horn_test", "settings", "codes"})


@dataclass(frozen=True, slots=True)
class Break:
    """What is broken, which line must say so and how bad; ``also``: lines that cannot be well without it."""

    name: str
    line: str
    mark: Mark
    do: Callable[[Bed], None]
    also: frozenset[str] = frozenset()


def _file(path: str, text: str) -> Callable[[Bed], None]:
    def do(bed: Bed) -> None:
        put(bed.root, path, text)

    return do


def _told(section: str, row: int | None, **words: object) -> Callable[[Bed], None]:
    def do(bed: Bed) -> None:
        told = bed.state[section] if row is None else bed.state[section][row]
        told |= words

    return do


def _sql(*statements: str) -> Callable[[Bed], None]:
    return lambda bed: bed.sql(*(one.format(now=int(time.time() * 1000), day=DAY_MS) for one in statements))


def _no_rtc(bed: Bed) -> None:
    shutil.rmtree(bed.root / "sys/class/rtc")


def _busy_kiosk(bed: Bed) -> None:
    bed.feel(sleep=lambda s: put(bed.root, f"{KIOSK}/cpu.stat", f"usage_usec {5_000_000 + round(s * 2e6)}\n"))


def _full_disk(bed: Bed) -> None:
    bed.feel(usage=lambda _: (100 * GIGA, 98 * GIGA, 2 * GIGA))


def _slow_disk(bed: Bed) -> None:
    bed.feel(fsync=lambda _: time.sleep(0.15))


def _dead_disk(bed: Bed) -> None:
    def fsync(_: int) -> None:
        raise OSError(5, "Input/output error")

    bed.feel(fsync=fsync)


def _worn_ssd(bed: Bed) -> None:
    (bed.root / "sys/block/nvme0n1").mkdir(parents=True)
    report = json.dumps(
        {"smart_status": {"passed": False}, "nvme_smart_health_information_log": {"percentage_used": 9}}
    )
    put(bed.root, "usr/sbin/smartctl", f"#!/bin/sh\necho '{report}'\nexit 8\n").chmod(0o755)


def _garbled_store(bed: Bed) -> None:
    with bed.patient.database.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * 4096 * 4)


def _no_supervisor(bed: Bed) -> None:
    (bed.data / "run").unlink()


def _certificate(days: float) -> Callable[[Bed], None]:
    def do(bed: Bed) -> None:
        path = bed.root / "media.pem"
        path.write_bytes(certificate_until(dt.datetime.now(dt.UTC) + dt.timedelta(days=days)))
        bed.configure(media=replace(bed.patient.config.media, cert=str(path)))

    return do


def certificate_until(until: dt.datetime) -> bytes:
    """A certificate, PEM, that ends then."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "box")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(until - dt.timedelta(days=800)).not_valid_after(until)
    return builder.sign(key, None).public_bytes(serialization.Encoding.PEM)


def _no_certificate(bed: Bed) -> None:
    bed.configure(media=replace(bed.patient.config.media, cert=str(bed.root / "khong-co.pem")))


def _shut_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _no_broker(bed: Bed) -> None:
    bed.configure(broker=replace(bed.patient.config.broker, port=_shut_port()))


def _no_door(bed: Bed) -> None:
    nginx = bed.patient.config.nginx
    assert nginx is not None, "the ward gave him one"
    bed.configure(nginx=replace(nginx, port=_shut_port(), http_port=443))


def _strange_door(bed: Bed) -> None:
    """A certificate of somebody else's: what a browser would refuse."""
    nginx = bed.patient.config.nginx
    assert nginx is not None, "the ward gave him one"
    bed.configure(nginx=replace(nginx, ca=bed.patient.config.broker.ca))


def _no_voice(bed: Bed) -> None:
    bed.configure(speech=replace(bed.patient.config.speech, voices=(f"piper:{VOICE}",)))


def _changed_voice(bed: Bed) -> None:
    (default_cache_dir() / f"{VOICE}.onnx").write_bytes(b"giong khac")
    _no_voice(bed)


def _changed_model(_: Bed) -> None:
    """Changed in its place, as a bad sector does; whoever breaks it puts it back, for all beds share the assets."""
    (default_cache_dir() / f"{MODEL}.onnx").write_bytes(b"da bi sua")


def _register_gap(bed: Bed) -> None:
    first, *rest = bed.patient.config.camera
    bed.configure(camera=(replace(first, purpose="", record="off"), *rest))


def _silent_host(bed: Bed) -> None:
    settings: dict[str, str | int | float | bool] = {"url": f"http://127.0.0.1:{_shut_port()}/", "deadline_s": 0.5}
    bed.configure(watch=(Watch(id="dau-ghi", name="Đầu ghi", kind="host_http", settings=settings),))


def _edited_settings(bed: Bed) -> None:
    for path in (bed.data / "settings").iterdir():
        path.rename(path.with_name("0" * 64 + ".toml"))


def _no_backup(bed: Bed) -> None:
    (bed.data / "last-backup.json").unlink()


def _open_support(bed: Bed) -> None:
    wish = Wish("Chị Hoa", "xem loa", 0, time.monotonic() + 600, "tinh.example", 22, "xa", "ssh-ed25519 AAAA", 43001)
    put(bed.root, f"run/molang/{WISH}", json.dumps(to_builtins(wish)))
    put(bed.root, f"run/molang/{TERM}", "600\n")


def _no_guests(bed: Bed) -> None:
    (bed.root / "etc/molang-release/support/keys").unlink()


def _old_backup(bed: Bed) -> None:
    backup_note(bed.data, "xa", hours=60)


def _places(bed: Bed) -> Places:
    return Places(bed.root / "opt/molang", bed.root / "var/lib/molang-release")


def _unused_release(bed: Bed) -> None:
    _places(bed).release("1.1.0").mkdir()


def _trial(bed: Bed) -> None:
    _state(bed, "pending.json", {"old": "1.0.0", "new": "1.1.0", "tries": 1})


def _went_back(bed: Bed) -> None:
    _state(bed, "history.jsonl", {"old": "1.0.0", "new": "1.1.0", "outcome": "went_back", "reason": "không khỏe"})


def _state(bed: Bed, name: str, words: dict[str, object]) -> None:
    (_places(bed).state / name).write_text(json.dumps(words) + "\n")


_INCIDENT = (
    "INSERT INTO incident (id, kind, severity, subject, place, hamlet, title, began_at_ms, made_at_ms, state)"
    " VALUES ('i1', 'horn', 'moderate', 'horn-health/loa/silent', '', '', 'Cụm loa không có tiếng.', {now}, {now},"
    " 'open')"
)
_EVENT = (
    "INSERT INTO outbox (id, lane, type, subject, at_ms, boot, clock, data, dead_reason)"
    " VALUES ('e1', {lane}, 'test.done', 'x', {{now}} - {age}, 1, 'synced', '{{{{}}}}', {dead})"
)
_STRANGE = NET.format(local="00000000:1771", state="{state}")
_WAITING = (
    "INSERT INTO settings_version (id, kind, state, title, note, before_sha, after_sha, changes, lines, by_user,"
    " by_role, made_at_ms, changed_at_ms) VALUES ('v', 'form', 'waiting', 'Đổi camera', '', '', '', '[]', '[]', 'x',"
    " 'admin', {now}, {now})"
)

BREAKS: tuple[Break, ...] = (
    Break("weak supply", "under_voltage", Mark.BAD, _file("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")),
    Break("warm", "heat", Mark.WARN, _file("sys/class/thermal/thermal_zone0/temp", "77000\n")),
    Break("hot", "heat", Mark.BAD, _file("sys/class/thermal/thermal_zone0/temp", "90000\n")),
    Break("clock runs free", "clock", Mark.WARN, lambda bed: bed.feel(clock=ToldClock(ClockState.RTC))),
    Break("clock never set", "clock", Mark.BAD, lambda bed: bed.feel(clock=ToldClock(ClockState.FLOOR))),
    Break("no clock chip", "rtc", Mark.WARN, _no_rtc),
    Break("empty battery of the chip", "rtc", Mark.WARN, _file("sys/class/rtc/rtc0/since_epoch", "946684800\n")),
    Break("the wall takes two cores", "kiosk", Mark.WARN, _busy_kiosk),
    Break("the wall stutters", "kiosk", Mark.WARN, _file(f"{KIOSK}/cpu.pressure", "some avg10=80.00 avg60=71.00\n")),
    Break("full disk", "disk_space", Mark.BAD, _full_disk),
    Break("slow disk", "disk_speed", Mark.WARN, _slow_disk),
    Break("dead disk", "disk_speed", Mark.BAD, _dead_disk),
    Break("worn eMMC", "wear", Mark.WARN, _file("sys/block/mmcblk0/device/life_time", "0x03 0x0a\n")),
    Break("spent eMMC", "wear", Mark.BAD, _file("sys/block/mmcblk0/device/life_time", "0x03 0x0b\n")),
    Break("failing SSD", "wear", Mark.BAD, _worn_ssd),
    Break("errors of the file system", "disk_errors", Mark.BAD, _file("sys/fs/ext4/mmcblk0p2/errors_count", "3\n")),
    Break("garbled pages", "database", Mark.BAD, _garbled_store, STORED),
    *(
        Break(
            f"old backlog in {lane}",
            "outbox",
            Mark.WARN,
            _sql(_EVENT.format(lane=lane, age=0, dead="NULL"), "UPDATE outbox SET at_ms = {now} - 5 * {day}"),
        )
        for lane in range(4)
    ),
    Break("refused event", "dead_letters", Mark.WARN, _sql(_EVENT.format(lane=1, age=0, dead="'quá dài'"))),
    Break("an open fault", "open", Mark.WARN, _sql(_INCIDENT)),
    Break("silent gauge", "gauge", Mark.BAD, _sql("UPDATE reading SET at_ms = at_ms - {day}")),
    Break("a gauge never heard", "gauge", Mark.WARN, _sql("DELETE FROM reading")),
    Break("a horn without sound", "horn_test", Mark.BAD, _sql("UPDATE horn_report SET outcome = 'SILENT'")),
    Break("a horn that did not answer", "horn_test", Mark.BAD, _sql("UPDATE horn_report SET outcome = NULL")),
    Break("a test long ago", "horn_test", Mark.WARN, _sql("UPDATE horn_order SET made_at_ms = {now} - 20 * {day}")),
    Break("never tested", "horn_test", Mark.WARN, _sql("DELETE FROM horn_report")),
    Break("no supervisor", "supervisor", Mark.BAD, _no_supervisor, LIVE),
    Break("a part that is down", "service", Mark.BAD, _told("services", 0, state="down", detail="speech")),
    Break("a camera that is offline", "camera", Mark.WARN, _told("cameras", 1, state="offline")),
    Break("a camera that refuses", "camera", Mark.WARN, _told("cameras", 0, state="refused", detail="401")),
    Break("a node that is away", "node", Mark.BAD, _told("horns", 1, online=False, batt_v=None)),
    Break("a node's weak battery", "node", Mark.WARN, _told("horns", 0, batt_v=11.2)),
    Break("a modem that is gone", "modem", Mark.BAD, _told("phones", 0, ok=False, detail="/dev/ttyUSB0")),
    Break("a SIM without a network", "modem", Mark.BAD, _told("phones", 0, registered=False)),
    Break("a faint signal", "modem", Mark.WARN, _told("phones", 0, signal_dbm=-107)),
    Break("the line to the province is cut", "uplink", Mark.WARN, _told("uplink", None, state="down")),
    Break("the mains are out", "mains", Mark.WARN, _told("power", None, mains=False, minutes_left=34.0)),
    Break(
        "the battery is nearly empty", "mains", Mark.BAD, _told("power", None, mains=False, low=True, minutes_left=4)
    ),
    Break("the UPS is silent", "mains", Mark.WARN, _told("power", None, silent=True)),
    Break("a certificate is missing", "certificate", Mark.BAD, _no_certificate),
    Break("a certificate ends soon", "certificate", Mark.WARN, _certificate(10)),
    Break("a certificate has ended", "certificate", Mark.BAD, _certificate(-1)),
    Break("no broker", "broker", Mark.BAD, _no_broker),
    Break("a strange TCP port", "doors", Mark.WARN, _file("proc/net/tcp", _STRANGE.format(state="0A"))),
    Break(
        "a strange TCP port on IPv6",
        "doors",
        Mark.WARN,
        _file("proc/net/tcp6", NET.format(local="00000000000000000000000000000000:1771", state="0A")),
    ),
    Break("a strange UDP port", "doors", Mark.WARN, _file("proc/net/udp", _STRANGE.format(state="07"))),
    Break("nginx is down", "door", Mark.BAD, _no_door),
    Break("a strange certificate at the door", "door", Mark.BAD, _strange_door),
    Break("a changed model", "model", Mark.BAD, _changed_model),
    Break("a changed voice", "voice", Mark.BAD, _changed_voice),
    Break("a voice that is missing", "voice", Mark.BAD, _no_voice),
    Break(
        "a unit that failed",
        "unit",
        Mark.BAD,
        _file("units/molang-web.service", RUNS.replace("ActiveState=active", "ActiveState=failed")),
    ),
    Break(
        "a unit that restarts",
        "unit",
        Mark.WARN,
        _file("units/molang.service", RUNS.replace("NRestarts=0", "NRestarts=9")),
    ),
    Break("a gap in the register", "register", Mark.WARN, _register_gap),
    Break("settings edited by hand", "settings", Mark.WARN, _edited_settings),
    Break("settings that wait", "settings", Mark.WARN, _sql(_WAITING)),
    Break("a changed unit", "shipped_units", Mark.WARN, _file("etc/systemd/system/molang.service", "[Service]\n")),
    Break(
        "a drop-in",
        "shipped_units",
        Mark.WARN,
        _file("etc/systemd/system/molang.service.d/thu.conf", "[Service]\nNice=5\n"),
    ),
    Break("no backup", "backup", Mark.BAD, _no_backup),
    Break("an old backup", "backup", Mark.WARN, _old_backup),
    Break("a release that waits", "update", Mark.WARN, _unused_release),
    Break("a release on trial", "update", Mark.WARN, _trial),
    Break("a release that went back", "update", Mark.WARN, _went_back),
    Break(
        "a leader without a code",
        "codes",
        Mark.WARN,
        _sql("UPDATE account SET code_secret = NULL WHERE role = 'leader'"),
    ),
    Break(
        "nobody who manages accounts", "codes", Mark.WARN, _sql("UPDATE account SET active = 0 WHERE role = 'admin'")
    ),
    Break("support that is open", "support", Mark.WARN, _open_support),
    Break("support that nobody can use", "support", Mark.WARN, _no_guests),
    Break("a watched host is silent", "host", Mark.WARN, _silent_host),
)
