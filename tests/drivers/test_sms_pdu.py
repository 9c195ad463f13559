from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import FinalDriverError
from drivers.devices.modem_at import gsm7, octets, pdu
from drivers.devices.modem_at.fake_network import encode_deliver

FRAMES = Path(pdu.__file__).parent / "frames" / "pdu.txt"
ALARM = "BÁO ĐỘNG 2: sông Thương 5,32m lúc 7h. Thôn Đông di dời ngay."
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4 * pdu.UNITS_IN_PART)
NUMBERS = st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True)


def golden(kind: str) -> list[list[str]]:
    rows = [line.split(" | ") for line in FRAMES.read_text(encoding="utf-8").splitlines() if "|" in line]
    return [row[1:] for row in rows if row[0] == kind]


def is_short_enough(text: str) -> bool:
    try:
        pdu.split_text(text)
    except FinalDriverError:
        return False
    return True


def test_published_messages_are_read() -> None:
    for sender, text, raw in golden("deliver"):
        part = pdu.decode_deliver(raw)
        assert (part.number, part.text, part.parts) == (sender, text, 1)


def test_our_alarm_is_written_as_ever() -> None:
    ((number, text, raw),) = golden("submit")
    assert text == ALARM
    assert pdu.submit_parts(number, text, 1) == (raw,)


def test_text_in_nfd_costs_no_more_than_in_nfc() -> None:
    nfd = unicodedata.normalize("NFD", ALARM)
    assert len(nfd) > pdu.UNITS_ALONE
    assert pdu.submit_parts("0912345678", nfd, 1) == pdu.submit_parts("0912345678", ALARM, 1)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("0912345678", "84912345678"),
        ("0912 345.678", "84912345678"),
        ("+84912345678", "84912345678"),
        ("84912345678", "84912345678"),
        ("(+856) 20-1234-5678", "8562012345678"),
        ("198", "198"),
    ],
)
def test_numbers_are_sent_in_international_form(written: str, sent: str) -> None:
    assert pdu.international(written) == sent


@pytest.mark.parametrize("number", ["", "12", "912345678", "09123x5678", "0912345678901234567", "+", "٠٩١٢٣٤٥٦٧٨"])
def test_what_is_not_a_number_is_a_final_error(number: str) -> None:
    with pytest.raises(FinalDriverError, match="not a phone number"):
        pdu.international(number)


@pytest.mark.parametrize(("units", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (268, 4)])
def test_a_text_is_cut_where_the_standard_cuts(units: int, parts: int) -> None:
    assert len(pdu.split_text("ộ" * units)) == parts


@pytest.mark.parametrize("text", ["ộ" * 269, "x" * 100_000, "", "broken \ud83d half"])
def test_a_text_that_cannot_be_sent_is_a_final_error(text: str) -> None:
    with pytest.raises(FinalDriverError):
        pdu.split_text(text)


def test_an_emoji_is_never_cut_in_two() -> None:
    parts = pdu.split_text("x" * 66 + "🌊" * 20)
    assert "".join(parts) == "x" * 66 + "🌊" * 20
    assert parts[0] == "x" * 66


@given(TEXTS.filter(is_short_enough), NUMBERS)
def test_what_is_written_is_what_the_network_reads(text: str, number: str) -> None:
    parts = [pdu.decode_submit(raw) for raw in pdu.submit_parts(number, text, 200)]
    assert "".join(part.text for part in parts) == unicodedata.normalize("NFC", text)
    assert {part.number for part in parts} == {"+84" + number[1:]}
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    assert all(pdu.submit_length(raw) <= 164 for raw in pdu.submit_parts(number, text, 200))


@given(st.binary(max_size=200))
def test_noise_is_a_pdu_error_or_a_message_and_nothing_else(noise: bytes) -> None:
    for decode in (pdu.decode_deliver, pdu.decode_submit):
        try:
            assert isinstance(decode(noise.hex()), pdu.Part)
        except octets.PduError:
            continue


@given(st.data())
def test_a_message_cut_short_is_a_pdu_error(data: st.DataObject) -> None:
    raw = encode_deliver(pdu.Part("84912345678", ALARM))
    cut = data.draw(st.integers(0, len(raw) // 2 - 1))
    with pytest.raises(octets.PduError):
        pdu.decode_deliver(raw[: 2 * cut])


def test_eight_bit_messages_are_tolerated() -> None:
    header = "00" + "04" + "0B91" + "4819325476F8" + "00" + "04" + "62101070000082"
    assert pdu.decode_deliver(header + "02" + "3161").text == "1a"


@pytest.mark.parametrize(
    ("coding", "alphabet"),
    [
        (0x00, pdu.Alphabet.GSM7),
        (0x08, pdu.Alphabet.UCS2),
        (0x18, pdu.Alphabet.UCS2),
        (0x04, pdu.Alphabet.OCTETS),
        (0xF0, pdu.Alphabet.GSM7),
        (0xF5, pdu.Alphabet.OCTETS),
        (0xC0, pdu.Alphabet.GSM7),
        (0xE0, pdu.Alphabet.UCS2),
    ],
)
def test_data_codings_of_the_standard(coding: int, alphabet: pdu.Alphabet) -> None:
    assert pdu.alphabet_of(coding) is alphabet


def test_the_seven_bit_alphabet_is_complete() -> None:
    assert len(gsm7.BASIC) == 128
    assert len(set(gsm7.BASIC)) == 128
    assert gsm7.text_of((0x1B, 0x65, 0x32, 0x1B, 0x32, 0x1B, 0x1B)) == "€22 "
    packed = bytes.fromhex("32D0A60C8287E5A0F63B3D07")  # an example of smspdudecoder's documentation
    assert gsm7.text_of(gsm7.septets(packed, 13)) == "2 € par mois"
