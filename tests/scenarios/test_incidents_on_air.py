"""An incident is heard in the words of its template, or people see why not."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest

from edge.core.errors import TransientError
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.speech import Clip, Style
from edge.kernel.bus import Bus
from edge.speech.service import SpeechService, clip_of
from tests.scenarios.village import RELAY, Village


async def opened(village: Village, template: str, number: str = "9-1") -> None:
    incident = Incident(
        id=number,  # type: ignore[arg-type]  # an IncidentId is a str
        kind=IncidentKind.INTRUSION,
        severity=Severity.SEVERE,
        subject=f"camera/cam/{number}",
        place="sân kho",
        hamlet="dong",
        title="Có người",
        began_at_ms=AtMs(1_790_000_000_000),
    )
    await village.incidents.open(incident, template, ("dong",))


async def appears(village: Village, bulletin: str, *states: str) -> None:
    async with asyncio.timeout(10):
        while not await village.rows("SELECT 1 FROM bulletin WHERE id = ?", bulletin):
            await asyncio.sleep(0.02)
    await village.reaches(bulletin, *states)


async def settled(village: Village) -> None:
    async with asyncio.timeout(10):
        while await village.rows("SELECT 1 FROM announcement WHERE state = 'waiting'"):
            await asyncio.sleep(0.02)


async def test_an_incident_is_announced_where_it_is(village: Village) -> None:
    await opened(village, "la")
    await appears(village, "9-1/air", "aired")
    await settled(village)
    assert await village.reports("9-1/air") == {RELAY: ["PLAYED"]}
    assert await village.rows("SELECT text, author, approver FROM bulletin") == [
        ("Có người lạ ở sân kho, thôn Đông. Đề nghị bà con kiểm tra.", "mẫu la", "Minh")
    ]


async def test_an_announcement_is_aired_once_although_the_box_restarts_at_it(place: Village) -> None:
    place.studio.seconds = {"lạ": 1.5}
    async with place.broker_runs(), place.relay_runs():
        async with place.box_runs():
            await place.horns_up(RELAY)
            await opened(place, "la")
            await appears(place, "9-1/air", "airing")
        for _ in range(2):
            async with place.box_runs():
                await place.horns_up(RELAY)
                await place.reaches("9-1/air", "aired", within_s=12)
                assert await place.reports("9-1/air") == {RELAY: ["PLAYED"]}
                assert await place.rows("SELECT count(*) FROM horn_order WHERE op = 'play'") == [(1,)]
    assert abs(place.spots[RELAY].card.ms - 1_500) < 60


async def test_an_announcement_that_cannot_be_read_or_has_no_template_is_shown_and_blocks_no_other(
    place: Village,
) -> None:
    async with place.broker_runs(), place.relay_runs(), place.box_runs():
        await place.horns_up(RELAY)
        await opened(place, "da-xoa", "9-1")
        await opened(place, "mat-ma", "9-2")
        await opened(place, "la", "9-3")
        await appears(place, "9-3/air", "aired")
        rows = await place.rows("SELECT id, state, comment FROM bulletin WHERE id <> '9-3/air' ORDER BY id")
    assert [row[:2] for row in rows] == [("9-1/air", "failed"), ("9-2/air", "unread")]
    assert "da-xoa" in rows[0][2]
    assert "xq17zz" in rows[1][2]


async def test_what_only_failed_for_a_moment_is_announced_after_all(
    place: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.broadcast.drafts.RENDER_WAITS_S", (0.05,))
    tries = 0

    async def hoarse(spoken: str, _style: Style) -> tuple[Clip, str, str]:
        nonlocal tries
        tries += 1
        if tries <= 3:
            raise TransientError("Bộ đọc vừa dừng, xin thử lại.")
        return await place.studio.render(spoken, _style)

    place.render = hoarse
    async with place.broker_runs(), place.relay_runs(), place.box_runs():
        await place.horns_up(RELAY)
        await opened(place, "la")
        await appears(place, "9-1/air", "aired")
        assert await place.reports("9-1/air") == {RELAY: ["PLAYED"]}


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng: no voice to speak with")
async def test_a_speech_child_that_is_killed_while_it_renders_loses_no_notice(place: Village) -> None:
    speech = SpeechService(("espeak:vi",), 1.0, place.box / "clips", Bus())

    async def render(spoken: str, _style: Style) -> tuple[Clip, str, str]:
        rendered = await speech.render(spoken, _style)
        return clip_of(rendered), rendered.voice, rendered.model_sha256

    place.render = render
    speaking = asyncio.create_task(speech.run())
    try:
        async with place.box_runs():
            drafting = asyncio.create_task(place.drafted("Mời bà con ra nhà văn hóa nhận quà. " * 60))
            async with asyncio.timeout(8):
                while not speech._jobs:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert speech._child.pid is not None
            os.kill(speech._child.pid, signal.SIGKILL)
            name = await drafting
            assert await place.state(name) == "ready"
            (sha256,) = await place.clips(name)
            assert (Path(place.box) / "clips" / f"{sha256}.opus").stat().st_size > 10_000
    finally:
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
