"""A filled template sounds at once, is signed off afterwards, and ends; what changes must be approved again."""

import asyncio
import uuid
from functools import partial

import pytest

from edge.control.protocol import AirTemplate, ChangeBulletin, PreviewTemplate
from edge.core.errors import FinalError
from edge.store.bulletins import get_bulletin
from edge.store.journal import Tx
from edge.store.templates import due_repeats
from tests.scenarios.village import LOCAL, PATIENCE_S, RELAY, Village

WHO = {"user": "lan", "role": "operator"}
VALUES = {"gio": "17h30", "luu_luong": "500"}


def wish(values: dict[str, str] = VALUES, times: int = 1, name: str = "", hamlet: str = "all") -> AirTemplate:
    return AirTemplate(
        user="lan",
        role="operator",
        id=name or str(uuid.uuid4()),
        template="xa-lu",
        values=values,
        hamlets=(hamlet,),
        press=str(uuid.uuid4()),
        times=times,
    )


def signed(tx: Tx, bulletin: str) -> str | None:
    row = tx.row("SELECT signed_off_by FROM bulletin WHERE id = ?", bulletin)
    return row[0] if row else None


def deeds(tx: Tx, bulletin: str) -> list[tuple[str, str]]:
    return tx.run("SELECT action, detail FROM audit WHERE detail LIKE ? ORDER BY seq", f"{bulletin}%").fetchall()


@pytest.fixture(autouse=True)
async def _heard(village: Village) -> None:
    await village.templates_heard()


async def test_a_filled_template_airs_at_once_and_waits_for_a_leaders_signature(village: Village) -> None:
    asked = wish()
    assert await village.desk.air_template(asked) == "airing"
    await village.reaches(asked.id, "aired")
    assert await village.reports(asked.id) == {LOCAL: ["PLAYED"], RELAY: ["PLAYED"]}
    row = await village.journal.record(partial(get_bulletin, bulletin=asked.id))
    assert row.text == "Hồ xả lũ lúc 17 giờ 30, lưu lượng 500 m³/s. Bà con lên bờ."
    assert row.approver == "Minh"
    assert await village.journal.record(partial(signed, bulletin=asked.id)) == ""
    with pytest.raises(FinalError, match="không được tự ký"):
        await village.desk.sign_off(asked.id, "Lan", "leader")
    await village.desk.sign_off(asked.id, "minh", "leader")
    assert await village.journal.record(partial(signed, bulletin=asked.id)) == "minh"
    with pytest.raises(FinalError, match="đã ký"):
        await village.desk.sign_off(asked.id, "minh", "leader")


async def test_what_fills_the_blanks_is_in_the_audit_log_before_it_sounds(village: Village) -> None:
    asked = wish()
    await village.desk.air_template(asked)
    done = await village.journal.record(partial(deeds, bulletin=asked.id))
    assert [action for action, _ in done] == ["template.air", "bulletin.air"]
    clips = await village.clips(asked.id)
    assert done[0][1].split() == [asked.id, "xa-lu", clips[1], clips[3]]
    assert len(clips) == 5
    await village.reaches(asked.id, "aired")


async def test_fixed_words_are_spoken_once_for_good_and_only_blanks_anew(village: Village) -> None:
    first, second = wish(), wish({"gio": "18h", "luu_luong": "700"})
    await village.desk.air_template(first)
    await village.reaches(first.id, "aired")
    await village.desk.air_template(second)
    await village.reaches(second.id, "aired")
    assert village.studio.rendered.count("hồ xả lũ lúc") == 1
    assert len(village.studio.rendered) == 3 + 2 + 2


async def test_the_same_wish_twice_is_one_airing(village: Village) -> None:
    asked = wish()
    states = await asyncio.gather(*(village.desk.air_template(asked) for _ in range(3)), return_exceptions=True)
    assert "airing" in states
    await village.reaches(asked.id, "aired")
    assert await village.reports(asked.id) == {LOCAL: ["PLAYED"], RELAY: ["PLAYED"]}


@pytest.mark.parametrize(
    ("values", "times", "says"),
    [
        (VALUES | {"gio": "27h"}, 1, "giờ trong ngày"),
        ({"gio": "7h"}, 1, "Chưa điền"),
        (VALUES, 3, "nhiều nhất 2 lần"),
        (VALUES | {"luu_luong": "9999"}, 1, "phải từ 1 đến 9000"),
    ],
)
async def test_what_is_out_of_bounds_never_reaches_a_horn(
    village: Village, values: dict[str, str], times: int, says: str
) -> None:
    asked = wish(values, times)
    with pytest.raises(FinalError, match=says):
        await village.desk.air_template(asked)
    assert await village.reports(asked.id) == {}


async def test_a_repeat_comes_when_it_is_due_never_after_a_stop_and_never_after_its_end(village: Village) -> None:
    asked = wish(times=2)
    await village.desk.air_template(asked)
    await village.reaches(asked.id, "aired")
    assert await village.journal.record(due_repeats) == []
    await village.journal.record(lambda tx: tx.run("UPDATE bulletin SET next_at_ms = 1"))
    ((row, left),) = await village.journal.record(due_repeats)
    assert (row.id, left) == (asked.id, 1)
    await village.journal.record(lambda tx: tx.run("UPDATE bulletin SET ends_at_ms = 2"))
    assert await village.journal.record(due_repeats) == []
    await village.journal.record(lambda tx: tx.run("UPDATE bulletin SET ends_at_ms = 9e15, state = 'stopped'"))
    assert await village.journal.record(due_repeats) == []


