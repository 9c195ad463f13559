import asyncio
from pathlib import Path

from edge.core.incident import Severity
from edge.core.policy.airtime import Hours
from edge.sync.media.rule import Rule
from edge.sync.media.service import Road
from hil.uplink import Uplink
from tests.hub.media.post_office import PostOffice
from tests.sync.media.box import PATIENCE_S, started


async def slow_line(count: int) -> None:
    """Takes 4 MB a second."""
    await asyncio.sleep(count / 4_000_000)


async def test_a_report_arrives_and_the_province_is_told_before_and_after(office: PostOffice, tmp_path: Path) -> None:
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port)) as box:
        data = await box.file("reports/r-1.pdf", 300_000)
        await box.offer("reports/r-1.pdf", "attachment")
        await box.until_state("sent")
        answer = await office.fetch(port, data)
        assert (answer.body, answer.headers["Content-Type"]) == (data, "application/pdf")
        assert box.told("r-1") == ["media.offered", "media.sent"]
        assert box.media is not None
        await box.until(lambda box: box.media is not None and box.media.status.backlog.sent == 1)
        assert box.media.status.sent_bytes == 300_000
        await box.until(lambda box: box.media is not None and box.media.status.current is None)


async def test_stills_go_before_clips_and_clips_before_the_rest(office: PostOffice, tmp_path: Path) -> None:
    folder = tmp_path / "box"
    async with started(folder, None) as box:
        for number, kind in enumerate(("attachment", "clip", "still", "report")):
            await box.file(f"f{number}", 70_000)
            await box.offer(f"f{number}", kind, subject=str(number))
    async with office.running() as port, started(folder, office.province.settings(port)) as box:
        await box.until_state("sent")
        order = [
            row["subject"] for row in box.rows("SELECT subject FROM outbox WHERE type = 'media.sent' ORDER BY seq")
        ]
        assert order[:2] == ["2", "1"]


async def test_a_new_still_overtakes_a_clip_that_is_being_sent(office: PostOffice, tmp_path: Path) -> None:
    clip_is_under_way, still_is_there = asyncio.Event(), asyncio.Event()

    async def slowly(count: int) -> None:
        clip_is_under_way.set()
        await still_is_there.wait()
        await slow_line(count)

    road = Road(may_send=slowly)
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port), road=road) as box:
        clip = await box.file("c.mp4", 2_000_000)
        await box.offer("c.mp4", "clip", subject="c")
        async with asyncio.timeout(PATIENCE_S):
            await clip_is_under_way.wait()
        await box.file("s.jpg", 50_000)
        await box.offer("s.jpg", "still", subject="s")
        still_is_there.set()
        await box.until_state("sent")
        order = [
            row["subject"] for row in box.rows("SELECT subject FROM outbox WHERE type = 'media.sent' ORDER BY seq")
        ]
        assert order == ["s", "c"]
        assert (await office.fetch(port, clip)).body == clip
        assert box.media is not None
        assert box.media.status.sent_bytes == 2_050_000


async def test_after_every_cut_and_restart_only_what_was_under_way_is_sent_again(
    office: PostOffice, tmp_path: Path
) -> None:
    folder, size, sent = tmp_path / "box", 2_000_000, 0
    async with office.running() as port, Uplink(port) as line:
        settings = office.province.settings(line.port)
        async with started(folder, None) as box:
            data = await box.file("c.mp4", size)
            await box.offer("c.mp4", "clip")
        for start in range(2):
            async with started(folder, settings, road=Road(may_send=slow_line)) as box:
                assert box.media is not None
                for part in range(1, 3):
                    goal = (start * 2 + part) * size // 6
                    async with asyncio.timeout(PATIENCE_S):
                        while sent + box.media.status.sent_bytes < goal:
                            await asyncio.sleep(0)
                    if part == 1:
                        line.cut()
                        await asyncio.sleep(0.1)
                        line.restore()
                if start == 1:
                    await box.until_state("sent")
            sent += box.media.status.sent_bytes
        assert (await office.fetch(port, data)).body == data
        held_by_the_proxy, under_way = 4 * 65_536, 32 * 1024  # two buffers of its own, two of its sockets
        assert sent - size < 3 * (held_by_the_proxy + under_way)


