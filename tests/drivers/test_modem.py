from __future__ import annotations

import asyncio
import time

import pytest

from drivers.base import FinalDriverError, Message, Notifier, Receipt, SmsInbox, SmsReceived, TransientDriverError
from drivers.devices.modem_at import Settings, codec, pdu, setup
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import SentPdu
from drivers.transport.fake_pty import Fault
from drivers.transport.serial_line import SerialLine

ALARM = "BÁO ĐỘNG 2: sông Thương 5,32m lúc 7h. Thôn Đông di dời ngay."
FAULTS = [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF]


def sms(number: str, text: str) -> Message:
    return Message("1-1-1", number, text)


def texts_of(sim: FakeModem) -> list[str]:
    return [pdu.decode_submit(sent.pdu).text for sent in sim.sent]


async def test_an_alarm_reaches_the_network(modem: ModemAt, sim: FakeModem) -> None:
    assert isinstance(modem, Notifier)
    assert isinstance(modem, SmsInbox)
    before = time.monotonic()
    assert await modem.send(sms("0912345678", ALARM)) == Receipt(("1",))
    assert texts_of(sim) == [ALARM]
    assert before <= sim.sent[0].steady <= time.monotonic()


async def test_a_modem_is_initialised_once(modem: ModemAt, sim: FakeModem) -> None:
    await modem.send(sms("0912345678", "một"))
    await modem.send(sms("0912345678", "hai"))
    assert sim.commands.count("AT+CMGF=0") == 1
    assert sim.commands[:2] == ["AT", "ATE0"]


async def test_a_long_text_goes_out_in_numbered_parts(modem: ModemAt, sim: FakeModem) -> None:
    text = "Nước lên nhanh. " * 12
    receipt = await modem.send(sms("0912345678", text))
    parts = [pdu.decode_submit(sent.pdu) for sent in sim.sent]
    assert len(receipt.references) == len(parts) == 3
    assert [(part.part, part.parts) for part in parts] == [(1, 3), (2, 3), (3, 3)]
    assert len({part.reference for part in parts}) == 1
    assert "".join(part.text for part in parts) == text


async def test_a_text_of_five_parts_is_refused_and_nothing_is_sent(modem: ModemAt, sim: FakeModem) -> None:
    with pytest.raises(FinalDriverError, match="at most 4"):
        await modem.send(sms("0912345678", "ộ" * 300))
    assert sim.sent == []


async def test_the_simulation_is_told_of_every_sms() -> None:
    told: list[SentPdu] = []
    sim = FakeModem(told.append)
    await sim.start()
    modem = await setup(Settings(sim.path))
    await modem.send(sms("0912345678", "một"))
    assert told == sim.sent
    await modem.close()
    await sim.close()


async def test_an_answer_comes_in_once(modem: ModemAt, sim: FakeModem) -> None:
    sim.deliver("0987654321", "1")
    assert (await modem.receive()).messages == (SmsReceived("+84987654321", "1"),)
    assert (await modem.receive()).messages == ()
    assert sim.stored == {}


async def test_an_answer_is_deleted_when_the_next_look_says_that_it_was_kept(modem: ModemAt, sim: FakeModem) -> None:
    sim.deliver("0987654321", "1")
    await modem.receive()
    assert len(sim.stored) == 1
    await modem.receive()
    assert sim.stored == {}


async def test_an_answer_comes_again_after_a_restart_that_nobody_can_exclude(modem: ModemAt, sim: FakeModem) -> None:
    sim.deliver("0987654321", "1")
    told = (await modem.receive()).messages
    await modem.close()
    again = ModemAt(SerialLine(sim.path, 115200), command_timeout_s=0.5)
    assert (await again.receive()).messages == told == (SmsReceived("+84987654321", "1"),)
    await again.close()


async def test_an_answer_that_cannot_be_deleted_is_not_told_twice(modem: ModemAt, sim: FakeModem) -> None:
    sim.deliver("0987654321", "1")
    assert len((await modem.receive()).messages) == 1
    sim.card.refuse_delete = "+CMS ERROR: 320"
    assert (await modem.receive()).messages == ()
    sim.card.refuse_delete = ""
    assert (await modem.receive()).messages == ()
    assert sim.stored == {}


async def test_only_what_was_read_is_deleted(modem: ModemAt, sim: FakeModem) -> None:
    sim.deliver("0987654321", "1")
    await modem.receive()
    sim.stored.clear()  # another SIM, another message at the same place
    sim.deliver("0912345678", "nước lên")
    assert (await modem.receive()).messages == (SmsReceived("+84912345678", "nước lên"),)


async def test_a_draft_of_somebody_else_stays(modem: ModemAt, sim: FakeModem) -> None:
    draft = pdu.submit_parts("0912345678", "nháp", 1)[0]
    sim.store(draft)
    assert (await modem.receive()).messages == ()
    await modem.receive()
    assert list(sim.stored.values()) == [draft]


async def test_a_full_sim_is_emptied_and_what_waited_comes(modem: ModemAt, sim: FakeModem) -> None:
    sim.card.places = 2
    for answer in ("1", "2", "3"):
        sim.deliver("0987654321", answer)
    assert "waits in the network" in [event.what for event in sim.events]
    told = [sms.text for _ in range(3) for sms in (await modem.receive()).messages]
    assert told == ["1", "2", "3"]
    assert "/2 chỗ" in (await modem.health()).detail


