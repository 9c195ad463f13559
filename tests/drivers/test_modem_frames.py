"""What modems of several families really said, read by our codec and, where it can, by an independent decoder."""

from __future__ import annotations

import pytest
from smspdudecoder.easy import read_incoming_sms

from drivers.devices.modem_at import codec, pdu, reports, ussd
from drivers.devices.modem_at.join import Joiner, Stored
from drivers.devices.modem_at.unasked import Unasked
from hil.prove.phones.captured import (
    CapturedReport,
    CapturedUssd,
    captured_long,
    captured_reports,
    captured_ussd,
    without_detail,
)


def joined(family: str, wait_s: float = 0.0) -> list[str]:
    stored = [Stored(item.index, pdu.decode_deliver(item.pdu)) for item in captured_long()[family]]
    return [message.message.text for message in Joiner(wait_s).ready(stored, 0.0)]


@pytest.mark.parametrize("frame", captured_reports(), ids=lambda frame: f"{frame.family} {frame.means.delivered}")
def test_a_captured_delivery_report_is_read(frame: CapturedReport) -> None:
    assert reports.type_of(frame.pdu) == reports.STATUS_REPORT
    assert without_detail(reports.decode_status_report(frame.pdu)) == frame.means
    assert pdu.submit_length(frame.pdu) == frame.octets


@pytest.mark.parametrize("frame", captured_reports(), ids=lambda frame: f"{frame.family} {frame.means.delivered}")
def test_a_captured_delivery_report_is_heard_among_other_lines(frame: CapturedReport) -> None:
    unasked = Unasked()
    lines = ("^RSSI:14", f"+CDS: {frame.octets}", frame.pdu, "+CSQ: 18,99", "OK")
    assert [unasked.take(line) for line in lines] == [True, True, True, False, False]
    assert unasked.drain_reports() == (frame.pdu,)
    assert unasked.drain_reports() == ()


def test_captured_long_messages_are_joined() -> None:
    simcom, short = joined("simcom")
    assert simcom.startswith("19.03.2022 в 19:36 запланировано списание платы")
    assert simcom.endswith("Пополнить счет: pay.megafon.ru")
    assert short == "Окай"
    (eigencomm,) = joined("eigencomm")
    assert eigencomm.startswith("gg-guard 长短信联调样本")
    assert eigencomm.endswith("2026-06-09。")
    (viettel,) = joined("unknown-viettel")
    assert viettel.startswith("Tin nhắn tiếng việt Tin nhắn tiếng việ")
    assert "[thiếu" not in simcom + eigencomm + viettel


def test_a_captured_message_without_its_second_part_is_given_marked() -> None:
    (huawei,) = joined("huawei")
    assert huawei.endswith("[thiếu phần 2/2]")
    assert joined("huawei", wait_s=1.0) == []


@pytest.mark.parametrize("family", sorted(captured_long()))
def test_another_decoder_agrees_on_every_captured_part(family: str) -> None:
    for item in captured_long()[family]:
        theirs, ours = read_incoming_sms(item.pdu), pdu.decode_deliver(item.pdu)
        assert theirs["content"] == ours.text
        assert theirs["sender"].rstrip("@") == ours.number  # of a name of seven letters it reads the fill as "@"
        if ours.parts > 1:
            assert theirs["partial"]["parts_count"] == ours.parts
            assert theirs["partial"]["part_number"] == ours.part


@pytest.mark.parametrize("frame", captured_ussd(), ids=lambda frame: frame.family)
def test_a_captured_ussd_sentence_is_read(frame: CapturedUssd) -> None:
    unasked = Unasked()
    assert unasked.take(frame.line)
    assert unasked.ussd == frame.line
    assert ussd.sentence(frame.line) == frame.sentence


def test_ussd_in_packed_seven_bit_and_as_text_is_read() -> None:
    assert ussd.packed("*100#") == "AA180C3602"  # as a Huawei stick was asked, obsy/sms_tool issue 4
    assert ussd.sentence(f'+CUSD: 0,"{ussd.packed("TK goc: 12.000d")}",15') == "TK goc: 12.000d"
    assert ussd.sentence('+CUSD: 0,"TKC 25000d, han 01/12/2026",15') == "TKC 25000d, han 01/12/2026"
    assert ussd.sentence('+CUSD: 0,"25000",15') == "25000"
    assert ussd.sentence("+CUSD: 4") == ""


def test_a_ussd_sentence_may_have_several_lines_and_lose_its_end() -> None:
    unasked = Unasked()
    for line in ('+CUSD: 0,"Vash balans 968.98 r.', 'Podkl.: *320#"'):
        assert unasked.take(line)
    assert ussd.sentence(unasked.ussd or "") == "Vash balans 968.98 r. Podkl.: *320#"
    assert unasked.take('+CUSD: 0,"never ends')
    assert not unasked.take("OK")
    assert not unasked.take("+CSQ: 18,99")


def test_a_garbled_report_is_lost_and_nothing_else() -> None:
    unasked = Unasked()
    assert unasked.take("+CDS: 25")
    assert not unasked.take("OK")
    assert unasked.take("+CDS: 25")
    assert unasked.take("")
    assert unasked.take(captured_reports()[2].pdu)
    assert len(unasked.drain_reports()) == 1


@pytest.mark.parametrize(
    ("line", "index"),
    [
        ("+CMGL: 3,1,,28", 3),
        ('+CMGL: 3,1,"",28', 3),
        ('+CMGL: 3,1,"An, thôn Đông",28', 3),
        ("+CMGL: 0,1,28", 0),
        ("+CMGL: 50,,,28", 50),
    ],
)
def test_families_list_a_message_differently(line: str, index: int) -> None:
    whole = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"
    assert codec.stored_messages((line, whole)) == (codec.Listed(index, whole),)
