"""How a text sounds: voice, speed, accent, chimes, repeats, band, and clips that follow each other."""

import hashlib
import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest

from edge.core.errors import FinalError
from edge.kernel.wire.speech import Band, BankPrompt, BankPrompts, Render, Rendered, RenderFailed, SpeechSetup
from edge.workers.speech.band import BandFilter, limited_to_band
from edge.workers.speech.chime import chime, closing_chime
from edge.workers.speech.clip import sweep
from edge.workers.speech.loudness import Limiter, limited, speech_level
from edge.workers.speech.opus_file import read_opus
from edge.workers.speech.passages import passages, pause_after_s
from edge.workers.speech.peaks import CLIPPED_SHARE, clipped_share, true_peak_db
from edge.workers.speech.reel import Reel
from edge.workers.speech.studio import Studio
from edge.workers.speech.verdict import BadClipError, check_length
from edge.workers.speech.voices import Choir, Seat
from edge.workers.speech.wave import RATE_HZ, Wave, decibels, from_pcm, peak_db, rms_db, seconds, trimmed
from models.backends import voice_espeak
from models.base import Sound, Voice
from models.errors import VoiceError
from tests.workers.speech.bank import recorded_bank

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng: no voice to try")
WORDS = "nước sông đang lên nhanh, bà con thôn đông khẩn trương di dời."
ACCENTS = ("espeak:vi", "espeak:vi-vn-x-central", "espeak:vi-vn-x-south")


def studio(folder: Path, *voices: str, band: Band | None = None, bank: Path | None = None) -> Studio:
    sweep(folder, "speech")
    return Studio(SpeechSetup(str(folder), voices or ACCENTS, bank_folder=str(bank or ""), band=band or Band()))


def made(place: Studio, job: Render) -> Rendered:
    answer = place.render(job)
    assert isinstance(answer, Rendered), answer
    return answer


def sound(folder: Path, clip: Rendered) -> Wave:
    return np.concatenate(list(read_opus(folder / f"{clip.sha256}.opus")))


def share_db(wave: Wave, low_hz: float, high_hz: float) -> float:
    """How much of the power lies between two frequencies."""
    power = np.abs(np.fft.rfft(wave.astype(np.float64))) ** 2
    hz = np.fft.rfftfreq(wave.size, 1 / RATE_HZ)
    return float(10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].sum() / power.sum() + 1e-12))


@needs_espeak
@pytest.mark.parametrize("voice", ACCENTS)
def test_the_voice_that_is_named_speaks(tmp_path: Path, voice: str) -> None:
    assert made(studio(tmp_path), Render("j", WORDS, voice=voice)).voice == f"espeak-ng {voice[7:]}"


@needs_espeak
def test_a_voice_that_is_not_configured_is_refused_by_name(tmp_path: Path) -> None:
    answer = studio(tmp_path, "espeak:vi").render(Render("j", WORDS, voice="piper:co-gai"))
    assert answer == RenderFailed("j", "Hộp này không có giọng “piper:co-gai”.")


@needs_espeak
def test_slower_is_longer_and_as_loud(tmp_path: Path) -> None:
    place = studio(tmp_path)
    slow, usual, fast = (made(place, Render("j", WORDS, chime=False, speed=speed)) for speed in (0.6, 0.0, 1.6))
    assert slow.ms > 1.3 * usual.ms > 1.5 * fast.ms
    levels = [decibels(speech_level(sound(tmp_path, clip))) for clip in (slow, usual, fast)]
    assert max(levels) - min(levels) < 1.5


@needs_espeak
def test_chime_message_pause_message_and_closing_chime_are_one_clip(tmp_path: Path) -> None:
    place = studio(tmp_path)
    once = made(place, Render("j", WORDS, chime=False))
    whole = made(place, Render("j", WORDS, chime=True, closing_chime=True, times=3, pause_s=2.5))
    message_s = once.ms / 1000 - 0.15
    bells_s = seconds(chime()) + seconds(closing_chime())
    assert whole.ms / 1000 == pytest.approx(bells_s + 3 * message_s + 2 * 2.5 + 0.15, abs=0.05)
    wave = sound(tmp_path, whole)
    begins = [round((seconds(chime()) + time * (message_s + 2.5)) * RATE_HZ) for time in range(3)]
    first, second, third = (wave[begin : begin + round(message_s * RATE_HZ)] for begin in begins)
    assert np.corrcoef(first, second)[0, 1] > 0.95
    assert np.corrcoef(first, third)[0, 1] > 0.95
    assert rms_db(wave[begins[1] - round(2.3 * RATE_HZ) : begins[1] - round(0.2 * RATE_HZ)]) < -55


