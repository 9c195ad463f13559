"""What may not leave does not leave: masks, people, and films that the commune keeps to itself."""

from pathlib import Path

import cv2
import msgspec
import numpy as np

from edge.core.incident import Severity
from edge.core.recording import Span
from edge.kernel.wire.export import BlurSetup
from edge.store.exports import Taken, finish_export, next_export
from edge.store.journal import Tx
from edge.store.media_fetches import NOT_ALLOWED, TOO_LONG, UNKNOWN
from edge.sync.media.concealing import Privacy
from edge.sync.media.rule import Rule
from tests.hub.media.post_office import PostOffice
from tests.sync.media.box import CLEAR, Box, started

NOBODY_FINDS = BlurSetup("", "detect_onnx", ("person",))
RIGHT_HALF = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
MASKED = Privacy(NOBODY_FINDS, people=False, masks={"cong": (RIGHT_HALF,)})


def white() -> bytes:
    return cv2.imencode(".jpg", np.full((120, 160, 3), 255, np.uint8))[1].tobytes()


async def test_a_still_leaves_with_its_mask_black_and_the_copy_goes_when_it_is_sent(
    office: PostOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "box"
    async with office.running() as port, started(folder, office.province.settings(port), privacy=MASKED) as box:
        original = await box.file("media/stills/s.jpg", white())
        await box.incident("1-901", Severity.SEVERE, "stills/s.jpg")
        await box.until_state("sent")
        assert (await office.fetch(port, original)).status == 404
        (path,) = office.files()
        picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture[:, 90:].max() < 16 < 240 < picture[:, :70].min()
        assert list((folder / "media/outgoing").iterdir()) == []


async def test_a_still_that_was_ready_before_a_mask_came_is_made_anew(office: PostOffice, tmp_path: Path) -> None:
    folder = tmp_path / "box"
    nobody = msgspec.structs.replace(office.province.settings(1), url="https://127.0.0.1:1")
    async with started(folder, nobody, privacy=CLEAR) as box:
        original = await box.file("media/stills/s.jpg", white())
        await box.incident("1-901", Severity.SEVERE, "stills/s.jpg")
        await box.until_state("ready")
    async with office.running() as port, started(folder, office.province.settings(port), privacy=MASKED) as box:
        await box.until_state("sent")
        assert (await office.fetch(port, original)).status == 404
        assert len(office.files()) == 1


async def test_a_picture_that_cannot_be_hidden_stays_here(office: PostOffice, tmp_path: Path) -> None:
    async with (
        office.running() as port,
        started(tmp_path / "box", office.province.settings(port), privacy=MASKED) as box,
    ):
        await box.file("media/stills/s.jpg", b"no picture")
        await box.incident("1-901", Severity.SEVERE, "stills/s.jpg")
        await box.until_state("refused")
        assert box.told("1-901") == ["media.gone"]
        assert office.files() == []


async def ask(box: Box, number: str, of: str, span: tuple[int, int] = (0, 0)) -> None:
    """What a command leaves."""
    wish = "INSERT OR IGNORE INTO media_wish VALUES (?, ?, ?, ?, 'waiting', 1)"
    await box.journal.record(lambda tx: tx.run(wish, number, of, *span))


def answer(box: Box, number: str) -> str:
    (row,) = box.rows(f"SELECT state FROM media_wish WHERE command = '{number}'")
    return str(row["state"])


async def cut(box: Box, content: bytes) -> Span:
    """What the export service does."""

    def work(tx: Tx) -> Span:
        row = next_export(tx)
        assert row is not None
        assert row.blur
        finish_export(tx, row, Taken(f"exports/{row.id}.mp4", "0" * 64, len(content)), "people")
        return row.span

    await box.until(lambda box: bool(box.rows("SELECT 1 FROM export WHERE state = 'waiting'")))
    (export,) = box.rows("SELECT id FROM export")
    await box.file(f"media/exports/{export['id']}.mp4", content)
    return await box.journal.record(work)


async def test_a_film_that_the_province_asks_for_is_cut_hidden_written_down_and_sent(
    office: PostOffice, tmp_path: Path
) -> None:
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port)) as box:
        await ask(box, "cmd-1", "camera/cong", (1_790_000_000_000, 1_790_000_060_000))
        await ask(box, "cmd-1", "camera/cong", (1_790_000_000_000, 1_790_000_060_000))
        assert await cut(box, b"film") == Span("cong", 1_790_000_000_000, 1_790_000_060_000)
        await box.until_state("sent")
        assert (await office.fetch(port, b"film")).status == 200
        assert box.told("cmd-1") == ["media.offered", "media.sent"]
        await box.until(lambda box: answer(box, "cmd-1") == "sent")
        (deed,) = box.rows("SELECT user, action FROM audit")
        assert deed == {"user": "tỉnh", "action": "recording.export"}


