"""Warnings from outside, on a real store and incident desk: drafts, templates, cancels, drills."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cap.cli import cap as cap_command
from edge.cap.inbox import Inbox
from edge.cap.intake import Intake
from edge.config.schema import Cap as CapSettings
from edge.config.schema import CapSource
from edge.control.protocol import DraftBulletin
from edge.core.alert import Person
from edge.core.cap import Cap, CapSeverity, MsgType, Status
from edge.core.cap_xml import write_cap
from edge.core.news import BulletinWithdrawn
from edge.core.policy.cap_intake import Effect
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.statement import StatementKey
from edge.store.bulletins import BulletinRow, add_bulletin
from edge.store.journal import Journal
from tests.core.test_cap import CAP, INFO, NOWHERE

SENDER = CAP.sender
ROSTER = [Person("an", "An", "0900000001", "", "trực"), Person("ky", "Kỳ", "0900000002", "", "kỹ thuật")]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def fresh(**fields: object) -> Cap:
    """The message of the day."""
    sent_ms = now_ms() // 1000 * 1000
    info = replace(INFO, onset_ms=sent_ms, expires_ms=sent_ms + 3_600_000)
    return replace(CAP, sent_ms=sent_ms, infos=(info,), **fields)  # type: ignore[arg-type]  # fields of a message


class Place:
    """A store, a desk, a folder, and a station that keeps drafts."""

    def __init__(self, folder: Path, journal: Journal, key: StatementKey, *, drill: bool = False) -> None:
        self.folder = folder
        self.journal = journal
        self.key = key
        self.bus = Bus()
        self.drafts: list[DraftBulletin] = []
        desk = IncidentDesk(journal, self.bus, ROSTER, {"dong": "Thôn Đông", "tay": "Thôn Tây"})
        source = CapSource(sender=SENDER, name="Đài khí tượng", key=key.public_hex, template="canh-bao")
        settings = CapSettings(drill=drill, source=(source,))
        self.inbox = Inbox(folder / "cap-in")
        self.intake = Intake(self.inbox, settings, {"dong", "tay"}, self.draft, desk, journal, self.bus)

    async def draft(self, wish: DraftBulletin) -> dict[str, object]:
        self.drafts.append(wish)
        row = BulletinRow(
            wish.id, wish.text, "", wish.priority, tuple(wish.hamlets), "ready", wish.user, None, None, None
        )
        await self.journal.record(lambda tx: add_bulletin(tx, row))
        return {"id": wish.id}

    async def drop(self, cap: Cap | bytes, name: str = "tin", *, signed: bool = True) -> Effect:
        data = cap if isinstance(cap, bytes) else write_cap(cap)
        path = self.folder / "cap-in" / f"{name}.xml"
        if signed:
            path.with_name(f"{path.name}.sig").write_text(self.key.sign_bytes(data))
        path.write_bytes(data)
        os.utime(path, (time.time() - 5, time.time() - 5))
        (one,) = self.inbox.waiting()
        return (await self.intake.take(one)).effect

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield journal
    journal.close()


@pytest.fixture
def key(tmp_path: Path) -> StatementKey:
    return StatementKey.load_or_make(tmp_path / "tinh.pem")


@pytest.fixture
def place(tmp_path: Path, journal: Journal, key: StatementKey) -> Place:
    return Place(tmp_path, journal, key)


async def test_a_signed_warning_for_our_hamlets_sets_off_the_communes_own_words(place: Place) -> None:
    assert await place.drop(fresh()) is Effect.ALARM
    assert not place.drafts
    assert await place.rows("SELECT kind, severity, hamlet, place, title, state FROM incident") == [
        ("warning", "severe", "dong", "Thôn Đông", "Cảnh báo: Hồ Minh xả lũ lúc 15h", "open")
    ]
    assert await place.rows("SELECT template, hamlets, state FROM announcement") == [
        ("canh-bao", '["dong"]', "waiting")
    ]
    assert await place.rows("SELECT count(*) FROM alert") == [(2,)]
    assert (place.folder / "cap-in" / "done" / "tin.xml").exists()


@pytest.mark.parametrize("signed", [True, False])
async def test_unsigned_or_placeless_warnings_are_drafts_that_wait_for_a_leader(place: Place, signed: bool) -> None:
    cap = fresh()
    if signed:
        cap = replace(cap, infos=(replace(NOWHERE, expires_ms=cap.infos[0].expires_ms),))
    assert await place.drop(cap, signed=signed) is Effect.DRAFT
    (draft,) = place.drafts
    assert (draft.user, draft.priority) == ("CAP Đài khí tượng", "khan_cap")
    assert draft.hamlets == (("all",) if signed else ("dong",))
    assert draft.text.startswith("Hồ Minh xả lũ lúc 15h.")
    assert await place.rows("SELECT state, approver FROM bulletin") == [("ready", None)]
    assert not await place.rows("SELECT 1 FROM announcement")


async def test_a_signature_of_somebody_else_is_none(place: Place, tmp_path: Path) -> None:
    place.key = StatementKey.load_or_make(tmp_path / "ke-gian.pem")
    assert await place.drop(fresh()) is Effect.DRAFT


async def test_a_stranger_is_a_draft_and_nobodys_phone_rings(place: Place) -> None:
    assert await place.drop(fresh(sender="la@khac.example")) is Effect.DRAFT
    assert not await place.rows("SELECT 1 FROM alert")
    assert await place.rows("SELECT severity FROM incident") == [("severe",)]


async def test_the_same_message_twice_is_one(place: Place) -> None:
    cap = fresh()
    await place.drop(cap, signed=False)
    assert await place.drop(cap, "lai", signed=False) is Effect.REFUSE
    assert len(place.drafts) == 1
    assert "đã nhận rồi" in (place.folder / "cap-in" / "refused" / "lai.xml.txt").read_text()


async def test_a_cancel_takes_draft_and_incident_with_it_and_ends_repeats(place: Place) -> None:
    cap = fresh()
    await place.drop(cap, signed=False)
    (draft,) = place.drafts
    cancel = replace(
        cap,
        identifier="tin-2",
        msg_type=MsgType.CANCEL,
        references=(cap.reference,),
        infos=(),
        sent_ms=cap.sent_ms + 1000,
    )
    with place.bus.listen(BulletinWithdrawn) as withdrawn:
        assert await place.drop(cancel, "huy") is Effect.CANCEL
        assert (await withdrawn.get()).bulletin == draft.id
    assert await place.rows("SELECT state FROM bulletin") == [("returned",)]
    assert await place.rows("SELECT state FROM incident") == [("closed",)]


async def test_a_strangers_cancel_ends_nothing(place: Place) -> None:
    cap = fresh()
    await place.drop(cap, signed=False)
    cancel = replace(cap, identifier="tin-2", sender="la@khac", msg_type=MsgType.CANCEL, references=(cap.reference,))
    assert await place.drop(cancel, "huy") is Effect.REFUSE
    assert await place.rows("SELECT state FROM bulletin") == [("ready",)]


async def test_an_update_takes_the_place_of_what_it_refers_to(place: Place) -> None:
    cap = fresh()
    await place.drop(cap, signed=False)
    update = replace(cap, identifier="tin-2", msg_type=MsgType.UPDATE, references=(cap.reference,))
    assert await place.drop(update, "moi", signed=False) is Effect.DRAFT
    assert await place.rows("SELECT state FROM bulletin ORDER BY made_at_ms, rowid") == [("returned",), ("ready",)]
    assert await place.rows("SELECT state, count(*) FROM incident GROUP BY state") == [("closed", 1), ("open", 1)]


@pytest.mark.parametrize("status", [Status.TEST, Status.EXERCISE, Status.DRAFT, Status.SYSTEM])
async def test_what_is_not_meant_never_comes_near_a_horn(place: Place, status: Status) -> None:
    assert await place.drop(fresh(status=status)) is Effect.REFUSE
    assert not place.drafts
    assert not await place.rows("SELECT 1 FROM incident")


async def test_with_the_drill_switch_an_exercise_is_a_draft_even_when_signed(
    tmp_path: Path, journal: Journal, key: StatementKey
) -> None:
    place = Place(tmp_path, journal, key, drill=True)
    assert await place.drop(fresh(status=Status.EXERCISE)) is Effect.DRAFT
    assert place.drafts[0].text.startswith("Diễn tập.")
    assert not await place.rows("SELECT 1 FROM announcement")


async def test_what_has_expired_is_taken_back(place: Place) -> None:
    cap = fresh()
    soon = replace(cap.infos[0], expires_ms=now_ms() + 1500)
    await place.drop(replace(cap, infos=(replace(soon, expires_ms=(now_ms() + 1999) // 1000 * 1000),)), signed=False)
    running = asyncio.create_task(place.intake.run())
    async with asyncio.timeout(6):
        while await place.rows("SELECT state FROM incident") != [("closed",)]:
            await asyncio.sleep(0.1)
    running.cancel()
    assert await place.rows("SELECT state, comment FROM bulletin") == [("returned", "Bản tin cảnh báo đã hết hạn.")]


async def test_rubbish_is_put_away_with_its_reason_and_others_go_on(place: Place) -> None:
    assert await place.drop(b"<alert><!DOCTYPE", "hong") is Effect.REFUSE
    assert (place.folder / "cap-in" / "refused" / "hong.xml.txt").read_text().strip()
    assert await place.drop(fresh(), "sau") is Effect.ALARM


async def test_a_file_that_still_grows_and_a_link_are_left_alone(place: Place) -> None:
    (place.folder / "cap-in" / "dang-chep.xml").write_bytes(write_cap(fresh()))
    (place.folder / "cap-in" / "lien-ket.xml").symlink_to("/etc/passwd")
    assert place.inbox.waiting() == []


def test_the_command_says_what_would_be_done(tmp_path: Path) -> None:
    file = tmp_path / "tin.xml"
    file.write_bytes(write_cap(replace(fresh(), infos=(replace(INFO, severity=CapSeverity.EXTREME),))))
    seen = CliRunner().invoke(cap_command, ["check", str(file)])
    assert seen.exit_code == 0
    assert "Xả lũ (Extreme, báo động 2)" in seen.output
    file.write_bytes(b"<!DOCTYPE x><alert/>")
    assert CliRunner().invoke(cap_command, ["check", str(file)]).exit_code == 1
