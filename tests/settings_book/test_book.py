"""The settings changed as a page changes them: a real file, a real store, the real loader."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from edge.control.protocol import (
    ApplySettings,
    CancelSettings,
    GetSettings,
    GetSettingsForm,
    PreviewSettings,
    PreviewUndo,
    UndoSettings,
)
from edge.core.errors import FinalError
from edge.kernel.clock import SystemClock
from edge.settings_book import book as book_module
from edge.settings_book.book import SettingsBook
from edge.settings_book.files import SettingsFiles
from edge.store.journal import Journal
from edge.store.reader import Reader

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"
TECHNICIAN: dict[str, Any] = {"user": "Đức", "role": "technician"}
ADMIN: dict[str, Any] = {"user": "Lan", "role": "admin"}


@dataclass
class Office:
    """A box's settings; ``sounding``: a horn sounds; ``restarts`` is what a restart does, counted."""

    folder: Path
    journal: Journal
    sounding: bool = False
    restarted: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.file = self.folder / "molang.toml"
        self.book = self.new_book()

    def new_book(self) -> SettingsBook:
        files = SettingsFiles(self.file, self.folder / "settings")
        return SettingsBook(files, self.journal, (), lambda: not self.sounding, self.restarted.set)

    def form(self, table: str, row: int | None = None, who: dict[str, str] = TECHNICIAN) -> Any:
        return self.book.form(GetSettingsForm(**who, table=table, row=row))

    async def camera(self, **fields: Any) -> dict[str, Any]:
        """What a page sends that changed these settings of the first camera."""
        shown = await self.form("camera", 0)
        return {"base": shown["base"], "table": "camera", "row": 0, "value": {**shown["value"], **fields}}

    async def apply(self, **fields: Any) -> dict[str, Any]:
        return await self.book.apply(ApplySettings(**TECHNICIAN, id=str(uuid4()), **await self.camera(**fields)))

    async def started(self) -> None:
        """The box comes back: the services are new, the files are as they are."""
        await asyncio.wait_for(self.restarted.wait(), 10)
        self.restarted.clear()
        self.book = self.new_book()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        reader = Reader(self.folder / "molang.db")
        try:
            return reader.rows(sql)
        finally:
            reader.close()


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(book_module, "NOTICE_S", 0.2)
    monkeypatch.setattr(book_module, "LOOK_S", 0.05)
    monkeypatch.setattr(book_module, "KEEP_AFTER_S", 0.2)
    (tmp_path / "molang.toml").write_bytes(EXAMPLE.read_bytes())
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield Office(tmp_path, journal)
    journal.close()


async def until_state(office: Office, seq: int, state: str) -> None:
    async with asyncio.timeout(10):
        while office.rows(f"SELECT state FROM settings_version WHERE seq = {seq}") != [{"state": state}]:  # noqa: S608
            await asyncio.sleep(0.05)


async def test_a_change_is_previewed_applied_kept_and_taken_back_with_one_press(office: Office) -> None:
    before = office.file.read_text()
    preview = await office.book.preview(PreviewSettings(**TECHNICIAN, **await office.camera(retention_days=14)))
    assert preview["problem"] is None
    assert [(one["name"], one["after"]) for one in preview["changes"]] == [("retention_days", "14")]
    assert office.file.read_text() == before
    run = asyncio.create_task(office.book.run())
    made = await office.apply(retention_days=14)
    await office.started()
    run.cancel()
    assert "retention_days = 14" in office.file.read_text()
    run = asyncio.create_task(office.book.run())
    await until_state(office, made["version"], "kept")
    shown = await office.book.preview_undo(PreviewUndo(**TECHNICIAN, version=made["version"]))
    assert shown["changes"]
    await office.book.undo(UndoSettings(**TECHNICIAN, id=str(uuid4()), version=made["version"], base=shown["base"]))
    await office.started()
    run.cancel()
    assert office.file.read_text().rstrip() == before.rstrip()
    deeds = [row["action"] for row in office.rows("SELECT action FROM audit ORDER BY seq")]
    assert deeds == ["settings.form", "settings.applied", "settings.kept", "settings.undo"]


async def test_going_back_does_not_throw_away_what_somebody_saved_meanwhile(office: Office) -> None:
    run = asyncio.create_task(office.book.run())
    made = await office.apply(retention_days=14)
    await office.started()
    run.cancel()
    run = asyncio.create_task(office.book.run())
    await until_state(office, made["version"], "kept")
    ((base,),) = ([row["after_sha"]] for row in office.rows("SELECT after_sha FROM settings_version"))
    seen = (await office.book.preview_undo(PreviewUndo(**TECHNICIAN, version=made["version"])))["base"]
    assert seen == base, "the page's one press goes by the version that is in use"
    other = office.file.read_text() + "\n# sửa tay giữa chừng\n"
    office.file.write_text(other)
    with pytest.raises(FinalError, match="vừa đổi cấu hình"):
        await office.book.undo(UndoSettings(**TECHNICIAN, id=str(uuid4()), version=made["version"], base=seen))
    run.cancel()
    assert office.file.read_text() == other
    assert len(office.rows("SELECT seq FROM settings_version")) == 1


