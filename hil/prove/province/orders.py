"""Commands of the province: forged ones do nothing, genuine ones happen once however often the box is killed.

A real hub behind TLS, a box in a process of its own that was enrolled as every box is; kill -9 at random moments while
commands arrive.
"""

import asyncio
import itertools
import random
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from edge.hub.commands.making import MOST_WAITING, poll
from edge.kernel.statement import StatementKey
from edge.kernel.wire.command import (
    AnyOrder,
    FetchClip,
    SignedCommand,
    TemplateOffer,
    UpdateOffer,
    Urgent,
    encode_body,
    read_command,
)
from edge.store.urgent_bulletins import AcceptedKey, accept_key
from edge.sync.commands.check import Genuine, check
from hil.harness import ROOT
from hil.links import Link
from hil.prove.province.office import SOURCE, Box, Office, Running, rows

FORGED, COMMANDS, KILLS = 2_000, 300, 60
PATIENCE_S = 120.0
WAVE = 10
"""Commands are made so many at a time, as people and programs do."""


@dataclass(slots=True)
class Seen:
    """What came of it."""

    forged: int = 0
    forged_done: int = 0
    commands: int = 0
    done: int = 0
    kills: int = 0
    missing: int = 0
    twice: int = 0
    results_missing: int = 0
    results_twice: int = 0


def commands() -> Link:
    """The line at full count."""
    return prove_commands(FORGED, COMMANDS, KILLS)


def prove_commands(forged: int, count: int, kills: int) -> Link:
    """``forged`` variants refused; ``count`` commands once each although the box is killed ``kills`` times."""
    with TemporaryDirectory(prefix="molang-orders-") as folder:
        seen = asyncio.run(_all(Path(folder), forged, count, kills))
    figures = {f"commands_{name}": value for name, value in asdict(seen).items()}
    wrong = seen.forged_done + seen.missing + seen.twice + seen.results_missing + seen.results_twice
    enough = seen.forged >= forged and seen.commands == seen.done >= count and seen.kills >= kills
    note = f"{seen.forged} forged refused, {seen.commands} commands once each over {seen.kills} kills"
    return Link("commands", enough and wrong == 0, figures, note)


async def _all(folder: Path, forged: int, count: int, kills: int) -> Seen:
    seen = Seen()
    office = Office(folder)
    async with office.running():
        box = Box(folder / "box", office)
        await box.enrol()
        await _forge(office, box, forged, seen)
        await _kill(office, box, count, kills, seen)
    await office.database.close()
    return seen


async def _forge(office: Office, box: Box, count: int, seen: Seen) -> None:
    """Every variant is handed to the box as the poll hands it over."""
    other = StatementKey.load_or_make(office.folder / "stranger.pem")
    keys = {office.command_key.key_id: office.command_key.public_hex}
    async with box.opened() as running:
        await _accept(office, running)
        for order in (UpdateOffer(version="1", url="https://a.example", sha256="0" * 64), office.urgent()):
            await office.order(order)
        good = (await poll(office.database, SOURCE, 0, office.now_ms)).commands
        for bad in itertools.islice(_variants(good, office, other), count):
            await running.deeds.take(check(bad, keys, SOURCE))
            seen.forged += 1
        done = await rows(running.journal, "SELECT 1 FROM province_command WHERE state = 'done'")
        deeds = await rows(running.journal, "SELECT 1 FROM province_proposal UNION ALL SELECT 1 FROM urgent_bulletin")
        seen.forged_done = len(done) + len(deeds)
        for one in good:  # and the genuine ones still are done, each once
            found = check(one, keys, SOURCE)
            assert isinstance(found, Genuine)
            await running.deeds.take(found)
        deeds = await rows(running.journal, "SELECT 1 FROM province_proposal UNION ALL SELECT 1 FROM urgent_bulletin")
        seen.missing += max(0, 2 - len(deeds))


async def _accept(office: Office, running: Running) -> None:
    key = AcceptedKey(office.urgent_key.key_id, office.urgent_key.public_hex, "Trung tâm thiên tai tỉnh")
    await running.journal.record(partial(accept_key, key=key, user="Lan", role="leader"))


def _variants(good: tuple[SignedCommand, ...], office: Office, other: StatementKey) -> Iterator[SignedCommand]:
    """Without end: bits of body, signature and key turned; fields changed and signed by a stranger; other words."""
    draw = random.Random(5)  # noqa: S311 - a proof that can be repeated
    while True:
        for one in good:
            yield msgspec.structs.replace(one, body=_turned(one.body, draw))
            yield msgspec.structs.replace(one, sig=_turned_hex(one.sig, draw))
            yield msgspec.structs.replace(one, key_id=_turned_hex(one.key_id, draw))
            genuine = read_command(one.body)
            changed = msgspec.structs.replace(genuine, seq=draw.randrange(1, genuine.seq))
            yield _signed(encode_body(changed), other, office.command_key.key_id)
            yield _signed(encode_body(changed), other, other.key_id)
            elsewhere = msgspec.structs.replace(changed, source=f"/xa/khac-{draw.randrange(9)}/box/1")
            yield _signed(encode_body(elsewhere), office.command_key, office.command_key.key_id)
            over = msgspec.structs.replace(changed, nbf_ms=draw.randrange(1, 1000), exp_ms=draw.randrange(2000, 10**6))
            over = msgspec.structs.replace(over, id=f"cu-{draw.randrange(10**12):012d}")
            yield _signed(encode_body(over), office.command_key, office.command_key.key_id)
            ahead = msgspec.structs.replace(changed, seq=genuine.seq + draw.randrange(10**6, 2**50))
            yield _signed(encode_body(ahead), office.command_key, office.command_key.key_id)
            if isinstance(genuine.order, Urgent):
                spoilt = msgspec.structs.replace(genuine.order, words=_turned(genuine.order.words, draw))
                fresh = msgspec.structs.replace(changed, order=spoilt, id=f"khan-{draw.randrange(10**12):012d}")
                yield _signed(encode_body(fresh), office.command_key, office.command_key.key_id)


