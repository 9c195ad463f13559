"""A real box, a real hub over real TLS, and a line between them that fails."""

import asyncio
import logging
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.config.schema import Hub
from edge.core.errors import MisconfiguredError
from edge.core.news import UplinkChanged
from edge.sync import service
from hil.pki import Authority
from tests.hub.province import Province, free_port
from tests.sync.bad_line import BadLine, Fault
from tests.sync.box import is_down, is_up, started


@asynccontextmanager
async def line_to(province: Province) -> AsyncIterator[tuple[BadLine, int]]:
    """A hub, and a line to it with its own port."""
    async with province.running() as doors, BadLine(doors.boxes).open() as line:
        yield line, doors.boxes


async def subjects(province: Province, port: int, lane: int | None = None) -> list[str]:
    return [one["subject"] for one in await province.events(port) if lane in (None, one["lane"])]


async def test_every_event_arrives_once_alarms_first_and_each_lane_in_order(province: Province, tmp_path: Path) -> None:
    async with started(tmp_path, None) as box:
        for number in range(150):
            await box.tell(2, [f"số đo {number}"], "reading.taken")
            await box.tell(number % 2, [number])
    async with line_to(province) as (line, port), started(tmp_path, province.settings(line.port)) as box:
        await box.until_drained()
        arrived = await province.events(port)
    lanes = [one["lane"] for one in arrived]
    assert lanes[:75] == [0] * 75
    last_result = len(lanes) - 1 - lanes[::-1].index(1)
    assert lanes.index(2) < last_result  # it does not wait for the last of lane 1
    assert Counter(lanes) == {0: 75, 1: 75, 2: 150}
    for lane in range(3):
        sequence = [one["seq"] for one in arrived if one["lane"] == lane]
        assert sequence == sorted(sequence), lane
    assert all(one["deliveries"] == 1 for one in arrived)


async def test_a_new_alarm_leaves_within_a_second(province: Province, tmp_path: Path) -> None:
    async with line_to(province) as (line, port), started(tmp_path, province.settings(line.port)) as box:
        await box.until(is_up)
        await box.tell(0, ["alarm"])
        await box.until_drained(1.5)
        (arrived,) = await province.events(port)
    assert arrived["received_ms"] - arrived["at_ms"] < 1_000


async def test_a_lost_reply_means_the_same_batch_again_counted_but_not_stored_twice(
    province: Province, tmp_path: Path
) -> None:
    async with line_to(province) as (line, port), started(tmp_path, province.settings(line.port)) as box:
        await box.until(is_up)
        line.set_fault(Fault.LOST_REPLY)
        await box.tell(0, range(40))
        await box.until(is_down)
        assert len(box.waiting()) == 40
        line.set_fault(Fault.NONE)
        await box.until_drained()
        arrived = await province.events(port)
    assert line.replies_lost > 0
    assert [one["subject"] for one in arrived] == [str(n) for n in range(40)]
    assert {one["deliveries"] for one in arrived} == {2}


