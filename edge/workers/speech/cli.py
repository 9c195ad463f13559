"""``molang voices``: which voices this box has, and how a sentence sounds in one of them, with its measures."""

import shutil
import sys
import tempfile
from pathlib import Path

import click

from edge.config import load
from edge.config.option import CONFIG
from edge.config.schema import Config, Speech
from edge.core.errors import FinalError
from edge.core.normalise_vi import Accent, normalise
from edge.core.speech import BANK
from edge.kernel.wire.speech import Band, BankPrompt, BankPrompts, Render, Rendered, SpeechSetup
from edge.store.reader import Reader
from edge.workers.speech.opus_file import read_opus
from edge.workers.speech.studio import Studio
from edge.workers.speech.verdict import Listener
from models.assets import is_verified
from models.backends.voice_espeak import Variant
from models.folders import default_cache_dir
from models.manifest import Kind, Manifest, shipped


@click.group()
def voices() -> None:
    """Giọng đọc: có những giọng nào, và nghe thử một câu."""


@voices.command("list")
@CONFIG
def list_voices(config_path: Path) -> None:
    """Liệt kê giọng đọc, theo thứ tự máy dùng, và trạng thái của từng giọng."""
    config = _config(config_path)
    wanted = _speech(config).voices
    known = [f"piper:{one.name}" for one in _manifests()] + [f"espeak:{variant}" for variant in Variant] + [BANK]
    for name in dict.fromkeys([*wanted, *known]):
        place = f"{wanted.index(name) + 1}." if name in wanted else "  "
        click.echo(f"{place} {name:<32} {_state(name, config)}")


@voices.command("try")
@click.argument("text")
@click.option("--voice", default="", help="Tên giọng như ở `voices list`; bỏ trống thì dùng giọng đầu tiên chạy được.")
@click.option("--out", "out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Tệp Opus ghi ra.")
@click.option("--speed", type=click.FloatRange(0.5, 2.0), default=None, help="Tốc độ; mặc định theo cấu hình.")
@click.option("--times", type=click.IntRange(1, 10), default=1, show_default=True, help="Đọc mấy lần.")
@click.option("--chime/--no-chime", default=True, help="Có chuông mở đầu hay không.")
@click.option("--closing-chime", is_flag=True, help="Có chuông kết thúc.")
@CONFIG
def try_voice(
    text: str,
    voice: str,
    out: Path,
    speed: float | None,
    times: int,
    chime: bool,
    closing_chime: bool,
    config_path: Path,
) -> None:
    """Đọc TEXT thành một tệp và in các số đo của nó; mã thoát 1 khi không đọc được."""
    config = _config(config_path)
    spoken = normalise(text, accent=Accent(_speech(config).accent))
    if not spoken.complete:
        raise FinalError("Không đọc được: " + ", ".join(bad.token for bad in spoken.unread))
    with tempfile.TemporaryDirectory(prefix="molang-voices-") as folder:
        studio = _studio(config, Path(folder))
        made = studio.render(Render("try", spoken.spoken, chime, closing_chime, times, 1.5, voice, speed or 0.0))
        if not isinstance(made, Rendered):
            click.echo(made.reason, err=True)
            sys.exit(1)
        shutil.copyfile(Path(folder) / f"{made.sha256}.opus", out)
    _tell(spoken.spoken, made, out)


def _tell(spoken: str, made: Rendered, out: Path) -> None:
    listener = Listener()
    for wave in read_opus(out):
        listener.hear(wave)
    figures, syllables = listener.figures(), len(spoken.split())
    click.echo(f"lời đọc    {spoken}")
    click.echo(f"giọng      {made.voice}{f' ({made.passed_over})' if made.passed_over else ''}")
    click.echo(
        f"dài        {figures.length_s:.2f} giây, {syllables} âm tiết, im lặng dài nhất {figures.longest_gap_s} giây"
    )
    click.echo(
        f"độ to      {figures.level_db} dBFS lúc có tiếng, {figures.rms_db} dBFS cả đoạn, đỉnh {figures.peak_db} dBTP"
    )
    click.echo(f"tệp        {out}, {made.bytes} byte, sha256 {made.sha256}")


def _config(path: Path) -> Config | None:
    """None when there is no file: a voice can be tried before a box is set up."""
    return load(path) if path.is_file() else None


def _speech(config: Config | None) -> Speech:
    return config.speech if config else Speech()


def _manifests() -> list[Manifest]:
    return [one for one in shipped().values() if one.kind is Kind.VOICE]


def _state(name: str, config: Config | None) -> str:
    if name == BANK:
        return f"giọng xã tự thu, {len(_prompts(config))} lời đã thu"
    kind, _, which = name.partition(":")
    if kind == "espeak":
        return "có" if shutil.which("espeak-ng") else "chưa: máy chưa cài espeak-ng"
    return _piper_state(which)


def _piper_state(name: str) -> str:
    path = default_cache_dir() / f"{name}.onnx"
    known = next((one for one in _manifests() if one.name == name), None)
    if known is None:
        return "có, không có bảng kê" if path.is_file() else f"chưa: không có tệp {path}"
    if not is_verified(path, known.files[0].sha256):
        return f"chưa: hãy chạy molang assets pull {name}"
    return f"có, {known.licence}"


def _prompts(config: Config | None) -> tuple[BankPrompt, ...]:
    database = Path(config.commune.data) / "molang.db" if config else Path()
    if not database.is_file():
        return ()
    reader = Reader(database)
    try:
        rows = reader.rows("SELECT words, sha256 FROM bank_prompt ORDER BY words")
    finally:
        reader.close()
    return tuple(BankPrompt(row["words"], row["sha256"]) for row in rows)


def _studio(config: Config | None, folder: Path) -> Studio:
    speech = _speech(config)
    specs = dict.fromkeys([*speech.voices, *(f"espeak:{variant}" for variant in Variant), *_installed(), BANK])
    bank = str(Path(config.commune.data) / "bank") if config else ""
    band = Band(speech.low_hz, speech.high_hz)
    paths = tuple(_with_path(spec) for spec in specs)
    studio = Studio(SpeechSetup(str(folder), paths, speech.speed, "voices", bank, band))
    studio.put_bank(BankPrompts(_prompts(config)))
    return studio


def _installed() -> list[str]:
    return [f"piper:{one.name}" for one in _manifests()]


def _with_path(spec: str) -> str:
    kind, _, name = spec.partition(":")
    return f"piper:{default_cache_dir() / name}.onnx" if kind == "piper" else spec
