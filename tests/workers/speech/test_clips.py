"""Sound and files, measured by sox where it is installed: another program than the one that made them."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from edge.core.errors import FinalError
from edge.kernel.wire.speech import Render, Rendered, RenderFailed, SpeechSetup
from edge.workers.speech.chime import chime
from edge.workers.speech.clip import UNFINISHED, store_clip, sweep
from edge.workers.speech.loudness import CEILING_DB, TARGET_DB, levelled, limited, speech_level
from edge.workers.speech.opus_file import read_opus
from edge.workers.speech.studio import Studio
from edge.workers.speech.verdict import BadClipError, Expected, check_decoded, check_length, plausible_s
from edge.workers.speech.wave import RATE_HZ, Wave, decibels, from_pcm, peak_db, rms_db, seconds, silence, trimmed

NOTICE = (
    "Ủy ban nhân dân xã thông báo. Mực nước sông Thương đang lên nhanh, đề nghị bà con thôn Đông khẩn trương "
    "di dời tài sản và người già, trẻ em đến nơi an toàn trước bảy giờ tối nay."
)
needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng: no voice to try")
needs_sox = pytest.mark.skipif(
    shutil.which("sox") is None or shutil.which("ffmpeg") is None, reason="no sox or ffmpeg to measure with"
)


def tone(length_s: float, level: float = 0.3, hz: float = 440.0) -> Wave:
    at_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    return (level * np.sin(2 * np.pi * hz * at_s)).astype(np.float32)


def studio(folder: Path, *voices: str) -> Studio:
    sweep(folder, "speech")
    return Studio(SpeechSetup(str(folder), voices or ("espeak:vi",)))


@needs_espeak
@needs_sox
@pytest.mark.parametrize("with_chime", [True, False])
def test_sox_finds_a_spoken_clip_loud_unclipped_and_without_dead_air(tmp_path: Path, with_chime: bool) -> None:
    made = studio(tmp_path).render(Render("j1", NOTICE, with_chime))
    assert isinstance(made, Rendered)
    figures = _sox(tmp_path / f"{made.sha256}.opus", tmp_path)
    assert -6.0 < figures["Pk lev dB"] < -1.0
    assert figures["RMS lev dB"] == pytest.approx(-16.5, abs=2.0)
    assert figures["Flat factor"] == pytest.approx(0.0, abs=0.01)
    assert figures["Length s"] == pytest.approx(made.ms / 1000, abs=0.02)
    assert figures["RMS lev dB"] == pytest.approx(made.rms_db, abs=0.1)
    assert figures["Pk lev dB"] == pytest.approx(made.peak_db, abs=0.1)
    assert 9 < figures["Length s"] < 16
    assert made.bytes * 8 / figures["Length s"] < 34_000


@needs_espeak
def test_clip_is_named_by_its_hash_and_the_same_words_give_the_same_clip(tmp_path: Path) -> None:
    first, second = (studio(tmp_path).render(Render(job, "Báo động hai", True)) for job in ("a", "b"))
    assert isinstance(first, Rendered)
    assert isinstance(second, Rendered)
    content = (tmp_path / f"{first.sha256}.opus").read_bytes()
    assert hashlib.sha256(content).hexdigest() == first.sha256 == second.sha256
    assert len(content) == first.bytes
    assert content.startswith(b"OggS")
    assert [path.name for path in tmp_path.iterdir()] == [f"{first.sha256}.opus"]


@needs_espeak
def test_begin_and_end_are_neither_cut_off_nor_silent_for_long(tmp_path: Path) -> None:
    made = studio(tmp_path).render(Render("j1", NOTICE, chime=False))
    assert isinstance(made, Rendered)
    wave = np.concatenate(list(read_opus(tmp_path / f"{made.sha256}.opus")))
    quiet = np.abs(wave) < 0.01
    assert np.argmin(quiet) / RATE_HZ < 0.15
    assert 0.1 < np.argmin(quiet[::-1]) / RATE_HZ < 0.4


@needs_espeak
@pytest.mark.parametrize("broken", ["piper:/nowhere/vi.onnx", "piper:RUBBISH", "espeak:klingon", "robot:x", ""])
def test_voice_that_cannot_be_opened_is_passed_over_and_named(tmp_path: Path, broken: str) -> None:
    rubbish = tmp_path / "vi.onnx"
    rubbish.write_bytes(b"\x08\x01not a model" * 100)
    place = studio(tmp_path / "clips", broken.replace("RUBBISH", str(rubbish)), "espeak:vi")
    place.try_voices()
    health = place.health()
    assert health.voice == "espeak-ng vi"
    assert health.detail
    made = place.render(Render("j1", "Có người lạ vào trạm bơm", chime=False))
    assert isinstance(made, Rendered)
    assert made.voice == "espeak-ng vi"


def test_without_any_voice_each_job_fails_in_a_sentence(tmp_path: Path) -> None:
    for voices in (("piper:/nowhere/vi.onnx",), ("robot:x", "espeak:klingon")):
        place = studio(tmp_path, *voices)
        place.try_voices()
        assert place.health().voice == ""
        failed = place.render(Render("j1", "Báo động", chime=True))
        assert isinstance(failed, RenderFailed)
        assert failed.job == "j1"
        assert failed.reason.endswith(".")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "???", "— … !", "🙂🙂", "\u200b"])
def test_text_without_words_is_refused(tmp_path: Path, text: str) -> None:
    failed = studio(tmp_path).render(Render("j1", text))
    assert failed == RenderFailed("j1", "Văn bản không có chữ nào để đọc.")


def test_disk_that_refuses_is_a_reason_and_leaves_nothing(tmp_path: Path) -> None:
    place = studio(tmp_path / "clips")
    (tmp_path / "clips").rmdir()
    failed = place.render(Render("j1", "Báo động", chime=False))
    assert isinstance(failed, RenderFailed)
    assert not (tmp_path / "clips").exists()


def test_half_written_clips_of_a_killed_process_are_swept_away(tmp_path: Path) -> None:
    (tmp_path / f"speech.deadbeef{UNFINISHED}").write_bytes(b"half")
    (tmp_path / "kept.opus").write_bytes(b"whole")
    sweep(tmp_path, "speech")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.opus"]


def test_what_another_child_is_writing_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"speech-alarms.deadbeef{UNFINISHED}").write_bytes(b"half")
    sweep(tmp_path, "speech")
    assert len(list(tmp_path.iterdir())) == 1


def test_hiss_and_shout_come_out_equally_loud() -> None:
    noise = np.random.default_rng(3)
    for loudness in (0.003, 0.1, 0.99):
        syllables = [tone(0.2, loudness, 200 + 10 * n) * noise.uniform(0.3, 1) for n in range(20)]
        wave = levelled(np.concatenate([part for one in syllables for part in (one, silence(0.1))]))
        assert decibels(speech_level(wave)) == pytest.approx(TARGET_DB, abs=0.3)
        assert peak_db(wave) <= CEILING_DB + 0.01


def test_limiter_turns_peaks_down_without_a_kink() -> None:
    wave = tone(1.0, 0.1)
    wave[24_000:24_100] *= 8
    made = limited(wave, 0.25)
    assert np.abs(made).max() <= 0.25
    assert np.abs(made[:20_000] - wave[:20_000]).max() < 1e-6
    gain = made[wave != 0] / wave[wave != 0]
    assert np.abs(np.diff(gain)).max() < 0.01


def test_silence_is_trimmed_and_pure_silence_gives_nothing() -> None:
    wave = np.concatenate([silence(1.0), tone(0.5), silence(2.0)])
    assert seconds(trimmed(wave)) == pytest.approx(0.58, abs=0.03)
    assert trimmed(silence(1.0)).size == 0
    assert trimmed(silence(0)).size == 0


def test_resampling_keeps_length_and_level() -> None:
    pcm = (np.sin(np.arange(22_050) * 2 * np.pi * 440 / 22_050) * 16_384).astype(np.int16)
    wave = from_pcm(pcm, 22_050)
    assert seconds(wave) == pytest.approx(1.0, abs=0.002)
    assert rms_db(wave) == pytest.approx(-9.03, abs=0.1)


def test_chime_is_short_soft_and_ends_in_silence() -> None:
    bell = chime()
    assert seconds(bell) == pytest.approx(1.45, abs=0.01)
    assert -8 < peak_db(bell) < -6
    assert abs(float(bell[0])) < 0.001
    assert np.abs(bell[-1000:]).max() == 0
    assert np.abs(np.diff(bell)).max() < 0.2


@pytest.mark.parametrize(
    ("sent", "decoded", "reason"),
    [
        (tone(3), tone(1), "dài"),
        (tone(3), tone(3, 1.0), "vỡ"),
        (tone(3), tone(3, 0.01), "độ to"),
        (tone(3), silence(3), "độ to"),
        (tone(3), np.concatenate([tone(0.4), silence(2.2), tone(0.4)]), "im lặng 2.2 giây liền"),
        (tone(4), np.concatenate([tone(0.2), silence(0.8)] * 4), "phần lớn là im lặng"),
    ],
)
def test_bad_clip_is_refused_with_its_reason(sent: Wave, decoded: Wave, reason: str) -> None:
    with pytest.raises(BadClipError, match=reason):
        check_decoded(Expected(seconds(sent)), iter([decoded]))


def test_a_silence_that_was_put_in_on_purpose_is_no_fault() -> None:
    wave = np.concatenate([tone(2), silence(5), tone(2)])
    check_decoded(Expected(9.0, 5.0, 5.0), iter([wave]))


def test_a_file_is_heard_the_same_however_it_comes_in_pieces() -> None:
    wave = np.concatenate([tone(1.3), silence(0.3), tone(2.1)])
    whole = check_decoded(Expected(seconds(wave)), iter([wave]))
    pieces = check_decoded(Expected(seconds(wave)), np.split(wave, [777, 20_000, 20_001, 99_000]))
    assert pieces == whole


@pytest.mark.parametrize(("codec", "rate_hz", "layout"), [("libopus", 48_000, "stereo"), ("flac", 44_100, "mono")])
def test_a_file_that_is_no_clip_of_ours_is_not_read(tmp_path: Path, codec: str, rate_hz: int, layout: str) -> None:
    path = tmp_path / "foreign"
    with av.open(str(path), "w", format="ogg") as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout)
        frame = av.AudioFrame(format="s16", layout=layout, samples=960)
        frame.sample_rate = rate_hz
        out.mux([packet for part in (frame, None) for packet in stream.encode(part)])
    with pytest.raises(FinalError):
        list(read_opus(path))


def test_refused_sound_never_gets_a_name(tmp_path: Path) -> None:
    with pytest.raises(FinalError):
        store_clip(tmp_path, "speech", "j1", [silence(2.0)], Expected(2.0))
    assert not list(tmp_path.iterdir())
    store_clip(tmp_path, "speech", "j1", [levelled(tone(2.0))], Expected(2.0))
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("length_s", "good"), [(0.5, False), (3.0, True), (30.0, False)])
def test_voice_that_swallows_words_or_runs_on_is_refused(length_s: float, good: bool) -> None:
    text = "một hai ba bốn năm sáu bảy tám chín mười"
    if good:
        check_length(text, 1.0, tone(length_s))
        return
    with pytest.raises(BadClipError):
        check_length(text, 1.0, tone(length_s))


def test_faster_speech_may_be_shorter() -> None:
    assert plausible_s("một hai ba", 2.0)[0] == pytest.approx(plausible_s("một hai ba", 1.0)[0] / 2)


def _sox(clip: Path, folder: Path) -> dict[str, float]:
    wav = folder / "measured.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", clip, wav], check=True, timeout=30)
    said = subprocess.run(["sox", wav, "-n", "stats"], check=True, timeout=30, capture_output=True, text=True).stderr
    return {name.strip(): float(value) for name, value in re.findall(r"^(\D+?)\s{2,}(-?[\d.]+)$", said, re.MULTILINE)}
