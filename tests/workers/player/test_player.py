import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.core.jitter import MOST_MS
from edge.core.talk import FRAMES
from edge.kernel.wire import CHANNEL_FD, Beat, BlockingChannel, Hello, Message
from edge.kernel.wire.player import (
    Finished,
    Frames,
    FromPlayer,
    Go,
    Listen,
    Play,
    PlayerSetup,
    PlayFailed,
    Started,
    StopPlaying,
)
from edge.workers.player.fake_card import FakeCard
from hil.talker import opus_frames, tone_blocks

MakeClip = Callable[[float], str]


class Player:
    """A real player process, spoken to as the node does."""

    def __init__(self, setup: PlayerSetup, env: dict[str, str]) -> None:
        self.sock, theirs = socket.socketpair()
        with theirs:
            fd = theirs.fileno()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "edge.workers.player"],
                pass_fds=(fd,),
                env={**os.environ, **env, CHANNEL_FD: str(fd)},
            )
        self.sock.settimeout(15)
        self._channel: BlockingChannel[Any, msgspec.Struct] = BlockingChannel(self.sock, FromPlayer)  # type: ignore[arg-type]  # a union of messages
        self.send(setup)
        assert isinstance(self.next(), Hello)

    def send(self, message: Message) -> None:
        self._channel.send(message)

    def next(self) -> object:
        while isinstance(message := self._channel.receive(), Beat):
            pass
        return message

    def raw(self) -> object:
        """Beats too."""
        return self._channel.receive()

    def started(self) -> Started:
        message = self.next()
        assert isinstance(message, Started), message
        return message

    def finished(self) -> Finished:
        message = self.next()
        assert isinstance(message, Finished), message
        return message

    def failed(self) -> PlayFailed:
        message = self.next()
        assert isinstance(message, PlayFailed), message
        return message


@contextmanager
def running(setup: PlayerSetup, **env: str) -> Iterator[Player]:
    player = Player(setup, env)
    try:
        yield player
    finally:
        player.sock.close()
        player.process.wait(5)


@pytest.fixture
def player(card: FakeCard) -> Iterator[Player]:
    with running(PlayerSetup("unix", {"path": card.path})) as player:
        yield player


def test_a_clip_sounds_in_real_time_and_is_reported_with_its_level(
    player: Player, card: FakeCard, make_clip: MakeClip
) -> None:
    clip = make_clip(1.0)
    asked = time.monotonic()
    player.send(Play(1, (clip,)))
    first_sample_s = player.started().steady - asked
    done = player.finished()
    took_s = time.monotonic() - asked
    assert first_sample_s < 0.3
    assert 0.95 < took_s < 1.6
    assert 950 <= done.played_ms <= 1050
    assert card.ms == done.played_ms
    assert -25 < done.rms_db < -15  # a sine of lavfi has 1/8 of full scale
    assert done.rms_db < done.peak_db < -10


def test_clips_follow_each_other_and_are_repeated(player: Player, card: FakeCard, make_clip: MakeClip) -> None:
    player.send(Play(1, (make_clip(0.2), make_clip(0.3)), repeat=2))
    player.started()
    assert 950 <= player.finished().played_ms <= 1100
    assert card.ms >= 950


def test_gain_makes_it_louder_by_that_many_decibels(player: Player, make_clip: MakeClip) -> None:
    levels = []
    for job, gain_db in enumerate((0.0, 6.0)):
        player.send(Play(job, (make_clip(0.3),), gain_db=gain_db))
        player.started()
        levels.append(player.finished().rms_db)
    assert levels[1] - levels[0] == pytest.approx(6.0, abs=0.2)


def test_stop_is_silence_within_half_a_second(player: Player, card: FakeCard, make_clip: MakeClip) -> None:
    player.send(Play(1, (make_clip(5.0),)))
    player.started()
    time.sleep(0.5)
    stopped = time.monotonic()
    player.send(StopPlaying(1))
    done = player.finished()
    assert time.monotonic() - stopped < 0.2
    assert card.heard[-1].steady - stopped < 0.2
    assert 500 <= done.played_ms <= 800


def test_it_never_runs_more_than_an_eighth_of_a_second_ahead(
    player: Player, card: FakeCard, make_clip: MakeClip
) -> None:
    player.send(Play(1, (make_clip(1.0),)))
    began = player.started().steady
    player.finished()
    sent_ms = 0
    for piece in card.heard:
        assert sent_ms - (piece.steady - began) * 1000 <= 130
        sent_ms += len(piece.data) // 96


def test_a_held_job_sounds_at_its_instant_and_not_before(player: Player, card: FakeCard, make_clip: MakeClip) -> None:
    off_ms = []
    for job in range(8):
        card.heard.clear()
        player.send(Play(job, (make_clip(0.2),), held=True))
        instant = time.monotonic() + 0.25 + job * 0.0137
        player.send(Go(job, instant))
        assert player.started().steady == pytest.approx(instant, abs=0.001)
        player.finished()
        off_ms.append((card.first_sample_steady - instant) * 1000)
    assert max(off_ms) - min(off_ms) < 5  # an Opus clip itself may begin with a silent sample or two
    assert -1 < min(off_ms) <= max(off_ms) < 8


