"""Ring calls: how they end, and that they always end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from drivers.base import Caller, FinalDriverError, Message, Rang, TransientDriverError
from drivers.devices.modem_at import call
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import Callee

OFFICIAL = "0912345678"
DIALLED = "+84912345678"


@pytest_asyncio.fixture(autouse=True)
async def quick_looks(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(call, "POLL_S", 0.05)
    yield


def story(sim: FakeModem) -> list[str]:
    return [event.what for event in sim.events]


async def test_a_phone_rings_until_we_hang_up(modem: ModemAt, sim: FakeModem) -> None:
    assert isinstance(modem, Caller)
    assert await modem.ring(OFFICIAL, 0.4) is Rang.RANG
    assert story(sim) == ["dialled", "rings", "hung up"]
    rings, hung_up = sim.events[1], sim.events[2]
    assert rings.number == DIALLED
    assert 0.3 < hung_up.steady - rings.steady < 0.8
    assert sim.calls.stage is None


@pytest.mark.parametrize(
    ("callee", "rang", "told"),
    [
        (Callee.ANSWERS, Rang.ANSWERED, ["dialled", "rings", "answered", "hung up"]),
        (Callee.REJECTS, Rang.BUSY, ["dialled", "rings", "ended"]),
        (Callee.IS_BUSY, Rang.BUSY, ["dialled", "ended"]),
        (Callee.IS_OFF, Rang.UNREACHABLE, ["dialled", "ended"]),
    ],
)
async def test_what_the_other_side_does_is_told(
    modem: ModemAt, sim: FakeModem, callee: Callee, rang: Rang, told: list[str]
) -> None:
    sim.calls.callees = {DIALLED: callee}
    began = time.monotonic()
    assert await modem.ring(OFFICIAL, 5) is rang
    assert story(sim) == told
    assert time.monotonic() - began < 2
    assert sim.calls.stage is None


async def test_a_call_that_is_cancelled_is_hung_up(modem: ModemAt, sim: FakeModem) -> None:
    ringing = asyncio.create_task(modem.ring(OFFICIAL, 30))
    while "rings" not in story(sim):
        await asyncio.sleep(0.01)
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing
    assert story(sim)[-1] == "hung up"
    assert (await modem.send(Message("1", OFFICIAL, "sau"))).references


async def test_a_phone_that_never_rings_is_unreachable(
    modem: ModemAt, sim: FakeModem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "SETUP_S", 0.4)
    sim.calls.first_ring_s = 9
    assert await modem.ring(OFFICIAL, 5) is Rang.UNREACHABLE
    assert story(sim) == ["dialled", "hung up"]


@pytest.mark.parametrize("refusal", ["ERROR", "COMMAND NOT SUPPORT", "+CME ERROR: 4"])
async def test_a_modem_without_calls_says_so_for_good(modem: ModemAt, sim: FakeModem, refusal: str) -> None:
    sim.refuse_call = refusal
    with pytest.raises(FinalDriverError):
        await modem.ring(OFFICIAL, 1)
    assert (await modem.send(Message("1", OFFICIAL, "sau"))).references


async def test_a_modem_that_tells_nothing_of_its_calls_is_not_let_ring_blindly(modem: ModemAt, sim: FakeModem) -> None:
    sim.unknown = {"AT+CLCC"}
    with pytest.raises(FinalDriverError, match="does not tell how its calls go"):
        await modem.ring(OFFICIAL, 1)
    assert sim.calls.stage is None


async def test_a_call_without_a_network_may_be_tried_again(modem: ModemAt, sim: FakeModem) -> None:
    sim.refuse_call = "+CME ERROR: 30"
    with pytest.raises(TransientDriverError):
        await modem.ring(OFFICIAL, 1)


async def test_a_modem_that_hangs_up_only_by_ath_is_hung_up(modem: ModemAt, sim: FakeModem) -> None:
    sim.unknown = {"AT+CHUP", "AT+COLP", "AT+CVHU"}
    assert await modem.ring(OFFICIAL, 0.2) is Rang.RANG
    assert sim.calls.stage is None
    assert "ATH" in sim.commands


async def test_a_call_that_cannot_be_hung_up_is_an_error(modem: ModemAt, sim: FakeModem) -> None:
    sim.unknown = {"AT+CHUP", "ATH"}
    with pytest.raises(TransientDriverError, match="may still ring"):
        await modem.ring(OFFICIAL, 0.2)
    sim.unknown = set()
    await modem.health()  # initialises again, and ends what was left
    assert sim.calls.stage is None


async def test_a_modem_unplugged_while_it_rings_is_an_error_and_heals(modem: ModemAt, sim: FakeModem) -> None:
    asyncio.get_running_loop().call_later(0.3, sim.unplug)
    with pytest.raises(TransientDriverError):
        await modem.ring(OFFICIAL, 5)
    sim.plug_in()
    assert await modem.ring(OFFICIAL, 0.1) is Rang.RANG


async def test_messages_wait_for_the_end_of_a_call_and_no_longer(modem: ModemAt, sim: FakeModem) -> None:
    ringing = asyncio.create_task(modem.ring(OFFICIAL, 0.5))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await modem.send(Message("1", OFFICIAL, "chờ"))
    assert time.monotonic() - began < 1.5
    assert await ringing is Rang.RANG
    assert story(sim)[-2:] == ["hung up", "sent"]


async def test_reports_that_come_while_it_rings_are_not_lost(modem: ModemAt, sim: FakeModem) -> None:
    sim.report_after_s = 0.1
    await modem.send(Message("1", OFFICIAL, "trước"))
    await modem.ring(OFFICIAL, 0.3)
    assert [report.reference for report in (await modem.receive()).reports] == ["1"]


@pytest.mark.parametrize(
    ("lines", "stage"),
    [
        (('+CLCC: 1,0,3,0,0,"+84912345678",145',), call.Stage.ALERTING),
        (('+CLCC: 1,1,4,0,0,"+84912345678",145',), None),
        (('+CLCC: 1,0,0,1,0,"",128', '+CLCC: 2,0,2,0,0,"0912345678",129,""'), call.Stage.DIALLING),
        ((), None),
    ],
)
def test_only_our_own_voice_call_is_looked_at(lines: tuple[str, ...], stage: call.Stage | None) -> None:
    assert call.outgoing(lines) is stage


async def test_huawei_tells_the_reason_in_a_word_of_its_own(modem: ModemAt, sim: FakeModem) -> None:
    asyncio.get_running_loop().call_later(0.3, sim.say, "^CEND:1,0,104,21")
    assert await modem.ring(OFFICIAL, 5) is Rang.BUSY


async def test_a_short_code_is_dialled_as_it_is(modem: ModemAt, sim: FakeModem) -> None:
    await modem.ring("198", 0.05)
    assert sim.events[0].number == "198"
    with pytest.raises(FinalDriverError, match="not a phone number"):
        await modem.ring("ban chỉ huy", 1)
