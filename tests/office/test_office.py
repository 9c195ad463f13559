"""Shifts, persons' requests and the audit log on a real store."""

import datetime as dt
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from edge.config.airtime import national_holidays
from edge.control.protocol import (
    AddRequest,
    GetMatters,
    GetUpkeep,
    HandOver,
    ListRequests,
    StepRequest,
    TakeOver,
    VerifyAudit,
)
from edge.core.errors import FinalError
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.person_request import KEEP_CONTACT_MS
from edge.kernel.backup_note import BACKUP_NOTE, BackupNote
from edge.kernel.clock import SystemClock
from edge.kernel.release_state import HISTORY, PENDING, Done, Pending
from edge.kernel.statement import StatementKey
from edge.office.audit import AuditReader
from edge.office.releases import ReleasePlaces
from edge.office.requests import PersonRequests
from edge.office.shifts import Shifts
from edge.office.upkeep import Upkeep
from edge.store.journal import Journal, Tx
from edge.store.person_requests import forget_contacts
from tests.web.scenery import busy

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"
DUTY = {"user": "Hòa", "role": "duty"}
LEADER = {"user": "Lan", "role": "leader"}


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield journal
    journal.close()


@pytest.fixture
def requests(journal: Journal) -> PersonRequests:
    return PersonRequests(national_holidays(), journal)


def now_ms() -> int:
    return SystemClock().now().at_ms


def ask(**fields: Any) -> AddRequest:
    base: dict[str, Any] = {
        **DUTY,
        "id": str(uuid4()),
        "kind": "see",
        "who": "Nguyễn Thị Mơ",
        "reach": "0900000031",
        "about": "Hình ở cổng chợ chiều 12/11.",
        "came_at_ms": now_ms(),
    }
    return AddRequest(**{**base, **fields})


async def deeds(journal: Journal) -> list[tuple[str, str]]:
    rows = await journal.with_connection(
        lambda connection: connection.execute("SELECT action, detail FROM audit").fetchall()
    )
    return [(action, detail) for action, detail in rows]


async def test_a_shift_is_handed_over_with_what_is_open_and_taken_by_somebody_else(journal: Journal) -> None:
    state = busy(now_ms())
    shifts = Shifts({name: lambda name=name: state[name] for name in state}, journal)  # type: ignore[misc]
    number = str(uuid4())
    assert (await shifts.matters(GetMatters(**DUTY)))["matters"]
    for _ in range(2):  # the same press twice is one hand-over
        await shifts.hand_over(HandOver(**DUTY, id=number, notes="Anh Hải xem cống số 2."))
    with pytest.raises(FinalError, match="không tự nhận"):
        await shifts.take_over(TakeOver(user=" hòa", role="duty", id=number))
    await shifts.take_over(TakeOver(user="Bình", role="duty", id=number, note="Đã rõ."))
    with pytest.raises(FinalError, match="Bình đã nhận"):
        await shifts.take_over(TakeOver(user="Chi", role="duty", id=number))
    assert [action for action, _ in await deeds(journal)] == ["shift.hand_over", "shift.take_over"]


async def test_a_request_has_its_deadline_and_goes_step_by_step(requests: PersonRequests, journal: Journal) -> None:
    wish = ask()
    reply = await requests.add(wish)
    assert await requests.add(wish) == reply
    due = local(AtMs(reply["due_ms"]))
    assert (due.hour, due.minute) == (17, 0)
    assert dt.timedelta(days=1) < due - dt.datetime.now(VIETNAM) < dt.timedelta(days=12)
    await requests.step(StepRequest(**LEADER, id=wish.id, kind="answered", words="Đã gọi lại, hẹn xem thứ Hai."))
    await requests.step(StepRequest(**LEADER, id=wish.id, kind="done", words="Đã cho xem, người khác được che."))
    with pytest.raises(FinalError, match="khép lại"):
        await requests.step(StepRequest(**LEADER, id=wish.id, kind="refused", words="x"))
    (row,) = (await requests.listed(ListRequests(**LEADER)))["rows"]
    assert (row["state"], [step["kind"] for step in row["steps"]]) == ("done", ["came", "answered", "done"])
    await journal.record(lambda tx: tx.run("UPDATE person_request_step SET at_ms = 1"))  # all in one millisecond
    (row,) = (await requests.listed(ListRequests(**LEADER)))["rows"]
    assert [step["kind"] for step in row["steps"]] == ["came", "answered", "done"]
    told = await deeds(journal)
    assert ("request.view", "") in told
    assert not any("Mơ" in detail or "0900000031" in detail for _, detail in told)


async def test_a_day_that_cannot_be_is_refused(requests: PersonRequests) -> None:
    for came_at_ms in (now_ms() + 3_600_000, 0):
        with pytest.raises(FinalError, match="90 ngày"):
            await requests.add(ask(came_at_ms=came_at_ms))


async def test_a_late_request_is_a_matter_of_the_shift(requests: PersonRequests, journal: Journal) -> None:
    await requests.add(ask(came_at_ms=now_ms() - 30 * 86_400_000))
    (matter,) = (await Shifts({}, journal).matters(GetMatters(**DUTY)))["matters"]
    assert matter["sentence"] == "1 yêu cầu về dữ liệu cá nhân chưa trả lời, 1 đã quá hạn."
    assert matter["weight"] == 3


