"""Sends that nobody confirmed, long ones that break in the middle, and what becomes of them."""

from __future__ import annotations

import asyncio

import pytest

from drivers.base import (
    DriverError,
    FinalDriverError,
    Message,
    TransientDriverError,
    UnsureDriverError,
)
from drivers.devices.modem_at import pdu
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import EXPIRED, WAITING, Death, Hang, Reporting
from drivers.devices.modem_at.unasked import MOST_REPORTS
from drivers.transport.fake_pty import Fault

OFFICIAL = "0912345678"
LONG = "Nước lên nhanh, thôn Đông di dời ngay. " * 4


def sms(text: str = "BÁO ĐỘNG 2") -> Message:
    return Message("1-1-1", OFFICIAL, text)


async def reported(modem: ModemAt, most_s: float = 3.0) -> list[tuple[str, str, bool | None]]:
    """The reports of the next seconds, until there are some."""
    async with asyncio.timeout(most_s):
        while not (reports := (await modem.receive()).reports):
            await asyncio.sleep(0.02)
    return [(report.number, report.reference, report.delivered) for report in reports]


@pytest.mark.parametrize("death", [Death.BEFORE_THE_NETWORK, Death.AFTER_THE_NETWORK])
async def test_a_modem_that_dies_with_the_message_leaves_it_unsure(
    modem: ModemAt, sim: FakeModem, death: Death
) -> None:
    await modem.health()
    sim.death, sim.back_after_s = death, 0.2
    with pytest.raises(UnsureDriverError, match="not confirmed"):
        await modem.send(sms())
    assert len(sim.sent) == (1 if death is Death.AFTER_THE_NETWORK else 0)
    await asyncio.sleep(0.3)
    assert (await modem.send(sms("sau"))).references


async def test_a_message_whose_confirmation_is_lost_may_still_be_reported_delivered(
    modem: ModemAt, sim: FakeModem
) -> None:
    await modem.health()
    sim.report_after_s, sim.death, sim.back_after_s = 0.5, Death.AFTER_THE_NETWORK, 0.1
    with pytest.raises(UnsureDriverError):
        await modem.send(sms())
    await asyncio.sleep(0.2)
    await modem.health()
    assert await reported(modem) == [("+84912345678", "1", True)]


async def test_silence_after_the_message_is_unsure_and_before_it_is_not(modem: ModemAt, sim: FakeModem) -> None:
    await modem.health()
    sim.send_takes_s = 5
    with pytest.raises(UnsureDriverError):
        await modem.send(sms())
    sim.fault = Fault.SILENT
    with pytest.raises(TransientDriverError) as before:
        await modem.send(sms())
    assert not isinstance(before.value, UnsureDriverError)


@pytest.mark.parametrize("refusal", ["+CMS ERROR: 331", "+CMS ERROR: 500", "+CMS ERROR: 322", "ERROR"])
async def test_what_the_modem_refuses_is_surely_not_sent(modem: ModemAt, sim: FakeModem, refusal: str) -> None:
    sim.refuse_send = refusal
    with pytest.raises(TransientDriverError) as refused:
        await modem.send(sms())
    assert not isinstance(refused.value, UnsureDriverError)


async def test_a_network_that_does_not_confirm_in_time_is_unsure(modem: ModemAt, sim: FakeModem) -> None:
    sim.refuse_send = "+CMS ERROR: 332"
    with pytest.raises(UnsureDriverError, match="332"):
        await modem.send(sms())


async def test_a_later_part_that_is_refused_is_tried_again(modem: ModemAt, sim: FakeModem) -> None:
    sim.refuse_parts = {2: "+CMS ERROR: 500", 3: "+CMS ERROR: 41"}
    assert (await modem.send(sms(LONG))).references == ("1", "2", "3")
    assert [pdu.decode_submit(sent.pdu).part for sent in sim.sent] == [1, 2, 3]


@pytest.mark.parametrize("refusal", ["+CMS ERROR: 500", "+CMS ERROR: 310"])
async def test_a_message_of_which_a_part_is_out_is_unsure_whatever_the_reason(
    modem: ModemAt, sim: FakeModem, refusal: str
) -> None:
    sim.refuse_parts = dict.fromkeys(range(2, 6), refusal)
    with pytest.raises(UnsureDriverError, match=r"1 of 3 parts are out \(references \[1\]\)"):
        await modem.send(sms(LONG))
    assert len(sim.sent) == 1


async def test_a_refusal_of_the_first_part_sends_nothing(modem: ModemAt, sim: FakeModem) -> None:
    sim.refuse_parts = {1: "+CMS ERROR: 310"}
    with pytest.raises(FinalDriverError):
        await modem.send(sms(LONG))
    assert sim.sent == []


