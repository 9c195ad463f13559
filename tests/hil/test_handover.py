"""Scenario scripts, the bench file and the page that is signed; the whole of it once on the simulated commune."""

import contextlib
import json
import os
import shutil
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from edge.core.errors import MisconfiguredError
from hil.handover import report, spectrogram
from hil.handover.asking import Nobody
from hil.handover.bench_file import Bench, load
from hil.handover.cli import LEFT, SCENARIOS, hil
from hil.handover.ears import MicrophoneEar, PersonEar, first_long, loud_windows
from hil.handover.evidence import Picture, Played, Seen
from hil.handover.running import DO, all_heard
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


RATE = 16_000


def place_with(*sounds: tuple[float, float, float], whole_s: float) -> NDArray[np.float64]:
    """A quiet place; ``sounds``: from, to, loudness."""
    samples = 0.001 * np.random.default_rng(1).standard_normal(round(RATE * whole_s))
    for begin, end, loudness in sounds:
        at = slice(round(begin * RATE), round(end * RATE))
        samples[at] += loudness * np.sin(2 * np.pi * 700 * np.arange(len(samples[at])) / RATE)
    return samples


@pytest.mark.parametrize(
    ("sounds", "heard_at"),
    [
        (((3.0, 8.0, 0.3),), 30),
        (((3.0, 3.3, 0.3),), None),  # a cough
        (((3.0, 8.0, 0.002),), None),  # far away
        (((1.2, 1.5, 0.3), (4.0, 8.0, 0.3)), 40),
        ((), None),
    ],
)
def test_a_horn_is_told_from_a_passing_noise(
    sounds: tuple[tuple[float, float, float], ...], heard_at: int | None
) -> None:
    loud = loud_windows(place_with(*sounds, whole_s=10.0))
    first = first_long(loud, 10)
    assert first is None if heard_at is None else first == pytest.approx(heard_at, abs=1)


def test_a_horn_that_does_not_stop_is_never_quiet() -> None:
    loud = loud_windows(place_with((2.0, 60.0, 0.3), whole_s=60.0))
    assert loud[25:].all()


@pytest.mark.skipif(shutil.which("arecord") is None, reason="alsa-utils not installed: no microphone can be opened")
def test_a_microphone_hears_a_horn_and_its_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = (place_with((2.0, 4.5, 0.3), whole_s=20.0) * 32767).astype("<i2").tobytes()
    pipe = tmp_path / "said.raw"
    os.mkfifo(pipe)
    (tmp_path / "asound.conf").write_text(
        f'pcm.said {{ type file slave.pcm null file /dev/null infile "{pipe}" format raw }}'
    )
    monkeypatch.setenv("ALSA_CONFIG_PATH", f"/usr/share/alsa/alsa.conf:{tmp_path}/asound.conf")
    monkeypatch.setattr("hil.handover.ears.LONGEST_S", 30)  # ALSA's null device does not wait for the clock

    def speaks() -> None:
        with contextlib.suppress(BrokenPipeError), pipe.open("wb") as stream:
            for at in range(0, len(said), RATE // 5):
                stream.write(said[at : at + RATE // 5])
                stream.flush()
                time.sleep(0.1)

    speaker = threading.Thread(target=speaks, daemon=True)
    speaker.start()
    ear = MicrophoneEar("loa-1", "said", tmp_path / "ear.raw")
    ear.begin()
    try:
        since = time.monotonic()
        heard = ear.heard(since, since + 15.0)
        assert heard.yes, heard
        assert heard.after_s == pytest.approx(1.0, abs=0.7)
        assert ear.quiet(since + 15.0).yes
    finally:
        ear.end()
    assert not ear.quiet(time.monotonic() + 1.0).yes, "a microphone that hears nothing any more knows of no silence"
    speaker.join(5.0)


def test_a_horn_that_nobody_could_listen_to_is_neither_held_nor_failed() -> None:
    ear = PersonEar("loa-1", "loa-1", Nobody())
    step = Step(1, "nghe tất cả trong 5 giây", "hear", {"who": "tất cả", "s": "5"})
    seen = Seen(step, done=True)
    seen.ok = all_heard(seen, {"loa-1": ear.heard(0.0, 1.0)})
    played = Played(Script("Thử", Path("thu.txt"), (step,)), "29/11/2026", [seen])
    assert (seen.ok, seen.done, played.ok, played.failed, played.said) == (True, False, False, False, "chưa đủ")


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
    assert done.exit_code == LEFT, done.output
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
