"""The outbox by hand: a box's file, the province's ledger, the receipt; files that are foreign, changed or cut off."""

import io
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest

from edge.core.errors import FinalError, TransientError
from edge.hub.stick.box_keys import keys_in
from edge.hub.stick.door import open_ledger
from edge.hub.stick.taking import Imported, Office, take_stick
from edge.kernel.certified import signer_of
from edge.kernel.clock import SystemClock
from edge.kernel.statement import StatementKey, are_signed
from edge.kernel.wire.stick import MAX_PIECE_BYTES, Kind, StickHeader, StickWriter, read_stick
from edge.store.reader import Reader
from edge.store.sticks import note_stick
from edge.sync.receipt import Receipts
from edge.sync.stick_export import Outgoing, Written, write_stick
from hil.prove.province.stick import play
from tests.hub.province import SOURCE, Province
from tests.sync.box import Box, started

CLOCK = SystemClock()


class Courier:
    """A box's key, the stick, and the province's office."""

    def __init__(self, province: Province, folder: Path) -> None:
        self.province = province
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.key = StatementKey.load_or_make(folder / "audit.pem")
        (folder / "boxes").write_text(f"# hộp của xã\n{SOURCE} {self.key.public_hex}\n")
        self.keys = keys_in(folder / "boxes")
        self.media = folder / "media"

    async def write(self, box: Box, source: str = SOURCE, media: Path | None = None) -> Written:
        """Export, with the note at the box that the command makes."""
        with closing(Reader(box.path)) as reader:
            reader.connection.row_factory = None
            noted: list[tuple[str, int, int]] = []
            out = Outgoing(source, self.key, media)
            written = write_stick(
                reader.connection, out, self.stick, CLOCK.now().at_ms, lambda *told: noted.append(told)
            )
        for stick, made_at_ms, events in noted:
            note = partial(note_stick, stick=stick, made_at_ms=made_at_ms, events=events)
            await box.journal.with_connection(note)
        return written

    async def take(self, file: Path) -> Imported:
        """Import; the receipt lies beside the file."""
        certificates = self.province.certificates
        office = Office(self.keys, self.media, signer_of(certificates.key), certificates.cert.read_text())
        async with open_ledger(self.province.folder, CLOCK) as take:
            return await take_stick(file, office, take, receipt_of(file), CLOCK.now().at_ms)

    def receipts(self, box: Box, source: str = SOURCE) -> Receipts:
        settings = self.province.settings(1)
        return Receipts(settings, source, box.journal.with_connection, CLOCK)


def receipt_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.receipt")


@pytest.fixture
def courier(province: Province, tmp_path: Path) -> Courier:
    return Courier(province, tmp_path)


@asynccontextmanager
async def full_box(folder: Path) -> AsyncIterator[Box]:
    async with started(folder, None) as box:
        for lane in (2, 0, 1):
            await box.tell(lane, [f"{lane}/{number}" for number in range(250)])
        yield box


async def test_what_waits_arrives_by_stick_and_its_receipt_settles_it(courier: Courier, tmp_path: Path) -> None:
    async with full_box(tmp_path) as box:
        written = await courier.write(box)
        assert (written.events, written.whole) == (750, True)
        brought = await courier.take(written.path)
        assert (brought.events, brought.rejected) == (750, 0)
        done = await courier.receipts(box).take(receipt_of(written.path), 0)
        assert (done.next_frame, done.settled, done.rejected) == (0, 750, 0)
        assert box.waiting() == []
        again = await courier.receipts(box).take(receipt_of(written.path), 0)
        assert again.settled == 0
    async with courier.province.running() as doors:
        arrived = await courier.province.events(doors.boxes)
    assert [one["lane"] for one in arrived] == [0] * 250 + [1] * 250 + [2] * 250
    assert [one["subject"] for one in arrived if one["lane"] == 0] == [f"0/{number}" for number in range(250)]


async def test_a_stick_taken_twice_and_a_line_beside_it_bring_everything_once(courier: Courier, tmp_path: Path) -> None:
    async with full_box(tmp_path) as box:
        written = await courier.write(box)
    async with courier.province.running() as doors:
        async with started(tmp_path, courier.province.settings(doors.boxes)) as box:
            await box.until_drained()
        for _ in range(2):
            assert (await courier.take(written.path)).events == 750
        arrived = await courier.province.events(doors.boxes)
    assert len(arrived) == len({one["id"] for one in arrived}) == 750
    assert {one["deliveries"] for one in arrived} == {3}


async def test_a_lost_receipt_is_harmless(courier: Courier, tmp_path: Path) -> None:
    async with full_box(tmp_path) as box:
        first = await courier.write(box)
        await courier.take(first.path)
        receipt_of(first.path).unlink()
        second = await courier.write(box)
        await courier.take(second.path)
        await courier.receipts(box).take(receipt_of(second.path), 0)
        assert box.waiting() == []


async def test_what_the_province_rejects_is_a_dead_letter_and_what_can_never_go_stays(
    courier: Courier, tmp_path: Path
) -> None:
    async with started(tmp_path, None) as box:
        await box.tell(0, ["before"])
        await box.tell(0, ["bad type"], "Bad Type!")
        await box.tell(0, ["too long"], title=secrets.token_hex(80_000))
        await box.tell(0, ["after"])
        written = await courier.write(box)
        await courier.take(written.path)
        done = await courier.receipts(box).take(receipt_of(written.path), 0)
        assert done.rejected == 1
        assert set(box.dead()) == {"bad type"}
        assert [row["subject"] for row in box.waiting()] == ["too long", "lane/0"]