async def test_every_part_is_reported(modem: ModemAt, sim: FakeModem) -> None:
    sim.report_after_s = 0.02
    receipt = await modem.send(sms(LONG))
    seen: list[tuple[str, str, bool | None]] = []
    while len(seen) < 3:
        seen += await reported(modem)
    assert seen == [("+84912345678", reference, True) for reference in receipt.references]


async def test_a_late_a_lost_and_a_failed_delivery_are_told_apart(modem: ModemAt, sim: FakeModem) -> None:
    sim.report_after_s, sim.status = 0.02, {"+84912345678": WAITING}
    await modem.send(sms())
    assert await reported(modem) == [("+84912345678", "1", None)]
    sim.status = {"+84912345678": EXPIRED}
    await modem.send(sms())
    assert await reported(modem) == [("+84912345678", "2", False)]


async def test_reports_come_between_and_inside_other_answers(modem: ModemAt, sim: FakeModem) -> None:
    sim.report_after_s, sim.send_takes_s = 0.03, 0.03
    references = [reference for _ in range(5) for reference in (await modem.send(sms())).references]
    seen: list[str] = []
    while len(seen) < 5:
        seen += [reference for _, reference, _ in await reported(modem)]
    assert seen == references


async def test_a_report_that_came_in_half_is_waited_for(modem: ModemAt, sim: FakeModem) -> None:
    await modem.health()
    raw = "07919712690080F806040B919780000000F0423002718352214230027183722100"
    sim.send(f"\r\n+CDS: 25\r\n{raw[:20]}".encode())
    asyncio.get_running_loop().call_later(0.1, sim.send, f"{raw[20:]}\r\n".encode())
    await asyncio.sleep(0.02)
    assert await reported(modem) == [("+79080000000", "4", True)]


async def test_reports_that_the_modem_stores_are_fetched_and_deleted_there(modem: ModemAt, sim: FakeModem) -> None:
    sim.reporting, sim.report_after_s = Reporting.STORED, 0.02
    await modem.send(sms())
    assert await reported(modem) == [("+84912345678", "1", True)]
    assert sim.card.reports == {}
    sim.deliver("0987654321", "1")
    assert [message.text for message in (await modem.receive()).messages] == ["1"]


async def test_reports_from_before_a_restart_are_fetched_where_the_modem_stores_them(
    modem: ModemAt, sim: FakeModem
) -> None:
    sim.reporting = Reporting.STORED
    sim.card.store_report("07919712690080F806040B919780000000F0423002718352214230027183722100")
    assert await reported(modem) == [("+79080000000", "4", True)]


async def test_stored_reports_that_are_too_many_are_not_dropped_in_silence(
    modem: ModemAt, sim: FakeModem, caplog: pytest.LogCaptureFixture
) -> None:
    sim.reporting = Reporting.STORED
    await modem.health()
    modem._line.unasked.reports.extend([""] * MOST_REPORTS)
    sim.card.store_report("07919712690080F806040B919780000000F0423002718352214230027183722100")
    assert await reported(modem) == [("+79080000000", "4", True)]
    assert "the oldest is dropped" in caplog.text


async def test_a_modem_without_reports_still_sends_and_receives(modem: ModemAt, sim: FakeModem) -> None:
    sim.unknown = {"AT+CNMI", "AT+CSCS", "AT+CSMS", "AT+CHUP"}
    sim.deliver("0987654321", "1")
    assert (await modem.send(sms())).references
    assert [message.text for message in (await modem.receive()).messages] == ["1"]


async def test_a_report_survives_a_failed_look(modem: ModemAt, sim: FakeModem) -> None:
    sim.report_after_s = 0.01
    await modem.send(sms())
    await asyncio.sleep(0.05)
    await modem.health()
    sim.fault = Fault.SILENT
    assert not (await modem.health()).ok
    with pytest.raises(DriverError):
        await modem.receive()
    sim.fault = Fault.NONE
    assert await reported(modem) == [("+84912345678", "1", True)]


async def test_a_modem_that_hangs_while_it_sends_is_unsure_and_comes_back_by_reset(
    modem: ModemAt, sim: FakeModem
) -> None:
    await modem.health()
    sim.send_takes_s = 0.05
    asyncio.get_running_loop().call_later(0.03, setattr, sim, "hang", Hang.UNTIL_RESET)
    with pytest.raises(UnsureDriverError):
        await modem.send(sms())
    assert not (await modem.health()).ok
    await modem.reset()
    assert await healthy_again(modem)
    assert "restarts" in [event.what for event in sim.events]
    assert sim.commands.count("AT+CMGF=0") == 2
    assert (await modem.send(sms())).references


async def healthy_again(modem: ModemAt, most_s: float = 3.0) -> bool:
    async with asyncio.timeout(most_s):
        while not (await modem.health()).ok:
            await asyncio.sleep(0.05)
    return True
