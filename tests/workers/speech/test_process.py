"""The process as the supervisor sees it."""

import asyncio
import hashlib
import os
import shutil
import time
from pathlib import Path

import psutil
import pytest

from edge.kernel.wire import Hello
from edge.kernel.wire.speech import FromSpeech, Render, Rendered, RenderFailed, SpeechHealth, SpeechSetup
from tests.workers.child_process import ChildProcess, started

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng: no voice to try")


async def set_up(child: ChildProcess, clips: Path, *voices: str) -> SpeechHealth:
    await child.channel.send(SpeechSetup(str(clips), voices or ("espeak:vi",)))
    hello = await child.hear(Hello)
    assert hello.pid == child.process.pid
    health = await child.hear(SpeechHealth)
    assert isinstance(health, SpeechHealth)
    return health


def program(folder: Path, script: str) -> dict[str, str]:
    """An environment where ``espeak-ng`` is this shell script, with the real one as $REAL."""
    folder.mkdir()
    path = folder / "espeak-ng"
    path.write_text(f"#!/bin/sh\nREAL={shutil.which('espeak-ng')}\n{script}\n")
    path.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


async def test_job_becomes_a_clip_named_by_its_hash(tmp_path: Path) -> None:
    async with started("edge.workers.speech", FromSpeech) as child:
        health = await set_up(child, tmp_path, "piper:/nowhere.onnx", "espeak:vi")
        assert health.voice == "espeak-ng vi"
        await child.channel.send(Render("j7", "Kính mời bà con ra nhà văn hóa nhận quà."))
        made = await child.hear(Rendered)
        assert made.job == "j7"
        assert hashlib.sha256((tmp_path / f"{made.sha256}.opus").read_bytes()).hexdigest() == made.sha256


async def test_every_job_of_a_flood_is_answered_once_and_the_seventeenth_waiting_is_refused(tmp_path: Path) -> None:
    async with started("edge.workers.speech", FromSpeech) as child:
        await set_up(child, tmp_path)
        jobs = [f"j{number}" for number in range(40)]
        for job in jobs:
            await child.channel.send(Render(job, "xin chào bà con " * 15, chime=False))
        async with asyncio.timeout(60):
            while len(answers := [m for m in child.heard if isinstance(m, Rendered | RenderFailed)]) < 40:
                await child.hear(object)
        assert sorted(answer.job for answer in answers) == sorted(jobs)
        refused = [answer for answer in answers if isinstance(answer, RenderFailed)]
        assert len(refused) in (23, 24)
        assert all("bận" in answer.reason for answer in refused)


async def test_beats_go_on_while_a_text_takes_its_time(tmp_path: Path) -> None:
    slow = f'[ -e {tmp_path}/slow ] && sleep 2.5; exec "$REAL" "$@"'
    async with started("edge.workers.speech", FromSpeech, program(tmp_path / "bin", slow)) as child:
        await set_up(child, tmp_path / "clips")
        (tmp_path / "slow").touch()
        child.beats = 0
        await child.channel.send(Render("j1", "Báo động", chime=False))
        await child.hear(Rendered)
        assert child.beats >= 2


async def test_espeak_that_hangs_is_ended_at_its_deadline_and_the_next_job_is_spoken(tmp_path: Path) -> None:
    hang = f'[ -e {tmp_path}/hang ] && exec sleep 60; exec "$REAL" "$@"'
    async with started("edge.workers.speech", FromSpeech, program(tmp_path / "bin", hang)) as child:
        await set_up(child, tmp_path / "clips")
        (tmp_path / "hang").touch()
        began = time.monotonic()
        await child.channel.send(Render("j1", "Báo động", chime=False))
        failed = await child.hear(RenderFailed)
        assert "không xong" in failed.reason
        assert time.monotonic() - began < 8
        assert not psutil.Process(child.process.pid).children(recursive=True)
        (tmp_path / "hang").unlink()
        await child.channel.send(Render("j2", "Báo động", chime=False))
        assert (await child.hear(Rendered)).job == "j2"


async def test_process_without_a_voice_lives_and_says_so(tmp_path: Path) -> None:
    async with started("edge.workers.speech", FromSpeech) as child:
        health = await set_up(child, tmp_path, "piper:/nowhere.onnx")
        assert health.voice == ""
        assert "/nowhere.onnx" in health.detail
        await child.channel.send(Render("j1", "Báo động"))
        assert (await child.hear(RenderFailed)).job == "j1"
        assert child.process.returncode is None


async def test_process_ends_at_once_when_the_supervisor_is_gone_even_while_it_renders(tmp_path: Path) -> None:
    slow = f'[ -e {tmp_path}/hang ] && exec sleep 4; exec "$REAL" "$@"'
    async with started("edge.workers.speech", FromSpeech, program(tmp_path / "bin", slow)) as child:
        await set_up(child, tmp_path / "clips")
        (tmp_path / "hang").touch()
        await child.channel.send(Render("j1", "Báo động"))
        await asyncio.sleep(0.5)
        await child.channel.close()
        assert await child.ended(1.0) == 0
