"""Ladders on real rows, with a clock that the test moves."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.base import DeliveryReport, FinalDriverError, SmsReceived
from edge.alerts.book import Book, Steps
from edge.alerts.climber import Climber
from edge.alerts.inbox import Inbox
from edge.alerts.ladder_clock import LadderClock
from edge.config.schema import Gauge
from edge.core.alert import Person
from edge.core.incident import Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import StationId
from edge.core.policy.flood.levels import Standing
from edge.core.policy.ladder.climbing import Do
from edge.core.sensing import LEVEL, Quality, Reading
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.live.sections import incidents
from edge.store import messages
from edge.store.alert_story import alert_story, not_reached
from edge.store.answers import answer_alert
from edge.store.flood import keep_standing
from edge.store.incidents import Consequences, tell_again
from edge.store.journal import Journal, Tx
from edge.store.ladder import climbing
from edge.store.messages import Queued, next_message
from edge.store.reader import Reader
from edge.store.readings import add_reading

AN = Person("an", "Nguyễn Văn An", "0900000001", "", "Chủ tịch UBND xã")
BINH = Person("binh", "Trần Thị Bình", "0900000002", "", "trực", substitute="chi")
CHI = Person("chi", "Lê Thị Chi", "0900000003", "tay", "trực", email="chi@xa.example")
NOON = 1_790_052_000_000 - 1_790_052_000_000 % 86_400_000 + 5 * 3_600_000


class HandClock:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.at_ms = NOON
        self.steady_s = 100.0

    def now(self) -> Moment:
        return Moment(AtMs(self.at_ms), Steady(self.steady_s), ClockState.RTC)

    def steady(self) -> Steady:
        return Steady(self.steady_s)

    def wait(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)
        self.steady_s += seconds


class Scene:
    """A box without devices: messages are taken out of the line by hand."""

    def __init__(self, path: Path, journal: Journal, clock: HandClock, book: Book) -> None:
        self.path, self.journal, self.clock = path, journal, clock
        self.bus = Bus()
        self.ladder_clock = LadderClock(journal)
        self.climber = Climber(book, journal, self.bus, self.ladder_clock)
        self.climber.can_ring = True
        self.inbox = Inbox(book.people, (), journal, self.bus, self.ladder_clock)
        self.desk = IncidentDesk(journal, self.bus, list(book.people.values()), {"dong": "Thôn Đông"})

    async def open(self, kind: IncidentKind, severity: Severity, place: str = "Kho") -> str:
        incident = Incident(
            self.desk.new_id(), kind, severity, f"x/{place}", place, "dong", f"Việc ở {place}", AtMs(self.clock.at_ms)
        )
        await self.desk.open(incident, None, ())
        return incident.id

    async def run(self, minutes: float, *, every_s: float = 10.0) -> list[tuple[str, str, str]]:
        """Let time pass, sending whatever is due: (channel, person, text) in order."""
        sent = []
        for _ in range(round(minutes * 60 / every_s) or 1):
            await self.climber.tick()
            while message := await self.journal.record(self._send):
                sent.append((message.channel, message.person, message.text))
            await self.climber.tick()
            self.clock.wait(every_s)
        return sent

    def _send(self, tx: Tx) -> Queued | None:
        message = next_message(tx, ("sms", "ring", "thu"), self.ladder_clock.now_ms())
        if message is not None:
            messages.claim(tx, message.id, "sim-1")
            messages.sent(tx, message.id, ["7"], "")
        return message

    async def say(self, person: Person, text: str) -> None:
        await self.inbox.take(SmsReceived(f"+84{person.phone[1:]}", text))
        self.clock.wait(30)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return sqlite3.connect(self.path).execute(sql).fetchall()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    clock = HandClock()
    journal = await Journal.open(tmp_path / "molang.db", clock)
    people = {person.id: person for person in (AN, BINH, CHI)}
    scene = Scene(tmp_path / "molang.db", journal, clock, Book(people, channels=(("thu", "email"),)))
    await scene.ladder_clock.start()
    yield scene
    journal.close()


async def test_who_does_not_answer_is_told_rung_and_stood_in_for_and_stands_first(scene: Scene) -> None:
    incident = await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(0.2)
    await scene.say(AN, "1 đang tới")
    sent = await scene.run(30)
    assert [(channel, person) for channel, person, _ in sent] == [
        ("ring", "binh"),
        ("sms", "chi"),
        ("thu", "chi"),
        ("ring", "chi"),
        ("sms", "an"),
        ("ring", "an"),
    ]
    assert sent[1][2].startswith("Thay Trần Thị Bình: Việc ở Kho")
    assert "CHƯA GỌI ĐƯỢC Trần Thị Bình" in sent[4][2]
    story = alert_story(Reader(scene.path), incident)
    assert story is not None
    assert (story["state"], story["told"], story["answered"]) == ("exhausted", 2, 1)
    assert [who["person"] for who in not_reached(Reader(scene.path), incident)][:2] == ["binh", "chi"]
    assert {event["what"] for event in story["events"]} == {"message", "call", "answer"}
    assert not any("0900" in str(value) for value in (story, story["events"]))


async def test_whoever_takes_it_on_the_wall_spares_the_others_every_call(scene: Scene) -> None:
    incident = await scene.open(IncidentKind.INTRUSION, Severity.SEVERE)
    await scene.climber.tick()
    assert await scene.desk.take(incident, "lan", "duty")
    assert await scene.run(20) == []
    assert scene.rows("SELECT DISTINCT state FROM alert") == [("dropped",)]


async def test_a_storm_of_incidents_becomes_one_message_with_a_count(scene: Scene) -> None:
    for number in range(3):
        await scene.open(IncidentKind.INTRUSION, Severity.MODERATE, f"Cổng {number}")
        await scene.run(0.1)
    for number in range(3, 8):
        await scene.open(IncidentKind.INTRUSION, Severity.MODERATE, f"Cổng {number}")
        await scene.climber.tick()
    sent = [text for channel, person, text in await scene.run(2.2) if (channel, person) == ("sms", "an")]
    assert len(sent) == 1
    assert sent[0].startswith("5 việc mới: CÓ NGƯỜI: Cổng 7")
    assert scene.rows("SELECT count(*) FROM message_about WHERE alert LIKE '%/1'") == [(8,)]
    await scene.say(AN, "1")
    assert scene.rows("SELECT count(*) FROM incident WHERE taken_by = 'an'") == [(5,)]


async def test_an_emergency_is_never_gathered(scene: Scene) -> None:
    for number in range(6):
        await scene.open(IncidentKind.FLOOD_LEVEL, Severity.EXTREME, f"Trạm {number}")
    sent = await scene.run(0.1)
    assert len([1 for channel, person, _ in sent if (channel, person) == ("sms", "an")]) == 6


@pytest.mark.parametrize("step_s", [-365 * 86_400, -3_600, 3_600, 365 * 86_400])
async def test_a_wall_clock_that_steps_calls_nobody_early_or_late(scene: Scene, step_s: int) -> None:
    await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(1)
    scene.clock.at_ms += step_s * 1000
    assert [channel for channel, _, _ in await scene.run(1.5)] == []
    assert [channel for channel, _, _ in await scene.run(1)] == ["ring", "ring"]


async def test_the_count_goes_on_after_a_restart_whatever_the_clock_says(scene: Scene, tmp_path: Path) -> None:
    await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(1)
    before_ms = scene.ladder_clock.now_ms()
    for step_s, most_ms in ((-86_400, 0), (60, 75_000), (30 * 86_400, 3_615_000)):
        scene.clock.at_ms += step_s * 1000
        again = LadderClock(scene.journal)
        await again.start()
        assert before_ms - 10_000 <= again.now_ms() <= before_ms + most_ms
        scene.clock.at_ms -= step_s * 1000


async def test_a_message_that_perhaps_went_waits_for_its_report_and_only_then_goes_again(scene: Scene) -> None:
    await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.climber.tick()

    def lose(tx: Tx) -> str:
        message = next_message(tx, ("sms",), scene.ladder_clock.now_ms())
        assert message is not None
        messages.claim(tx, message.id, "sim-1")
        messages.unsettled_after_a_stop(tx, None, scene.ladder_clock.now_ms() + 120_000)
        return message.id

    first, second = [await scene.journal.record(lose) for _ in range(2)]
    await scene.inbox.report(DeliveryReport("+84900000001", "42", True, "", 0))
    assert scene.rows("SELECT id, state FROM message WHERE channel = 'sms' ORDER BY rowid") == [
        (first, "delivered"),
        (second, "unsure"),
    ]
    assert [p for c, p, _ in await scene.run(1.9) if c == "sms"] == []
    assert [p for c, p, _ in await scene.run(0.3) if c == "sms"] == ["binh"]


async def test_a_report_of_a_dead_number_goes_to_the_next_step_at_once(scene: Scene) -> None:
    await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(0.1)
    await scene.inbox.report(DeliveryReport("+84900000002", "7", False, "no such number", 0))
    assert [(c, p) for c, p, _ in await scene.run(0.2)] == [("ring", "binh")]


async def test_the_wall_tells_who_was_not_reached_in_the_round_that_is_being_climbed(scene: Scene) -> None:
    incident = await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(40)
    (row,) = incidents(Reader(scene.path), {"binh": "Bình", "an": "An"})
    assert "Bình" in row["not_reached"]
    again = Consequences([BINH], "Việc ở Kho", None, {}, ())
    await scene.journal.record(lambda tx: tell_again(tx, incident, again))
    (row,) = incidents(Reader(scene.path), {"binh": "Bình", "an": "An"})
    assert ([one["name"] for one in row["told"]], row["not_reached"]) == (["Bình"], []), "he is being told once more"


@pytest.mark.parametrize("text", ["PHÁT tin khẩn", "STOP", "TEST LOA", "bật loa thôn Đông", "1", "?", "MUC", "all 1"])
async def test_no_sms_ever_reaches_a_horn(scene: Scene, text: str) -> None:
    await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(0.1)
    before = scene.rows("SELECT (SELECT count(*) FROM announcement), (SELECT count(*) FROM horn_order)")
    for sender in (AN.phone, "0988888888"):
        await scene.inbox.take(SmsReceived(sender, text))
    assert scene.rows("SELECT (SELECT count(*) FROM announcement), (SELECT count(*) FROM horn_order)") == before
    assert scene.rows("SELECT count(*) FROM bulletin") == [(0,)]


async def test_questions_are_answered_in_one_part_and_free_words_become_a_note(scene: Scene) -> None:
    incident = await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(0.1)
    for words in ("?", "MUC", "nước ngập sân trường"):
        await scene.say(BINH, words)
    texts = [text for channel, person, text in await scene.run(0.1) if person == "binh"]
    assert texts == ["1 việc đang mở: Việc ở Kho. Đáp 1 nhận.", "Chưa có số đo mực nước."]
    notes = scene.rows("SELECT by_user, detail FROM incident_story WHERE what = 'note'")
    assert notes == [("binh", "nước ngập sân trường")]
    assert scene.rows(f"SELECT count(*) FROM incident WHERE id = '{incident}' AND taken_by IS NULL") == [(1,)]


@pytest.mark.parametrize(("level_m", "stands", "words"), [(1.5, 0, "1,50m 12h00"), (2.15, 2, "2,15m BĐ2 12h00")])
async def test_the_answer_to_muc_is_the_level_that_stands_and_not_what_the_config_once_said(
    scene: Scene, level_m: float, stands: int, words: str
) -> None:
    now = scene.clock.now().at_ms
    reading = Reading(StationId("song"), LEVEL, level_m, "m", now, Quality.GOOD)
    standing = Standing(level=stands, since_ms=now, read_ms=now, value=level_m)
    await scene.journal.record(lambda tx: add_reading(tx, reading))
    await scene.journal.record(lambda tx: keep_standing(tx, "song", standing))
    gauge = Gauge(id="song", name="sông Minh", bao_dong_m=(1.2, 2.2, 2.7), source="QĐ 05")
    inbox = Inbox({"binh": BINH}, (gauge,), scene.journal, scene.bus, scene.ladder_clock)
    await inbox.take(SmsReceived(BINH.phone, "MUC"))
    assert [text for _, person, text in await scene.run(0.1) if person == "binh"] == [f"sông Minh {words}"]


async def test_strangers_are_answered_once_and_not_many_of_them(scene: Scene) -> None:
    for number in range(20):
        for _ in range(2):
            await scene.inbox.take(SmsReceived(f"+8498888{number:04d}", "xin chào"))
            scene.clock.wait(25)
    await scene.inbox.take(SmsReceived("Viettel", "quảng cáo"))
    answers = scene.rows("SELECT count(*), count(DISTINCT address) FROM message WHERE person = ''")
    assert answers == [(6, 6)]


async def test_the_same_sms_read_twice_takes_one_incident(scene: Scene) -> None:
    for place in ("Kho", "Chợ"):
        await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE, place)
        await scene.run(0.1)
    for _ in range(5):
        await scene.inbox.take(SmsReceived(AN.phone, "1"))
        scene.clock.wait(2)
    assert scene.rows("SELECT place FROM incident WHERE taken_by = 'an'") == [("Chợ",)]
    await scene.say(AN, "1")
    scene.clock.wait(30)
    await scene.say(AN, "1")
    assert scene.rows("SELECT count(*) FROM incident WHERE taken_by = 'an'") == [(2,)]


async def test_quiet_hours_hold_a_notice_until_morning(scene: Scene, tmp_path: Path) -> None:
    people = {AN.id: replace(AN, quiet=(11 * 60, 13 * 60))}
    quiet = Scene(scene.path, scene.journal, scene.clock, Book(people, {Severity.MODERATE: Steps((Do.TELL,))}))
    await quiet.open(IncidentKind.INTRUSION, Severity.MODERATE)
    assert await quiet.run(30) == []
    assert [person for _, person, _ in await quiet.run(45)] == ["an"]


async def test_the_numbers_of_people_who_left_are_forgotten(scene: Scene) -> None:
    await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(0.1)
    await Scene(scene.path, scene.journal, scene.clock, Book({AN.id: AN})).climber.tick()
    assert scene.rows("SELECT person, phone FROM alert") == [("an", AN.phone), ("binh", "")]
    assert scene.rows("SELECT DISTINCT address FROM message WHERE person = 'binh'") == [("",)]
    scene.clock.wait(31 * 86_400)
    await Scene(scene.path, scene.journal, scene.clock, Book({AN.id: AN})).climber.tick()
    assert scene.rows("SELECT count(*) FROM message WHERE address <> '' AND state = 'sent'") == [(0,)]


async def test_what_waits_or_perhaps_went_to_somebody_who_left_is_never_sent_again(scene: Scene) -> None:
    for place in ("Kho", "Chợ"):
        await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE, place)
        await scene.climber.tick()
    message = "SELECT id FROM message WHERE person = 'binh' AND channel = 'sms'"
    await scene.journal.record(lambda tx: messages.unsure(tx, tx.run(message).fetchone()[0], 0, ""))
    left = Scene(scene.path, scene.journal, scene.clock, Book({AN.id: AN}, {Severity.SEVERE: Steps((Do.TELL,))}))
    assert [person for _, person, _ in await left.run(1)] == ["an", "an"]
    assert scene.rows("SELECT DISTINCT state, address FROM message WHERE person = 'binh'") == [("dropped", "")]
    assert scene.rows("SELECT DISTINCT state, phone FROM alert WHERE person = 'binh'") == [("dropped", "")]


async def test_an_answer_from_a_page_counts_like_one_by_phone(scene: Scene) -> None:
    incident = await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(0.1)
    assert await scene.journal.record(lambda tx: answer_alert(tx, incident, "binh", "need_help", "phone", "đứt đường"))
    assert not await scene.journal.record(lambda tx: answer_alert(tx, "9-9", "binh", "taken", "phone"))
    story = alert_story(Reader(scene.path), IncidentId(incident))
    assert story is not None
    binh = next(person for person in story["people"] if person["person"] == "binh")
    assert (binh["status"], binh["answer"], binh["note"]) == ("answered", "need_help", "đứt đường")


async def test_a_tick_reads_what_is_open_and_not_all_that_ever_was(scene: Scene) -> None:
    await scene.open(IncidentKind.FLOOD_LEVEL, Severity.SEVERE)
    await scene.run(0.1)

    def plans(tx: Tx) -> list[str]:
        asked: list[str] = []
        tx.connection.set_trace_callback(asked.append)
        messages.overdue(tx, 0)
        messages.drop_old(tx, 0)
        climbing(tx)
        next_message(tx, ("sms", "ring"), 0)
        tx.connection.set_trace_callback(None)
        return [row[3] for sql in asked for row in tx.run(f"EXPLAIN QUERY PLAN {sql}")]

    read = await scene.journal.record(plans)
    assert any("message_open" in step for step in read)
    assert [step for step in read if step.startswith("SCAN") and "INDEX" not in step] == []


@pytest.mark.parametrize("address", ["0912 34x", "a@xa.example", ""])
def test_what_a_device_says_of_a_message_shows_no_number(address: str) -> None:
    queued = Queued("1", "binh", "sms", address, "Lũ", 3, 1, 0)
    told = queued.masked_in(FinalDriverError(f"{address!r} is not a phone number"))
    assert told == (f"'…{address[-2:]}' is not a phone number" if address else "'' is not a phone number")
