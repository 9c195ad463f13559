from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.workers.player.fake_card import FakeCard
from tests.tone import write_tone

MakeClip = Callable[[float], str]


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """A tone of so many seconds as an Ogg Opus file."""

    def make(seconds: float) -> str:
        return str(write_tone(tmp_path / f"tone-{seconds:g}.opus", seconds))

    return make


@pytest.fixture
def card(tmp_path: Path) -> Iterator[FakeCard]:
    card = FakeCard(tmp_path / "card.sock")
    yield card
    card.close()