def _turned(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    return text[:at] + chr(33 + (ord(text[at]) + 1 + draw.randrange(90)) % 94) + text[at + 1 :] + " "


def _turned_hex(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    return text[:at] + f"{(int(text[at], 16) + 1 + draw.randrange(15)) % 16:x}" + text[at + 1 :]


def _signed(body: str, key: StatementKey, key_id: str) -> SignedCommand:
    return SignedCommand(seq=1, body=body, key_id=key_id, sig=key.sign(body).sig)


async def _kill(office: Office, box: Box, count: int, kills: int, seen: Seen) -> None:
    """The box lives for a moment at a time, until every command has its result at the hub."""
    draw = random.Random(7)  # noqa: S311 - a proof that can be repeated
    names: list[str] = []
    while seen.kills < kills or len(names) < count:
        process = await _started(box, office)
        room = len(names) - len(_results(office)) < MOST_WAITING // 2
        wave = range(len(names), min(len(names) + WAVE, count) if room else len(names))
        names += [await office.order(_order(office, number), f"lenh-{number:06d}") for number in wave]
        await asyncio.sleep(draw.uniform(0.05, 2.5))
        process.send_signal(signal.SIGKILL)
        await process.wait()
        seen.kills += 1
        _decide(box)
    process = await _started(box, office)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while set(names) - _results(office).keys():  # noqa: ASYNC110 - the hub's file sets no event
                await asyncio.sleep(0.2)
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    _count(office, box, names, seen)


def _decide(box: Box) -> None:
    """People have decided, film was sent: what waits there has its bounds, and this is not about them."""
    with sqlite3.connect(box.database, timeout=10) as store:
        store.execute("UPDATE province_proposal SET state = 'refused' WHERE state = 'open'")
        store.execute("UPDATE media_wish SET state = 'sent' WHERE state = 'waiting'")


async def _started(box: Box, office: Office) -> Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hil.prove.province.orders_child", str(box.folder), office.url), stdout=PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        await process.stdout.readline()
    return process


def _order(office: Office, number: int) -> AnyOrder:
    """In turn: film, an edition, words for a template; and a few urgent bulletins, as many as an hour allows."""
    if number % 60 == 1:
        return office.urgent(f"Tin khẩn {number}.", id=f"khan-{number:06d}")
    kinds: tuple[AnyOrder, ...] = (
        FetchClip(of="camera/cong-uy-ban", since_ms=1_790_000_000_000 + number, until_ms=1_790_000_060_000),
        UpdateOffer(version=f"1.{number}", url="https://tinh.example/molang", sha256="0" * 64),
        TemplateOffer(id=f"mau-{number}", title=f"Mẫu {number}", text="Bà con chú ý nghe tin."),
    )
    return kinds[number % len(kinds)]


def _results(office: Office) -> Counter[str]:
    """Results of commands among the events that the hub holds, by command."""
    with sqlite3.connect(office.hub_folder / "hub.db", timeout=10) as hub:
        found = hub.execute("SELECT subject FROM event WHERE type GLOB 'vn.molang.command.*'").fetchall()
    return Counter(subject for (subject,) in found)


def _count(office: Office, box: Box, names: list[str], seen: Seen) -> None:
    """Each command: one row, one deed if it was done and none if not, one result."""
    with sqlite3.connect(box.database) as store:
        kept = dict(store.execute("SELECT id, state FROM province_command").fetchall())
        told = Counter(row[0] for row in store.execute("SELECT subject FROM outbox WHERE type LIKE 'command.%'"))
        deeds = Counter(
            str(row[0])
            for sql in (
                "SELECT id FROM province_proposal",
                "SELECT command FROM media_wish",
                "SELECT substr(detail, instr(detail, ' ') + 1, 11) FROM audit WHERE action = 'urgent.take'",
            )
            for row in store.execute(sql)
        )
    at_hub = _results(office)
    seen.commands = len(names)
    for name in names:
        done = kept.get(name) == "done"
        seen.done += done
        seen.missing += name not in kept or deeds[name] < done
        seen.twice += deeds[name] > done
        seen.results_missing += told[name] < 1 or at_hub[name] < 1
        seen.results_twice += told[name] > 1 or at_hub[name] > 1
