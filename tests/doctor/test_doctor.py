"""Each line of the doctor is seen to turn when the one thing is broken that it looks at."""

import asyncio
import datetime as dt
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from msgspec.structs import replace as with_field

from edge.config import load
from edge.config.schema import Config, Watch
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.sensing import Quality, Reading
from edge.doctor.checks import disk, doors, lines, machine, network, parts, store
from edge.doctor.cli import examine
from edge.doctor.finding import Check, Finding, Mark, Patient, worst
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal, Tx
from edge.store.readings import add_reading
from hil.pki import Authority


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """A box that has run once, with certificates, on a machine of files."""
    authority = Authority(tmp_path / "pki")
    box = authority.issue("box")
    config = load(Path("docs/ref/example.toml"))
    config = with_field(
        config, commune=with_field(config.commune, data=str(tmp_path)), hub=None, local_node=None, watch=()
    )
    tls = {"ca": str(authority.ca), "cert": str(box.cert), "key": str(box.key)}
    config = with_field(config, broker=with_field(config.broker, **tls), media=with_field(config.media, **tls))
    asyncio.run(run_once(tmp_path, config))
    return Patient(config, tmp_path / "root")


async def run_once(folder: Path, config: Config) -> None:
    def readings(tx: Tx) -> None:
        for gauge in config.gauge:
            add_reading(tx, Reading(StationId(gauge.id), "level", 1.0, "m", AtMs(tx.now.at_ms), Quality.GOOD))

    journal = await Journal.open(folder / "molang.db", SystemClock())
    await journal.record(readings)
    journal.close()


def one(check: Check, patient: Patient, key: str) -> Finding:
    found = {finding.key: finding for finding in check(patient)}
    assert key in found, found
    return found[key]


def put(patient: Patient, path: str, text: str) -> None:
    file = patient.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize(("milli", "mark"), [(48_000, Mark.OK), (77_000, Mark.WARN), (90_000, Mark.BAD)])
def test_a_hot_machine(patient: Patient, milli: int, mark: Mark) -> None:
    put(patient, "sys/class/thermal/thermal_zone0/temp", f"{milli}\n")
    assert one(machine.heat, patient, "heat").mark is mark


@pytest.mark.parametrize(("alarm", "mark"), [("0", Mark.OK), ("1", Mark.BAD)])
def test_a_weak_power_supply(patient: Patient, alarm: str, mark: Mark) -> None:
    put(patient, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    put(patient, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", f"{alarm}\n")
    assert one(machine.under_voltage, patient, "under_voltage").mark is mark


def test_a_machine_without_a_clock_chip(patient: Patient) -> None:
    assert one(machine.rtc, patient, "rtc").mark is Mark.WARN
    put(patient, "sys/class/rtc/rtc0/name", "ds3231\n")
    assert one(machine.rtc, patient, "rtc").mark is Mark.OK


def test_a_disk_that_takes_nothing(patient: Patient) -> None:
    assert one(disk.disk_speed, patient, "disk_speed").mark in (Mark.OK, Mark.WARN)
    nowhere = with_field(patient.config, commune=with_field(patient.config.commune, data="/proc"))
    assert one(disk.disk_speed, replace(patient, config=nowhere), "disk_speed").mark is Mark.BAD


def test_a_page_of_the_store_that_is_garbled(patient: Patient) -> None:
    assert one(store.database, patient, "database").mark is Mark.OK
    with patient.database.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * 4096 * 4)
    worst_of = worst([finding for finding in examine(patient) if finding.key == "database"])
    assert worst_of is Mark.BAD


def test_a_gauge_that_is_silent(patient: Patient) -> None:
    name = patient.config.gauge[0].id
    assert one(store.gauges, patient, f"gauge/{name}").mark is Mark.OK
    asyncio.run(change(patient, f"UPDATE reading SET at_ms = at_ms - 86400000 WHERE station = '{name}'"))
    assert one(store.gauges, patient, f"gauge/{name}").mark is Mark.BAD
    asyncio.run(change(patient, f"DELETE FROM reading WHERE station = '{name}'"))
    assert one(store.gauges, patient, f"gauge/{name}").mark is Mark.WARN


async def change(patient: Patient, sql: str) -> None:
    journal = await Journal.open(patient.database, SystemClock())
    await journal.record(lambda tx: tx.run(sql))
    journal.close()


def test_a_device_that_the_box_itself_found_dead(patient: Patient) -> None:
    assert one(store.troubles, patient, "open").mark is Mark.OK
    asyncio.run(open_trouble(patient))
    assert one(store.troubles, patient, "open/horn-health/loa/silent").mark is Mark.WARN


async def open_trouble(patient: Patient) -> None:
    journal = await Journal.open(patient.database, SystemClock())
    desk = IncidentDesk(journal, Bus(), (), {})
    now = journal.clock.now().at_ms
    subject, title = "horn-health/loa/silent", "Cụm loa không có tiếng."
    await desk.open(
        Incident(desk.new_id(), IncidentKind.HORN, Severity.MODERATE, subject, "", "", title, now), None, ()
    )
    journal.close()


def test_events_that_the_province_refused_and_a_backlog_that_is_old(patient: Patient) -> None:
    example = load(Path("docs/ref/example.toml"))
    with_hub = replace(patient, config=with_field(patient.config, hub=example.hub))
    assert one(store.waiting, with_hub, "outbox/alarm").mark is Mark.OK
    asyncio.run(open_trouble(patient))
    day_ago = int(time.time() * 1000) - 2 * 86_400_000
    asyncio.run(change(patient, f"UPDATE outbox SET at_ms = {day_ago}"))
    assert one(store.waiting, with_hub, "outbox/alarm").mark is Mark.WARN
    asyncio.run(change(patient, "UPDATE outbox SET dead_reason = 'quá dài' WHERE seq = (SELECT min(seq) FROM outbox)"))
    assert one(store.waiting, with_hub, "dead_letters").mark is Mark.WARN


def test_a_certificate_that_is_missing_ends_soon_or_has_ended(patient: Patient, tmp_path: Path) -> None:
    assert one(lines.certificates, patient, "certificate/broker").mark is Mark.OK
    path = Path(patient.config.broker.cert)
    path.write_text("không phải chứng thư")
    assert one(lines.certificates, patient, "certificate/broker").mark is Mark.BAD
    assert one(lines.certificates, patient, "certificate/media").mark is Mark.BAD


@pytest.mark.parametrize(("days", "mark"), [(400, Mark.OK), (10, Mark.WARN), (-1, Mark.BAD)])
def test_the_days_that_a_certificate_has_left(tmp_path: Path, days: int, mark: Mark) -> None:
    path = tmp_path / "cert.pem"
    path.write_bytes(certificate_until(dt.datetime.now(dt.UTC) + dt.timedelta(days=days, minutes=1)))
    assert lines._certificate("broker", path).mark is mark


def certificate_until(until: dt.datetime) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "box")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(until - dt.timedelta(days=800)).not_valid_after(until)
    return builder.sign(key, None).public_bytes(serialization.Encoding.PEM)


