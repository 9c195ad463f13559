"""A gauge, a bucket and a modem on a line that fails in every way: no wrong level, no message that was not sent."""

import asyncio
import random
import time
from functools import partial

from drivers.base import DriverError, GaugeReading, Inbox, Message, SmsReceived
from drivers.devices.gauge_modbus import Settings as GaugeSettings
from drivers.devices.gauge_modbus import setup as setup_gauge
from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.rain_counter_modbus import Settings as RainSettings
from drivers.devices.rain_counter_modbus import setup as setup_rain
from drivers.devices.rain_counter_modbus.codec import Counter
from drivers.devices.rain_counter_modbus.fake import FakeBucket
from drivers.transport.fake_pty import Fault
from drivers.transport.serial_line import SerialLine
from hil.prove.voice.amplifiers import Blow, mend
from hil.prove.voice.tally import Tally

READ_S = 5.0
"""Two registers of three tries of 0.3 s, with 1.5 s between for answers that come late, and a busy machine."""
COMMAND_S, SEND_S = 0.8, 1.6
MODEM_S = 25.0
"""Eleven commands of set-up, and one that lists a full SIM: 15 s."""
ERRANDS = ("send", "receive", "health")
NUMBER, TEXT, CAME = "0912345678", "BÁO ĐỘNG 2: sông Minh 5,32m lúc 7h.", "1"
READS = 5
TIP_MM = 0.2
BATTERY, BATTERY_V = "battery V register=1 scale=0.1", 12.4


class River:
    """A level that rises with every question, and remembers when it showed what."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, float]] = []

    def level_m(self) -> float:
        """One millimetre more."""
        level = round(1.0 + 0.001 * len(self.shown), 3)
        self.shown.append((time.monotonic(), level))
        return level

    def was(self, level_m: float, since: float) -> bool:
        """Whether it showed this level at ``since`` or later."""
        return any(at >= since and level == level_m for at, level in self.shown)


async def try_gauge(fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    """Five readings, the fault in one of them; then it is healed and must read true."""
    river = River()
    fake = FakeGauge(river.level_m, others={BATTERY: lambda: BATTERY_V})
    await fake.start()
    gauge = await setup_gauge(GaugeSettings(fake.path, unit=1, value_2=BATTERY))
    fake.late_s = chance.uniform(0.1, 1.2)
    blow = Blow(fake, fault, chance, READS)
    try:
        for number in range(READS):
            blow.maybe_at(number)
            old_s = fake.late_s + READ_S if fault is Fault.LATE else 0.0
            await tally.ask("read", gauge.read(), READ_S, partial(_shown, river, old_s))
        blow.fall()
        mend(fake, fault)
        await asyncio.sleep(fake.late_s + 0.1 if fault is Fault.LATE else 0.1)
        began = time.monotonic()
        if not _shown(river, 0.0, await gauge.read(), began):
            tally.fail("not_healed", "gauge")
    except DriverError as error:
        tally.fail("not_healed", str(error))
    finally:
        await gauge.close()
        await fake.close()


def _shown(river: River, old_s: float, readings: tuple[GaugeReading, ...], began: float) -> bool:
    level, battery = readings
    return river.was(level.value, began - old_s) and battery.value == BATTERY_V


async def try_rain(fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    """A tip before each question, the fault in one of them: in the end no drop was lost and none invented."""
    fake = FakeBucket(Counter(16, TIP_MM))
    await fake.start()
    rain = await setup_rain(RainSettings(fake.path, unit=1, register=0, mm_per_tip=TIP_MM))
    fake.late_s = chance.uniform(0.1, 1.2)
    blow = Blow(fake, fault, chance, READS)
    fell: list[GaugeReading] = []
    try:
        fake.tips = 65_534  # it goes past its end among the questions
        await rain.read()
        for number in range(READS):
            fake.tips += 1
            blow.maybe_at(number)
            await tally.ask("rain", rain.read(), READ_S, partial(_fell, fell))
        blow.fall()
        mend(fake, fault)
        await asyncio.sleep(fake.late_s + 0.1 if fault is Fault.LATE else 0.1)
        fell += await rain.read()
        if round(sum(reading.value for reading in fell), 3) != round(READS * TIP_MM, 3):
            tally.fail("wrong", f"{READS} tips are {fell}")
    except DriverError as error:
        tally.fail("not_healed", str(error))
    finally:
        await rain.close()
        await fake.close()


def _fell(into: list[GaugeReading], readings: tuple[GaugeReading, ...], _: float) -> bool:
    into += readings
    return all(0 <= reading.value <= READS * TIP_MM for reading in readings)


async def try_modem(fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    """One message out, one in, and a question for its health, the fault anywhere among them; then it is healed."""
    fake = FakeModem(send_takes_s=0.05)
    await fake.start()
    modem = ModemAt(SerialLine(fake.path, 115200), command_timeout_s=COMMAND_S, send_timeout_s=SEND_S)
    fake.late_s = chance.uniform(0.1, 1.2)
    fake.deliver("0987654321", CAME)
    blow = Blow(fake, fault, chance, len(ERRANDS))
    came: list[SmsReceived] = []
    try:
        for number, errand in enumerate(ERRANDS):
            blow.maybe_at(number)
            await _errand(modem, fake, errand, came, tally, sick=blow.fallen and fault is not Fault.LATE)
        blow.fall()
        mend(fake, fault)
        await asyncio.sleep(fake.late_s + 0.2)
        await _healed(modem, fake, came, tally)
    finally:
        await modem.close()
        await fake.close()


async def _errand(
    modem: ModemAt, fake: FakeModem, errand: str, came: list[SmsReceived], tally: Tally, *, sick: bool
) -> None:
    if errand == "send":
        await tally.ask(errand, modem.send(Message("1-1-1", NUMBER, TEXT)), MODEM_S, lambda _, __: bool(fake.sent))
    elif errand == "receive":
        await tally.ask(errand, modem.receive(), MODEM_S, partial(_came, came))
    else:  # one that says nothing that can be read is not well; one that is only late may be
        await tally.ask(errand, modem.health(), MODEM_S, lambda health, _: not (sick and health.ok))


async def _healed(modem: ModemAt, fake: FakeModem, came: list[SmsReceived], tally: Tally) -> None:
    try:
        came += (await modem.receive()).messages
        sent = len(fake.sent)
        await modem.send(Message("1-1-1", NUMBER, TEXT))
    except DriverError as error:
        tally.fail("not_healed", str(error))
        return
    if not any(sms.text == CAME for sms in came):
        tally.fail("wrong", "a message that came in was lost")
    if len(fake.sent) != sent + 1:
        tally.fail("not_healed", "a message was not sent")


def _came(into: list[SmsReceived], inbox: Inbox, _: float) -> bool:
    into += inbox.messages
    return all(sms.text == CAME for sms in inbox.messages)
