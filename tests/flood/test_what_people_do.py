from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.config.schema import FloodRule
from edge.control.protocol import SetEvacuated, SetLevels
from edge.core.errors import FinalError
from edge.store.journal import Tx
from tests.flood.bench import RIVER, Village, a_config

AN: dict[str, Any] = {"user": "An", "role": "leader"}
STORMY = FloodRule(
    id="len-1", name="Lên", when="level", station="song", level=1, hamlets=("dong",), template="lu", storm_every_min=60
)  # fmt: skip


def wish(**changes: Any) -> SetLevels:
    fields = {"station": "song", "bao_dong_m": (1.5, 2.5, 3.0), "datum": "", "source": "QĐ 12", "issued": "2024-03-01"}
    return SetLevels(**AN, **(fields | changes))


async def spoken(village: Village, state: str = "aired") -> None:
    """What the loudspeaker station does with announcements: each becomes a bulletin."""
    for name, incident in await village.rows("SELECT id, incident FROM announcement WHERE state = 'waiting'"):
        await village.journal.record(partial(_spoken, name=name, incident=incident, state=state))
    await village.rows("UPDATE announcement SET state = 'settled'")


def _spoken(tx: Tx, name: object, incident: object, state: str) -> None:
    tx.run(
        "INSERT INTO bulletin (id, text, spoken, priority, hamlets, state, author, incident, made_at_ms, changed_at_ms)"
        " VALUES (?, '', '', 'khan_cap', '[\"dong\"]', ?, 'mẫu', ?, 0, 0)",
        name,
        state,
        incident,
    )


async def actions(village: Village) -> list[tuple[object, ...]]:
    return await village.rows("SELECT what, state, by_user FROM flood_action ORDER BY made_at_ms, id")


async def the(village: Village, what: str) -> str:
    rows = await village.rows(f"SELECT id FROM flood_action WHERE what = '{what}' ORDER BY made_at_ms DESC")
    return str(rows[0][0])


async def test_levels_that_people_set_hold_over_a_restart_until_the_config_line_changes(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    await village.desk.set_levels(wish())
    await village.rises(1.4)
    assert village.service.level_of("song") == 0, "1,4 m is below the new báo động 1"
    village = await village.restarted()
    assert village.service.levels.thresholds("song") == (1.5, 2.5, 3.0)
    corrected = replace(RIVER, bao_dong_m=(1.3, 2.2, 2.7))
    village = await village.restarted(a_config(corrected))
    assert village.service.levels.thresholds("song") == (1.3, 2.2, 2.7)
    village = await village.restarted(a_config(corrected))
    history = await village.rows("SELECT number, origin, by_user FROM gauge_levels ORDER BY number")
    assert history == [(1, "config", "tệp cấu hình"), (2, "person", "An"), (3, "config", "tệp cấu hình")]
    deeds = await village.rows("SELECT action, user FROM audit WHERE action LIKE 'levels.%' ORDER BY seq")
    assert deeds == [
        ("levels.config", "tệp cấu hình"), ("levels.set", "An"), ("levels.config", "tệp cấu hình"),
    ]  # fmt: skip
    village.close()


async def test_levels_of_a_gauge_without_any_in_the_config_hold_over_a_restart_too(tmp_path: Path) -> None:
    bare = replace(RIVER, bao_dong_m=None, source="")
    village = await Village.open(tmp_path / "a.db", a_config(bare))
    assert village.service.levels.thresholds("song") == ()
    await village.desk.set_levels(wish())
    village = await village.restarted(a_config(bare))
    assert village.service.levels.thresholds("song") == (1.5, 2.5, 3.0)
    village = await village.restarted(a_config(RIVER))
    village = await village.restarted(a_config(bare))
    assert village.service.levels.thresholds("song") == (), "the config took its levels back"
    village.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bao_dong_m": (2.5, 2.4, 3.0)}, "tăng dần"),
        ({"bao_dong_m": (1.5, 2.5, 90.0)}, "khoảng đo"),
        ({"source": "   "}, "văn bản"),
        ({"issued": "2199-01-01"}, "Ngày ban hành"),
        ({"issued": "2023-02-30"}, "Không có ngày"),
        ({"station": "suoi"}, "Không có trạm"),
    ],
)
async def test_levels_that_cannot_be_right_are_refused(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    village = await Village.open(tmp_path / "a.db")
    with pytest.raises(FinalError, match=words):
        await village.desk.set_levels(wish(**changes))
    assert village.service.levels.thresholds("song") == RIVER.bao_dong_m
    village.close()


async def test_a_storm_begins_once_its_words_are_approved_and_ends_with_the_level(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db", a_config(rules=(STORMY,)))
    await village.rises(1.3)
    await village.service.tick()
    assert village.horns.storms == {}, "nothing is repeated that was not spoken yet"
    await spoken(village)
    await village.service.tick()
    await village.service.tick()
    (storm,) = village.horns.storms.values()
    assert (storm.hamlets, storm.every_min) == (("dong",), 60)
    village = await village.restarted()
    await village.service.tick()
    assert village.horns.storms == {}, "after a restart it is on, and not begun again"
    village.clock.goes_on(24 * 60)
    await village.service.tick()
    assert len(village.horns.storms) == 1, "the level stands: after a day it is begun anew"
    await village.rises(1.0)
    await village.service.tick()
    assert [name for name, _ in village.horns.ended] == list(village.horns.storms)
    village.close()


async def test_every_action_is_stopped_by_one_press_and_says_who_did(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db", a_config(rules=(STORMY,)))
    await village.rises(1.3)
    await spoken(village, "airing")
    await village.service.tick()
    for what in ("announce", "storm", "sms", "cap"):
        assert await village.desk.stop(await the(village, what), "Bình", "duty") == {"what": what}
    stopped = {("announce", "stopped"), ("storm", "ended"), ("cap", "stopped"), ("sms", "stopped")}
    assert set(await actions(village)) == {(what, state, "Bình") for what, state in stopped}
    assert village.horns.silenced == [(("dong",), "Bình")]
    assert [user for _, user in village.horns.ended] == ["Bình"]
    assert await village.rows("SELECT cap FROM incident") == [(0,)]
    with pytest.raises(FinalError, match="Bình đã dừng"):
        await village.desk.stop(await the(village, "announce"), "An", "leader")
    deeds = await village.rows("SELECT user, action FROM audit WHERE action LIKE 'flood.stop.%'")
    assert len(deeds) == 4
    village.close()


async def test_the_roll_call_says_who_said_it_and_refuses_more_than_live_there(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    await village.desk.set_evacuated(SetEvacuated(**AN, hamlet="dong", evacuated=45))
    with pytest.raises(FinalError, match="120 người"):
        await village.desk.set_evacuated(SetEvacuated(**AN, hamlet="dong", evacuated=121))
    await village.desk.set_evacuated(SetEvacuated(**AN, hamlet="cao", evacuated=7))
    rows = await village.rows("SELECT hamlet, evacuated, people, by_user FROM roll_call ORDER BY number")
    assert rows == [("dong", 45, 120, "An"), ("cao", 7, 0, "An")]
    village.close()
