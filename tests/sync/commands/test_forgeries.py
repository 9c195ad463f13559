"""Forged, changed and old commands do nothing, and each is told once."""

import json
from pathlib import Path

import msgspec
import pytest

from edge.kernel.statement import StatementKey
from edge.kernel.wire.command import (
    SignedCommand,
    encode_body,
)
from edge.sync.commands.check import Forged, Genuine, Reason, check
from hil.prove.province.office import DAY_MS, SOURCE, Office, Running, rows
from tests.sync.commands.stage import OFFERS, came, command, flipped, keys, outcomes, signed, take, told


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
