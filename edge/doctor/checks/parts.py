"""The box's own parts: models and voices by their hash, units by their restarts, the register of cameras."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping

from edge.config.register import entry_of
from edge.core.register import missing
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine, marked
from models.assets import sha256_of
from models.detectors import is_ready
from models.errors import ModelError
from models.folders import default_cache_dir
from models.manifest import AssetFile, manifest

UNITS = ("molang.service", "molang-web.service", "mosquitto.service", "molang-nginx.service")
MANY_RESTARTS = 5
ASK_S = 10
_PULL = Said("Chạy `molang assets pull`, hoặc chép từ bộ ngoại tuyến.", "Run `molang assets pull`.")


def model(patient: Patient) -> Iterator[Finding]:
    """The detector's file, by its hash."""
    vision = patient.config.vision
    if vision.model == "none":
        yield fine("model", "Hộp không nhận dạng hình.", "The box detects nothing in pictures.")
        return
    try:
        wanted = manifest(vision.model)
        ready = is_ready(wanted, vision.size) and all(map(_is_whole, wanted.files))
    except ModelError as error:
        yield Finding("model", Mark.BAD, Said(str(error), f"No such model: {vision.model}."), _PULL)
        return
    name = f"{vision.model}-{vision.size}"
    if ready:
        yield fine("model", f"Mô hình {name} còn nguyên.", f"Model {name} is whole.")
    else:
        said = Said(f"Thiếu hoặc bị sửa: mô hình {name}.", f"Model {name} is missing or was changed.")
        yield Finding("model", Mark.BAD, said, _PULL)


def voices(patient: Patient) -> Iterator[Finding]:
    """Each voice's files, hashed anew: a changed voice says what nobody approved."""
    named = [voice.partition(":")[2] for voice in patient.config.speech.voices if voice.startswith("piper:")]
    for name in named:
        yield _voice(name)
    if not named:
        yield fine("voice", "Hộp chỉ dùng giọng có sẵn.", "The box uses built-in voices only.")


def _voice(name: str) -> Finding:
    key = f"voice/{name}"
    try:
        whole = all(map(_is_whole, manifest(name).files))
    except ModelError as error:
        return Finding(key, Mark.BAD, Said(str(error), f"No such voice: {name}."), _PULL)
    said = Said(
        f"Giọng {name} còn nguyên." if whole else f"Thiếu hoặc bị sửa: giọng {name}.",
        f"Voice {name} is {'whole' if whole else 'missing or was changed'}.",
    )
    return marked(key, Mark.OK if whole else Mark.BAD, said, _PULL)


def _is_whole(file: AssetFile) -> bool:
    path = default_cache_dir() / file.name
    return path.is_file() and sha256_of(path) == file.sha256


def units(patient: Patient) -> Iterator[Finding]:
    """Services that systemd restarts again and again, or has given up."""
    program = shutil.which("systemctl", path=str(patient.root / "usr/bin"))
    if not (patient.root / "run/systemd/system").is_dir() or program is None:
        yield fine("unit", "Máy này không chạy systemd.", "This machine does not run systemd.")
        return
    for unit in UNITS:
        if unit != "molang-nginx.service" or patient.config.nginx is not None:
            yield _unit(program, unit)


def _unit(program: str, unit: str) -> Finding:
    command = [program, "show", unit, "--property=LoadState,ActiveState,NRestarts"]
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
    gaps = {camera.id: (camera.name, missing(entry_of(camera))) for camera in patient.config.camera}
    open_ones = {name: told for name, told in gaps.items() if told[1]}
    if not open_ones:
        yield fine("register", "Sổ đăng ký camera đủ.", "The register of cameras is complete.")
    for name, (title, fields) in open_ones.items():
        said = Said(f"Camera {title}: sổ thiếu {', '.join(fields)}.", f"Camera {name}: register gaps.")
        cure = Said("Điền vào [[camera]] trong tệp cấu hình.", "Fill them in at [[camera]] in the config.")
        yield Finding(f"register/{name}", Mark.WARN, said, cure)


LINES: Mapping[str, Check] = {"model": model, "voice": voices, "unit": units, "register": register}
