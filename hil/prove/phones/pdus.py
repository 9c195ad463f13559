"""Line ``pdus``: our SMS read by a decoder that we did not write; what real modems said, read by us.

Every text goes through the real driver and a modem on a PTY, once in NFC and once in NFD; what the network took is read
by smspdudecoder. The captured frames come in through the same driver.
"""

import asyncio
import random
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from smspdudecoder.easy import read_incoming_sms, read_outgoing_sms

from drivers.base import Inbox, Message
from drivers.devices.modem_at import Settings, setup
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from hil.links import Figure, Link
from hil.prove.phones.captured import UNKNOWN, captured_long, captured_reports, without_detail
from hil.prove.phones.texts import text_of

TEXTS = 1000
SEED = 4
LENGTHS = ((1, 70), (71, 134), (135, 201), (202, 268))
"""UTF-16 units that need one, two, three and four parts; nothing outside the BMP is cut, so the last has some room."""
ROOM = 3
FAMILIES = 2


@dataclass(slots=True)
class Tally:
    """What was seen."""

    texts: int = 0
    parts: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def pdus(texts: int = TEXTS) -> Link:
    """Texts and parts read right by the other decoder, families whose reports and long messages we read right."""
    tally = asyncio.run(_all_texts(texts))
    told, long = asyncio.run(_reports()), asyncio.run(_long_messages())
    figures: dict[str, Figure] = {
        "pdu_texts": texts,
        "pdu_read_back": tally.texts - len(tally.wrong),
        "pdu_wrong": len(tally.wrong),
        **{f"pdu_texts_in_{parts}": tally.parts[parts] for parts in range(1, len(LENGTHS) + 1)},
        "report_families": len(told),
        "long_families": len(long),
    }
    counted = tally.texts == 2 * texts and all(tally.parts[parts] for parts in range(1, len(LENGTHS) + 1))
    ok = counted and not tally.wrong and len(told) >= FAMILIES and len(long) >= FAMILIES
    note = f"báo nhận: {', '.join(sorted(told))}; tin dài: {', '.join(sorted(long))}; {'; '.join(tally.wrong[:3])}"
    return Link("pdus", ok, figures, note)


@asynccontextmanager
async def _modem() -> AsyncIterator[tuple[ModemAt, FakeModem]]:
    fake = FakeModem()
    await fake.start()
    modem = await setup(Settings(fake.path))
    try:
        yield modem, fake
    finally:
        await modem.close()
        await fake.close()


async def _all_texts(texts: int) -> Tally:
    chance, tally = random.Random(SEED), Tally()
    async with _modem() as (modem, fake):
        for number in range(texts):
            low, high = LENGTHS[number % len(LENGTHS)]
            text = text_of(chance.randint(low, high - (ROOM if low > 1 else 0)), chance)
            to = f"09{chance.randrange(10**8):08}"
            for form in ("NFC", "NFD"):
                fake.sent.clear()
                await modem.send(Message(f"{number}", to, unicodedata.normalize(form, text)))
                _compare(text, to, [sent.pdu for sent in fake.sent], number % len(LENGTHS) + 1, tally)
    return tally


def _compare(text: str, to: str, raws: Sequence[str], parts: int, tally: Tally) -> None:
    tally.texts += 1
    tally.parts[len(raws)] += 1
    read = [read_outgoing_sms(raw) for raw in raws]
    whole = "".join(part["content"] for part in read)
    recipients = {str(part["recipient"]) for part in read}
    if whole != unicodedata.normalize("NFC", text) or recipients != {f"+84{to[1:]}"} or len(raws) != parts:
        tally.wrong.append(f"{text!r} in {len(raws)} parts became {whole!r} to {recipients}")


async def _reports() -> set[str]:
    """The families all of whose captured reports mean what they mean, heard unasked by the driver."""
    right: set[str] = set()
    wrong: set[str] = set()
    async with _modem() as (modem, fake):
        await modem.health()
        for frame in captured_reports():
            fake.say(f"+CDS: {frame.octets}", frame.pdu)
            heard = [without_detail(report) for report in (await _heard(modem)).reports]
            (right if heard == [frame.means] else wrong).add(frame.family)
    return {family for family in right - wrong if not family.startswith(UNKNOWN)}


async def _heard(modem: ModemAt) -> Inbox:
    await asyncio.sleep(0.05)  # until the line has brought it
    return await modem.receive()


async def _long_messages() -> set[str]:
    """The families whose captured long message is joined as the other decoder reads its parts."""
    right = set()
    for family, listed in captured_long().items():
        theirs: dict[str, str] = {}
        async with _modem() as (modem, fake):
            for item in listed:
                fake.store(item.pdu)
                read = read_incoming_sms(item.pdu)
                key = read["partial"]["reference"] if read["partial"] else item.pdu
                theirs[key] = theirs.get(key, "") + read["content"]
            ours = [message.text for message in (await modem.receive()).messages]
        if len(listed) > 1 and ours == list(theirs.values()):
            right.add(family)
    return {family for family in right if not family.startswith(UNKNOWN)}
