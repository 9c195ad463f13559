"""Files that people bring: every usual format, and none that is too long, too large, broken or something else."""

import resource
import wave as wave_file
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from edge.core.errors import FinalError
from edge.kernel.wire.speech import Band, FromIntake, TakeClip, TakeFailed, Taken, TakePrompt
from edge.workers.speech import foreign, upload
from edge.workers.speech.opus_file import read_opus
from edge.workers.speech.prompt import take_prompt
from edge.workers.speech.upload import take_clip
from edge.workers.speech.wave import RATE_HZ, Wave, from_pcm, seconds
from models.backends import voice_espeak
from tests.workers.child_process import started
from tests.workers.speech.bank import said
from tests.workers.speech.test_styles import needs_espeak

FORMATS = {
    "mp3": ("mp3", "libmp3lame"),
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "m4a": ("mp4", "aac"),
    "opus": ("ogg", "libopus"),
    "webm": ("webm", "libopus"),
}


def music(length_s: float, level: float = 0.5) -> Wave:
    """Chords that swell, with silence at both ends."""
    at_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * at_s) for hz in (220, 277, 330, 1760)) / 4
    swelling = chord * (0.55 + 0.45 * np.sin(2 * np.pi * 0.7 * at_s))
    return (level * np.concatenate([np.zeros(RATE_HZ // 2), swelling, np.zeros(RATE_HZ)])).astype(np.float32)


def write(path: Path, waves: list[Wave], kind: str) -> Path:
    """The sounds as streams of one file; ``waves`` are at 48 kHz."""
    container, codec = FORMATS[kind]
    with av.open(str(path), "w", format=container) as out:
        streams = [out.add_stream(codec, rate=RATE_HZ, layout="stereo") for _ in waves]
        for stream, wave in zip(streams, waves, strict=True):
            frame = av.AudioFrame.from_ndarray(np.stack([wave, wave * 0.7]), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
            resampler = av.AudioResampler(
                stream.codec_context.format.name, "stereo", RATE_HZ, stream.frame_size or 1024
            )
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(stream.encode(part))
            out.mux(stream.encode(None))
    return path


def wish(folder: Path, source: Path) -> TakeClip:
    return TakeClip(str(source), str(folder), Band())


@pytest.mark.parametrize("kind", FORMATS)
def test_every_usual_format_becomes_a_clip_as_loud_as_speech(tmp_path: Path, kind: str) -> None:
    made = take_clip(wish(tmp_path, write(tmp_path / "brought", [music(4.0, 0.1)], kind)))
    wave = np.concatenate(list(read_opus(tmp_path / f"{made.sha256}.opus")))
    assert made.ms / 1000 == pytest.approx(4.0 + 0.4 + 0.15, abs=0.1)  # silence at the ends is gone but for 0.2 s
    assert made.rms_db == pytest.approx(-17, abs=2)
    assert made.peak_db < -1
    assert abs(float(wave[0])) < 0.001


def test_dynamics_of_music_are_kept(tmp_path: Path) -> None:
    loud, soft = music(3.0, 0.5), music(3.0, 0.05)
    made = take_clip(wish(tmp_path, write(tmp_path / "brought", [np.concatenate([loud, soft])], "flac")))
    wave = np.concatenate(list(read_opus(tmp_path / f"{made.sha256}.opus")))
    middle = round(3.95 * RATE_HZ)
    ratio_db = 20 * np.log10(np.std(wave[:middle]) / np.std(wave[middle:]))
    assert ratio_db == pytest.approx(20, abs=2)


def text(path: Path) -> Path:
    path.write_text("đây là chữ\n" * 1000)
    return path


def playlist(path: Path) -> Path:
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    return path


def joined_files(path: Path) -> Path:
    path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    return path


def two_sounds(path: Path) -> Path:
    return write(path, [music(1), music(1)], "m4a")


def film(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("h264", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        out.mux(stream.encode(None))
    return path


def silent(path: Path) -> Path:
    return write(path, [np.zeros(RATE_HZ * 3, np.float32)], "wav")


def cut_in_half(path: Path) -> Path:
    write(path, [music(3)], "m4a")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def square(path: Path) -> Path:
    return write(path, [np.sign(music(3)).astype(np.float32)], "wav")


def long_pause(path: Path) -> Path:
    return write(path, [np.concatenate([music(3), np.zeros(RATE_HZ * 12, np.float32), music(12)])], "flac")


def empty(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (text, "không phải tệp âm thanh"),
        (playlist, "không phải tệp âm thanh"),
        (joined_files, "không phải tệp âm thanh"),
        (cut_in_half, "không phải tệp âm thanh"),
        (two_sounds, "2 luồng tiếng"),
        (film, "là phim"),
        (silent, "không nghe thấy gì"),
        (square, "bị vỡ"),
        (long_pause, "im lặng"),
        (empty, "trống"),
        (lambda path: path, "trống"),
    ],
)
def test_a_file_that_is_no_good_is_refused_in_a_sentence(
    tmp_path: Path, bad: Callable[[Path], Path], reason: str
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    with pytest.raises(FinalError, match=reason):
        take_clip(wish(folder, bad(tmp_path / "brought")))
    assert not list(folder.iterdir())


def test_length_is_counted_and_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "LONGEST_S", 2.0)
    with pytest.raises(FinalError, match="dài hơn 2 giây"):
        take_clip(wish(tmp_path, write(tmp_path / "brought", [music(3)], "mp3")))
    assert not list(tmp_path.glob("*.opus"))


def test_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MOST_BYTES", 1000)
    with pytest.raises(FinalError, match="Tệp nặng"):
        take_clip(wish(tmp_path, write(tmp_path / "brought", [music(1)], "wav")))


def test_a_picture_inside_a_music_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "brought"
    with av.open(str(path), "w", format="mp3") as out:
        sound = out.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        cover = out.add_stream("png", rate=1)
        cover.width = cover.height = 16
        cover.pix_fmt = "rgb24"
        cover.disposition = av.stream.Disposition.attached_pic
        out.mux(cover.encode(av.VideoFrame(16, 16, "rgb24")))
        frame = av.AudioFrame.from_ndarray(music(2)[None, :], format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        out.mux([packet for part in (frame, None) for packet in sound.encode(part)])
    assert take_clip(wish(tmp_path, path)).ms > 2000


@needs_espeak
def test_a_prompt_is_trimmed_levelled_and_kept_as_it_will_sound(tmp_path: Path) -> None:
    source = said(tmp_path / "said.wav", "báo động hai", "-a", "30")
    made = take_prompt(TakePrompt(str(source), "báo động hai", str(tmp_path), Band()))
    with wave_file.open(str(tmp_path / f"{made.sha256}.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert made.ms == pytest.approx(pcm.size / 48, abs=1)
    assert made.rms_db == pytest.approx(-19, abs=1.5)
    assert made.peak_db <= -3.9
    assert [path.suffix for path in tmp_path.iterdir() if path != source] == [".wav"]


def spoken(words: str) -> Wave:
    voice = voice_espeak.setup(voice_espeak.Settings())
    wave = from_pcm(voice.speak(words), voice.sample_rate_hz)
    room = np.zeros(RATE_HZ // 2, np.float32)
    return np.concatenate([room, wave / np.abs(wave).max() * 0.5, room]).astype(np.float32)


def faint(words: str) -> Wave:
    return spoken(words) * np.float32(0.002)


def shouted(words: str) -> Wave:
    return np.clip(spoken(words) * 6, -1, 1)


def in_a_market(words: str) -> Wave:
    wave = spoken(words)
    return (wave + np.random.default_rng(1).normal(0, 0.04, wave.size)).astype(np.float32)


@needs_espeak
@pytest.mark.parametrize("kind", ["wav", "webm"])
@pytest.mark.parametrize(
    ("wave", "words", "reason"),
    [
        (faint, "báo động hai", "Không nghe thấy"),
        (shouted, "báo động hai", "bị vỡ"),
        (in_a_market, "báo động hai", "ồn quá"),
        (spoken, "báo động hai xin bà con thôn đông di dời ngay", "đọc đủ lời"),
    ],
)
def test_a_prompt_that_is_no_good_is_refused_and_says_what_to_do(
    tmp_path: Path, wave: Callable[[str], Wave], words: str, reason: str, kind: str
) -> None:
    source = write(tmp_path / "brought", [wave("báo động hai")], kind)
    with pytest.raises(FinalError, match=reason):
        take_prompt(TakePrompt(str(source), words, str(tmp_path), Band()))


@needs_espeak
def test_a_prompt_with_more_in_it_than_its_words_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "brought", [spoken("một hai ba bốn năm sáu bảy tám")], "wav")
    with pytest.raises(FinalError, match="chỉ đọc đúng lời này"):
        take_prompt(TakePrompt(str(source), "một", str(tmp_path), Band()))


async def test_the_process_takes_one_file_and_ends(tmp_path: Path) -> None:
    source = write(tmp_path / "brought", [music(2)], "mp3")
    async with started("edge.workers.speech.intake", FromIntake) as child:
        await child.channel.send(wish(tmp_path, source))
        made = await child.hear(Taken)
        assert (tmp_path / f"{made.sha256}.opus").stat().st_size == made.bytes
        assert await child.ended(3.0) == 0


async def test_the_process_is_bounded_and_refuses_in_a_sentence(tmp_path: Path) -> None:
    async with started("edge.workers.speech.intake", FromIntake) as child:
        limits = psutil.Process(child.process.pid)
        await child.channel.send(wish(tmp_path, text(tmp_path / "brought")))
        refused = await child.hear(TakeFailed)
        assert limits.rlimit(resource.RLIMIT_AS)[0] == 2 * 1024**3
    assert "không phải tệp âm thanh" in refused.reason


def test_seconds_are_seconds() -> None:
    assert seconds(music(2)) == pytest.approx(3.5)