async def test_an_incident_is_asked_for_with_its_still_and_its_film(office: PostOffice, tmp_path: Path) -> None:
    rule, folder = Rule(stills=()), tmp_path / "box"
    async with office.running() as port, started(folder, office.province.settings(port), rule, MASKED) as box:
        await box.file("media/stills/s.jpg", white())
        await box.incident("1-901", Severity.SEVERE, "stills/s.jpg")
        raw = await box.file("media/clips/1-901.mp4", 1000)
        await box.journal.record(lambda tx: tx.run("UPDATE incident SET clip = 'clips/1-901.mp4'"))
        await ask(box, "cmd-1", "incident/1-901")
        span = await cut(box, b"hidden film")
        assert span.camera == "cong"
        await box.until(lambda box: [row["state"] for row in box.rows()] == ["sent", "sent"])
        assert (await office.fetch(port, raw)).status == 404
        assert (await office.fetch(port, b"hidden film")).status == 200


async def test_the_film_of_a_camera_without_masks_goes_as_it_is_if_the_commune_wants_it(
    office: PostOffice, tmp_path: Path
) -> None:
    rule, folder = Rule(stills=(), clips=("severe",)), tmp_path / "box"
    async with office.running() as port, started(folder, office.province.settings(port), rule, CLEAR) as box:
        raw = await box.file("media/clips/1-901.mp4", 1000)
        await box.incident("1-901", Severity.SEVERE)
        closed = "UPDATE incident SET clip = 'clips/1-901.mp4', state = 'closed', ended_at_ms = began_at_ms + 1"
        await box.journal.record(lambda tx: tx.run(closed))
        await box.until_state("sent")
        assert (await office.fetch(port, raw)).status == 200


async def test_a_commune_that_gives_no_films_says_so(office: PostOffice, tmp_path: Path) -> None:
    rule, folder = Rule(on_demand=False), tmp_path / "box"
    async with office.running() as port, started(folder, office.province.settings(port), rule) as box:
        await ask(box, "cmd-1", "camera/cong", (1, 2))
        await ask(box, "cmd-2", "incident/9-9")
        await box.until(lambda box: box.told("cmd-1") == box.told("9-9") == ["media.gone"])
        reasons = box.rows("SELECT reason FROM media_fetch ORDER BY id")
        assert [row["reason"] for row in reasons] == [NOT_ALLOWED, NOT_ALLOWED]
        assert answer(box, "cmd-1") == answer(box, "cmd-2") == "none"
        assert box.rows("SELECT 1 FROM export") == []


async def test_a_span_that_makes_no_sense_is_answered_at_once(office: PostOffice, tmp_path: Path) -> None:
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port)) as box:
        await ask(box, "cmd-1", "camera/cong", (5, 5))
        await ask(box, "cmd-2", "camera/cong", (0, 10**9))
        await box.until(lambda box: answer(box, "cmd-1") == answer(box, "cmd-2") == "none")
        assert box.rows("SELECT reason FROM media_fetch ORDER BY id")[1] == {"reason": TOO_LONG}
        assert box.told("cmd-1") == box.told("cmd-2") == ["media.gone"]


async def test_an_incident_that_nobody_knows_has_no_film(office: PostOffice, tmp_path: Path) -> None:
    async with office.running() as port, started(tmp_path / "box", office.province.settings(port)) as box:
        await ask(box, "cmd-1", "incident/9-9")
        await box.until(lambda box: box.told("9-9") == ["media.gone"])
        assert box.rows("SELECT reason FROM media_fetch") == [{"reason": UNKNOWN}]
