"""Link ``alarm_kills``: kill -9 at every step from a reading to the last answer.

A step is a commit of the box's store: between two commits nothing is promised. For every commit of a whole story the
box is killed just before and just after it, started again, and left to end the story; so it also dies between the
network and the store. Nobody may be forgotten, and nobody told twice for the same step.
"""

import asyncio
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.devices.modem_at import pdu
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import Reporting, SentPdu
from hil.harness import python
from hil.links import Figure, Link
from hil.prove.phones.officials import wait_until

AT_ONCE = 4
STORY_S = 60.0
REPORT_S = 1.0
"""Mostly while the box is dead: the modem is of the family that keeps reports until they are fetched."""
AN, BINH, CHI = "84900000001", "84900000002", "84900000003"
STEPS = {(AN, "sms"), (BINH, "sms"), (BINH, "ring"), (CHI, "sms")}
LEVEL_M = 2.35
MOST_COMMITS = 80


@dataclass(frozen=True, slots=True)
class Story:
    """What came of one box that was killed once."""

    killed: bool
    ended: bool
    forgotten: int
    twice: int


def alarm_kills() -> Link:
    """Kill at every commit."""
    figures = asyncio.run(_measure())
    ok = figures["steps"] and figures["kills"] == figures["ended"] and not figures["forgotten"] and not figures["twice"]
    return Link("alarm_kills", bool(ok), figures, "giết trước và sau mỗi lần ghi, từ số đo tới câu trả lời cuối")


async def _measure() -> Mapping[str, Figure]:
    places = asyncio.Semaphore(AT_ONCE)
    stories: list[tuple[int, Story]] = []
    for first in range(1, MOST_COMMITS, AT_ONCE):
        numbers = range(first, first + AT_ONCE)
        batch = [_one(n, after, places) for n in numbers for after in (False, True)]
        stories += zip([n for n in numbers for _ in range(2)], await asyncio.gather(*batch), strict=True)
        if not any(story.killed for _, story in stories[-len(batch) :]):
            break
    kills = [story for _, story in stories if story.killed]
    bad = [number for number, story in stories if story.killed and (not story.ended or story.forgotten or story.twice)]
    return {
        "bad_steps": ", ".join(map(str, bad)),
        "steps": len({number for number, story in stories if story.killed}),
        "kills": len(kills),
        "ended": sum(story.ended for story in kills),
        "forgotten": sum(story.forgotten for _, story in stories),
        "twice": sum(story.twice for _, story in stories),
        "stories": len(stories),
    }


async def _one(number: int, after: bool, places: asyncio.Semaphore) -> Story:
    async with places:
        with tempfile.TemporaryDirectory() as folder:
            return await _story(Path(folder), number, after=after)


async def _story(folder: Path, number: int, *, after: bool) -> Story:
    modem = FakeModem(send_takes_s=0.3)
    modem.report_after_s, modem.reporting = REPORT_S, Reporting.STORED
    modem.on_sent = lambda sms: _answer(modem, sms)
    modem.plug_in()
    gauge = FakeGauge(lambda: LEVEL_M)
    await gauge.start()
    wires = {"device": modem.path, "gauge": str(gauge.path)}
    database = folder / "molang.db"
    try:
        first = await _start(folder, wires, number, after=after)
        killed = await _until_dead(first, database)
        if killed:
            again = await _start(folder, wires, 0, after=False)
            await wait_until(lambda: _ended(database), STORY_S)
            again.kill()
            await again.wait()
        return _judge(database, modem, killed)
    finally:
        await gauge.close()
        await modem.close()


def _answer(modem: FakeModem, sms: SentPdu) -> None:
    """An and Chi answer a second after their message came; Bình sleeps."""
    number = pdu.decode_submit(sms.pdu).number.lstrip("+")
    if number in (AN, CHI):
        asyncio.get_running_loop().call_later(1.0, modem.deliver, f"+{number}", "1")


async def _start(folder: Path, wires: Mapping[str, str], number: int, *, after: bool) -> asyncio.subprocess.Process:
    asked = folder / "asked.json"
    asked.write_text(json.dumps({"database": str(folder / "molang.db"), **wires, "kill_at": number, "after": after}))
    null = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(*python("hil.prove.phones.kill_child", asked), stdout=null, stderr=null)


async def _until_dead(box: asyncio.subprocess.Process, database: Path) -> bool:
    """Whether it killed itself; a story without so many commits ends first."""
    await wait_until(lambda: box.returncode is not None or _ended(database), STORY_S)
    if box.returncode is None:
        box.kill()
        await box.wait()
        return False
    return True


def _ended(database: Path) -> bool:
    """An answered, and so did Bình's substitute; no message is without its end."""
    if not database.exists():
        return False
    connection = sqlite3.connect(database, timeout=5)
    try:
        (taken,) = connection.execute("SELECT count(*) FROM alert WHERE state = 'taken'").fetchone()
        (open_ones,) = connection.execute(
            "SELECT count(*) FROM message WHERE state IN ('waiting', 'sending', 'unsure')"
        ).fetchone()
        (ladder,) = connection.execute("SELECT count(*) FROM ladder WHERE state = 'answered'").fetchone()
    except sqlite3.OperationalError:
        return False  # its tables are not there yet
    finally:
        connection.close()
    return bool(taken == 2 and ladder == 1 and open_ones == 0)


def _judge(database: Path, modem: FakeModem, killed: bool) -> Story:
    heard = Counter((pdu.decode_submit(sms.pdu).number.lstrip("+"), "sms") for sms in modem.sent)
    heard.update((event.number.lstrip("+"), "ring") for event in modem.events if event.what == "dialled")
    texts = {step for step in STEPS if step[1] == "sms"}
    return Story(killed, _ended(database), len(texts - heard.keys()), sum(count > 1 for count in heard.values()))
