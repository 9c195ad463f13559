"""A template airs with what a leader heard of it; other words, other bounds or a lost file need his ear again."""

import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.broadcast.clip_watch import ClipWatch
from edge.broadcast.dictionary import Dictionary
from edge.broadcast.drafts import Drafts
from edge.broadcast.template_shelf import TemplateShelf
from edge.config.schema import Blank, Template
from edge.core.errors import FinalError, TransientError
from edge.core.normalise_vi import Accent
from edge.core.speech import Clip, Sha256, Style
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.bank import PromptRow, put_prompt
from edge.store.journal import Journal

LEVEL = Blank(name="muc", kind="level", label="Mực nước", low=0, high=20)
TEMPLATE = Template(
    id="nuoc",
    text="Nước sông lên {muc}. Bà con lên bờ.",
    priority="khan_cap",
    approved_by="Minh",
    approved_on=dt.date(2026, 3, 1),
    blank=(LEVEL,),
)
WHOLE = replace(TEMPLATE, id="bao-yen", text="Nước đã rút.", blank=())


class Place:
    """A shelf on a real store; ``voice`` is said in every clip, so that another voice gives other clips."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder = folder
        self.journal = journal
        self.voice = "a"
        self.works = True
        self.changes = 0

    async def render(self, spoken: str, _style: Style) -> tuple[Clip, str, str]:
        if not self.works:
            raise TransientError("Bộ đọc vừa dừng.")
        data = f"{self.voice}:{spoken}".encode()
        sha256 = Sha256(hashlib.sha256(data).hexdigest())
        (self.folder / f"{sha256}.opus").write_bytes(data)
        return Clip(sha256, len(data), 1_000, -3.0, -20.0), self.voice, ""

    async def shelf(self, *templates: Template) -> TemplateShelf:
        """As after a restart."""
        bus = Bus()
        drafts = Drafts(self.render, self.journal, bus, Dictionary(self.journal, Accent.NORTH), ["dong"])
        clips = ClipWatch(self.folder, self.journal, bus)
        shelf = TemplateShelf(templates or (TEMPLATE,), drafts, clips, self.journal, bus, self._changed)
        await shelf.look_over()
        return shelf

    async def record(self) -> None:
        """The commune's speaker says something new."""
        self.voice = "giọng xã"
        now_ms = self.journal.clock.now().at_ms + 1
        prompt = PromptRow("0" * 16, "nước sông lên", "0" * 64, 1, 900, -4.0, -19.0, "lan", now_ms)
        await self.journal.record(lambda tx: put_prompt(tx, prompt, "operator"))

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield Place(tmp_path, journal)
    journal.close()


async def heard(shelf: TemplateShelf) -> TemplateShelf:
    for row in shelf.rows():
        await shelf.approve(row["id"], row["seal"], "Hoa", "leader")
    return shelf


async def test_what_nobody_heard_does_not_air_and_what_was_heard_does(place: Place) -> None:
    shelf = await place.shelf()
    with pytest.raises(FinalError, match="chưa được lãnh đạo nghe"):
        await shelf.approved("nuoc")
    with pytest.raises(FinalError, match="đã đổi sau khi bạn nghe"):
        await shelf.approve("nuoc", "0" * 64, "Hoa", "leader")
    approval = await (await heard(shelf)).approved("nuoc")
    assert [part.spoken for part in approval.parts] == ["nước sông lên", "bà con lên bờ."]
    assert (approval.approver, place.changes) == ("Hoa", 1)
    assert shelf.rows()[0]["state"] == "approved"


async def test_an_approval_outlives_a_restart_and_another_voice(place: Place) -> None:
    before = (await (await heard(await place.shelf())).approved("nuoc")).clips
    place.voice = "b"
    assert (await (await place.shelf()).approved("nuoc")).clips == before


