"""``molang voices``, as a technician types it."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.__main__ import main
from tests.workers.speech.test_styles import needs_espeak

EXAMPLE = Path(__file__).parents[3] / "docs" / "ref" / "example.toml"


def test_every_voice_is_listed_in_the_order_in_which_it_is_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOLANG_ASSETS", str(tmp_path))
    said = CliRunner().invoke(main, ["voices", "list", "--config", str(EXAMPLE)])
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[0].startswith("1. piper:vi_VN-vais1000-medium")
    assert "molang assets pull vi_VN-vais1000-medium" in lines[0]
    assert lines[1].startswith("2. espeak:vi ")
    assert ("có" if shutil.which("espeak-ng") else "chưa") in lines[1]
    assert any("bank" in line and "0 lời đã thu" in line for line in lines)


@needs_espeak
def test_a_sentence_is_written_with_its_measures(tmp_path: Path) -> None:
    out = tmp_path / "a.opus"
    words = ["voices", "try", "Báo động 2", "--voice", "espeak:vi-vn-x-south", "--no-chime", "--out", str(out)]
    said = CliRunner().invoke(main, [*words, "--config", str(tmp_path / "none.toml")])
    assert said.exit_code == 0, said.output
    assert out.read_bytes().startswith(b"OggS")
    for word in ("báo động hai", "espeak-ng vi-vn-x-south", "3 âm tiết", "dBTP", "sha256"):
        assert word in said.output


def test_what_cannot_be_read_or_spoken_is_told_and_writes_nothing(tmp_path: Path) -> None:
    for text, voice, why in (("Qwrtz", "", "Không đọc được: Qwrtz"), ("Báo động", "piper:la", "không có giọng")):
        words = ["voices", "try", text, "--voice", voice, "--out", str(tmp_path / "a.opus")]
        said = CliRunner().invoke(main, [*words, "--config", str(tmp_path / "none.toml")])
        assert said.exit_code == 1
        assert why in said.output
    assert not list(tmp_path.iterdir())
