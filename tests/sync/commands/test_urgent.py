"""Urgent bulletins of the province: under an accepted key alone, bounded, once."""

from typing import Any

import msgspec
import pytest

from edge.store.urgent_bulletins import AcceptedKey, accept_key, revoke_key
from hil.prove.province.office import Office, Running, rows
from tests.sync.commands.stage import flipped, outcomes, take, told


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
