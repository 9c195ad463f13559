"""crest.opus: two seconds of a notice as espeak-ng speaks it; FFmpeg's own decoder gives a crest of +12 dBFS back."""

from pathlib import Path

import av
import numpy as np
import pytest

from edge.core.errors import FinalError
from edge.workers import opus
from edge.workers.player.decode import blocks
from edge.workers.speech.opus_file import read_opus

CREST = Path(__file__).with_name("crest.opus")
LEVEL = 10 ** (-1.0 / 20)


def test_a_clip_comes_back_as_loud_as_it_was_written() -> None:
    sound = np.concatenate(list(read_opus(CREST)))
    assert 0.5 < np.abs(sound).max() < LEVEL
    assert sound.size == pytest.approx(2 * opus.RATE_HZ, abs=2000)


def test_the_horn_plays_the_same_samples() -> None:
    played = np.concatenate(list(blocks([str(CREST)], 0.0, 1)))
    written = np.concatenate(list(read_opus(CREST)))
    assert np.array_equal(played, np.round(written * 32_768).astype(np.int16))


@pytest.mark.parametrize(("codec", "layout", "words"), [("flac", "mono", "Opus"), ("libopus", "stereo", "2 kênh")])
def test_another_codec_or_two_channels_are_refused(tmp_path: Path, codec: str, layout: str, words: str) -> None:
    path = tmp_path / "other.ogg"
    with av.open(str(path), "w", format="ogg") as file:
        stream = file.add_stream(codec, rate=opus.RATE_HZ, layout=layout)
        form = stream.format.name
        frame = av.AudioFrame(format=form, layout=layout, samples=960)
        frame.sample_rate = opus.RATE_HZ
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        file.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(FinalError, match=words):
        list(opus.samples_of(str(path)))
