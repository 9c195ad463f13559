"""Hubs that are full, ill or forgetful, files that change: nothing is lost, nothing is sent for ever."""

import asyncio
import os
from pathlib import Path

import pytest

from edge.hub.media.desk import Bounds
from edge.store.journal import Tx
from edge.store.media_queue import MOST_WAITING, offer
from edge.sync.media.rule import Rule
from edge.sync.media.service import Road
from hil.uplink import Uplink
from tests.hub.media.post_office import PostOffice
from tests.sync.media.box import started


async def test_a_hub_without_room_is_told_on_the_status_and_asked_again(
    office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.hub.media.shelf.RESERVE_BYTES", 2**60)
    monkeypatch.setattr("edge.hub.media.routes.FULL_RETRY_S", 1)
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port)) as box:
        await box.file("r.pdf", 1000)
        await box.offer("r.pdf")
        await box.until(lambda box: box.media is not None and "507" in box.media.status.detail)
        monkeypatch.setattr("edge.hub.media.shelf.RESERVE_BYTES", 0)
        await box.until_state("sent")
        await box.until(lambda box: box.media is not None and not box.media.status.detail)


async def test_a_file_that_is_too_long_for_the_hub_is_refused_and_the_next_one_goes(
    office: PostOffice, tmp_path: Path
) -> None:
    small, folder = Bounds(max_bytes=5000), tmp_path / "box"
    async with office.running(small) as port, started(folder, office.province.settings(port)) as box:
        await box.file("long.jpg", 6000)
        await box.offer("long.jpg", "still")
        await box.file("r.pdf", 1000)
        await box.offer("r.pdf")
        await box.until_state("sent", "r.pdf")
        await box.until_state("refused", "long.jpg")
        assert box.told("r-1").count("media.gone") == 1


async def test_a_file_that_changes_while_it_is_sent_is_given_up_after_three_tries(
    office: PostOffice, tmp_path: Path
) -> None:
    async with office.running() as port:
        folder = tmp_path / "box"
        nowhere = office.province.settings(1)
        async with started(folder, nowhere) as box:
            await box.file("r.pdf", 1000)
            await box.offer("r.pdf")
            await box.until_state("ready")
            await box.file("r.pdf", 1000)
        async with started(folder, office.province.settings(port)) as box:
            await box.until_state("refused")
            assert box.rows()[0]["tries"] == 3
            assert office.files() == office.parts() == []


async def test_while_nobody_answers_the_status_says_so_and_everything_waits(office: PostOffice, tmp_path: Path) -> None:
    async with started(tmp_path / "box", office.province.settings(1)) as box:
        await box.file("r.pdf", 1000)
        await box.offer("r.pdf")
        await box.until(lambda box: box.media is not None and "ngắt" in box.media.status.detail)
        assert [row["state"] for row in box.rows()] == ["ready"]
        await box.until(lambda box: box.media is not None and box.media.status.backlog.bytes == 1000)


async def test_alarms_hold_media_back_in_the_middle_of_a_file(office: PostOffice, tmp_path: Path) -> None:
    free, asked = asyncio.Event(), []

    async def may_send(count: int) -> None:
        asked.append(count)
        if len(asked) > 10:
            await free.wait()

    async with office.running() as port, Uplink(port) as line:
        road = Road(may_send=may_send)
        async with started(tmp_path / "box", office.province.settings(line.port), road=road) as box:
            data = await box.file("c.mp4", 400_000)
            await box.offer("c.mp4", "clip")
            await box.until(lambda _: len(asked) > 10)
            await asyncio.sleep(0.3)
            still = line.traffic.sent_bytes
            await asyncio.sleep(0.3)
            assert line.traffic.sent_bytes == still < 150_000
            free.set()
            await box.until_state("sent")
            assert (await office.fetch(port, data)).body == data


async def test_a_full_queue_gives_up_what_a_rule_wants_least(tmp_path: Path) -> None:
    async with started(tmp_path / "box", None) as box:
        await box.offer("r.pdf")

        def work(tx: Tx) -> None:
            for number in range(MOST_WAITING):
                offer(tx, f"{number}.jpg", "still", str(number), "", by="rule", at_ms=number + 1)

        await box.journal.record(work)
        gone = box.rows("SELECT path, reason FROM media_upload WHERE state = 'gone'")
        assert [row["path"] for row in gone] == ["0.jpg"]
        assert box.told("0") == ["media.gone"]


async def test_a_name_that_leads_out_of_the_data_folder_is_never_read(office: PostOffice, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(os.urandom(100))
    folder = tmp_path / "box"
    async with office.running() as port, started(folder, office.province.settings(port), Rule()) as box:
        await box.offer("../secret")
        await box.until_state("refused")
        assert office.files() == []