async def test_no_horn_is_cut_off_by_a_restart_and_what_waits_can_be_cancelled(office: Office) -> None:
    office.sounding = True
    run = asyncio.create_task(office.book.run())
    await office.apply(retention_days=14)
    await asyncio.sleep(0.6)
    assert not office.restarted.is_set()
    waiting = (await office.book.listed(GetSettings(**TECHNICIAN)))["waiting"]
    assert "Loa đang phát" in waiting["why"]
    with pytest.raises(FinalError, match="đang chờ"):
        await office.apply(retention_days=20)
    await office.book.cancel(CancelSettings(**TECHNICIAN))
    office.sounding = False
    await asyncio.sleep(0.6)
    run.cancel()
    assert not office.restarted.is_set()
    assert "retention_days = 14" not in office.file.read_text()


@pytest.mark.parametrize(
    ("fields", "path", "word"),
    [
        ({"retention_days": 400}, "camera[0].retention_days", "90"),
        ({"hamlet": "khong-co"}, "camera[0].hamlet", "khong-co"),
        ({"nothing": 1}, "camera[0].nothing", ""),
        ({"url": "http://x"}, "camera[0].url", ""),
    ],
)
async def test_what_the_loader_refuses_is_told_at_its_setting_and_never_applied(
    office: Office, fields: dict[str, Any], path: str, word: str
) -> None:
    preview = await office.book.preview(PreviewSettings(**TECHNICIAN, **await office.camera(**fields)))
    assert preview["problem"]["path"] == path
    assert word in preview["problem"]["sentence"]
    with pytest.raises(FinalError):
        await office.apply(**fields)
    assert office.rows("SELECT seq FROM settings_version") == []


async def test_a_form_that_is_older_than_the_file_is_refused(office: Office) -> None:
    change = await office.camera(retention_days=14)
    office.file.write_text(office.file.read_text() + "\n# sửa tay\n")
    with pytest.raises(FinalError, match="vừa đổi"):
        await office.book.preview(PreviewSettings(**TECHNICIAN, **change))


async def test_words_on_air_and_doors_are_not_a_technician_s(office: Office) -> None:
    for table in ("station", "web"):
        shown = await office.form(table)
        assert shown["may_change"] is False
        name, value = ("minutes_day", 1) if table == "station" else ("wall_token", "0123456789abcdef")
        change = {"base": shown["base"], "table": table, "row": None, "value": {**shown["value"], name: value}}
        with pytest.raises(FinalError, match="không được đổi bảng"):
            await office.book.preview(PreviewSettings(**TECHNICIAN, **change))


async def test_who_the_box_is_can_be_changed_by_nobody(office: Office) -> None:
    shown = await office.form("commune", who=ADMIN)
    change = {"base": shown["base"], "table": "commune", "row": None, "value": {**shown["value"], "id": "xa-khac"}}
    with pytest.raises(FinalError, match="thành hộp khác"):
        await office.book.preview(PreviewSettings(**ADMIN, **change))


async def test_the_same_press_twice_is_one_version(office: Office) -> None:
    change = ApplySettings(**TECHNICIAN, id=str(uuid4()), **await office.camera(retention_days=14))
    assert (await office.book.apply(change))["version"] == (await office.book.apply(change))["version"]


async def test_an_edit_by_hand_becomes_a_version_too(office: Office) -> None:
    run = asyncio.create_task(office.book.run())
    await office.apply(retention_days=14)
    await office.started()
    run.cancel()
    run = asyncio.create_task(office.book.run())
    await until_state(office, 1, "kept")
    run.cancel()
    office.file.write_text(office.file.read_text().replace("minutes_day = 90", "minutes_day = 30"))
    run = asyncio.create_task(office.book.run())
    await until_state(office, 2, "kept")
    run.cancel()
    (row,) = office.rows("SELECT kind, changes FROM settings_version WHERE seq = 2")
    assert row["kind"] == "hand"
    assert "minutes_day" in row["changes"]


async def test_texts_of_versions_are_for_the_supervisor_alone(office: Office) -> None:
    await office.apply(retention_days=14)
    folder = office.folder / "settings"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    assert len(list(folder.iterdir())) == 2
