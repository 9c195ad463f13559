"""A little history of a commune: at least one row in every table, written through the store's own functions."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.core.alert import Person
from edge.core.broadcast import HornReport, Operation, OrderId, Outcome
from edge.core.cap import Cap, MsgType, Status
from edge.core.incident import Evidence, Incident, IncidentId, IncidentKind, Severity, Verdict
from edge.core.moment import AtMs
from edge.core.passage import Footprint, Passage
from edge.core.place import HornId, StationId
from edge.core.recording import Span, Who
from edge.core.sensing import Quality, Reading
from edge.core.speech import Clip, Recording, RecordingId, Sha256
from edge.core.vision import Box
from edge.kernel.clock import SystemClock
from edge.kernel.statement import StatementKey
from edge.store.answers import answer_alert
from edge.store.bank import PromptRow, put_prompt
from edge.store.bulletins import BulletinRow, add_bulletin, add_recording
from edge.store.cap import Issued, Taken, keep_issued, keep_received
from edge.store.checkpoints import add_checkpoint
from edge.store.exports import Taken as Exported
from edge.store.exports import ask_export, finish_export, next_export
from edge.store.incidents import Consequences, keep_clip, keep_still, open_incident, take_incident
from edge.store.journal import Journal, Tx
from edge.store.late import keep_local_play, take_late
from edge.store.orders import OrderRow, add_order, close_report
from edge.store.passages import add_passages
from edge.store.presence import Presence, keep_presence
from edge.store.readings import add_reading
from edge.store.recordings import Segment, add_pin, keep_segment
from edge.store.residents import add_report
from edge.store.sources import SourceItem, keep_item, note_told
from edge.store.stories import judge_incident, see_incident
from edge.store.suspensions import suspend_rule
from edge.store.uploads import UploadRow, ask_upload

SOUND = b"OggS, as far as the store can tell"
SHA256 = Sha256(hashlib.sha256(SOUND).hexdigest())
SEGMENT = Segment("cong", "recordings/cong/1.mp4", 1_790_000_000_000, 1_790_000_010_000, 5, "h264", 640, 360, 0.5)
SPAN = Span("cong", 1_790_000_000_000, 1_790_000_010_000)
LAN = Who("lan", "leader")
PASSAGE = Passage(
    1_790_000_000_000,
    1_790_000_003_000,
    "person",
    0.8,
    9,
    (Footprint(0, 0.4, 0.9, 0.3), Footprint(3000, 0.6, 0.9, 0.3)),
)
PROMPT = PromptRow("0123456789abcdef", "một", SHA256, len(SOUND), 480, -4.0, -19.0, "lan", 0)
UPLOAD = UploadRow("u-1", "b-2", False, "bru", "Lịch tiêm chủng", "thuong", ("dong",), "lan", "operator")
PEOPLE = (Person("an", "An", "0900000001", "", "trực"), Person("binh", "Bình", "0900000002", "", "trực"))


async def open_journal(path: Path) -> Journal:
    return await Journal.open(path, SystemClock())


def intrusion(number: str, template: str | None = None) -> Callable[[Tx], None]:
    """An incident that two people are told of."""
    incident = Incident(
        id=IncidentId(number),
        kind=IncidentKind.INTRUSION,
        severity=Severity.SEVERE,
        subject=f"zone/{number}",
        place="Kho",
        hamlet="dong",
        title="Có người trong kho",
        began_at_ms=AtMs(1_790_000_000_000),
        evidence=Evidence("cong", "enter", "san", "person", 0.81, Box(0.4, 0.5, 0.5, 0.9), 2),
    )
    then = Consequences(PEOPLE, "Có người trong kho, Thôn Đông.", template, {"place": "Kho"}, ("dong",))
    return lambda tx: open_incident(tx, incident, then)


def bulletin(name: str) -> BulletinRow:
    return BulletinRow(name, "Họp lúc 7h.", "họp lúc bảy giờ", "thuong", ("dong",), "ready", "lan", None, None, None)


def recording(name: str) -> Recording:
    clip = Clip(SHA256, len(SOUND), 1500, -3.0, -20.0)
    return Recording(
        RecordingId(name), "Họp lúc 7h.", "họp lúc bảy giờ", SHA256, "n1", "espeak:vi", Sha256(""), (clip,)
    )


def order(number: str, about: str | None = None) -> OrderRow:
    return OrderRow(number, Operation.PLAY, about, None, 1, ("dong",), 1500, 1_790_000_060_000, "lan", b"signed")


def report(number: str, horn: str, outcome: Outcome = Outcome.PLAYED) -> HornReport:
    return HornReport(OrderId.parse(number), HornId(horn), outcome, "", -21.5, 700, 1500)


def keep_sound(clips: Path) -> None:
    clips.mkdir(exist_ok=True)
    (clips / f"{SHA256}.opus").write_bytes(SOUND)
    (clips.parent / "bank").mkdir(exist_ok=True)
    (clips.parent / "bank" / f"{SHA256}.wav").write_bytes(SOUND)


async def fill(journal: Journal, clips: Path, horns: Sequence[str] = ("loa-1", "loa-2")) -> None:
    """One of everything, and its clip on the disk."""
    keep_sound(clips)
    await journal.record(intrusion("1-900", "mau-tin"))
    await journal.record(lambda tx: see_incident(tx, "1-900", "lan"))
    await journal.record(lambda tx: take_incident(tx, "1-900", "lan", "duty"))
    await journal.record(lambda tx: keep_still(tx, "1-900", "stills/1-900.jpg", "0" * 64))
    await journal.record(lambda tx: keep_clip(tx, "1-900", "clips/1-900.mp4", "0" * 64))
    await journal.record(lambda tx: judge_incident(tx, "1-900", Verdict.TRUE_ALARM, "lan", "duty"))
    await journal.record(lambda tx: suspend_rule(tx, "cong", "san", 60, "lan", "duty"))
    await journal.record(lambda tx: add_passages(tx, [("cong", PASSAGE)]))
    await journal.record(lambda tx: answer_alert(tx, "1-900", "an", "taken", "sms", "đang tới"))
    await journal.record(lambda tx: add_bulletin(tx, bulletin("b-1")))
    await journal.record(lambda tx: add_recording(tx, recording("r-1"), "b-1"))
    await journal.record(lambda tx: tx.run("INSERT INTO press (id, bulletin, at_ms) VALUES ('p-1', 'b-1', 1)"))
    await journal.record(lambda tx: add_order(tx, order("1-1", "b-1"), horns))
    await journal.record(lambda tx: close_report(tx, report("1-1", horns[0])))
    reading = Reading(StationId("cau"), "level", 3.215, "m", AtMs(1_790_000_000_000), Quality.GOOD)
    await journal.record(lambda tx: add_reading(tx, reading))
    await journal.record(lambda tx: keep_segment(tx, SEGMENT, objects=True))
    await journal.record(lambda tx: add_pin(tx, "p-1", SPAN, LAN, "vụ trộm", 30))
    await journal.record(lambda tx: ask_export(tx, "e-1", SPAN, LAN, "theo đơn", blur=True))
    await journal.record(export_made)
    await journal.record(records_kept)
    await journal.record(lambda tx: put_prompt(tx, PROMPT, "operator"))
    await journal.record(lambda tx: ask_upload(tx, UPLOAD))


def records_kept(tx: Tx) -> None:
    """A horn that is online, a resident's report, warnings in and out, an item of a source and a play told back."""
    keep_presence(tx, HornId("loa-1"), Presence.ONLINE)
    add_report(tx, "p-1", "Đèn đường hỏng.", "dong", "lan", "duty")
    warning = Cap("tin-1", "tinh@example", 1_790_000_000_000, Status.ACTUAL, MsgType.ALERT)
    keep_received(tx, warning, Taken("draft", "", None, None))
    keep_issued(tx, Issued("molang-xa-1-1-900", "1-900", "Alert", 1_790_000_000_000, "<alert/>"))
    keep_item(tx, SourceItem("tinh", "tin-1", "Tỉnh", "drafted", "", "b-1", 1_790_000_000_000))
    note_told(tx, "tinh", ("1-1",))
    with tempfile.TemporaryDirectory() as folder:
        add_checkpoint(tx, StatementKey.load_or_make(Path(folder) / "audit.pem"), "/xa/dong-son/box/1")


async def fill_late(journal: Journal) -> None:
    """A word that came too late, and what a key at a horn played."""
    await journal.record(lambda tx: add_order(tx, order("1-2", "b-1"), ["loa-1"]))
    await journal.record(lambda tx: close_report(tx, report("1-2", "loa-1", Outcome.UNKNOWN)))
    await journal.record(lambda tx: take_late(tx, report("1-2", "loa-1")))
    await journal.record(lambda tx: keep_local_play(tx, report("0-7", "loa-1"), "bao-dong-3", AtMs(1)))


def export_made(tx: Tx) -> None:
    """The export that waits longest is cut."""
    row = next_export(tx)
    assert row is not None
    finish_export(tx, row, Exported(f"exports/{row.id}.mp4", "0" * 64, 7), "people")