async def test_a_hub_that_lost_an_upload_gets_it_anew(office: PostOffice, tmp_path: Path) -> None:
    folder = tmp_path / "box"
    async with started(folder, None) as box:
        data = await box.file("c.mp4", 200_000)
        await box.offer("c.mp4", "clip")
        await box.journal.record(lambda tx: tx.run("UPDATE media_upload SET sha256 = NULL"))
    async with office.running() as port:
        lost = f"https://127.0.0.1:{port}/v1/uploads/{'0' * 32}"
        async with started(folder, office.province.settings(port)) as box:
            await box.journal.record(lambda tx: tx.run("UPDATE media_upload SET url = ?", lost))
            await box.until_state("sent")
            assert (await office.fetch(port, data)).body == data


async def test_a_file_that_is_deleted_while_it_waits_is_gone_and_the_province_is_told(
    office: PostOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "box"
    async with started(folder, None) as box:
        await box.file("c.mp4", 1000)
        await box.offer("c.mp4", "clip")
    (folder / "c.mp4").unlink()
    async with office.running() as port, started(folder, office.province.settings(port)) as box:
        await box.until_state("gone")
        assert box.told("r-1") == ["media.gone"]


async def test_what_is_deleted_after_it_was_sent_is_deleted_at_the_province_too(
    office: PostOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "box"
    async with office.running() as port:
        async with started(folder, office.province.settings(port)) as box:
            data = await box.file("c.mp4", 1000)
            await box.offer("c.mp4", "clip")
            await box.until_state("sent")
        (folder / "c.mp4").unlink()
        async with started(folder, office.province.settings(port)) as box:
            await box.until_state("gone")
            assert box.told("r-1") == ["media.offered", "media.sent", "media.gone"]
            assert (await office.fetch(port, data)).status == 404
            assert office.files() == []


async def test_a_rule_sends_the_pictures_of_grave_incidents_only(office: PostOffice, tmp_path: Path) -> None:
    rule = Rule(stills=("severe", "extreme"))
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port), rule) as box:
        grave = await box.file("media/stills/grave.jpg", 1000)
        slight = await box.file("media/stills/slight.jpg", 1000)
        await box.incident("1-901", Severity.SEVERE, "stills/grave.jpg")
        await box.incident("1-902", Severity.MINOR, "stills/slight.jpg")
        await box.until_state("sent")
        assert (await office.fetch(port, grave)).status == 200
        assert (await office.fetch(port, slight)).status == 404
        (row,) = box.rows()
        opened = box.rows("SELECT id FROM outbox WHERE type = 'incident.opened' AND subject = '1-901'")
        assert (row["event"], row["wanted_by"]) == (opened[0]["id"], "rule")


async def test_outside_its_hours_a_rule_sends_nothing_but_reports_go(office: PostOffice, tmp_path: Path) -> None:
    rule = Rule(hours=Hours(0, 0))
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port), rule) as box:
        await box.file("media/stills/s.jpg", 1000)
        await box.incident("1-901", Severity.SEVERE, "stills/s.jpg")
        await box.until(lambda box: [row["state"] for row in box.rows()] == ["ready"])
        await box.file("r.pdf", 1000)
        await box.offer("r.pdf")
        await box.until_state("sent", "r.pdf")
        assert box.rows("SELECT state FROM media_upload WHERE kind = 'still'") == [{"state": "ready"}]


async def test_over_a_metered_way_films_wait(office: PostOffice, tmp_path: Path) -> None:
    metered = True
    road = Road(is_metered=lambda: metered)
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port), road=road) as box:
        await box.file("c.mp4", 1000)
        await box.offer("c.mp4", "clip", by="command")
        await box.file("r.pdf", 1000)
        await box.offer("r.pdf")
        await box.until_state("sent", "r.pdf")
        assert box.rows("SELECT state FROM media_upload WHERE kind = 'clip'") == [{"state": "ready"}]
        metered = False
        await box.until_state("sent")
