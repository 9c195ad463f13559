"""The voice bank as the box runs it: real store, real intake process, real speech child."""

import asyncio
import hashlib
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.core.errors import FinalError, MolangError
from edge.core.speech import BANK, Style
from edge.core.voice_bank import Prompt, key_of
from tests.web.sounds import Sounds, sounds
from tests.workers.speech.bank import said

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng: nobody to record")
PROMPTS = (Prompt("báo động hai", "a"), Prompt("thôn đông", "b"))


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Sounds]:
    async with sounds(tmp_path, PROMPTS) as running:
        yield running


async def brought(running: Sounds, words: str) -> str:
    name = str(uuid.uuid4())
    await asyncio.to_thread(said, running.spool / name, words)
    return name


async def record(running: Sounds, words: str) -> dict[str, object]:
    kept = await running.bank.keep(key_of(words), await brought(running, words), "Lan", "operator")
    assert isinstance(kept["recorded"], dict)
    return kept["recorded"]


async def spoken_by(running: Sounds, words: str, voice: str) -> str:
    """Who speaks once the voices have heard of the change; the speech child may still be starting."""
    async with asyncio.timeout(20):
        while True:
            try:
                made = await running.speech.render(words, Style(voice=BANK, chime=False))
            except MolangError:  # it starts
                await asyncio.sleep(0.05)
                continue
            if made.voice == voice:
                return made.passed_over
            await asyncio.sleep(0.05)


async def test_what_is_recorded_is_kept_checked_audited_and_spoken(running: Sounds, tmp_path: Path) -> None:
    row = await record(running, "báo động hai")
    file = tmp_path / "bank" / f"{row['sha256']}.wav"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == row["sha256"]
    assert not list(running.spool.iterdir())
    shown = (await running.bank.prompts())["prompts"]
    assert [one["recorded"] is not None for one in shown] == [True, False]
    assert await spoken_by(running, "báo động hai", "giọng thu của xã") == ""
    assert "thôn" in await spoken_by(running, "thôn đông", "espeak-ng vi")
    await record(running, "thôn đông")
    await spoken_by(running, "báo động hai, thôn đông", "giọng thu của xã")
    deeds = running.reader.rows("SELECT user, role, action, detail FROM audit")
    assert [(deed["user"], deed["action"]) for deed in deeds] == [("Lan", "bank.prompt")] * 2


async def test_a_prompt_recorded_again_takes_the_place_of_the_first(running: Sounds, tmp_path: Path) -> None:
    first = await record(running, "thôn đông")
    name = str(uuid.uuid4())
    await asyncio.to_thread(said, running.spool / name, "thôn đông", "-p", "80")
    second = (await running.bank.keep(key_of("thôn đông"), name, "Lan", "operator"))["recorded"]
    assert first["sha256"] != second["sha256"]
    assert [row["sha256"] for row in running.reader.rows("SELECT sha256 FROM bank_prompt")] == [second["sha256"]]
    (deed,) = running.reader.rows("SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert str(first["sha256"]) in deed["detail"]


async def test_a_bad_recording_changes_nothing_and_says_why(running: Sounds, tmp_path: Path) -> None:
    name = str(uuid.uuid4())
    (running.spool / name).write_bytes(b"not a sound")
    with pytest.raises(FinalError, match="không phải tệp âm thanh"):
        await running.bank.keep(key_of("thôn đông"), name, "Lan", "operator")
    with pytest.raises(FinalError, match="không còn"):
        await running.bank.keep(key_of("thôn đông"), name, "Lan", "operator")
    with pytest.raises(FinalError, match="Không có lời thu này"):
        await running.bank.keep("0" * 16, await brought(running, "một"), "Lan", "operator")
    assert not list(running.spool.iterdir())
    assert not list((tmp_path / "bank").iterdir())
    assert not running.reader.rows("SELECT 1 FROM bank_prompt")


async def test_a_sentence_is_tried_and_missing_words_are_named(running: Sounds) -> None:
    await record(running, "báo động hai")
    await spoken_by(running, "báo động hai", "giọng thu của xã")
    tried = await running.bank.say("Báo động 2!")
    assert (tried["voice"], tried["why_not"]) == ("giọng thu của xã", "")
    tried = await running.bank.say("Báo động 2, bản Chợ.")
    assert tried["why_not"] == "Giọng thu của xã chưa có “bản”, “chợ”."
    with pytest.raises(FinalError, match="Không đọc được: Qwrtz"):
        await running.bank.say("Qwrtz")


async def test_the_service_refuses_what_no_voice_can_say(running: Sounds) -> None:
    with pytest.raises(FinalError, match="Chưa có giọng đọc tiếng Bru-Vân Kiều"):
        await running.speech.render("xin chào", Style(language="bru"))
    with pytest.raises(FinalError, match="Tốc độ"):
        await running.speech.render("xin chào", Style(speed=9))


async def test_a_bank_outlives_its_box(tmp_path: Path) -> None:
    async with sounds(tmp_path, PROMPTS) as first:
        await record(first, "báo động hai")
    async with sounds(tmp_path, PROMPTS) as second:
        await spoken_by(second, "báo động hai", "giọng thu của xã")
