"""What the commune warns of goes out as CAP: a flood and its end, a khẩn cấp notice, each once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.cap.issuing import Issuing, Sender
from edge.core.cap import BAO_DONG, Cap, MsgType, Status, hamlets_named, parameter
from edge.core.cap_xml import read_cap
from edge.core.incident import Incident, IncidentId, IncidentKind, Severity
from edge.kernel.clock import SystemClock
from edge.kernel.statement import StatementKey, are_signed
from edge.store.bulletins import add_bulletin, set_state
from edge.store.incidents import Consequences, close_incident, open_incident
from edge.store.journal import Journal
from tests.core.test_cap import schema
from tests.store.village import bulletin

SENDER = Sender("dong-son", "Xã Đông Sơn", 1, {"dong": "Thôn Đông", "tay": "Thôn Tây"}, {"cau": ("dong",)}, real=True)
NOBODY = Consequences((), "", None, {}, ())
RIVER = "gauge/cau/bao-dong"


class Place:
    """A store and the service."""

    def __init__(self, journal: Journal, folder: Path, sender: Sender = SENDER) -> None:
        self.journal = journal
        self.folder = folder / "cap-out"
        self.key = StatementKey.load_or_make(folder / "audit.pem")
        self.issuing = Issuing(sender, self.key, self.folder, journal)

    async def look(self) -> list[Cap]:
        """One look; every message so far, read back from its file and judged by the schema where that is at hand."""
        await self.journal.record(self.issuing._issue)
        await self.issuing._write()
        files = sorted(self.folder.glob("*.xml"), key=lambda path: path.stat().st_mtime_ns)
        for path in files:
            assert are_signed(path.read_bytes(), path.with_name(f"{path.name}.sig").read_text(), self.key.public_hex)
        return [read_cap(path.read_bytes()) for path in files]

    async def flood(self, number: str = "1-1", severity: Severity = Severity.SEVERE) -> None:
        now_ms = self.journal.clock.now().at_ms
        incident = Incident(
            IncidentId(number), IncidentKind.FLOOD_LEVEL, severity, RIVER, "Cầu", "all", "BÁO ĐỘNG 2: sông Minh", now_ms
        )
        await self.journal.record(lambda tx: open_incident(tx, incident, NOBODY))

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield Place(journal, tmp_path)
    journal.close()


async def test_a_flood_is_warned_of_once_and_called_off_when_it_is_over(place: Place) -> None:
    await place.flood()
    (alert,) = await place.look()
    assert (alert.status, alert.msg_type, parameter(alert, BAO_DONG)) == (Status.ACTUAL, MsgType.ALERT, "2")
    assert alert.infos[0].severity == "Severe"
    assert hamlets_named(alert) == ("dong",)
    assert await place.look() == [alert]
    await place.journal.record(lambda tx: close_incident(tx, RIVER))
    _, cancel = await place.look()
    assert (cancel.msg_type, cancel.references) == (MsgType.CANCEL, (alert.reference,))
    assert len(await place.look()) == 2
    events = await place.rows("SELECT type, lane FROM outbox WHERE type = 'cap.issued'")
    assert events == [("cap.issued", 0), ("cap.issued", 0)]


async def test_what_goes_out_is_valid_by_the_schema(place: Place) -> None:
    judge = schema()
    await place.flood()
    await place.look()
    await place.journal.record(lambda tx: close_incident(tx, RIVER))
    await place.look()
    for path in place.folder.glob("*.xml"):
        judge.validate(str(path))  # type: ignore[attr-defined]  # xmlschema ships no types


async def test_a_khan_cap_notice_is_told_when_it_went_on_air_and_not_before(place: Place) -> None:
    row = replace(bulletin("b-1"), text="Nước lên nhanh. Bà con rời nhà ngay.", priority="khan_cap", hamlets=("all",))
    await place.journal.record(lambda tx: add_bulletin(tx, row))
    assert await place.look() == []
    await place.journal.record(lambda tx: set_state(tx, "b-1", "airing"))
    (alert,) = await place.look()
    assert (alert.infos[0].headline, hamlets_named(alert)) == ("Nước lên nhanh", ("dong", "tay"))
    await place.journal.record(lambda tx: set_state(tx, "b-1", "aired"))
    assert len(await place.look()) == 1


async def test_an_ordinary_notice_is_nobodys_warning(place: Place) -> None:
    await place.journal.record(lambda tx: add_bulletin(tx, replace(bulletin("b-1"), state="aired")))
    assert await place.look() == []


async def test_a_demo_warns_nobody_in_earnest(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    place = Place(journal, tmp_path, replace(SENDER, real=False))
    await place.flood()
    assert (await place.look())[0].status is Status.TEST
    journal.close()
