"""The desk of remote support: opened with everything written down, ended by whom and by what, never open by mistake."""

import asyncio
import contextlib
import socket
from pathlib import Path

import msgspec
import pytest

from edge.control.protocol import CloseSupport, GetSupport, OpenSupport
from edge.core.errors import FinalError, TransientError
from edge.core.news import SupportChanged
from edge.kernel.support_files import NOTES, TERM, WISH, SupportPlaces, Wish
from edge.support import service
from tests.support.bench import ADMIN, SETTINGS, Bench, bench, places_in, systemd, tunnel_is

OPEN = OpenSupport(**ADMIN, minutes=60, reason="xem giúp loa thôn Đông", code="123456")
CLOSE = CloseSupport(user="Anh Ba", role="duty")


@contextlib.asynccontextmanager
async def running(box: Bench, *, units: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN201
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(box.support.run())]
        if units:
            tasks.append(group.create_task(systemd(box.places)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def until_deeds(box: Bench, count: int) -> list[tuple[str, str, str]]:
    async with asyncio.timeout(10):
        while len(deeds := await box.deeds()) < count:
            await asyncio.sleep(0.05)
    return deeds


async def test_it_is_opened_shown_and_ended_with_two_lines_in_the_log(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box, running(box):
        told = await box.support.open(OPEN)
        assert told["open"]["by"] == "Chị Hoa"
        assert told["open"]["state"] == "up"
        left_s = told["open"]["until_ms"] / 1000 - box.journal.clock.now().at_ms / 1000
        assert 3590 < left_s < 3610
        assert (box.places.wishes / TERM).read_text() == "3600\n"
        assert (box.places.wishes / WISH).stat().st_mode & 0o77 == 0
        assert (await box.support.close(CLOSE))["open"] is None
        assert not list(box.places.wishes.glob("support.[jt]*"))
        deeds = await until_deeds(box, 2)
        assert deeds == [
            ("Chị Hoa", "support.begin", "60 phút, tới tinh.example: xem giúp loa thôn Đông"),
            ("Anh Ba", "support.end", "đóng bằng nút bấm"),
        ]


async def test_without_settings_or_without_the_role_it_is_refused_and_says_what_is_missing(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path / "a", None) as box:
        with pytest.raises(FinalError, match=r"\[support\]"):
            await box.support.open(OPEN)
        assert (await box.support.state(GetSupport(**ADMIN)))["host"] is None
    async with bench(tmp_path / "b", SETTINGS) as box:
        (box.places.keys / "box_key.pub").unlink()
        with pytest.raises(FinalError, match="playbook provision"):
            await box.support.open(OPEN)
        assert await box.deeds() == []


async def test_a_second_one_is_refused_while_one_is_open(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box, running(box):
        await box.support.open(OPEN)
        with pytest.raises(FinalError, match="đang mở rồi"):
            await box.support.open(OPEN)


async def test_where_systemd_takes_no_wish_nothing_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "TAKEN_S", 0.3)
    async with bench(tmp_path, SETTINGS) as box, running(box, units=False):
        with pytest.raises(TransientError, match="molang-support"):
            await box.support.open(OPEN)
        assert not list(box.places.wishes.glob("support.[jt]*"))
        assert box.support.section() is None
        assert (await until_deeds(box, 2))[1][1:] == ("support.end", "không mở được")


async def test_a_unit_that_fails_is_told_at_once(tmp_path: Path) -> None:
    async def failing(places: SupportPlaces) -> None:
        while not (places.wishes / TERM).exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        (places.wishes / TERM).unlink()  # ExecStopPost

    async with bench(tmp_path, SETTINGS) as box, running(box, units=False), asyncio.timeout(5):
        unit = asyncio.create_task(failing(box.places))
        with pytest.raises(TransientError, match="không mở được"):
            await box.support.open(OPEN)
        await unit


async def test_a_tunnel_that_does_not_stop_is_said_to_whoever_pressed_the_button(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ENDED_S", 0.3)
    async with bench(tmp_path, SETTINGS) as box, running(box, units=False):
        tunnel_is(box.places, "up")
        await box.support.open(OPEN)
        with pytest.raises(TransientError, match="rút dây mạng"):
            await box.support.close(CLOSE)
        assert not (box.places.wishes / TERM).exists()


async def test_the_end_of_the_unit_is_the_end_whoever_lives(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box, running(box):
        await box.support.open(OPEN)
        for name in (TERM, WISH):  # as ExecStopPost does
            (box.places.wishes / name).unlink()
        assert (await until_deeds(box, 2))[1] == ("ho-tro", "support.end", "đường hầm tự dừng")
        assert box.support.section() is None


async def test_an_opening_survives_the_supervisor_and_its_end_is_written_by_the_next_life(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box:
        async with running(box):
            await box.support.open(OPEN)
        kept = {path: path.read_bytes() for path in box.places.wishes.glob("support.[jt]*")}
    for path, data in kept.items():
        path.write_bytes(data)
    async with bench(tmp_path, SETTINGS) as box, running(box):
        async with asyncio.timeout(5):
            while box.support.section() is None:
                await asyncio.sleep(0.05)
        assert (section := box.support.section()) is not None
        assert section["reason"] == "xem giúp loa thôn Đông"
    for path in kept:
        path.unlink(missing_ok=True)  # the machine was started again: /run is empty
    async with bench(tmp_path, None) as box, running(box):
        assert (await until_deeds(box, 2))[1][1:] == ("support.end", "hộp đã dừng giữa chừng")


async def test_what_is_typed_goes_into_the_log_while_it_is_open_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_NOTES", 3)
    async with bench(tmp_path, SETTINGS) as box, running(box):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            say = sock.sendto
            where = str(box.places.wishes / NOTES)
            await asyncio.sleep(0.3)
            say(b"truoc khi mo", where)
            await asyncio.sleep(0.1)
            await box.support.open(OPEN)
            for line in (b"journalctl -e", b"\x1b[2J\xff\x00", b"x" * 4000, b"mot dong nua"):
                say(line, where)
            deeds = await until_deeds(box, 5)
        assert [deed[0] for deed in deeds] == ["Chị Hoa", *["ho-tro"] * 4]
        words = [deed[2] for deed in deeds[1:]]
        assert words[0] == "journalctl -e"
        assert words[1].startswith("[2J")
        assert "\x1b" not in words[1]
        assert len(words[2]) == 500
        assert words[3] == "quá 3 dòng gõ trong một lần mở"
        assert box.support.section() is None


async def test_a_wish_that_no_admin_made_is_taken_away_and_written_down(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box, running(box):
        await asyncio.sleep(0.3)
        (box.places.wishes / TERM).write_text("28800\n")
        assert (await until_deeds(box, 1))[0] == ("ho-tro", "support.end", "mở không qua quản trị: đã đóng lại")
        assert not (box.places.wishes / TERM).exists()


async def test_lines_of_two_openings_keep_their_order(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box, running(box):
        for _ in range(3):
            await box.support.open(OPEN)
            await box.support.close(CLOSE)
        assert [what for _, what, _ in await until_deeds(box, 6)] == ["support.begin", "support.end"] * 3


async def test_the_section_tells_of_sessions_and_of_a_way_that_is_cut(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box, running(box):
        await box.support.open(OPEN)
        with box.bus.listen(SupportChanged) as news:
            (box.places.groups[0] / "molang-support-shell@0-1-2.service").mkdir()
            (box.places.groups[0] / "molang-support@0-1-2.service").mkdir()
            async with asyncio.timeout(5):
                await news.get()
        async with asyncio.timeout(5):
            while (section := box.support.section()) is None or section["sessions"] != 1:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_a_wish_long_after_its_end_is_taken_away(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    late = Wish("Chị Hoa", "quên", 0, -1000.0, "tinh.example", 22, "xa", "ssh-ed25519 AAAA", 43001)
    (places.wishes / WISH).write_bytes(msgspec.json.encode(late))
    (places.wishes / TERM).write_text("900\n")
    async with bench(tmp_path, SETTINGS) as box, running(box):
        assert (await until_deeds(box, 1))[0] == ("ho-tro", "support.end", "hết giờ")
        assert not (places.wishes / TERM).exists()


async def test_a_machine_without_the_folder_of_wishes_does_nothing_for_ever(tmp_path: Path) -> None:
    async with bench(tmp_path, SETTINGS) as box:
        box.places.wishes.rmdir()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await box.support.run()
