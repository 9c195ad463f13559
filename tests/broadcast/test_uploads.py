"""Recordings that people bring: they wait, are taken in, become bulletins or parts of them, and must be approved."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.control.protocol import UploadRecording
from edge.core.errors import FinalError, TransientError
from edge.core.speech import Clip, Recording, RecordingId, Sha256
from edge.store.bulletins import BulletinRow, add_bulletin, add_recording, get_recording, set_state
from edge.store.journal import Tx
from edge.store.uploads import waiting_uploads
from tests.web.sounds import Sounds, sounds
from tests.workers.speech.test_intake import music, write

OWN = Clip(Sha256("a" * 64), 10, 3000, -2.0, -16.0)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Sounds]:
    async with sounds(tmp_path, ()) as running:
        yield running


def brought(running: Sounds, content: bytes | None = None) -> str:
    name = str(uuid.uuid4())
    path = running.spool / name
    if content is None:
        write(path, [music(2)], "mp3")
    else:
        path.write_bytes(content)
    return name


def wish(upload: str, bulletin: str = "", **fields: Any) -> UploadRecording:
    base = {
        "user": "Lan", "role": "operator", "upload": upload, "bulletin": bulletin or str(uuid.uuid4()),
        "text": "Lịch tiêm chủng", "language": "bru", "priority": "thuong", "hamlets": ("thon-dong",),
    }  # fmt: skip
    return UploadRecording(**{**base, **fields})


async def settled(running: Sounds, upload: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while True:
            (row,) = running.reader.rows("SELECT * FROM upload WHERE id = ?", upload)
            if row["state"] != "waiting":
                return row
            await asyncio.sleep(0.05)


def bulletin(running: Sounds, name: str) -> dict[str, Any]:
    row = running.reader.row("SELECT * FROM bulletin WHERE id = ?", name)
    assert row
    return row


async def spoken_bulletin(running: Sounds, state: str) -> str:
    """A notice that has a recording already."""
    name = str(uuid.uuid4())
    row = BulletinRow(name, "Họp", "họp", "uu_tien", ("thon-tay",), "rendering", "Lan", "Chủ tịch", None, None)
    own = Recording(RecordingId(f"r-{name}"), "Họp", "họp", Sha256("b" * 64), "1", "espeak", Sha256("c" * 64), (OWN,))

    def work(tx: Tx) -> None:
        add_bulletin(tx, row)
        add_recording(tx, own, name)
        set_state(tx, name, state)

    await running.journal.record(work)
    return name


async def recording(running: Sounds, name: str) -> Recording:
    return await running.journal.record(lambda tx: get_recording(tx, bulletin(running, name)["recording"]))


async def test_a_file_becomes_a_bulletin_that_waits_for_approval(running: Sounds, tmp_path: Path) -> None:
    upload = brought(running)
    asked = wish(upload)
    await running.uploads.ask(asked)
    await running.uploads.ask(asked)
    row = await settled(running, upload)
    assert (row["state"], row["detail"]) == ("done", "")
    made = bulletin(running, asked.bulletin)
    assert (made["state"], made["text"], made["author"], made["approver"]) == ("ready", "Lịch tiêm chủng", "Lan", None)
    kept = await recording(running, asked.bulletin)
    assert kept.voice == "tải lên (tiếng Bru-Vân Kiều)"
    assert [clip.sha256 for clip in kept.clips] == [row["clip"]]
    assert (tmp_path / "clips" / f"{row['clip']}.opus").is_file()
    assert not list(running.spool.iterdir())
    actions = [deed["action"] for deed in running.reader.rows("SELECT action FROM audit ORDER BY seq")]
    assert actions == ["bulletin.upload", "bulletin.draft"]


async def test_a_second_language_follows_the_first_and_voids_its_approval(running: Sounds) -> None:
    name = await spoken_bulletin(running, "approved")
    before = await recording(running, name)
    upload = brought(running)
    await running.uploads.ask(wish(upload, name, appends=True))
    row = await settled(running, upload)
    after = await recording(running, name)
    assert [clip.sha256 for clip in after.clips] == [OWN.sha256, row["clip"]]
    assert after.id != before.id
    assert after.text == "Họp\n[tiếng Bru-Vân Kiều] Lịch tiêm chủng"
    now = bulletin(running, name)
    assert (now["state"], now["approver"], now["priority"]) == ("ready", None, "uu_tien")
    assert before == await running.journal.record(lambda tx: get_recording(tx, before.id)), "what was approved stays"


@pytest.mark.parametrize("state", ["airing", "aired", "queued", "stopped"])
async def test_a_bulletin_on_its_way_to_the_horns_does_not_grow(running: Sounds, state: str) -> None:
    name = await spoken_bulletin(running, state)
    with pytest.raises(FinalError, match="chưa phát"):
        await running.uploads.ask(wish(brought(running), name, appends=True))


async def test_a_bulletin_that_went_on_the_air_meanwhile_does_not_grow(running: Sounds) -> None:
    name = await spoken_bulletin(running, "approved")
    upload = brought(running)
    await running.uploads.ask(wish(upload, name, appends=True))
    await running.journal.record(lambda tx: set_state(tx, name, "airing"))
    row = await settled(running, upload)
    assert row["state"] == "failed"
    assert "chưa phát" in row["detail"]
    assert bulletin(running, name)["state"] == "airing"
    assert [clip.sha256 for clip in (await recording(running, name)).clips] == [OWN.sha256]


async def test_a_file_that_is_no_sound_fails_in_a_sentence_and_leaves_no_bulletin(running: Sounds) -> None:
    upload = brought(running, b"MZ not a sound")
    asked = wish(upload)
    await running.uploads.ask(asked)
    row = await settled(running, upload)
    assert row["state"] == "failed"
    assert "không phải tệp âm thanh" in row["detail"]
    assert running.reader.row("SELECT 1 FROM bulletin WHERE id = ?", asked.bulletin) is None
    assert not list(running.spool.iterdir())


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"language": "xx"}, "ngôn ngữ"),
        ({"hamlets": ("thon-la",)}, "thôn"),
        ({"upload": str(uuid.uuid4())}, "không còn"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused_at_once(
    running: Sounds, fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(FinalError, match=reason):
        await running.uploads.ask(wish(**{"upload": brought(running), **fields}))
    assert not running.reader.rows("SELECT 1 FROM upload")


class Dying:
    """An intake whose process dies of every file."""

    def __init__(self, running: Sounds) -> None:
        self.tries = 0
        self.waiting, self.forget = running.intake.waiting, running.intake.forget

    async def clip(self, upload: str) -> Clip:
        self.tries += 1
        raise TransientError(f"Tiến trình chết vì {upload[:8]}.")


async def test_a_file_that_kills_its_process_is_given_up(running: Sounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.broadcast.uploads.TRIES_AFTER_S", (0.0, 0.0))
    running.uploads._brought = dying = Dying(running)
    upload = brought(running)
    await running.uploads.ask(wish(upload))
    assert (await settled(running, upload))["state"] == "failed"
    assert dying.tries == 3


async def test_what_a_restart_broke_off_goes_on(tmp_path: Path) -> None:
    async with sounds(tmp_path, ()) as first:
        upload = brought(first)
        first.uploads._brought = Never(first)
        await first.uploads.ask(wish(upload))
        assert len(await first.journal.record(waiting_uploads)) == 1
    async with sounds(tmp_path, ()) as second:
        assert (await settled(second, upload))["state"] == "done"


class Never(Dying):
    """An intake that never ends."""

    async def clip(self, upload: str) -> Clip:
        await asyncio.Event().wait()
        raise AssertionError(upload)