async def test_names_go_when_a_request_was_closed_long_ago(requests: PersonRequests, journal: Journal) -> None:
    wish = ask()
    await requests.add(wish)
    await requests.step(StepRequest(**LEADER, id=wish.id, kind="refused", words="Không phải hình của người hỏi."))
    assert await journal.record(forget_contacts) == 0
    await journal.record(
        lambda tx: tx.run("UPDATE person_request SET closed_at_ms = closed_at_ms - ?", KEEP_CONTACT_MS + 1)
    )
    before = await journal.record(lambda tx: tx.run("SELECT * FROM audit ORDER BY seq").fetchall())
    assert await journal.record(forget_contacts) == 1
    assert await journal.record(lambda tx: tx.run("SELECT * FROM audit ORDER BY seq").fetchall()) == before
    (row,) = (await requests.listed(ListRequests(**LEADER)))["rows"]
    assert (row["who"], row["reach"], row["about"], row["number"]) == ("", "", "", 1)
    assert [(step["kind"], step["words"]) for step in row["steps"]] == [("came", ""), ("refused", "")]


async def test_a_note_that_comes_after_the_names_went_goes_too_and_the_log_still_holds(
    requests: PersonRequests, journal: Journal, tmp_path: Path
) -> None:
    wish = ask()
    await requests.add(wish)
    await requests.step(StepRequest(**LEADER, id=wish.id, kind="done", words="Đã cho bà Mơ xem."))
    await journal.record(
        lambda tx: tx.run("UPDATE person_request SET closed_at_ms = closed_at_ms - ?", KEEP_CONTACT_MS + 1)
    )
    await journal.record(forget_contacts)
    await requests.step(StepRequest(**LEADER, id=wish.id, kind="note", words="Bà Mơ gọi lại cảm ơn."))
    await journal.record(forget_contacts)
    steps = await journal.record(lambda tx: tx.run("SELECT words FROM person_request_step").fetchall())
    assert set(steps) == {("",)}
    file = tmp_path / "molang.toml"
    file.write_text(EXAMPLE.read_text().replace('data = "/var/lib/molang"', f'data = "{tmp_path}"'))
    (tmp_path / "keys").mkdir()
    StatementKey.load_or_make(tmp_path / "keys" / "audit.pem")
    assert (await AuditReader(file).verify(VerifyAudit(**LEADER)))["ok"]


def _taken(number: int, tx: Tx) -> None:
    tx.deed("Hòa", "duty", "incident.take", str(number))


async def test_the_log_is_examined_and_a_changed_line_is_found(tmp_path: Path, journal: Journal) -> None:
    file = tmp_path / "molang.toml"
    file.write_text(EXAMPLE.read_text().replace('data = "/var/lib/molang"', f'data = "{tmp_path}"'))
    (tmp_path / "keys").mkdir()
    StatementKey.load_or_make(tmp_path / "keys" / "audit.pem")
    for number in range(3):
        await journal.record(partial(_taken, number))
    reader = AuditReader(file)
    whole = await reader.verify(VerifyAudit(**LEADER))
    assert (whole["ok"], whole["lines"]) == (True, 3)
    await journal.record(lambda tx: tx.run("UPDATE audit SET user = 'ai đó' WHERE seq = 2"))
    broken = await reader.verify(VerifyAudit(**LEADER))
    assert (broken["ok"], broken["first_bad"]) == (False, 2)


async def test_the_state_of_the_box_says_that_no_backup_was_made(tmp_path: Path, journal: Journal) -> None:
    found = await Upkeep(tmp_path, journal, {}).state(GetUpkeep(**LEADER))
    assert found["backup"] is None
    assert found["current"] is None
    assert found["schema"] >= 6
    assert found["database_bytes"] > 0


async def test_the_state_of_the_box_says_how_updates_stand(tmp_path: Path, journal: Journal) -> None:
    places = ReleasePlaces(tmp_path / "opt", tmp_path / "state")
    for version in ("1.4.0", "1.5.0", ".1.6.0.part"):
        (places.root / "releases" / version).mkdir(parents=True)
    (places.root / "current").symlink_to(Path("releases") / "1.5.0")
    (places.root / "previous").symlink_to(Path("releases") / "1.4.0")
    places.state.mkdir()
    (places.state / PENDING).write_bytes(msgspec.json.encode(Pending("1.4.0", "1.5.0", 2)))
    ended = [Done("1.3.0", "1.4.0", "kept"), Done("1.4.0", "1.4.1", "went_back", "không có giọng đọc")]
    (places.state / HISTORY).write_bytes(b"".join(msgspec.json.encode(done) + b"\n" for done in ended))
    sections = {"on_air": lambda: [{"title": "Họp thôn"}]}
    found = await Upkeep(tmp_path, journal, sections, places).state(GetUpkeep(**LEADER))
    assert (found["current"], found["previous"], found["releases"]) == ("1.5.0", "1.4.0", ["1.4.0", "1.5.0"])
    assert found["pending"] == {"old": "1.4.0", "new": "1.5.0", "tries": 2}
    assert [done["outcome"] for done in found["ended"]] == ["went_back", "kept"]
    assert found["refused"] == "Loa đang phát."


async def test_a_state_of_updates_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path, journal: Journal) -> None:
    (tmp_path / PENDING).write_bytes(b"{")
    found = await Upkeep(tmp_path, journal, {}, ReleasePlaces(tmp_path, tmp_path)).state(GetUpkeep(**LEADER))
    assert PENDING in found["unread"]


async def test_a_backup_on_a_stick_that_was_pulled_out_is_said_to_be_missing(tmp_path: Path, journal: Journal) -> None:
    note = BackupNote(made_at_ms=0, folder=str(tmp_path / "usb"), file="xa.molang", bytes=1, kept=3)
    (tmp_path / BACKUP_NOTE).write_bytes(msgspec.json.encode(note))
    found = await Upkeep(tmp_path, journal, {}).state(GetUpkeep(**LEADER))
    assert found["backup"]["there"] is False
