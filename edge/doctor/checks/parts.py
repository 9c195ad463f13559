"""The box's own parts: models and voices by their hash, units by their restarts, the register of cameras."""

import shutil
import subprocess
from collections.abc import Iterator

from edge.config.register import entry_of
from edge.core.register import missing
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine
from models.detectors import is_ready
from models.errors import ModelError
from models.manifest import manifest

UNITS = ("molang.service", "molang-web.service", "mosquitto.service", "molang-nginx.service")
MANY_RESTARTS = 5
ASK_S = 10


def model(patient: Patient) -> Iterator[Finding]:
    """The detector's file, by its hash."""
    vision = patient.config.vision
    if vision.model == "none":
        yield fine("model", "Hộp không nhận dạng hình.", "The box detects nothing in pictures.")
        return
    cure = Said("Chạy `molang assets pull`, hoặc chép từ bộ ngoại tuyến.", "Run `molang assets pull`.")
    try:
        ready = is_ready(manifest(vision.model), vision.size)
    except ModelError as error:
        yield Finding("model", Mark.BAD, Said(str(error), f"No such model: {vision.model}."), cure)
        return
    name = f"{vision.model}-{vision.size}"
    if ready:
        yield fine("model", f"Mô hình {name} còn nguyên.", f"Model {name} is whole.")
    else:
        said = Said(f"Thiếu hoặc bị sửa: mô hình {name}.", f"Model {name} is missing or was changed.")
        yield Finding("model", Mark.BAD, said, cure)


def units(patient: Patient) -> Iterator[Finding]:
    """Services that systemd restarts again and again, or has given up."""
    if not (patient.root / "run/systemd/system").is_dir() or shutil.which("systemctl") is None:
        yield fine("units", "Máy này không chạy systemd.", "This machine does not run systemd.")
        return
    for unit in UNITS:
        yield _unit(unit)


def _unit(unit: str) -> Finding:
    command = ["systemctl", "show", unit, "--property=LoadState,ActiveState,NRestarts"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=False)  # noqa: S603 - units of the list above
    told = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    state, restarts = told.get("ActiveState", "unknown"), int(told.get("NRestarts") or 0)
    key, cure = f"unit/{unit}", Said(f"Xem `journalctl -u {unit}`.", f"Look at `journalctl -u {unit}`.")
    words = Said(f"{unit}: {state}, khởi động lại {restarts} lần.", f"{unit}: {state}, {restarts} restarts.")
    if told.get("LoadState") != "loaded":
        absent = Said(f"{unit} chưa được cài.", f"{unit} is not installed.")
        return Finding(key, Mark.WARN, absent, Said("Cài các tệp trong systemd/.", "Install the units of systemd/."))
    if state != "active":
        return Finding(key, Mark.BAD, words, cure)
    return Finding(key, Mark.WARN, words, cure) if restarts > MANY_RESTARTS else Finding(key, Mark.OK, words)


def register(patient: Patient) -> Iterator[Finding]:
    """What the law asks of each camera: purpose, legal basis, owner, a sign that is posted."""
    for camera in patient.config.camera:
        gaps = missing(entry_of(camera))
        if gaps:
            said = Said(f"Camera {camera.name}: sổ thiếu {', '.join(gaps)}.", f"Camera {camera.id}: register gaps.")
            cure = Said("Điền vào [[camera]] trong tệp cấu hình.", "Fill them in at [[camera]] in the config.")
            yield Finding(f"camera/{camera.id}", Mark.WARN, said, cure)


CHECKS: tuple[Check, ...] = (model, units, register)
