import asyncio
import math
import struct
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.base import (
    Amplifier,
    Caller,
    Message,
    Notifier,
    Rang,
    SmsInbox,
    Station,
    TransientDriverError,
    UnsureDriverError,
)
from drivers.registry import open_device
from hil import devices as devices_module
from hil.devices import IDLE_MA, Devices, Plan, River
from hil.observed import Observed, Seen

TONE = b"".join(struct.pack("<h", int(8000 * math.sin(n / 8))) for n in range(48_000))
SILENCE = bytes(96_000)


@pytest.fixture
async def devices(tmp_path: Path) -> AsyncIterator[Devices]:
    plan = Plan(("loa-1", "loa-2"), answers={"912345678": 0.05}, send_takes_s=0.02, hours_per_s=60.0)
    async with Devices(tmp_path, plan) as running:
        watching = asyncio.create_task(running.watch())
        yield running
        watching.cancel()


@pytest.fixture
async def amplifier(devices: Devices, tmp_path: Path) -> AsyncIterator[Amplifier]:
    settings = {"device": str(tmp_path / "tty-loa-1"), "relay_unit": 1, "relay_channel": 1, "amp_unit": 2}
    driver = await open_device("relay_amp_modbus", settings)
    assert isinstance(driver, Amplifier)
    yield driver
    await driver.close()


async def play(folder: Path, horn: str, pcm: bytes) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_unix_connection(folder / f"sound-{horn}.sock")
    writer.write(pcm)
    await writer.drain()
    await asyncio.sleep(0.05)
    return writer


async def some(tmp_path: Path, what: str, who: str = "", **facts: str | bool) -> list[Seen]:
    await asyncio.sleep(0.1)
    return list(Observed(tmp_path).some(what, who, 0.0, **facts))


async def test_the_amplifier_draws_current_for_sound_only_while_its_relay_is_on(
    devices: Devices, amplifier: Amplifier, tmp_path: Path
) -> None:
    player = await play(tmp_path, "loa-1", TONE)
    assert (await amplifier.measure()).current_ma == 0
    await amplifier.hold_on(5)
    assert (await amplifier.measure()).current_ma > 3 * IDLE_MA
    player.close()
    await asyncio.sleep(0.05)
    assert (await amplifier.measure()).current_ma == IDLE_MA
    await amplifier.off()
    assert (await amplifier.measure()).current_ma == 0


async def test_sound_on_one_horn_does_not_move_the_meter_of_another(
    devices: Devices, amplifier: Amplifier, tmp_path: Path
) -> None:
    await amplifier.hold_on(5)
    (await play(tmp_path, "loa-2", TONE)).close()
    assert (await amplifier.measure()).current_ma == IDLE_MA


async def test_the_witness_tells_first_loud_and_last_sample(devices: Devices, tmp_path: Path) -> None:
    opened = time.monotonic()
    player = await play(tmp_path, "loa-1", SILENCE[:48_000])
    assert not await some(tmp_path, "sound", "loa-1", phase="first")  # what is padded to an instant is no message yet
    player.write(TONE)
    await player.drain()
    (first,) = await some(tmp_path, "sound", "loa-1", phase="first")
    (loud,) = await some(tmp_path, "sound", "loa-1", phase="loud")
    assert first.steady >= opened + 0.45  # half a second of silence was put before it
    assert loud.steady >= opened
    player.close()
    (last,) = await some(tmp_path, "sound", "loa-1", phase="last")
    assert (last.facts["ms"], last.facts["loud_ms"]) == (1500, 1000)


async def test_the_witness_tells_when_a_relay_moves(devices: Devices, amplifier: Amplifier, tmp_path: Path) -> None:
    await amplifier.hold_on(0.3)
    await asyncio.sleep(0.5)
    moves = await some(tmp_path, "coil", "loa-1")
    assert [move.facts["on"] for move in moves] == [True, False]
    assert moves[1].steady - moves[0].steady == pytest.approx(0.3, abs=0.1)


async def test_an_sms_is_read_by_an_independent_decoder_and_answered_by_its_owner(
    devices: Devices, tmp_path: Path
) -> None:
    modem = await open_device("modem_at", {"device": str(tmp_path / "tty-modem")})
    assert isinstance(modem, Notifier)
    assert isinstance(modem, SmsInbox)
    await modem.send(Message("1-1-1", "0912345678", "BÁO ĐỘNG 2: sông Minh 2,31m"))
    (sms,) = await some(tmp_path, "sms")
    assert (sms.facts["number"], sms.facts["text"]) == ("+84912345678", "BÁO ĐỘNG 2: sông Minh 2,31m")
    assert [answer.text for answer in (await modem.receive()).messages] == ["1"]
    await modem.close()


async def test_people_take_calls_or_let_them_ring(devices: Devices, tmp_path: Path) -> None:
    modem = await open_device("modem_at", {"device": str(tmp_path / "tty-modem")})
    assert isinstance(modem, Notifier)
    assert isinstance(modem, Caller)
    assert devices.obey("phone 0912345678 answers") == "ok"
    assert await modem.ring("0912345678", 5) is Rang.ANSWERED
    assert await modem.ring("0900000002", 0.2) is Rang.RANG
    calls = await some(tmp_path, "call")
    assert [call.facts["stage"] for call in calls] == [
        "dialled",
        "rings",
        "answered",
        "hung up",
        "dialled",
        "rings",
        "hung up",
    ]
    assert devices.obey("phone 0912345678 sings").startswith("không hiểu")
    await modem.close()


async def test_the_modem_dies_with_a_message_and_what_the_network_has_is_reported(
    devices: Devices, tmp_path: Path
) -> None:
    modem = await open_device("modem_at", {"device": str(tmp_path / "tty-modem")})
    assert isinstance(modem, Notifier)
    assert devices.obey("delivery 0900000002 expired") == devices.obey("modem die-after") == "ok"
    with pytest.raises(UnsureDriverError):
        await modem.send(Message("1-1-1", "0900000002", "BÁO ĐỘNG 2"))
    assert len(await some(tmp_path, "sms")) == 1
    await modem.close()


async def test_the_gauge_follows_the_river_and_a_pulled_cable_is_an_error(devices: Devices, tmp_path: Path) -> None:
    gauge = await open_device("gauge_modbus", {"device": str(tmp_path / "tty-gauge"), "unit": 1})
    assert isinstance(gauge, Station)
    (before,) = await gauge.read()
    assert devices.obey("flood") == "ok"
    await asyncio.sleep(0.15)
    (after,) = await gauge.read()
    assert after.value > before.value + 1
    assert devices.obey("unplug gauge") == "ok"
    with pytest.raises(TransientDriverError):
        await gauge.read()
    assert devices.obey("plug gauge") == "ok"
    await gauge.read()
    await gauge.close()


def test_an_ebb_that_is_asked_for_twice_does_not_bring_the_wave_back(monkeypatch: pytest.MonkeyPatch) -> None:
    river = River(Plan((), hours_per_s=60.0))
    river.flood()
    time.sleep(0.15)
    high_m = river.level_m()
    monkeypatch.setattr(devices_module, "EBB_S", 0.01)
    river.ebb()
    time.sleep(0.02)
    low_m = river.level_m()
    river.ebb()
    assert river.level_m() == pytest.approx(low_m, abs=0.1)
    assert high_m > low_m + 1


async def test_a_command_that_nobody_knows_is_answered_so(devices: Devices) -> None:
    assert "không hiểu" in devices.obey("fault no-such silent")
