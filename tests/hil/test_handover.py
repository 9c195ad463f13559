"""Scenario scripts, the bench file and the page that is signed; the whole of it once on the simulated commune."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from edge.core.errors import MisconfiguredError
from hil.handover import report, spectrogram
from hil.handover.bench_file import Bench, load
from hil.handover.cli import SCENARIOS, hil
from hil.handover.ears import MicrophoneEar
from hil.handover.evidence import Picture, Played, Seen
from hil.handover.running import DO
from hil.handover.script import VERBS, Script, Step, read

GOOD = """
place = "Xã thử"
[box]
url = "http://127.0.0.1:1"
[people.operator]
login = "lan"
password_file = "lan.pass"
[people.leader]
login = "an"
password_file = "an.pass"
[[horn]]
id = "loa-1"
sense = "person"
"""


def bench_of(tmp_path: Path, text: str) -> Bench:
    path = tmp_path / "bench.toml"
    path.write_text(text, "utf-8")
    return load(path)


def script_of(tmp_path: Path, *lines: str) -> Script:
    path = tmp_path / "thu.txt"
    path.write_text("\n".join(("tên: Thử", *lines)), "utf-8")
    return read(path)


def test_every_scenario_that_ships_is_read_and_every_verb_can_be_done() -> None:
    names = [read(path).name for path in sorted(SCENARIOS.glob("*.txt"))]
    assert len(names) == len(set(names)) == 4
    assert DO.keys() == VERBS.keys()


def test_every_verb_stands_in_the_guide() -> None:
    guide = Path("docs/guide/handover.md").read_text("utf-8")
    lines = [line for part in guide.split("`") for line in part.splitlines() if part]
    unused = {verb for verb, pattern in VERBS.items() if not any(pattern.fullmatch(line) for line in lines)}
    assert unused <= {"write", "ask"}  # their dots are shorter than a text may be


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("nhảy múa",), "dòng 2: không hiểu “nhảy múa”"),
        (("phát",), "dòng 2: “phát” phải đứng sau"),
        (("viết tới dong: Xin chào bà con.", "nghe tất cả trong 5 giây"), "dòng 3"),
        (("đợi 0 giây",), "thời hạn từ 1 đến"),
        ((), "chưa có bước nào"),
    ],
)
def test_a_wrong_script_is_refused_with_its_line(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    with pytest.raises(MisconfiguredError, match="thu.txt") as refused:
        script_of(tmp_path, *lines)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("person", "microphone"), "cần device"),
        (("person", "simulated"), "chưa có `devices`"),
        (('"person"', '"ear"'), "ear"),
        (('id = "loa-1"', 'id = "loa-1"\nvolume = 3'), "volume"),
        (("http://127.0.0.1:1", "ftp://x"), "url"),
        (("[[horn]]", '[[horn]]\nid = "loa-1"\nsense = "person"\n[[horn]]'), "có hai lần"),
    ],
)
def test_a_wrong_bench_is_refused_with_what_is_wrong(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    assert bench_of(tmp_path, GOOD).place == "Xã thử"
    with pytest.raises(MisconfiguredError, match="bench.toml") as refused:
        bench_of(tmp_path, GOOD.replace(*change))
    assert words in str(refused.value)


def test_a_spectrogram_shows_a_tone_where_it_is(tmp_path: Path) -> None:
    rate = 16_000
    tone = 0.5 * np.sin(2 * np.pi * 2_000 * np.arange(rate) / rate)
    levels = spectrogram.levels_db(tone, rate)
    loudest = int(np.argmax(levels.mean(axis=0))) / levels.shape[1] * spectrogram.TOP_HZ
    assert abs(loudest - 2_000) < 100
    assert abs(levels.max() - -6.0) < 0.5
    assert spectrogram.rms_db(tone) == -9.0
    spectrogram.draw(tone, rate, tmp_path / "tone.png")
    picture = cv2.imread(str(tmp_path / "tone.png"))
    assert picture is not None
    assert int(np.argmax(picture.sum(axis=(1, 2)))) == pytest.approx(spectrogram.HEIGHT_PX * 0.75, abs=6)


def test_the_page_tells_what_held_and_keeps_markup_out(tmp_path: Path) -> None:
    step = Step(2, "hỏi: <b>rõ</b> không?", "ask", {"text": "<b>rõ</b> không?"})
    script = Script("Thử", Path("thu.txt"), (step, step))
    spectrogram.draw(np.zeros(16_000), 16_000, tmp_path / "a.png")
    seen = [Seen(step, ok=True, done=True, figures={"loa-1": 0.4}, pictures=[Picture("a.png", "loa-1")]), Seen(step)]
    page = report.write(tmp_path, bench_of(tmp_path, GOOD), [Played(script, "29/11/2026", seen)]).read_text("utf-8")
    assert "&lt;b&gt;rõ" in page
    assert "0 trên 1" in page
    assert "0,4 giây" in page
    assert "chưa làm" in page
    assert "data:image/png;base64," in page
    assert json.loads((tmp_path / report.DATA).read_text())[0]["steps"][1]["done"] is False


@pytest.mark.skipif(shutil.which("arecord") is None, reason="alsa-utils not installed: no microphone can be opened")
def test_a_microphone_hears_a_horn_and_its_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rate = 16_000
    noise = 0.001 * np.random.default_rng(1).standard_normal(rate * 30)
    noise[rate * 2 : rate * 4] += 0.3 * np.sin(2 * np.pi * 700 * np.arange(rate * 2) / rate)
    (tmp_path / "said.raw").write_bytes((noise * 32767).astype("<i2").tobytes())
    (tmp_path / "asound.conf").write_text(
        f'pcm.said {{ type file slave.pcm null file /dev/null infile "{tmp_path}/said.raw" format raw }}'
    )
    monkeypatch.setenv("ALSA_CONFIG_PATH", f"/usr/share/alsa/alsa.conf:{tmp_path}/asound.conf")
    monkeypatch.setattr("hil.handover.ears.LONGEST_S", 30)  # ALSA's null device does not wait for the clock
    ear = MicrophoneEar("loa-1", "said", tmp_path / "ear.raw")
    ear.begin()
    try:
        assert ear.heard(20.0).yes
        assert ear.quiet(20.0).yes
    finally:
        ear.end()


def test_a_microphone_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match=r"arecord|no-such-card"):
        MicrophoneEar("loa-1", "no-such-card", tmp_path / "ear.raw").begin()


def test_a_commune_is_played_and_the_evidence_lies_in_the_folder(tmp_path: Path) -> None:
    lines = (
        "viết tới tất cả: Mời bà con chú ý nghe thông báo của xã.",
        "duyệt",
        "phát",
        "nghe tất cả trong 15 giây",
        "xong trong 120 giây",
        "lặng trong 60 giây",
        "ảnh: /wall",
        "hỏi: Nghe rõ không?",
    )
    script = script_of(tmp_path, *lines).path
    options = ["run", str(script), "--simulated", "--unattended", "--report", str(tmp_path / "bien-ban")]
    done = CliRunner().invoke(hil, options)
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "bien-ban" / report.DATA).read_text())
    steps = told[0]["steps"]
    assert [step["ok"] for step in steps] == [True] * len(lines)
    assert steps[-1]["done"] is False
    heard = steps[3]
    assert all(0 < figure < 15 for figure in heard["figures"].values())
    assert len(heard["pictures"]) == len(heard["figures"]) == 4
    assert (tmp_path / "bien-ban" / steps[6]["pictures"][0]).stat().st_size > 10_000
    again = CliRunner().invoke(hil, options)
    assert "biên bản cũ không bị ghi đè" in again.output
