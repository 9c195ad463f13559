"""What a resident reported is answered on air without his name, and only after a second person approved."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.broadcast.desk import StationDesk
from edge.broadcast.spoken_reply import spoken_reply
from edge.control.protocol import AddReport, AnswerReport, CloseReport, DraftBulletin
from edge.core.errors import FinalError
from edge.core.normalise_vi import normalise
from edge.kernel.clock import SystemClock
from edge.records.residents import Residents
from edge.store.bulletins import BulletinRow, add_bulletin
from edge.store.journal import Journal

LAN = {"user": "Lan", "role": "operator"}


class Place:
    """A store, and a station that keeps drafts as the real one does."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.residents = Residents({"dong": "thôn Đông"}, self.draft, journal)

    async def draft(self, wish: DraftBulletin) -> dict[str, object]:
        row = BulletinRow(
            wish.id, wish.text, "", wish.priority, tuple(wish.hamlets), "rendering", wish.user, None, None, None
        )
        await self.journal.record(lambda tx: add_bulletin(tx, row))
        return {"id": wish.id, "state": "rendering"} | spoken_reply(normalise(wish.text))

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())

    async def reported(self, text: str = "Đèn đường hỏng.", hamlet: str = "dong") -> str:
        number = str(uuid.uuid4())
        await self.residents.add(AddReport(**LAN, id=number, text=text, hamlet=hamlet))
        return number


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield Place(journal)
    journal.close()


def test_the_station_keeps_drafts_by_the_same_call() -> None:
    assert callable(StationDesk.draft)


async def test_an_answer_is_a_draft_that_names_the_hamlet_and_not_the_report(place: Place) -> None:
    number = await place.reported("Ông Ba xóm trên báo đèn đường hỏng.")
    bulletin = str(uuid.uuid4())
    reply = await place.residents.answer(
        AnswerReport(
            **LAN,
            id=number,
            bulletin=bulletin,
            answer="Đèn đã được thay chiều nay.",
            priority="thuong",
            hamlets=("dong",),
        )
    )
    assert reply["complete"]
    assert await place.rows("SELECT text, state, author, approver FROM bulletin") == [
        ("Trả lời phản ánh của bà con thôn Đông. Đèn đã được thay chiều nay.", "rendering", "Lan", None)
    ]
    assert await place.rows("SELECT state, bulletin FROM resident_report") == [("drafted", bulletin)]
    assert await place.rows("SELECT action FROM audit ORDER BY seq") == [("resident.add",), ("resident.answer",)]


@pytest.mark.parametrize("text", ["Gọi 0912345678 nhé.", "Anh Ba 0912 345 678 báo.", "+84 912-345-678 phản ánh"])
async def test_a_phone_number_is_kept_out_of_reports_and_answers(place: Place, text: str) -> None:
    with pytest.raises(FinalError, match="số điện thoại"):
        await place.reported(text)
    number = await place.reported()
    with pytest.raises(FinalError, match="số điện thoại"):
        await place.residents.answer(
            AnswerReport(
                **LAN, id=number, bulletin=str(uuid.uuid4()), answer=text, priority="thuong", hamlets=("dong",)
            )
        )
    assert not await place.rows("SELECT 1 FROM bulletin")


async def test_dates_and_levels_are_no_phone_numbers(place: Place) -> None:
    await place.reported("Ngày 20/11/2026 lúc 17h30 nước lên 3,5 m ở ngầm số 02.")


async def test_the_same_press_twice_is_one_report(place: Place) -> None:
    wish = AddReport(**LAN, id=str(uuid.uuid4()), text="Đèn hỏng.", hamlet="dong")
    await place.residents.add(wish)
    await place.residents.add(wish)
    assert await place.rows("SELECT count(*) FROM resident_report") == [(1,)]
    assert await place.rows("SELECT count(*) FROM audit") == [(1,)]


async def test_an_unknown_hamlet_or_report_is_refused(place: Place) -> None:
    with pytest.raises(FinalError, match="Không có thôn"):
        await place.reported(hamlet="xa-la")
    with pytest.raises(FinalError, match="Không có phản ánh"):
        await place.residents.close(CloseReport(**LAN, id="khong", how="xong"))


async def test_a_report_may_be_settled_without_words_on_air(place: Place) -> None:
    number = await place.reported()
    await place.residents.close(CloseReport(**LAN, id=number, how="Đã thay bóng."))
    assert await place.rows("SELECT state, how FROM resident_report") == [("settled", "Đã thay bóng.")]