async def test_a_receipt_of_a_stick_that_this_box_does_not_remember_is_refused(
    courier: Courier, tmp_path: Path
) -> None:
    async with full_box(tmp_path) as box:
        written = await courier.write(box)
        await courier.take(written.path)
        await box.journal.with_connection(lambda c: c.execute("DELETE FROM stick").rowcount)
        with pytest.raises(FinalError, match="không nhớ"):
            await courier.receipts(box).take(receipt_of(written.path), 0)
        assert len(box.waiting()) == 750


async def test_a_receipt_of_another_authority_or_for_another_box_is_refused(courier: Courier, tmp_path: Path) -> None:
    false = Province(tmp_path / "false")
    async with full_box(tmp_path) as box:
        written = await courier.write(box)
        await courier.take(written.path)
        own = Receipts(false.settings(1), SOURCE, box.journal.with_connection, CLOCK)
        other = courier.receipts(box, source="/xa/tay-son/box/1")
        for receipts in (own, other):
            with pytest.raises(FinalError, match="không phải do đầu tỉnh"):
                await receipts.take(receipt_of(written.path), 0)
        with pytest.raises(FinalError, match="không phải biên nhận"):
            await courier.receipts(box).take(written.path, 0)
        assert len(box.waiting()) == 750


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "changed at the beginning": lambda data: _flip(data, 40),
    "changed in the middle": lambda data: _flip(data, len(data) // 2),
    "changed at the end": lambda data: _flip(data, len(data) - 1),
    "cut off": lambda data: data[: len(data) // 2],
    "cut before its end": lambda data: data[:-80],
    "longer": lambda data: data + b"x",
    "empty": lambda _: b"",
    "no stick": lambda _: b"%PDF-1.7",
    "a length beyond all bounds": lambda data: data[:16] + b"\xff\xff\xff\xff" + data[20:],
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
async def test_a_spoilt_stick_is_refused_as_a_whole(
    courier: Courier, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    async with full_box(tmp_path) as box:
        written = await courier.write(box)
    written.path.write_bytes(spoil(written.path.read_bytes()))
    with pytest.raises(FinalError):
        await courier.take(written.path)
    assert not receipt_of(written.path).exists()
    async with courier.province.running() as doors:
        assert await courier.province.events(doors.boxes) == []


async def test_a_stick_of_a_box_that_the_province_does_not_know_is_refused(courier: Courier, tmp_path: Path) -> None:
    async with started(tmp_path, None, "/xa/tay-son/box/1") as box:
        await box.tell(0, ["alarm"])
        written = await courier.write(box, "/xa/tay-son/box/1")
    with pytest.raises(FinalError, match="chưa có khóa của hộp /xa/tay-son/box/1"):
        await courier.take(written.path)


async def test_a_box_cannot_write_in_the_name_of_another(courier: Courier, tmp_path: Path) -> None:
    async with full_box(tmp_path) as box:
        courier.key = StatementKey.load_or_make(tmp_path / "other.pem")
        written = await courier.write(box)
    with pytest.raises(FinalError, match="Chữ ký không đúng"):
        await courier.take(written.path)


async def test_pictures_of_incidents_travel_when_they_are_asked_for(courier: Courier, tmp_path: Path) -> None:
    picture = secrets.token_bytes(MAX_PIECE_BYTES + 1_000)
    (tmp_path / "films" / "stills").mkdir(parents=True)
    (tmp_path / "films" / "stills" / "i.jpg").write_bytes(picture)
    async with started(tmp_path, None) as box:
        await box.journal.record(
            lambda tx: (
                tx.run(
                    "INSERT INTO incident (id, kind, severity, subject, place, hamlet, title, began_at_ms, made_at_ms,"
                    " state, still)"
                    " VALUES ('1-7', 'zone', 'severe', 's', 'p', 'dong', 't', 1, 1, 'open', 'stills/i.jpg')"
                ).rowcount
            )
        )
        await box.tell(0, ["1-7", "1-8"])
        plain = await courier.write(box)
        rich = await courier.write(box, media=tmp_path / "films")
    assert (plain.media, rich.media) == (0, 1)
    assert (await courier.take(rich.path)).media == 1
    (kept,) = courier.media.iterdir()
    assert kept.read_bytes() == picture


def test_a_frame_beyond_its_bound_is_not_written(tmp_path: Path) -> None:
    key = StatementKey.load_or_make(tmp_path / "k.pem")
    out = io.BytesIO()
    header = StickHeader(what="outbox", source=SOURCE, stick="0" * 32, made_at_ms=1)
    writer = StickWriter(out, lambda data: bytes.fromhex(key.sign_bytes(data)), header)
    with pytest.raises(FinalError):
        writer.add(Kind.BATCH, bytes(70_000))
    writer.close()
    out.seek(0)
    found = list(read_stick(out, lambda _: lambda data, sig: are_signed(data, sig.hex(), key.public_hex)))
    assert [frame.kind for frame in found] == [Kind.HEADER]


async def test_a_stick_that_takes_nothing_is_said(courier: Courier, tmp_path: Path) -> None:
    async with full_box(tmp_path) as box:
        courier.stick = tmp_path / "pulled out"
        with pytest.raises(TransientError, match="Không ghi được vào"):
            await courier.write(box)


def test_the_proof_line_in_small() -> None:
    end = play(("stick",), 200)
    assert (end.missing, end.doubled, end.left, end.dead) == (0, 0, 0, 0)
