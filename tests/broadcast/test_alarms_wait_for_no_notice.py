"""An alarm is spoken by a voice of its own: a long notice that is being rendered does not hold it up."""

import asyncio
import hashlib
from pathlib import Path

from edge.broadcast.dictionary import Dictionary
from edge.broadcast.drafts import Drafts
from edge.core.normalise_vi import Accent
from edge.core.speech import Clip, Sha256, Style
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.speech.service import SpeechService, clip_of
from edge.store.bulletins import BulletinRow
from edge.store.journal import Journal
from tests.store.village import intrusion


def row(name: str, text: str, incident: str | None) -> BulletinRow:
    return BulletinRow(name, text, "", "khan_cap", ("dong",), "rendering", "mẫu", None, None, incident)


async def test_an_alarm_is_spoken_while_a_notice_is_still_being_rendered(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    begun, never = asyncio.Event(), asyncio.Event()

    async def notices(_: str, _style: Style) -> tuple[Clip, str, str]:
        begun.set()
        await never.wait()
        raise AssertionError

    async def alarms(spoken: str, _style: Style) -> tuple[Clip, str, str]:
        return Clip(Sha256(hashlib.sha256(spoken.encode()).hexdigest()), 100, 1_000, -3.0, -20.0), "voice", ""

    drafts = Drafts(notices, journal, Bus(), Dictionary(journal, Accent.NORTH), ["dong"], alarms)
    running = asyncio.create_task(drafts.run())
    await journal.record(intrusion("1-7"))
    await drafts.draft(row("b", "Mời bà con đi họp.", None), "leader")
    await asyncio.wait_for(begun.wait(), 5)
    assert await asyncio.wait_for(drafts.announce(row("1-7/air", "Có người trong kho.", "1-7")), 5) == "approved"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    journal.close()


async def test_two_speech_children_share_a_folder_of_clips(tmp_path: Path) -> None:
    speakers = [SpeechService(("espeak:vi",), 1.0, tmp_path, Bus(), name) for name in ("speech", "speech-alarms")]
    running = [asyncio.create_task(speaker.run()) for speaker in speakers]
    try:
        async with asyncio.timeout(20):
            rendered = await asyncio.gather(
                *(
                    _patiently(one, f"mời bà con chú ý lần {'một hai ba'[: 3 + 4 * n]}")
                    for n, one in enumerate(speakers)
                )
            )
        assert names_in(tmp_path) == sorted(f"{clip.sha256}.opus" for clip in rendered)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def _patiently(speaker: SpeechService, words: str) -> Clip:
    while speaker._child.pid is None or speaker._child._channel is None:
        await asyncio.sleep(0.05)
    return clip_of(await speaker.render(words))