@needs_espeak
def test_only_what_a_horn_can_radiate_is_left(tmp_path: Path) -> None:
    place = studio(tmp_path, band=Band(300, 6000))
    wave = sound(tmp_path, made(place, Render("j", WORDS, chime=False)))
    assert share_db(wave, 0, 200) < -35
    assert share_db(wave, 6500, 24_000) < -40
    assert decibels(speech_level(wave)) == pytest.approx(-16, abs=2)


def test_a_band_cuts_steeply_and_leaves_its_inside_alone() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE_HZ * 2).astype(np.float32)
    made = limited_to_band(noise, 250, 7000)
    assert made.size == noise.size
    for low, high, least, most in ((0, 150, -60, -35), (330, 6900, -0.2, 0.2), (7200, 20_000, -70, -40)):
        change = share_db(made, low, high) + rms_db(made) - share_db(noise, low, high) - rms_db(noise)
        assert least < change < most, (low, high)
    wide = limited_to_band(noise, 0, 24_000)
    assert share_db(wide, 0, 100) + rms_db(wide) == pytest.approx(share_db(noise, 0, 100) + rms_db(noise), abs=0.2)


def test_a_band_fed_in_pieces_gives_the_same_sound() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, 50_000).astype(np.float32)
    band = BandFilter(250, 7000)
    parts = [band.feed(part) for part in np.split(noise, [10, 500, 600, 30_000])]
    assert np.allclose(np.concatenate([*parts, band.flush()]), limited_to_band(noise, 250, 7000), atol=1e-6)


def test_a_limiter_fed_in_pieces_gives_the_same_sound() -> None:
    wave = np.random.default_rng(4).normal(0, 0.2, 60_000).astype(np.float32)
    limiter = Limiter(0.3)
    parts = [limiter.feed(part) for part in np.split(wave, [3, 4000, 4001, 30_000, 30_050])]
    assert np.allclose(np.concatenate([*parts, limiter.flush()]), limited(wave, 0.3), atol=1e-6)


def test_a_peak_between_two_samples_is_seen() -> None:
    at = np.arange(4800)
    wave = (0.5 * np.sin(np.pi / 2 * at + np.pi / 4)).astype(np.float32)  # every sample 3 dB below the crest
    assert peak_db(wave) == pytest.approx(-9.03, abs=0.05)
    assert true_peak_db(wave) == pytest.approx(-6.02, abs=0.3)


@needs_espeak
@pytest.mark.parametrize("variant", list(voice_espeak.Variant))
def test_a_voice_that_was_cut_off_is_told_from_a_loud_one(variant: voice_espeak.Variant) -> None:
    speaker = voice_espeak.setup(voice_espeak.Settings(variant))
    voice = from_pcm(speaker.speak(WORDS), speaker.sample_rate_hz)
    voice /= np.abs(voice).max()
    assert clipped_share(voice) < CLIPPED_SHARE / 5
    assert clipped_share(np.clip(2 * voice, -1, 1)) > 1.5 * CLIPPED_SHARE
    assert clipped_share(np.clip(4 * voice, -1, 1) * np.float32(0.2)) > 1.5 * CLIPPED_SHARE