def test_a_held_job_whose_instant_has_passed_sounds_at_once_and_whole(
    player: Player, card: FakeCard, make_clip: MakeClip
) -> None:
    player.send(Play(1, (make_clip(0.2),), held=True))
    time.sleep(0.2)
    assert card.heard == []
    told = time.monotonic()
    player.send(Go(1, told - 1.0))
    assert player.started().steady - told < 0.05
    done = player.finished()
    assert card.ms == done.played_ms


def test_a_held_job_can_be_stopped_before_its_word(player: Player, card: FakeCard, make_clip: MakeClip) -> None:
    player.send(Play(1, (make_clip(0.2),), held=True))
    time.sleep(0.1)
    player.send(StopPlaying(1))
    assert player.finished().played_ms == 0
    assert card.heard == []


def test_nothing_is_written_when_idle(player: Player, card: FakeCard) -> None:
    time.sleep(0.3)
    assert player.process.poll() is None
    assert card.heard == []


def test_a_new_job_ends_the_old_one(player: Player, make_clip: MakeClip) -> None:
    player.send(Play(1, (make_clip(5.0),)))
    player.started()
    player.send(Play(2, (make_clip(0.2),)))
    assert player.finished().job == 1
    assert player.started().job == 2
    assert player.finished().job == 2


def test_a_file_that_is_no_clip_fails_and_the_next_one_plays(
    player: Player, tmp_path: Path, make_clip: MakeClip
) -> None:
    rubbish = tmp_path / "rubbish.opus"
    rubbish.write_bytes(os.urandom(5000))
    player.send(Play(1, (str(rubbish),)))
    assert "rubbish.opus" in player.failed().reason
    player.send(Play(2, (make_clip(0.2),)))
    player.started()
    assert player.finished().job == 2


def test_a_missing_sound_card_fails(tmp_path: Path, make_clip: MakeClip) -> None:
    with running(PlayerSetup("unix", {"path": str(tmp_path / "absent.sock")})) as player:
        player.send(Play(1, (make_clip(0.2),)))
        assert player.failed().played_ms == 0


def test_a_sound_card_unplugged_in_the_middle_fails(player: Player, card: FakeCard, make_clip: MakeClip) -> None:
    player.send(Play(1, (make_clip(5.0),)))
    player.started()
    time.sleep(0.3)
    card.unplug()
    assert player.failed().played_ms >= 250


def test_a_sound_card_that_takes_nothing_fails(tmp_path: Path, make_clip: MakeClip) -> None:
    card = FakeCard(tmp_path / "deaf.sock", deaf=True)
    try:
        with running(PlayerSetup("unix", {"path": card.path})) as player:
            player.send(Play(1, (make_clip(8.0),)))
            player.started()
            assert "không nhận tiếng" in player.failed().reason
    finally:
        card.close()


def test_it_ends_when_the_node_is_gone(player: Player, card: FakeCard, make_clip: MakeClip) -> None:
    player.send(Play(1, (make_clip(5.0),)))
    player.started()
    player.sock.close()
    gone = time.monotonic()
    player.process.wait(3)
    assert player.process.returncode == 0
    assert all(piece.steady < gone + 0.3 for piece in card.heard)


def test_alsa_is_fed_through_aplay(tmp_path: Path, make_clip: MakeClip) -> None:
    """A stand-in for the aplay program keeps what it was given: no sound card is needed."""
    kept = tmp_path / "kept.raw"
    aplay = tmp_path / "aplay"
    aplay.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\nexec cat > {kept}\n')
    aplay.chmod(aplay.stat().st_mode | stat.S_IXUSR)
    with running(PlayerSetup("alsa", {"device": "plughw:1"}), PATH=f"{tmp_path}:{os.environ['PATH']}") as player:
        player.send(Play(1, (make_clip(0.5),)))
        player.started()
        done = player.finished()
    assert kept.stat().st_size // 96 == done.played_ms
    assert "-f S16_LE -r 48000 -c 1 -D plughw:1" in (tmp_path / "arguments").read_text()


def test_a_talk_of_many_frames_does_not_keep_the_player_from_beating(player: Player, card: FakeCard) -> None:
    talker = opus_frames(tone_blocks())
    player.send(Listen(1))
    seen: list[object] = []
    began = time.monotonic()
    for seq in range(28):
        player.send(Frames(1, seq, tuple(next(talker) for _ in range(FRAMES)), last=seq == 27))
        time.sleep(max(0.0, began + (seq + 1) * 0.1 - time.monotonic()))
    while not (seen and isinstance(seen[-1], Finished)):
        seen.append(player.raw())
    assert [type(message) for message in seen if not isinstance(message, Beat)] == [Started, Finished]
    assert any(isinstance(message, Beat) for message in seen)
    end = seen[-1]
    assert isinstance(end, Finished)
    assert 2700 <= end.played_ms - end.missing_ms <= 2800 + MOST_MS  # the cushion before the first frame is no gap
    assert end.played_ms == card.ms
