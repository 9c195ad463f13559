import re

import pytest

from edge.core.syslog import MOST_BYTES, Entry, Facility, Urgency, encoded, framed

AT_MS = 1_795_000_000_123
RFC_5424 = re.compile(
    rb"<(?P<pri>\d{1,3})>1 (?P<at>\S+) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) (?P<pid>[!-~]{1,128})"
    rb" (?P<kind>[!-~]{1,32}) (?P<data>-|\[.*\]) \xef\xbb\xbf(?P<text>.*)",
    re.DOTALL,
)
"""The grammar of RFC 5424, 6, as far as we use it."""


def entry(text: str, **facts: str) -> Entry:
    return Entry(Facility.LOG_AUDIT, Urgency.NOTICE, AT_MS, "bulletin.air", text, facts)


def test_a_line_reads_as_the_rfc_writes_it() -> None:
    found = RFC_5424.fullmatch(encoded(entry("Lan phát bản tin 7", user="Lan", seq="12"), "box-1"))
    assert found is not None
    assert found["pri"] == b"109"  # 13 * 8 + 5
    assert found["at"] == b"2026-11-18T11:06:40.123Z"
    assert found["data"] == b'[molang@32473 user="Lan" seq="12"]'
    assert found["text"].decode() == "Lan phát bản tin 7"


@pytest.mark.parametrize("evil", ['a"]b', "a\\", "a\r\n<13>1 - fake", "a\x00b", "]" * 50])
def test_nobody_writes_a_second_line_or_leaves_his_field(evil: str) -> None:
    sent = encoded(entry(evil, user=evil), "box-1")
    found = RFC_5424.fullmatch(sent)
    assert found is not None
    assert b"\n" not in sent
    assert b"\x00" not in sent
    inner = found["data"].removeprefix(b'[molang@32473 user="').removesuffix(b'"]')
    assert re.search(rb'(?<!\\)(?:\\\\)*["\]]', inner) is None


def test_a_long_text_is_cut_between_letters() -> None:
    sent = encoded(entry("ấ" * 3000), "box-1")
    assert len(sent) <= MOST_BYTES
    assert sent.decode().endswith("ấ")


def test_a_frame_tells_its_octets() -> None:
    message = encoded(entry("ấ"), "máy chủ")
    assert framed(message).partition(b" ")[2] == message
    assert int(framed(message).partition(b" ")[0]) == len(message)