def test_a_broker_that_is_not_there(patient: Patient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can answer there
        port = taken.getsockname()[1]
        broken = with_field(patient.config, broker=with_field(patient.config.broker, host="127.0.0.1", port=port))
        assert one(lines.broker, replace(patient, config=broken), "broker").mark is Mark.BAD


NET = "  sl  local_address rem_address   st\n   0: {local} 00000000:0000 {state} 0:0 0\n"


@pytest.mark.parametrize(
    ("local", "state", "mark"),
    [
        ("00000000:01BB", "0A", Mark.OK),  # 443
        ("0100007F:1F91", "0A", Mark.OK),  # loopback
        ("00000000:1771", "01", Mark.OK),  # no listener
        ("00000000:1771", "0A", Mark.WARN),  # 6001
    ],
)
def test_a_door_that_should_not_be_open(patient: Patient, local: str, state: str, mark: Mark) -> None:
    put(patient, "proc/net/tcp", NET.format(local=local, state=state))
    assert one(doors.doors, patient, "doors").mark is mark


def test_ipv6_loopback_is_no_open_door(patient: Patient) -> None:
    put(patient, "proc/net/tcp6", NET.format(local="00000000000000000000000001000000:1771", state="0A"))
    assert one(doors.doors, patient, "doors").mark is Mark.OK
    put(patient, "proc/net/tcp6", NET.format(local="00000000000000000000000000000000:1771", state="0A"))
    assert one(doors.doors, patient, "doors").mark is Mark.WARN


def test_a_model_that_was_never_fetched(patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOLANG_ASSETS", str(tmp_path / "empty"))
    assert one(parts.model, patient, "model").mark is Mark.BAD


def test_a_camera_whose_register_has_gaps(patient: Patient) -> None:
    camera = with_field(patient.config.camera[0], purpose="", record="off")
    config = with_field(patient.config, camera=(camera, *patient.config.camera[1:]))
    found = one(parts.register, replace(patient, config=config), f"register/{camera.id}")
    assert found.mark is Mark.WARN
    assert "mục đích" in found.said.vi


def test_a_box_that_never_ran_gets_lines_and_no_traceback(patient: Patient) -> None:
    patient.database.unlink()
    found = {finding.key: finding.mark for finding in examine(patient)}
    assert found["database"] is Mark.BAD


def test_every_line_that_is_not_well_has_a_remedy_in_both_languages(patient: Patient) -> None:
    for finding in examine(patient):
        assert finding.said.vi
        assert finding.said.en
        if finding.mark is not Mark.OK:
            assert finding.remedy.vi
            assert finding.remedy.en


def test_the_command_prints_json_and_ends_with_the_worst_mark(patient: Patient, tmp_path: Path) -> None:
    path = tmp_path / "molang.toml"
    path.write_text(Path("docs/ref/example.toml").read_text().replace("/var/lib/molang", str(tmp_path)))
    command = [sys.executable, "-m", "edge", "doctor", "--json", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    told = json.loads(done.stdout)
    assert {"key", "mark", "vi", "en", "remedy_vi", "remedy_en"} == set(told[0])
    assert done.returncode == max(Mark[line["mark"].upper()] for line in told)


def test_a_watched_host_that_does_not_answer_is_named_with_what_to_look_at(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings: dict[str, str | int | float | bool] = {"url": f"http://127.0.0.1:{port}/", "deadline_s": 0.5}
    host = Watch(id="dau-ghi", name="Đầu ghi", kind="host_http", settings=settings)
    silent = replace(patient, config=with_field(patient.config, watch=(host,)))
    found = one(network.hosts, silent, "host/dau-ghi")
    assert found.mark is Mark.WARN
    assert "[[watch]]" in found.remedy.vi
    server = HTTPServer(("127.0.0.1", port), SimpleHTTPRequestHandler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    assert one(network.hosts, silent, "host/dau-ghi").mark is Mark.OK
    server.server_close()
    assert one(network.hosts, patient, "host").mark is Mark.OK