async def test_a_long_answer_is_joined_and_the_order_kept(modem: ModemAt, sim: FakeModem) -> None:
    long = "Đường vào thôn Đoài ngập một mét, xe không qua được. " * 3
    sim.deliver("0987654321", long)
    sim.deliver("0911111111", "1")
    sim.deliver("0911111111", "1")
    first = SmsReceived("+84987654321", long)
    assert (await modem.receive()).messages == (
        first,
        SmsReceived("+84911111111", "1"),
        SmsReceived("+84911111111", "1"),
    )


async def test_a_delivery_report_or_rubbish_on_the_sim_does_not_stop_the_rest(modem: ModemAt, sim: FakeModem) -> None:
    sim.store("0006D60B914819325476F86210107000008262101070000082" + "00")
    sim.store("0004FF91")
    sim.deliver("0987654321", "1")
    assert (await modem.receive()).messages == (SmsReceived("+84987654321", "1"),)
    assert (await modem.receive()).messages == ()
    assert sim.stored == {}


async def test_unasked_lines_are_not_taken_for_answers(modem: ModemAt, sim: FakeModem) -> None:
    sim.send_takes_s = 0.05
    asyncio.get_running_loop().call_later(0.17, sim.send, b'\r\nRING\r\n\r\n+CMTI: "SM",3\r\n')
    assert (await modem.send(sms("0912345678", ALARM))).references
    await modem.receive()


async def test_health_tells_signal_and_registration(modem: ModemAt, sim: FakeModem) -> None:
    good = await modem.health()
    assert good.ok
    assert good.detail == "đã vào mạng, sóng -77 dBm"
    sim.registered = False
    lost = await modem.health()
    assert not lost.ok
    assert "đang tìm mạng" in lost.detail
    assert lost.since_steady > good.since_steady
    assert (await modem.health()).since_steady == lost.since_steady


async def test_health_of_a_dead_modem_is_not_an_exception(modem: ModemAt, sim: FakeModem) -> None:
    sim.unplug()
    health = await modem.health()
    assert not health.ok
    assert sim.path in health.detail


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        ("+CMS ERROR: 500", TransientDriverError),
        ("+CMS ERROR: 38", TransientDriverError),
        ("+CMS ERROR: 331", TransientDriverError),
        ("ERROR", TransientDriverError),
        ("+CMS ERROR: 1", FinalDriverError),
        ("+CMS ERROR: 310", FinalDriverError),
        ("+CME ERROR: 10", FinalDriverError),
        ("+CME ERROR: 14", TransientDriverError),
    ],
)
async def test_refusals_are_split_into_try_again_and_tell_someone(
    modem: ModemAt, sim: FakeModem, refusal: str, kind: type[Exception]
) -> None:
    sim.refuse_send = refusal
    with pytest.raises(kind, match="modem says"):
        await modem.send(sms("0912345678", ALARM))
    sim.refuse_send = ""
    assert (await modem.send(sms("0912345678", ALARM))).references


async def test_a_modem_without_open_links_still_sends(modem: ModemAt, sim: FakeModem) -> None:
    sim.has_cmms = False
    assert (await modem.send(sms("0912345678", ALARM))).references


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_bad_line_is_a_transient_error_and_heals(modem: ModemAt, sim: FakeModem, fault: Fault) -> None:
    await modem.send(sms("0912345678", "trước"))
    sim.fault, sim.late_s = fault, 0.8
    with pytest.raises(TransientDriverError):
        await modem.send(sms("0912345678", "trong lúc hỏng"))
    sim.fault = Fault.NONE
    await asyncio.sleep(0.9 if fault is Fault.LATE else 0)
    await modem.send(sms("0912345678", "sau"))
    assert texts_of(sim)[-1] == "sau"


@pytest.mark.parametrize("fault", FAULTS)
async def test_silence_of_the_network_is_not_success(modem: ModemAt, sim: FakeModem, fault: Fault) -> None:
    sim.on_sent = lambda sms: None
    sim.send_takes_s = 0.1
    await modem.health()
    asyncio.get_running_loop().call_later(0.05, setattr, sim, "fault", fault)
    with pytest.raises(TransientDriverError):
        await modem.send(sms("0912345678", ALARM))


async def test_a_replugged_modem_is_initialised_again(modem: ModemAt, sim: FakeModem) -> None:
    await modem.send(sms("0912345678", "một"))
    sim.unplug()
    with pytest.raises(TransientDriverError):
        await modem.send(sms("0912345678", "hai"))
    sim.plug_in()
    await modem.send(sms("0912345678", "ba"))
    assert sim.commands.count("AT+CMGF=0") == 2
    assert texts_of(sim) == ["một", "ba"]


async def test_a_modem_left_waiting_for_a_message_is_woken(modem: ModemAt, sim: FakeModem) -> None:
    await modem.health()
    sim.send_takes_s = 5
    with pytest.raises(TransientDriverError):
        await modem.send(sms("0912345678", "một"))
    sim.send_takes_s = 0
    await modem.send(sms("0912345678", "hai"))
    assert texts_of(sim) == ["hai"]


async def test_pulling_the_cable_while_sending_is_noticed_at_once(modem: ModemAt, sim: FakeModem) -> None:
    await modem.health()
    sim.send_takes_s = 5
    asyncio.get_running_loop().call_later(0.05, sim.unplug)
    with pytest.raises(TransientDriverError, match="unplugged"):
        await modem.send(sms("0912345678", ALARM))


def test_a_garbled_list_is_read_again_rather_than_deleted() -> None:
    whole = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"
    header = "+CMGL: 3,1,,28"
    assert codec.stored_messages((header, whole)) == (codec.Listed(3, whole),)
    for garbled in (whole[:-2], whole[:-1] + "X", ""):
        with pytest.raises(TransientDriverError, match="garbled"):
            codec.stored_messages((header, garbled))
