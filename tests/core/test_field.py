"""Words and links of people in the field."""

import pytest

from drivers.devices.notifier_webpush.subscription import KNOWN_HOSTS
from edge.core.field import (
    PUSH_SERVICES,
    ReportKind,
    help_brief,
    help_text,
    is_push_service,
    report_title,
    waited_words,
)
from edge.core.link import LIFE_MS, LinkClaim, Links, link_token, read_link
from edge.core.masking import without_numbers
from edge.core.policy.ladder.wording import units

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = 1_790_000_000_000
CLAIM = LinkClaim("binh", "3-91", NOW + LIFE_MS)


def test_a_link_says_who_was_told_of_what() -> None:
    assert read_link(KEY, link_token(KEY, CLAIM), NOW) == CLAIM


@pytest.mark.parametrize(
    ("key", "now_ms"), [(OTHER, NOW), (KEY, NOW + LIFE_MS), (KEY, NOW - LIFE_MS)], ids=["forged", "over", "too long"]
)
def test_a_link_of_another_key_or_time_says_nothing(key: bytes, now_ms: int) -> None:
    assert read_link(key, link_token(KEY, CLAIM), now_ms) is None


def test_no_letter_of_a_link_can_be_changed() -> None:
    token = link_token(KEY, CLAIM)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert read_link(KEY, changed, NOW) is None


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.x", "x" * 500, "W10.", link_token(KEY, CLAIM) + "\n"])
def test_rubbish_is_no_link(token: str) -> None:
    assert read_link(KEY, token, NOW) is None


def test_the_token_stands_where_no_server_sees_it_and_without_an_address_there_is_no_link() -> None:
    address = Links("https://mo.example/", KEY).to("binh", "3-91", NOW)
    assert address.startswith("https://mo.example/dt/#l/")
    assert len(address) < 160
    assert Links("", KEY).to("binh", "3-91", NOW) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gọi 0912 345 678 ngay", "gọi …78 ngay"),
        ("+84912345678", "…78"),
        ("cao 2,41 m lúc 14h05", "cao 2,41 m lúc 14h05"),
        ("số 0912.345.678, 0987654321", "số …78, …21"),
    ],
)
def test_numbers_in_what_people_wrote_are_masked(text: str, shown: str) -> None:
    assert without_numbers(text) == shown


def test_a_call_for_help_fits_one_sms_whoever_calls_from_wherever() -> None:
    name, place = "Nguyễn Hoàng Thị Phương Thảo Nguyên", "Nhà văn hoá tổ dân phố Tân Lập Thượng Hạ"
    assert units(help_text(name, place, "23h59")) <= 70
    assert units(help_brief(place)) <= 32
    assert help_text("Lê Thị Hoa", "Thôn Đông", "9h05") == "CẦN GIÚP 9h05: Lê Thị Hoa, Thôn Đông. Gọi ngay."


def test_a_report_has_a_whole_sentence() -> None:
    for kind in ReportKind:
        assert report_title(kind, "Thôn Đông").endswith("ở Thôn Đông.")


@pytest.mark.parametrize(
    ("waited_ms", "words"), [(59_000, ""), (720_000, "bấm trước đó 12 phút"), (3_900_000, "bấm trước đó 1 giờ 5 phút")]
)
def test_how_long_a_press_lay_in_the_phone_is_said(waited_ms: int, words: str) -> None:
    assert waited_words(waited_ms) == words


@pytest.mark.parametrize(
    ("endpoint", "ours"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://127.0.0.1/x", False),
        ("https://evilfcm.googleapis.com.vn/x", False),
    ],
)
def test_only_push_services_of_browsers_are_called(endpoint: str, ours: bool) -> None:
    assert is_push_service(endpoint) is ours


def test_the_desk_takes_the_very_push_services_that_the_driver_reaches() -> None:
    """Two lists, because drivers know nobody and core knows no driver."""
    assert {host.strip().removeprefix("*.") for host in KNOWN_HOSTS.split(",")} == set(PUSH_SERVICES)