async def test_a_change_after_approval_voids_it(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.")
    await village.desk.change(changed(name, "Mời bà con đi làm."))
    row = await village.journal.record(partial(get_bulletin, bulletin=name))
    assert row.approver is None
    with pytest.raises(FinalError, match="chưa được duyệt"):
        await village.air(name)
    await village.reaches(name, "ready")
    await village.desk.approve(name, await village.seal(name), "minh", "leader")
    assert await village.air(name) == "airing"
    await village.reaches(name, "aired")
    with pytest.raises(FinalError, match="không sửa được nữa"):
        await village.desk.change(changed(name, "Mời bà con về."))


async def test_other_hamlets_are_another_notice_even_with_the_same_sound(village: Village) -> None:
    name = await village.drafted("Mời bà con đi họp.", ("dong",))
    shown, clips = await village.seal(name), await village.clips(name)
    await village.desk.change(changed(name, "Mời bà con đi họp."))
    await village.reaches(name, "ready")
    assert await village.clips(name) == clips
    with pytest.raises(FinalError, match="xem và nghe lại"):
        await village.desk.approve(name, shown, "minh", "leader")


async def test_who_changed_a_notice_cannot_approve_it(village: Village) -> None:
    name = await village.drafted("Mời bà con đi họp.")
    await village.desk.change(changed(name, "Mời bà con đi làm.", "Minh", "leader"))
    await village.reaches(name, "ready")
    for user in ("minh", "Lan"):
        with pytest.raises(FinalError, match="không được tự duyệt"):
            await village.desk.approve(name, await village.seal(name), user, "leader")
    await village.desk.approve(name, await village.seal(name), "hoa", "leader")


async def test_what_is_altered_behind_the_desk_never_sounds(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.", ("dong",))
    await village.rows("UPDATE bulletin SET hamlets = ? WHERE id = ?", '["all"]', name)
    with pytest.raises(FinalError, match="không còn đúng như lúc duyệt"):
        await village.air(name)
    assert await village.state(name) == "reapprove"
    assert await village.reports(name) == {}


async def test_a_lost_clip_makes_an_approved_notice_wait_for_approval_again(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.")
    (clip,) = await village.clips(name)
    file = village.box / "clips" / f"{clip}.opus"
    file.write_bytes(b"spoilt")
    rendered = len(village.studio.rendered)
    with pytest.raises(FinalError, match="duyệt lại"):
        await village.air(name)
    assert await village.state(name) == "reapprove"
    assert (await village.reports(name), len(village.studio.rendered)) == ({}, rendered)
    await village.desk.submit(name, "lan", "operator")
    await village.reaches(name, "ready")
    with pytest.raises(FinalError, match="chưa được duyệt"):
        await village.air(name)
    await village.desk.approve(name, await village.seal(name), "minh", "leader")
    assert await village.air(name) == "airing"


async def test_the_box_itself_finds_a_clip_that_is_gone(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.")
    (clip,) = await village.clips(name)
    assert await village.station.clips.check(name) == ""
    (village.box / "clips" / f"{clip}.opus").unlink()
    assert "mất hoặc hỏng" in await village.station.clips.check(name)
    assert await village.state(name) == "reapprove"


async def test_a_template_that_lost_a_clip_waits_for_a_leader_and_is_not_replaced_in_silence(village: Village) -> None:
    (row,) = village.station.shelf.rows()
    assert (row["state"], row["approved_by"], len(row["clips"])) == ("approved", "Minh", 3)
    (village.box / "clips" / f"{row['clips'][1]}.opus").write_bytes(b"spoilt")
    asked = wish()
    with pytest.raises(FinalError, match="mất tệp âm thanh đã duyệt"):
        await village.desk.air_template(asked)
    with pytest.raises(FinalError, match="chưa được lãnh đạo nghe"):
        await village.desk.air_template(asked)
    assert await village.reports(asked.id) == {}
    await village.templates_heard()
    assert await village.desk.air_template(asked) == "airing"


async def test_what_was_heard_before_the_button_is_what_sounds_and_is_not_rendered_again(village: Village) -> None:
    heard = await village.desk.preview_template(PreviewTemplate(**WHO, template="xa-lu", values=VALUES))
    rendered = len(village.studio.rendered)
    asked = wish()
    await village.desk.air_template(asked)
    assert (await village.clips(asked.id), heard["ms"] > 0) == (heard["clips"], True)
    assert len(village.studio.rendered) == rendered


async def test_nodes_get_the_fixed_clips_with_their_plan_and_only_blanks_travel(village: Village) -> None:
    (row,) = village.station.shelf.rows()
    async with asyncio.timeout(PATIENCE_S):
        while not all((village.folder / "relay" / "clips" / f"{clip}.opus").exists() for clip in row["clips"]):
            await asyncio.sleep(0.05)
    (stand_by,) = await village.journal.record(village.station.shelf.stand_by)
    assert (stand_by.id, [media.sha256 for media in stand_by.media]) == ("parts:xa-lu", row["clips"])


def changed(name: str, text: str, user: str = "lan", role: str = "operator") -> ChangeBulletin:
    return ChangeBulletin(user=user, role=role, id=name, text=text, priority="thuong", hamlets=("all",))