async def test_a_recorded_voice_is_offered_beside_what_was_approved_and_takes_over_when_heard(place: Place) -> None:
    shelf = await heard(await place.shelf())
    before = (await shelf.approved("nuoc")).clips
    assert shelf.rows()[0]["newer"] is None
    await place.record()
    await shelf.speak_anew()
    await shelf.look_over()
    (row,) = shelf.rows()
    assert (row["state"], row["clips"], row["newer"]["voice"]) == ("approved", before, "giọng xã")
    assert (await shelf.approved("nuoc")).clips == before
    await shelf.approve("nuoc", row["newer"]["seal"], "Hoa", "leader")
    assert (await shelf.approved("nuoc")).clips == row["newer"]["clips"] != before
    assert shelf.rows()[0]["newer"] is None


async def test_what_nobody_approved_yet_is_spoken_by_the_recorded_voice_at_once(place: Place) -> None:
    shelf = await place.shelf()
    before = shelf.rows()[0]["clips"]
    await place.record()
    await shelf.speak_anew()
    await shelf.look_over()
    (row,) = shelf.rows()
    assert (row["state"], row["newer"], row["clips"] != before) == ("ready", None, True)


@pytest.mark.parametrize(
    "other",
    [
        replace(TEMPLATE, text="Nước sông lên {muc}. Bà con ở nhà."),
        replace(TEMPLATE, blank=(replace(LEVEL, high=25.0),)),
        replace(TEMPLATE, priority="thuong"),
        replace(TEMPLATE, most_times=9),
    ],
)
async def test_other_words_bounds_or_repeats_in_the_settings_void_an_approval(place: Place, other: Template) -> None:
    await heard(await place.shelf())
    shelf = await place.shelf(other)
    assert shelf.rows()[0]["state"] == "reapprove"
    with pytest.raises(FinalError, match="chưa được lãnh đạo nghe"):
        await shelf.approved("nuoc")
    assert await place.journal.record(shelf.stand_by) == ()


async def test_a_lost_file_is_found_when_airing_and_what_replaces_it_must_be_heard(place: Place) -> None:
    shelf = await heard(await place.shelf())
    old = shelf.rows()[0]["clips"]
    (place.folder / f"{old[1]}.opus").write_bytes(b"spoilt")
    place.voice = "b"
    with pytest.raises(FinalError, match="mất tệp âm thanh đã duyệt"):
        await shelf.approved("nuoc")
    await shelf.look_over()
    with pytest.raises(FinalError, match="chưa được lãnh đạo nghe"):
        await shelf.approved("nuoc")
    (row,) = shelf.rows()
    assert row["state"] == "ready"
    assert (row["clips"][0], row["clips"][1] != old[1]) == (old[0], True)


async def test_a_lost_file_is_found_by_the_slow_check_too(place: Place) -> None:
    shelf = await heard(await place.shelf())
    (place.folder / f"{shelf.rows()[0]['clips'][0]}.opus").unlink()
    await shelf.look_over()
    assert shelf.rows()[0]["state"] == "rendering"
    await shelf.look_over()
    assert shelf.rows()[0]["state"] == "ready"
    done = await place.journal.record(lambda tx: tx.run("SELECT action FROM audit ORDER BY seq").fetchall())
    assert [action for (action,) in done] == ["template.approve", "template.void"]


async def test_the_plan_carries_whole_templates_for_the_key_and_the_clips_of_the_others(place: Place) -> None:
    shelf = await heard(await place.shelf(TEMPLATE, WHOLE))
    stand_by = await place.journal.record(shelf.stand_by)
    assert [one.id for one in stand_by] == ["parts:nuoc", "bao-yen"]
    assert [len(one.media) for one in stand_by] == [2, 1]


async def test_a_voice_that_is_down_is_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.broadcast.drafts.RENDER_WAITS_S", ())
    place.works = False
    shelf = await place.shelf()
    assert shelf.rows()[0]["state"] == "rendering"
    place.works = True
    await shelf.look_over()
    assert shelf.rows()[0]["state"] == "ready"
