"""Our PDUs, read by a decoder that we did not write (smspdudecoder), and its view of what we read."""

from __future__ import annotations

import unicodedata
from io import StringIO

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from smspdudecoder.easy import read_incoming_sms, read_outgoing_sms
from smspdudecoder.fields import SMSSubmit

from drivers.devices.modem_at import gsm7, pdu
from drivers.devices.modem_at.fake_network import encode_deliver

ALARM = "BÁO ĐỘNG 2: sông Thương 5,32m lúc 7h. Thôn Đông di dời ngay."
LONG = "Trường Tiểu học số 1 nghỉ học đến khi có thông báo mới; bà con thôn Đông, thôn Đoài lên nhà văn hóa. " * 2
VIETNAMESE = st.text(
    st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyàằầéềếọộợữự 0123456789.,:;!?ĐÊÔ🌊"), min_size=1, max_size=200
)


@pytest.mark.parametrize("text", [ALARM, LONG, "1"])
def test_another_decoder_reads_our_text(text: str) -> None:
    nfd = unicodedata.normalize("NFD", text)
    assert pdu.submit_parts("0912345678", nfd, 77) == pdu.submit_parts("0912345678", text, 77)
    read = [read_outgoing_sms(raw) for raw in pdu.submit_parts("0912345678", nfd, 77)]
    assert "".join(part["content"] for part in read) == unicodedata.normalize("NFC", text)
    assert {part["recipient"] for part in read} == {"+84912345678"}


def test_another_decoder_sees_header_validity_and_report_request() -> None:
    for place, raw in enumerate(pdu.submit_parts("0912345678", LONG, 77), 1):
        seen = SMSSubmit.decode(StringIO(raw))
        assert seen["header"]["srr"]
        assert (
            seen["validity-minutes"] + 5 == pdu.VALIDITY_MIN
        )  # this decoder counts the steps from 0, the standard from 1
        (element,) = seen["user_data"]["header"]["elements"]
        assert element["data"] == {"reference": 77, "parts_count": 4, "part_number": place}


@given(VIETNAMESE)
def test_another_decoder_reads_any_vietnamese_text(text: str) -> None:
    read = [read_outgoing_sms(raw)["content"] for raw in pdu.submit_parts("0912345678", text, 5)]
    assert "".join(read) == unicodedata.normalize("NFC", text)


def test_another_decoder_agrees_on_what_the_fake_network_delivers() -> None:
    raw = encode_deliver(pdu.Part("84912345678", ALARM, 9, 2, 3))
    seen = read_incoming_sms(raw)
    ours = pdu.decode_deliver(raw)
    assert (seen["sender"], seen["content"]) == (ours.number, ours.text)
    assert seen["partial"] == {"reference": "9-3", "parts_count": 3, "part_number": 2}


@given(st.binary(min_size=1, max_size=40), st.booleans())
def test_another_decoder_agrees_on_seven_bit_text(packed: bytes, with_header: bool) -> None:
    body = b"\x05\x00\x03\x07\x02\x01" + packed if with_header else packed
    size = len(body) * 8 // 7
    assume(
        gsm7.ESCAPE not in gsm7.septets(body, size)
    )  # for an unknown escaped code it shows a space, unlike the standard
    head = "00" + ("44" if with_header else "04") + "0B91" + "4819325476F8" + "00" + "00" + "62101070000082"
    raw = head + f"{size:02X}" + body.hex()
    assert pdu.decode_deliver(raw).text == read_incoming_sms(raw)["content"]
