import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.workers.player.fake_card import FakeCard

MakeClip = Callable[[float], str]


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """A tone of so many seconds as an Ogg Opus file."""

    def make(seconds: float) -> str:
        path = tmp_path / f"tone-{seconds:g}.opus"
        tone = f"sine=frequency=440:sample_rate=48000:duration={seconds}"
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            tone,
            "-c:a",
            "libopus",
            "-b:a",
            "24k",
            str(path),
        ]
        subprocess.run(command, check=True, timeout=20)
        return str(path)

    return make


@pytest.fixture
def card(tmp_path: Path) -> Iterator[FakeCard]:
    card = FakeCard(tmp_path / "card.sock")
    yield card
    card.close()
