"""Commands of the province on a box: each once, and nothing else whatever comes."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.core.errors import TransientError
from edge.core.moment import ClockState
from edge.hub.commands.making import listed, make, poll
from edge.kernel.statement import StatementKey
from edge.kernel.wire.command import (
    AnyOrder,
    Command,
    ConfigFragment,
    FetchClip,
    LevelsOffer,
    Official,
    RosterOffer,
    SignedCommand,
    TemplateOffer,
    UpdateOffer,
    encode_body,
)
from edge.store.urgent_bulletins import AcceptedKey, accept_key, revoke_key
from edge.sync.commands.check import Forged, Genuine, Reason, check
from hil.prove.province.office import DAY_MS, SOMEBODY, SOURCE, YEAR_MS, Box, LyingClock, Office, Running, rows, until

GAUGE = "cau-doai"
OFFERS: dict[str, AnyOrder] = {
    "config": ConfigFragment(toml='[[hamlet]]\nid = "moi"\nname = "Thôn Mới"\n'),
    "template": TemplateOffer(id="bao-dem", title="Bão đêm", text="Đêm nay bão vào. Bà con không ra khỏi nhà."),
    "roster": RosterOffer(people=(Official(id="lan", name="Lan", phone="0900000077", duty="Phó chủ tịch"),)),
    "update": UpdateOffer(version="0.3.1", url="https://tinh.example/molang.tar", sha256="a" * 64, note="Sửa lỗi."),
    "fetch_clip": FetchClip(of="camera/cong-uy-ban", since_ms=1_790_000_000_000, until_ms=1_790_000_060_000),
}
IMPOSSIBLE: dict[str, AnyOrder] = {
    "another table": ConfigFragment(toml='[hub]\nurl = "https://khac.example"\n'),
    "passwords": ConfigFragment(toml='[web]\nwall_token = "0123456789abcdef"\n'),
    "who may set off alarms": ConfigFragment(toml='[[cap.source]]\nsender = "x"\nname = "x"\n'),
    "no TOML": ConfigFragment(toml="[[["),
    "a box that would not start": ConfigFragment(toml='[[horn]]\nid = "x"\nname = "X"\nhamlet = "khong-co"\n'),
    "an unknown gauge": LevelsOffer(station="khong-co", bao_dong_m=(1, 2, 3), source="QĐ 1", issued="2026-01-01"),
    "an unknown camera": FetchClip(of="camera/khong-co", since_ms=0, until_ms=1000),
    "an unknown incident": FetchClip(of="incident/9-9", since_ms=0, until_ms=1000),
    "a film of a day": FetchClip(of="camera/cong-uy-ban", since_ms=0, until_ms=DAY_MS),
}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    await office.database.make_tables()
    yield office
    await office.database.close()


@pytest.fixture
async def box(tmp_path: Path, office: Office) -> AsyncIterator[Running]:
    async with Box(tmp_path / "box", office).opened() as running:
        yield running


async def came(office: Office, after: int = 0) -> list[SignedCommand]:
    return list((await poll(office.database, SOURCE, after, office.now_ms)).commands)


def keys(office: Office) -> dict[str, str]:
    return {office.command_key.key_id: office.command_key.public_hex}


async def take(office: Office, box: Running, *commands: SignedCommand) -> None:
    for one in commands or await came(office):
        await box.deeds.take(check(one, keys(office), SOURCE))


async def outcomes(box: Running) -> list[tuple[Any, ...]]:
    return await rows(box.journal, "SELECT kind, state, outcome FROM province_command ORDER BY seq")


async def told(box: Running) -> list[tuple[Any, ...]]:
    found = await rows(box.journal, "SELECT type, lane, data FROM outbox WHERE type LIKE 'command.%' ORDER BY seq")
    return [(kind, lane, json.loads(data)["outcome"]) for kind, lane, data in found]


@pytest.mark.parametrize("kind", OFFERS)
async def test_each_kind_is_done_once_and_told_on_lane_1(office: Office, box: Running, kind: str) -> None:
    await office.order(OFFERS[kind])
    for _ in range(3):
        await take(office, box)
    outcome = "queued" if kind == "fetch_clip" else "proposed"
    assert await outcomes(box) == [(kind, "done", outcome)]
    assert await told(box) == [("command.done", 1, outcome)]
    proposals = await rows(box.journal, "SELECT kind, state FROM province_proposal")
    wishes = await rows(box.journal, "SELECT incident_or_camera, since_ms, until_ms, state FROM media_wish")
    if kind == "fetch_clip":
        assert (proposals, wishes) == ([], [("camera/cong-uy-ban", 1_790_000_000_000, 1_790_000_060_000, "waiting")])
    else:
        assert (proposals, wishes) == ([(kind, "open")], [])


async def test_levels_are_a_proposal_that_changes_no_level(office: Office, box: Running) -> None:
    order = LevelsOffer(station=GAUGE, bao_dong_m=(3.0, 4.0, 5.0), source="QĐ 05", issued="2026-01-01")
    await office.order(order)
    await take(office, box)
    if GAUGE in Box(office.folder / "other", office).place.gauges:
        assert await outcomes(box) == [("levels", "done", "proposed")]
    assert await rows(box.journal, "SELECT * FROM gauge_levels") == []


async def test_the_settings_file_is_never_touched_by_a_command(office: Office, tmp_path: Path) -> None:
    place = Box(tmp_path / "other", office)
    before = place.settings.read_bytes()
    async with place.opened() as box:
        for order in OFFERS.values():
            await office.order(order)
        await take(office, box)
    assert place.settings.read_bytes() == before


@pytest.mark.parametrize("name", IMPOSSIBLE)
async def test_what_cannot_be_is_refused_with_a_reason(office: Office, box: Running, name: str) -> None:
    await office.order(IMPOSSIBLE[name])
    await take(office, box)
    ((_, state, outcome),) = await outcomes(box)
    assert (state, outcome) == ("refused", Reason.IMPOSSIBLE)
    assert await told(box) == [("command.refused", 1, "impossible")]
    ((detail,),) = await rows(box.journal, "SELECT detail FROM province_command")
    assert detail.endswith((".", "`."))
    assert await rows(box.journal, "SELECT 1 FROM province_proposal UNION SELECT 1 FROM media_wish") == []


async def test_a_template_of_the_commune_is_never_changed_from_outside(office: Office, box: Running) -> None:
    await office.order(TemplateOffer(id="nuoc-len", title="Nước lên", text="Lời khác."))
    await take(office, box)
    assert await outcomes(box) == [("template", "refused", "impossible")]


def forgeries(good: SignedCommand, key: StatementKey, other: StatementKey) -> dict[str, SignedCommand]:
    """Every field of the envelope and of the body changed; signed anew by nobody, or by a key that is not ours."""
    tree = json.loads(good.body)
    changed = {
        "v": 2, "id": "khac-khac", "source": "/xa/khac/box/1", "seq": tree["seq"] + 1, "nbf_ms": 0,
        "exp_ms": tree["exp_ms"] + 1, "order": {**tree["order"], "note": "khác"},
    }  # fmt: skip
    made = {f"body.{name}": json.dumps({**tree, name: value}) for name, value in changed.items()}
    found = {name: msgspec.structs.replace(good, body=body) for name, body in made.items()}
    found |= {f"{name} by a stranger": signed(body, other) for name, body in made.items()}
    found |= {
        "key_id": msgspec.structs.replace(good, key_id=other.key_id),
        "stranger under our name": msgspec.structs.replace(signed(good.body, other), key_id=key.key_id),
        "no signature": msgspec.structs.replace(good, sig=""),
        "half a signature": msgspec.structs.replace(good, sig=good.sig[:64]),
        "odd signature": msgspec.structs.replace(good, sig="zz" + good.sig[2:]),
        "capital signature, one bit": msgspec.structs.replace(good, sig=flipped(good.sig)),
        "space": msgspec.structs.replace(good, body=good.body + " "),
        "empty": msgspec.structs.replace(good, body=""),
        "not text": msgspec.structs.replace(good, body="\x00\uffff"),
    }
    return found


def signed(body: str, key: StatementKey) -> SignedCommand:
    said = key.sign(body)
    return SignedCommand(seq=1, body=body, key_id=said.key_id, sig=said.sig)


def flipped(sig: str) -> str:
    return f"{int(sig, 16) ^ 1:0128x}"


async def test_no_forgery_of_any_field_does_anything_and_each_is_told_once(
    office: Office, box: Running, tmp_path: Path
) -> None:
    await office.order(OFFERS["update"])
    (good,) = await came(office)
    other = StatementKey.load_or_make(tmp_path / "other.pem")
    bad = forgeries(good, office.command_key, other)
    for _ in range(2):
        await take(office, box, *bad.values())
    assert await outcomes(box) == []
    assert await rows(box.journal, "SELECT 1 FROM province_proposal") == []
    assert len(await told(box)) == len({check(one, keys(office), SOURCE).digest for one in bad.values()})  # type: ignore[union-attr]  # all are Forged
    assert await rows(box.journal, "SELECT sum(times) FROM command_count") == [(2 * len(bad),)]
    await take(office, box)
    assert await outcomes(box) == [("update", "done", "proposed")]


GOOD = {"v": 1, "id": "lenh-0001", "source": SOURCE, "seq": 5, "nbf_ms": 1, "exp_ms": 2}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"source": "/xa/khac/box/1"}, Reason.NOT_FOR_US),
        ({"source": "/xa/thuong-giang/box/2"}, Reason.NOT_FOR_US),
        ({"v": 2}, Reason.MALFORMED),
        ({"seq": 0}, Reason.MALFORMED),
        ({"seq": 2**60}, Reason.MALFORMED),
        ({"id": "../../x"}, Reason.MALFORMED),
        ({"exp_ms": -1}, Reason.MALFORMED),
        ({"order": {"kind": "stop"}}, Reason.MALFORMED),
        ({"order": {"kind": "update"}}, Reason.MALFORMED),
        ({"more": 1}, Reason.MALFORMED),
        ({"order": {"kind": "config", "toml": "x" * 40_000}}, Reason.MALFORMED),
    ],
)
def test_a_true_signature_does_not_make_a_command(office: Office, changed: dict[str, object], reason: Reason) -> None:
    order = msgspec.to_builtins(OFFERS["update"])
    found = check(signed(json.dumps(GOOD | {"order": order} | changed), office.command_key), keys(office), SOURCE)
    assert isinstance(found, Forged)
    assert found.reason == reason


def test_a_body_that_is_deep_or_no_json_is_malformed(office: Office) -> None:
    for body in ("[" * 20_000, "null", '"x"', "1", "{"):
        found = check(signed(body, office.command_key), keys(office), SOURCE)
        assert isinstance(found, Forged)
        assert found.reason == Reason.MALFORMED


async def test_the_same_number_or_id_for_something_else_is_a_replay(office: Office, box: Running) -> None:
    await office.order(OFFERS["update"])
    (good,) = await came(office)
    await take(office, box)
    known = check(good, keys(office), SOURCE)
    assert isinstance(known, Genuine)
    for changed in ({"id": "lenh-khac"}, {"seq": known.command.seq + 1}, {"order": OFFERS["template"]}):
        other = msgspec.structs.replace(known.command, **changed)
        await take(office, box, signed(encode_body(other), office.command_key))
    assert await outcomes(box) == [("update", "done", "proposed")]
    assert await rows(box.journal, "SELECT times FROM command_count WHERE reason = 'replayed'") == [(3,)]


def command(office: Office, nbf_ms: int, exp_ms: int, seq: int = 1) -> SignedCommand:
    one = Command(
        v=1, id=f"lenh-{seq:04d}", source=SOURCE, seq=seq, nbf_ms=nbf_ms, exp_ms=exp_ms, order=OFFERS["update"]
    )
    return signed(encode_body(one), office.command_key)


async def test_commands_hold_from_their_beginning_to_their_end(office: Office, box: Running) -> None:
    now = office.now_ms
    await take(office, box, command(office, now - 2 * DAY_MS, now - 1, 1))
    await take(office, box, command(office, now - 1, now + DAY_MS, 2))
    await take(office, box, command(office, now - DAY_MS, now + 40 * DAY_MS, 3))
    await take(office, box, command(office, now + 8 * DAY_MS, now + 9 * DAY_MS, 4))
    await take(office, box, command(office, now, now, 5))
    assert [row[1:] for row in await outcomes(box)] == [
        ("refused", "expired"),
        ("done", "proposed"),
        ("refused", "wrong_times"),
        ("refused", "wrong_times"),
        ("refused", "wrong_times"),
    ]


async def test_a_command_for_tomorrow_waits_also_over_a_restart(office: Office, tmp_path: Path) -> None:
    place = Box(tmp_path / "other", office)
    async with place.opened() as box:
        tomorrow = command(office, office.now_ms + DAY_MS, office.now_ms + 2 * DAY_MS)
        await take(office, box, tomorrow, tomorrow)
        await box.deeds.take_due()
        assert [row[1] for row in await outcomes(box)] == ["waits"]
        assert await told(box) == []
    place.clock.off_ms = DAY_MS + 60_000
    async with place.opened() as box:
        await box.deeds.take_due()
        await box.deeds.take_due()
        assert [row[1] for row in await outcomes(box)] == ["done"]
        assert len(await told(box)) == 1


@pytest.mark.parametrize("off_ms", [-YEAR_MS, YEAR_MS])
@pytest.mark.parametrize("state", [ClockState.RTC, ClockState.FLOOR])
async def test_a_box_whose_clock_is_a_year_off_goes_by_the_hubs_time(
    office: Office, tmp_path: Path, off_ms: int, state: ClockState
) -> None:
    async with Box(tmp_path / "lost", office, clock=LyingClock(off_ms, state)).opened() as box:
        box.time.hear(office.now_ms, box.journal.clock.steady())
        now = office.now_ms
        await take(office, box, command(office, now - 1, now + DAY_MS, 1), command(office, now - 2, now - 1, 2))
        assert [row[1:] for row in await outcomes(box)] == [("done", "proposed"), ("refused", "expired")]


@pytest.mark.parametrize(("off_ms", "outcome"), [(-YEAR_MS, "wrong_times"), (YEAR_MS, "expired")])
async def test_a_set_clock_is_believed_against_the_hub(
    office: Office, tmp_path: Path, off_ms: int, outcome: str
) -> None:
    async with Box(tmp_path / "set", office, clock=LyingClock(off_ms)).opened() as box:
        box.time.hear(office.now_ms, box.journal.clock.steady())
        await take(office, box, command(office, office.now_ms - 1, office.now_ms + DAY_MS))
        assert [row[2] for row in await outcomes(box)] == [outcome]


async def test_a_cut_between_deed_and_report_leaves_both_or_neither(office: Office, tmp_path: Path) -> None:
    """SQLite is interrupted ever later in the transaction, until it goes through; each time the command comes again."""
    place = Box(tmp_path / "other", office)
    await office.order(OFFERS["template"])
    (good,) = await came(office)
    cuts = 0
    for steps in range(1, 500, 4):
        async with place.opened() as box:
            power = Power(steps)
            await box.journal.with_connection(power.watch)
            power.on = False
            with suppress(TransientError):
                await take(office, box, good)
            power.on = True
            done = await rows(box.journal, "SELECT 1 FROM province_command WHERE state = 'done'")
            assert len(done) == len(await rows(box.journal, "SELECT 1 FROM province_proposal")) == len(await told(box))
            if done:
                break
            cuts += 1
    assert cuts >= 5


class Power:
    """Interrupts SQLite's own machine after so many of its steps, once it is off."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.on = True

    def watch(self, connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(self._step, 10)

    def _step(self) -> int:
        self.left -= not self.on
        return int(self.left < 0 and not self.on)


async def accepted(office: Office, box: Running) -> AcceptedKey:
    key = AcceptedKey(office.urgent_key.key_id, office.urgent_key.public_hex, "Trung tâm thiên tai tỉnh")
    await box.journal.record(lambda tx: accept_key(tx, key, "Lan", "leader"))
    return key


async def urgent_rows(box: Running) -> list[tuple[Any, ...]]:
    return await rows(box.journal, "SELECT text, hamlets, state FROM urgent_bulletin")


async def test_an_urgent_bulletin_says_whose_it_is_on_the_wall_and_in_its_words(office: Office, box: Running) -> None:
    await accepted(office, box)
    await office.order(office.urgent("Đập Minh vỡ. Lên đồi ngay.", hamlets=("dong",)))
    for _ in range(3):
        await take(office, box)
    headline = "Bản tin khẩn của tỉnh, ký bởi Trung tâm thiên tai tỉnh"
    assert await urgent_rows(box) == [(f"{headline}. Đập Minh vỡ. Lên đồi ngay.", '["dong"]', "waiting")]
    assert await rows(box.journal, "SELECT title, severity, hamlet, state FROM incident") == [
        (f"{headline}: Đập Minh vỡ. Lên đồi ngay.", "extreme", "dong", "open")
    ]
    assert await told(box) == [("command.done", 1, "accepted")]
    assert [row[0] for row in await rows(box.journal, "SELECT action FROM audit")] == [
        "urgent_key.accept",
        "urgent.take",
    ]


async def test_without_an_accepted_key_nothing_of_the_province_sounds(office: Office, box: Running) -> None:
    await office.order(office.urgent())
    await take(office, box)
    assert await outcomes(box) == [("urgent", "refused", "not_accepted_key")]
    key = await accepted(office, box)
    await office.order(office.urgent(key=office.command_key))
    await box.journal.record(lambda tx: revoke_key(tx, key.key_id, "Lan", "duty"))
    await office.order(office.urgent())
    await take(office, box)
    assert {row[2] for row in await outcomes(box)} == {"not_accepted_key"}
    assert await urgent_rows(box) == []
    assert await rows(box.journal, "SELECT 1 FROM incident") == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": "Exercise"}, "exercise"),
        ({"status": "Test"}, "exercise"),
        ({"status": "Draft"}, "exercise"),
        ({"status": "System"}, "exercise"),
        ({"sources": ("/xa/khac/box/1",)}, "not_for_us"),
        ({"hamlets": ("khong-co",)}, "not_for_us"),
        ({"exp_ms": 5}, "wrong_times"),
        ({"nbf_ms": 1, "exp_ms": 5}, "expired"),
        ({"text": "   "}, "malformed"),
        ({"text": "a" * 1_001}, "malformed"),
        ({"id": "x"}, "malformed"),
    ],
)
async def test_words_under_the_accepted_key_are_bounded_too(
    office: Office, box: Running, changed: dict[str, Any], reason: str
) -> None:
    await accepted(office, box)
    await office.order(office.urgent(**changed))
    await take(office, box)
    assert await outcomes(box) == [("urgent", "refused", reason)]
    assert await urgent_rows(box) == []