@needs_espeak
def test_clips_that_follow_each_other_make_no_click_and_the_gap_of_their_mark(tmp_path: Path) -> None:
    place = studio(tmp_path)
    texts = ("báo động", "hai,", "mực nước tại cầu treo là", "hai phẩy năm mét.", "bà con di dời ngay")
    clips = [made(place, Render(text, text, chime=False, joined=text != texts[-1])) for text in texts]
    waves = [sound(tmp_path, clip) for clip in clips]
    levels = [decibels(speech_level(wave)) for wave in waves]
    assert max(levels) - min(levels) < 3
    for wave, following, text in zip(waves, waves[1:], texts, strict=False):
        joint = np.concatenate([wave[-RATE_HZ // 50 :], following[: RATE_HZ // 50]])
        assert np.abs(np.diff(joint)).max() < 0.02
        gap = np.concatenate([wave, following])
        silent_s = longest_silence_s(gap, wave.size)
        assert pause_after_s(text) + 0.03 < silent_s < pause_after_s(text) + 0.25, text


def longest_silence_s(wave: Wave, around: int) -> float:
    loud = np.flatnonzero(np.abs(wave) > 0.01)
    before, after = loud[loud < around].max(), loud[loud >= around].min()
    return float(after - before) / RATE_HZ


def test_a_long_text_is_cut_where_one_breathes() -> None:
    text = "mời bà con đến nhà văn hóa. " * 60 + "một hai ba bốn, " * 60 + "năm " * 400
    pieces = passages(text, 200)
    assert max(map(len, pieces)) <= 200
    assert " ".join(pieces).split() == text.split()
    assert all(piece.endswith(".") for piece in pieces[:5])
    assert [pause_after_s(piece) for piece in ("a.", "a,", "a", "a! ")] == [0.40, 0.20, 0.0, 0.40]
    assert passages("…!?\n") == []
    assert passages("x" * 500, 200) == ["x" * 500]


@needs_espeak
def test_a_text_too_long_for_one_breath_is_one_clip(tmp_path: Path) -> None:
    one = made(studio(tmp_path), Render("j", WORDS, chime=False))
    clip = made(studio(tmp_path), Render("j", f"{WORDS} " * 22, chime=False))
    assert len(passages(f"{WORDS} " * 22)) > 2
    assert clip.ms == pytest.approx(22 * (one.ms + 250), rel=0.15)
    assert decibels(speech_level(sound(tmp_path, clip))) == pytest.approx(-16.5, abs=1)


def test_a_clip_that_nobody_would_listen_to_is_refused(tmp_path: Path) -> None:
    with Reel(tmp_path, 1.0) as reel, pytest.raises(FinalError, match="dài hơn"):
        reel.add(np.zeros(RATE_HZ + 1, np.float32))


class Sick:
    """A voice with a fault: it is handed another voice's sound and spoils it."""

    name, model_sha256 = "sick", "0" * 64

    def __init__(self, sound: Sound, rate_hz: int) -> None:
        self._sound = sound
        self.sample_rate_hz = rate_hz

    def speak(self, text: str, speed: float = 1.0) -> Sound:
        return self._sound


def spoiled(fault: str) -> Sick:
    """What each check is there for, planted in a real voice's sound."""
    healthy = voice_espeak.setup(voice_espeak.Settings())
    sound, rate_hz = healthy.speak(WORDS), healthy.sample_rate_hz
    if fault == "cut off":
        return Sick(sound[: sound.size // 4], rate_hz)
    if fault == "too long":
        return Sick(np.tile(sound, 4), rate_hz)
    if fault == "its rate taken for that of clips":
        return Sick(sound, RATE_HZ)
    if fault == "the rate of clips taken for its own":
        return Sick(sound, round(rate_hz**2 / RATE_HZ))
    if fault == "silent":
        return Sick(np.zeros_like(sound), rate_hz)
    middle = sound.size // 2
    return Sick(np.concatenate([sound[:middle], np.zeros(rate_hz * 12, np.int16), sound[middle:]]), rate_hz)


@needs_espeak
@pytest.mark.parametrize(
    "fault",
    [
        "cut off",
        "too long",
        "its rate taken for that of clips",
        "the rate of clips taken for its own",
        "silent",
        "stuck",
    ],
)
def test_a_voice_with_a_fault_is_found_out_and_the_next_one_speaks(fault: str) -> None:
    voices = {"sick": spoiled(fault), "espeak:vi": voice_espeak.setup(voice_espeak.Settings())}
    choir = Choir(("sick", "espeak:vi"), voices.__getitem__)

    def say(voice: Voice, _: Seat) -> str:
        speech = trimmed(from_pcm(voice.speak(WORDS), voice.sample_rate_hz))
        check_length(WORDS, 1.0, speech)
        return voice.name

    assert choir.perform(say) == "espeak-ng vi"
    assert choir.passed_over


def test_no_voice_at_all_is_a_reason() -> None:
    def refuse(_: Voice, __: Seat) -> None:
        raise BadClipError("Giọng đọc nói 0.1 giây.")

    with pytest.raises(VoiceError, match=r"0\.1 giây"):
        Choir(("sick",), lambda _: Sick(np.zeros(9, np.int16), 9)).perform(refuse)


@needs_espeak
def test_the_recorded_bank_speaks_what_it_holds_and_another_voice_the_rest(tmp_path: Path) -> None:
    prompts = recorded_bank(tmp_path / "bank", ("báo động hai", "thôn đông", "di dời ngay"))
    place = studio(tmp_path / "clips", "bank", "espeak:vi", bank=tmp_path / "bank")
    empty = made(place, Render("j", "báo động hai"))
    assert (empty.voice, empty.passed_over) == ("espeak-ng vi", "")
    assert made(place, Render("j", "báo động hai", voice="bank")).passed_over == "Chưa thu giọng của xã."
    place.put_bank(prompts)
    own = made(place, Render("j", "báo động hai. thôn đông di dời ngay!"))
    assert own.voice == "giọng thu của xã"
    assert own.passed_over == ""
    other = made(place, Render("j", "báo động hai. thôn tây di dời ngay!"))
    assert other.voice == "espeak-ng vi"
    assert other.passed_over == "Giọng thu của xã chưa có “thôn”, “tây”."
    assert made(place, Render("j", "thôn đông")).voice == "giọng thu của xã", "one unknown word puts no bank away"


@needs_espeak
def test_a_recording_that_was_changed_on_the_disk_does_not_sound(tmp_path: Path) -> None:
    prompts = recorded_bank(tmp_path / "bank", ("báo động hai", "thôn đông"))
    place = studio(tmp_path / "clips", "bank", "espeak:vi", bank=tmp_path / "bank")
    place.put_bank(prompts)
    (tmp_path / "bank" / f"{prompts.prompts[1].sha256}.wav").write_bytes(b"RIFF")
    answer = made(place, Render("j", "thôn đông"))
    assert answer.voice == "espeak-ng vi"
    assert "đã bị sửa" in answer.passed_over


@needs_espeak
def test_the_bank_has_the_hash_of_its_recordings(tmp_path: Path) -> None:
    both = recorded_bank(tmp_path / "bank", ("báo động hai", "thôn đông"))
    place = studio(tmp_path / "clips", "bank", "espeak:vi", bank=tmp_path / "bank")
    hashes = []
    for prompts in (both, BankPrompts(both.prompts[::-1]), BankPrompts(both.prompts[:1])):
        place.put_bank(prompts)
        hashes.append(made(place, Render("j", "báo động hai")).model_sha256)
    assert hashes[0] == hashes[1] != hashes[2]
    lines = "\n".join(sorted(f"{prompt.words}\t{prompt.sha256}" for prompt in both.prompts))
    assert hashes[0] == hashlib.sha256(lines.encode()).hexdigest()


@needs_espeak
def test_words_of_the_bank_are_joined_without_clicks_and_marks_are_heard(tmp_path: Path) -> None:
    digits = ("không", "một", "hai", "ba", "bốn", "năm")
    place = studio(tmp_path / "clips", "bank", bank=tmp_path / "bank")
    place.put_bank(recorded_bank(tmp_path / "bank", digits))
    lengths = {}
    for mark in ("", ",", "."):
        text = f"{mark} ".join(digits)
        clip = made(place, Render("j", text, chime=False))
        lengths[mark] = clip.ms
        assert np.abs(np.diff(sound(tmp_path / "clips", clip))).max() < 0.35
    assert lengths[","] == pytest.approx(lengths[""] + 5 * 270, abs=60)
    assert lengths["."] == pytest.approx(lengths[""] + 5 * 520, abs=60)


def test_styles_of_one_text_are_different_clips(tmp_path: Path) -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("no espeak-ng: no voice to try")
    place = studio(tmp_path)
    ways = itertools.product((True, False), (True, False))
    names = {made(place, Render("j", WORDS, first, last)).sha256 for first, last in ways}
    assert len(names) == 4


def test_prompts_are_named_as_the_wire_says() -> None:
    assert BankPrompt("một", "0" * 64) == BankPrompts((BankPrompt("một", "0" * 64),)).prompts[0]
