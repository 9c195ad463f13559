"""What was approved is what sounds, whoever asks: ids that were taken, and names that were typed again."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.broadcast.dictionary import Dictionary
from edge.broadcast.drafts import Drafts
from edge.core.errors import FinalError
from edge.core.normalise_vi import Accent
from edge.core.speech import Clip, Sha256, Style
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.bulletins import BulletinRow, add_recording, get_bulletin, seal_now, set_state
from edge.store.journal import Journal
from tests.store.village import intrusion, recording

ALARM = "1-7/air"


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield journal
    journal.close()


@pytest.fixture
def drafts(journal: Journal) -> Drafts:
    async def render(spoken: str, _style: Style) -> tuple[Clip, str, str]:
        return Clip(Sha256(hashlib.sha256(spoken.encode()).hexdigest()), 100, 1_000, -3.0, -20.0), "voice", ""

    return Drafts(render, journal, Bus(), Dictionary(journal, Accent.NORTH), ["dong"])


def written(name: str, text: str, author: str, incident: str | None = None) -> BulletinRow:
    return BulletinRow(name, text, "", "khan_cap", ("dong",), "rendering", author, None, None, incident)


async def test_an_alarm_does_not_speak_the_words_of_whoever_took_its_id_first(drafts: Drafts, journal: Journal) -> None:
    await journal.record(intrusion("1-7"))
    await drafts.draft(written(ALARM, "Lời chưa ai duyệt.", "kẻ lạ"), "operator")
    with pytest.raises(FinalError):
        await drafts.announce(written(ALARM, "Có người trong kho.", "mẫu", "1-7"))
    stored = await journal.record(lambda tx: get_bulletin(tx, ALARM))
    assert stored.state == "rendering"
    assert stored.recording is None


async def test_an_alarm_that_a_restart_broke_off_goes_on(drafts: Drafts, journal: Journal) -> None:
    await journal.record(intrusion("1-7"))
    alarm = written(ALARM, "Có người trong kho.", "mẫu", "1-7")
    assert await drafts.announce(alarm) == "approved"
    assert await drafts.announce(alarm) == "approved"


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Lan", "nguyễn thị lan", " Nguyễn  Thị Lan ", "Nguye\u0302\u0303n Thi\u0323 Lan"]
)
async def test_nobody_approves_his_own_notice_by_typing_his_name_another_way(
    drafts: Drafts, journal: Journal, name: str
) -> None:
    await drafts.draft(written("b", "Mời bà con đi họp.", "Nguyễn Thị Lan"), "leader")
    await journal.record(lambda tx: add_recording(tx, recording("r"), "b"))
    await journal.record(lambda tx: set_state(tx, "b", "ready"))
    seal = await journal.record(lambda tx: seal_now(tx, "b"))
    with pytest.raises(FinalError, match="tự duyệt"):
        await drafts.approve("b", seal, name, "leader")
    await drafts.approve("b", seal, "Trần Văn Minh", "leader")
