"""The stage of these tests: a province that orders and a box that is asked."""

import json
from typing import Any

from edge.hub.commands.making import poll
from edge.kernel.statement import StatementKey
from edge.kernel.wire.command import (
    AnyOrder,
    Command,
    ConfigFragment,
    FetchClip,
    Official,
    RosterOffer,
    SignedCommand,
    TemplateOffer,
    UpdateOffer,
    encode_body,
)
from edge.sync.commands.check import check
from hil.prove.province.office import SOURCE, Office, Running, rows

GAUGE = "cau-doai"
OFFERS: dict[str, AnyOrder] = {
    "config": ConfigFragment(toml='[[hamlet]]\nid = "moi"\nname = "Thôn Mới"\n'),
    "template": TemplateOffer(id="bao-dem", title="Bão đêm", text="Đêm nay bão vào. Bà con không ra khỏi nhà."),
    "roster": RosterOffer(people=(Official(id="lan", name="Lan", phone="0900000077", duty="Phó chủ tịch"),)),
    "update": UpdateOffer(version="0.3.1", url="https://tinh.example/molang.tar", sha256="a" * 64, note="Sửa lỗi."),
    "fetch_clip": FetchClip(of="camera/cong-uy-ban", since_ms=1_790_000_000_000, until_ms=1_790_000_060_000),
}


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


def signed(body: str, key: StatementKey) -> SignedCommand:
    said = key.sign(body)
    return SignedCommand(seq=1, body=body, key_id=said.key_id, sig=said.sig)


def flipped(sig: str) -> str:
    return f"{int(sig, 16) ^ 1:0128x}"


def command(office: Office, nbf_ms: int, exp_ms: int, seq: int = 1) -> SignedCommand:
    one = Command(
        v=1, id=f"lenh-{seq:04d}", source=SOURCE, seq=seq, nbf_ms=nbf_ms, exp_ms=exp_ms, order=OFFERS["update"]
    )
    return signed(encode_body(one), office.command_key)