async def test_a_cut_line_grows_a_backlog_that_drains_in_seconds_told_once(
    province: Province, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with line_to(province) as (line, port), started(tmp_path, province.settings(line.port)) as box:
        await box.until(is_up)
        line.set_fault(Fault.CUT)
        await box.tell(1, range(500))
        await box.until(lambda box: box.sync.status.backlog == 500)
        await box.until(is_down)
        assert box.sync.status.detail == "Không nối được tới tỉnh." or "ngắt" in box.sync.status.detail
        assert box.sync.status.oldest_ms is not None
        await asyncio.sleep(2.5)
        line.set_fault(Fault.NONE)
        await box.until_drained(8.0)
        await box.until(lambda box: box.sync.status.backlog == 0)
        assert is_up(box)
        assert box.sync.status.sent == 500
        assert await subjects(province, port) == [str(n) for n in range(500)]
    told = [record.message for record in caplog.records if record.message.startswith("uplink ")]
    assert [words.split(":")[0] for words in told] == ["uplink up", "uplink down", "uplink up"]


async def test_a_silent_line_is_given_up_at_its_deadline(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.sync.post.DEADLINE_S", 1.0)
    async with line_to(province) as (line, port), started(tmp_path, province.settings(line.port)) as box:
        await box.until(is_up)
        line.set_fault(Fault.HOLE)
        await box.tell(0, range(30))
        await box.until(is_down)
        assert "không trả lời" in box.sync.status.detail
        line.set_fault(Fault.NONE)
        await box.until_drained()
        assert await subjects(province, port) == [str(n) for n in range(30)]


async def test_a_dead_line_shows_itself_with_nothing_to_send(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SIGN_OF_LIFE_S", 0.3)
    async with line_to(province) as (line, _), started(tmp_path, province.settings(line.port)) as box:
        await box.until(is_up)
        line.set_fault(Fault.CUT)
        await box.until(is_down)


async def test_a_hub_killed_again_and_again_loses_nothing_it_acknowledged(province: Province, tmp_path: Path) -> None:
    port = free_port()
    hub = await province.start_process(port)
    async with BadLine(port).open() as line, started(tmp_path, province.settings(line.port)) as box:
        for round_number in range(3):
            for number in range(30):
                await box.tell(number % 3, [f"{round_number}-{number}"])
                await asyncio.sleep(0.01)
            hub.kill()
            await hub.wait()
            await box.tell(0, [f"{round_number}-dead"])
            hub = await province.start_process(port)
        await box.until_drained()
        arrived = await province.events(port)
    hub.terminate()
    assert await hub.wait() == 0
    assert sorted(one["subject"] for one in arrived) == sorted(
        [f"{r}-{n}" for r in range(3) for n in range(30)] + [f"{r}-dead" for r in range(3)]
    )
    assert len({one["id"] for one in arrived}) == 93


async def test_a_poison_event_is_a_dead_letter_and_holds_up_nobody(province: Province, tmp_path: Path) -> None:
    async with started(tmp_path, None) as box:
        await box.tell(0, ["before"])
        await box.tell(0, ["bad type"], "Bad Type!")
        await box.tell(0, ["not a number"], severity=float("nan"))
        await box.tell(0, ["too long"], title=secrets.token_hex(80_000))
        await box.tell(0, ["after"])
    async with line_to(province) as (line, port), started(tmp_path, province.settings(line.port)) as box:
        await box.until_drained()
        told = await subjects(province, port)
        assert told == ["before", "after", "lane/0", "lane/0"]  # two tombstones: one before the answer, one after
        dead = box.dead()
        assert set(dead) == {"bad type", "not a number", "too long"}
        assert all(dead.values())
        await box.until(lambda box: box.sync.status.sent == 4)
        assert is_up(box)


async def test_large_events_go_in_several_batches(province: Province, tmp_path: Path) -> None:
    async with started(tmp_path, None) as box:
        for number in range(12):
            await box.tell(3, [number], "media.gone", reason=secrets.token_hex(12_000))
    async with line_to(province) as (line, port), started(tmp_path, province.settings(line.port)) as box:
        await box.until_drained()
        arrived = await province.events(port)
        (totals,) = (await province.get(port, "/v1/status", "province")).body
    assert [one["subject"] for one in arrived] == [str(n) for n in range(12)]
    assert totals["batches"] > 1


async def test_a_box_that_restarts_in_between_goes_on_with_new_ids(province: Province, tmp_path: Path) -> None:
    async with line_to(province) as (line, port):
        for boot in (1, 2, 3):
            async with started(tmp_path, province.settings(line.port)) as box:
                await box.tell(0, [f"boot {boot} a", f"boot {boot} b"])
        async with started(tmp_path, province.settings(line.port)) as box:
            await box.until_drained()
        arrived = await province.events(port)
    assert [one["subject"] for one in arrived] == [f"boot {boot} {letter}" for boot in (1, 2, 3) for letter in "ab"]
    assert [one["boot"] for one in arrived] == [1, 1, 2, 2, 3, 3]
    assert len({one["id"] for one in arrived}) == 6


async def test_a_box_that_dies_between_answer_and_note_sends_again_and_is_stored_once(
    province: Province, tmp_path: Path
) -> None:
    async with line_to(province) as (line, port):
        async with started(tmp_path, province.settings(line.port)) as box:
            await box.tell(0, range(5))
            await box.until_drained()
            await box.journal.with_connection(lambda c: c.execute("UPDATE outbox SET acked_at_ms = NULL").rowcount)
        async with started(tmp_path, province.settings(line.port)) as box:
            await box.until_drained()
        arrived = await province.events(port)
    assert [one["subject"] for one in arrived] == [str(n) for n in range(5)]
    assert all(one["deliveries"] >= 2 for one in arrived)


async def test_the_certificate_of_another_commune_is_refused_and_nothing_is_lost(
    province: Province, tmp_path: Path
) -> None:
    wrong = "box-tay-son-1"
    async with line_to(province) as (line, port):
        async with started(tmp_path, province.settings(line.port, wrong)) as box:
            await box.tell(0, ["alarm"])
            await box.until(lambda box: "403" in box.sync.status.detail)
            assert len(box.waiting()) == 1
            assert await province.events(port) == []
        async with started(tmp_path, province.settings(line.port)) as box:
            await box.until_drained()


async def test_a_certificate_of_another_authority_is_refused(province: Province, tmp_path: Path) -> None:
    async with line_to(province) as (line, port):
        settings = province.settings(line.port, authority=Authority(tmp_path / "other"))
        async with started(tmp_path, settings) as box:
            await box.tell(0, ["alarm"])
            await box.until(is_down)
            await asyncio.sleep(1)
            assert is_down(box)
            assert await province.events(port) == []


async def test_a_false_province_gets_nothing(tmp_path: Path, province: Province) -> None:
    false = Province(tmp_path / "false")
    async with false.running() as doors:
        async with started(tmp_path, province.settings(doors.boxes)) as box:
            await box.tell(0, ["alarm"])
            await box.until(is_down)
            assert "Chứng thư của tỉnh" in box.sync.status.detail
        assert await false.events(doors.boxes) == []


async def test_missing_certificates_stop_the_start_with_their_name(tmp_path: Path) -> None:
    none = str(tmp_path / "none.pem")
    with pytest.raises(MisconfiguredError, match=r"none\.pem"):
        async with started(tmp_path, Hub(url="https://127.0.0.1:1", ca=none, cert=none, key=none)):
            pass


async def test_without_a_province_the_box_lives_and_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SIGN_OF_LIFE_S", 0.2)
    async with started(tmp_path, None) as box:
        await box.tell(0, ["alarm"])
        await box.until(lambda box: box.sync.status.backlog == 1)
        assert box.sync.status.state == "off"


async def test_the_wall_is_told_when_the_uplink_changes(province: Province, tmp_path: Path) -> None:
    async with line_to(province) as (line, _), started(tmp_path, province.settings(line.port)) as box:
        with box.bus.listen(UplinkChanged) as mailbox:
            await box.until(is_up)
            line.set_fault(Fault.CUT)
            await box.tell(0, ["alarm"])
            await box.until(is_down)
            async with asyncio.timeout(1):
                for _ in range(2):
                    await mailbox.get()


def test_the_supervisor_gets_no_codec_and_no_numpy_from_sync() -> None:
    heavy = "{'numpy', 'av', 'cv2', 'onnxruntime', 'flask', 'sqlite_utils', 'torch', 'aiohttp.web'}"
    code = f"import sys, edge.sync.service; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert found.stdout.strip() == "[]"