async def test_words_that_were_changed_after_their_signature_never_sound(office: Office, box: Running) -> None:
    await accepted(office, box)
    good = office.urgent("Nước lên.")
    for number, bad in enumerate(
        (
            msgspec.structs.replace(good, words=good.words.replace("Nước lên", "Nước rút")),
            msgspec.structs.replace(good, sig=flipped(good.sig)),
            msgspec.structs.replace(office.urgent("Khác.", key=office.command_key), key_id=good.key_id),
        )
    ):
        await office.order(bad, f"khan-xau-{number}")
    await take(office, box)
    assert {row[2] for row in await outcomes(box)} == {"bad_signature"}
    assert await urgent_rows(box) == []


async def test_the_same_words_in_two_commands_are_aired_once(office: Office, box: Running) -> None:
    await accepted(office, box)
    words = office.urgent()
    await office.order(words, "lenh-0001")
    await office.order(words, "lenh-0002")
    await take(office, box)
    assert [row[1] for row in await outcomes(box)] == ["done", "refused"]
    assert len(await urgent_rows(box)) == 1


async def test_a_key_may_not_talk_all_night(office: Office, box: Running) -> None:
    await accepted(office, box)
    for number in range(8):
        await office.order(office.urgent(f"Tin {number}."))
    await take(office, box)
    assert [row[1] for row in await outcomes(box)] == ["done"] * 6 + ["refused"] * 2


async def test_a_box_of_another_commune_gets_nothing_of_ours(office: Office) -> None:
    await office.order(OFFERS["update"])
    assert (await poll(office.database, "/xa/khac/box/1", 0, office.now_ms)).commands == ()


async def test_a_press_twice_is_one_command_and_numbers_rise_also_after_a_restored_record(office: Office) -> None:
    press = partial(make, office.database, office.command_key, SOURCE, OFFERS["update"], SOMEBODY, office.now_ms)
    first, again = await press(name="lenh-0001"), await press(name="lenh-0001")
    assert first == again
    second = await press()
    assert second.seq > first.seq >= office.now_ms // 1000 - 5


async def test_over_the_line_every_kind_arrives_and_its_result_is_at_the_hub(office: Office, tmp_path: Path) -> None:
    async with office.running():
        place = Box(tmp_path / "box", office)
        await place.enrol()
        async with place.running():
            for order in OFFERS.values():
                await office.order(order)

            async def all_told() -> bool:
                return all(row["state"] == "done" for row in await listed(office.database, SOURCE))

            await until(all_told)
            assert all(row["taken"] or row["told_at_ms"] for row in await listed(office.database, SOURCE))
