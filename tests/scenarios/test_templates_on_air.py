"""A filled template sounds at once, is signed off afterwards, and ends; what changes must be approved again."""

import asyncio
import uuid
from functools import partial

import pytest

from edge.control.protocol import AirTemplate, ChangeBulletin
from edge.core.errors import FinalError
from edge.core.news import BankChanged
from edge.store.bank import PromptRow, put_prompt
from edge.store.bulletins import get_bulletin
from edge.store.journal import Tx
from edge.store.templates import due_repeats
from tests.scenarios.village import LOCAL, RELAY, Village

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


async def test_a_filled_template_airs_at_once_and_waits_for_a_leaders_signature(village: Village) -> None:
    asked = wish()
    assert await village.desk.air_template(asked) == "airing"
    await village.reaches(asked.id, "aired")
    assert await village.reports(asked.id) == {LOCAL: ["PLAYED"], RELAY: ["PLAYED"]}
    row = await village.journal.record(partial(get_bulletin, bulletin=asked.id))
    assert row.text == "Hồ xả lũ lúc 17 giờ 30, lưu lượng 500 m³/s. Bà con lên bờ."
    assert row.approver == "Minh"
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


async def test_fixed_words_are_spoken_anew_once_the_commune_recorded_its_voice(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.broadcast.template_desk.RECORDED_S", 0.1)
    first = wish()
    await village.desk.air_template(first)
    await village.reaches(first.id, "aired")
    now_ms = village.journal.clock.now().at_ms
    prompt = PromptRow("0" * 16, "hồ xả lũ lúc", "0" * 64, 1, 900, -4.0, -19.0, "lan", now_ms)
    await village.journal.record(lambda tx: put_prompt(tx, prompt, "operator"))
    for _ in range(3):
        village.bus.publish(BankChanged())
    async with asyncio.timeout(10):
        while village.studio.rendered.count("hồ xả lũ lúc") < 2:
            await asyncio.sleep(0.05)
    second = wish()
    await village.desk.air_template(second)
    await village.reaches(second.id, "aired")
    assert village.studio.rendered.count("hồ xả lũ lúc") == 2


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
    change = ChangeBulletin(
        user="lan", role="operator", id=name, text="Mời bà con đi làm.", priority="thuong", hamlets=("all",)
    )
    await village.desk.change(change)
    row = await village.journal.record(partial(get_bulletin, bulletin=name))
    assert row.approver is None
    with pytest.raises(FinalError, match="chưa được duyệt"):
        await village.air(name)
    await village.reaches(name, "ready")
    await village.desk.approve(name, await village.clips(name), "minh", "leader")
    assert await village.air(name) == "airing"
    await village.reaches(name, "aired")
    with pytest.raises(FinalError, match="không sửa được nữa"):
        await village.desk.change(change)


async def test_a_lost_clip_makes_an_approved_notice_wait_for_approval_again(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.")
    (clip,) = await village.clips(name)
    (village.box / "clips" / f"{clip}.opus").write_bytes(b"spoilt")
    with pytest.raises(FinalError, match="duyệt lại"):
        await village.air(name)
    assert await village.state(name) == "reapprove"
    assert await village.reports(name) == {}
