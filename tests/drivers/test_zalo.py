from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import (
    DriverError,
    FinalDriverError,
    Message,
    MisconfiguredDriverError,
    Notifier,
    TransientDriverError,
    UnsureDriverError,
)
from drivers.devices.notifier_zalo import Settings, codec, driver, refresh, setup
from drivers.devices.notifier_zalo.__main__ import put
from drivers.devices.notifier_zalo.codec import Sort
from drivers.devices.notifier_zalo.driver import NotifierZalo
from drivers.devices.notifier_zalo.fake import FakeZalo
from drivers.devices.notifier_zalo.tokens import TokenFile, Tokens
from drivers.transport.fake_pty import Fault

FRAMES = json.loads((Path(codec.__file__).parent / "frames" / "exchanges.json").read_text("utf-8"))
TEXT = "BÁO ĐỘNG 2: sông Minh 2,31m lúc 7h."
ALARM = Message("1-7-2", "0912345678", TEXT, facts={"ten_nguoi": "Nguyễn Văn A"}, urgent=True)


@pytest.fixture
def settings(zalo: FakeZalo, tmp_path: Path) -> Settings:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text(zalo.secret + "\n")
    file = tmp_path / "zalo.json"
    put(TokenFile(file), zalo.grants.authorise())
    return Settings(zalo.app_id, str(secret), str(file), zalo.template, send_url=zalo.url, oauth_url=zalo.url)


@pytest.fixture
def file(settings: Settings) -> TokenFile:
    return TokenFile(Path(settings.token_file))


@pytest_asyncio.fixture
async def notifier(settings: Settings) -> AsyncIterator[NotifierZalo]:
    made = await setup(settings)
    yield made
    await made.close()


def test_requests_are_those_of_the_reference() -> None:
    send, ask = FRAMES["send"], FRAMES["refresh"]
    assert json.loads(codec.send_body(ALARM, "284512", ("noi_dung",))) == send["body"]
    form = codec.refresh_form("2806512345678901234", "lam-moi-1")
    assert parse_qs(form.decode()) == parse_qs(ask["body"])


def test_answers_of_the_reference_are_read() -> None:
    send, ask = FRAMES["send"], FRAMES["refresh"]
    taken = codec.taken(200, json.dumps(send["taken"]).encode(), "1-7-2")
    assert (taken.receipt.references, taken.remaining) == (("a4d0243feb1bb244eb0b",), "499")
    with pytest.raises(FinalDriverError, match="-118"):
        codec.taken(200, json.dumps(send["refused"]).encode(), "1-7-2")
    granted = codec.granted(200, json.dumps(ask["granted"]).encode(), "lam-moi-1")
    assert (granted.access_token, granted.refresh_token, granted.life_s) == ("truy-cap-2", "lam-moi-2", 90_000)
    with pytest.raises(codec.GrantRefusedError):
        codec.granted(200, json.dumps(ask["refused"]).encode(), "lam-moi-1")


@pytest.mark.parametrize("to", ["0912345678", "+84912345678", "84912345678", "+84 912 345 678", "0912.345.678"])
def test_a_number_of_the_roster_goes_out_as_zalo_wants_it(to: str) -> None:
    assert codec.phone_of(to) == "84912345678"


@pytest.mark.parametrize("to", ["", "113", "+8613912345678", "09123", "a0912345678", "0912345678\n0913"])
def test_what_is_no_vietnamese_number_is_final_and_not_repeated_in_the_error(to: str) -> None:
    with pytest.raises(FinalDriverError) as raised:
        codec.phone_of(to)
    assert not to or to not in str(raised.value)


def test_only_the_blanks_of_the_template_leave_the_box() -> None:
    body = codec.send_body(ALARM, "1", ("noi_dung",))
    assert "Nguyễn" not in body.decode()
    assert json.loads(codec.send_body(ALARM, "1", ("ten_nguoi",)))["template_data"] == {"ten_nguoi": "Nguyễn Văn A"}


def test_a_blank_without_words_is_final_before_anything_is_sent() -> None:
    with pytest.raises(FinalDriverError, match="thon"):
        codec.send_body(ALARM, "1", ("noi_dung", "thon"))


@pytest.mark.parametrize("line", ["", "a,", "a,a", "a b", "1a", "a,../x"])
def test_a_list_of_blanks_that_is_none_is_misconfigured(line: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match="blanks"):
        codec.blanks_of(line)


@given(st.integers(100, 599), st.binary(max_size=200))
def test_any_answer_is_one_of_our_errors(status: int, body: bytes) -> None:
    with pytest.raises(DriverError):
        codec.taken(status, body, "x")
    with pytest.raises(DriverError):
        codec.granted(status, body, "x")


@pytest.mark.parametrize(
    ("given_life", "life"), [("90000", 90_000), (3600, 3600), (None, 3600), ("x", 3600), (-5, 3600)]
)
def test_the_expiry_of_the_reply_is_trusted(given_life: object, life: int) -> None:
    body = json.dumps({"access_token": "a", "refresh_token": "b", "expires_in": given_life}).encode()
    assert codec.granted(200, body, "x").life_s == life


async def test_a_message_goes_out_with_our_id_and_the_first_token_is_bought(
    notifier: NotifierZalo, zalo: FakeZalo, file: TokenFile
) -> None:
    assert isinstance(notifier, Notifier)
    receipt = await notifier.send(ALARM)
    (sent,) = zalo.sent
    assert (sent.phone, sent.tracking_id, sent.data) == ("84912345678", "1-7-2", {"noi_dung": TEXT})
    assert receipt.references == ("znt-1",)
    tokens = file.read()
    assert tokens.refresh_token in zalo.grants.live
    assert tokens.asked_at_ms == 0
    assert 89_000_000 < tokens.expires_at_ms - time.time_ns() // 1_000_000 <= 90_000_000
    assert file.path.stat().st_mode & 0o777 == 0o600


async def test_a_living_token_is_used_again(notifier: NotifierZalo, zalo: FakeZalo) -> None:
    for _ in range(3):
        await notifier.send(ALARM)
    assert (len(zalo.grants.spent), len(zalo.sent)) == (1, 3)


@pytest.mark.parametrize("error", sorted(codec.ERRORS))
async def test_every_documented_error_is_of_its_sort(notifier: NotifierZalo, zalo: FakeZalo, error: int) -> None:
    kinds = {
        Sort.AGAIN: TransientDriverError,
        Sort.TOKEN: MisconfiguredDriverError,  # a fresh token that is refused as well
        Sort.MESSAGE: FinalDriverError,
        Sort.ACCOUNT: MisconfiguredDriverError,
    }
    zalo.error = error
    with pytest.raises(DriverError, match=str(error)) as raised:
        await notifier.send(ALARM)
    assert type(raised.value) is kinds[codec.ERRORS[error][0]]
    assert zalo.sent == []


async def test_an_unknown_error_is_final(notifier: NotifierZalo, zalo: FakeZalo) -> None:
    zalo.error = -999
    with pytest.raises(FinalDriverError, match="-999"):
        await notifier.send(ALARM)


async def test_trouble_of_the_account_is_told_by_health_until_a_message_goes_out(
    notifier: NotifierZalo, zalo: FakeZalo
) -> None:
    zalo.error = -105
    with pytest.raises(MisconfiguredDriverError, match="chưa được liên kết với OA"):
        await notifier.send(ALARM)
    health = await notifier.health()
    assert (health.ok, "liên kết" in health.detail) == (False, True)
    zalo.error = 0
    await notifier.send(ALARM)
    assert (await notifier.health()).ok


async def test_an_expired_token_is_replaced_within_the_same_send(notifier: NotifierZalo, zalo: FakeZalo) -> None:
    await notifier.send(ALARM)
    zalo.grants.access.clear()
    await notifier.send(ALARM)
    assert (len(zalo.sent), len(zalo.grants.spent)) == (2, 2)


@pytest.mark.parametrize("status", [401, 429, 503, 500, 400])
async def test_a_status_is_sorted(notifier: NotifierZalo, zalo: FakeZalo, status: int) -> None:
    kinds: dict[int, type[DriverError]] = {
        401: MisconfiguredDriverError,
        429: TransientDriverError,
        503: TransientDriverError,
        500: UnsureDriverError,
        400: FinalDriverError,
    }
    zalo.status = status
    with pytest.raises(DriverError) as raised:
        await notifier.send(ALARM)
    assert type(raised.value) is kinds[status]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_no_whole_answer_to_a_message_is_unsure_in_time_and_heals(
    notifier: NotifierZalo, zalo: FakeZalo, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "DEADLINE_S", 0.3)
    await notifier.send(ALARM)
    zalo.fault, zalo.late_s = fault, 1.0
    with pytest.raises(UnsureDriverError):
        await notifier.send(ALARM)
    zalo.fault = Fault.NONE
    await notifier.send(ALARM)


async def test_without_internet_it_is_transient_and_not_ok(settings: Settings, zalo: FakeZalo) -> None:
    await zalo.close()
    alone = await setup(settings)
    began = time.monotonic()
    with pytest.raises(TransientDriverError) as raised:
        await alone.send(ALARM)
    assert not isinstance(raised.value, UnsureDriverError)
    health = await alone.health()
    assert (health.ok, "no way" in health.detail) == (False, True)
    assert time.monotonic() - began < 3
    await alone.close()


async def test_no_secret_reaches_the_log(
    notifier: NotifierZalo, zalo: FakeZalo, file: TokenFile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await notifier.send(ALARM)
    secrets = [zalo.secret, *zalo.grants.spent, *zalo.grants.live, *zalo.grants.access]
    zalo.grants.access.clear()
    zalo.grants.live.clear()
    with pytest.raises(MisconfiguredDriverError) as raised:
        await notifier.send(ALARM)
    secrets += [file.read().access_token, file.read().refresh_token, "912345678"]
    assert not [secret for secret in secrets if secret in caplog.text + str(raised.value)]


async def test_many_messages_at_once_share_one_refresh(notifier: NotifierZalo, zalo: FakeZalo) -> None:
    await asyncio.gather(*(notifier.send(ALARM) for _ in range(8)))
    assert (len(zalo.grants.spent), len(zalo.sent)) == (1, 8)


async def test_whoever_gives_up_does_not_stop_a_refresh(settings: Settings, zalo: FakeZalo, file: TokenFile) -> None:
    made = await setup(settings)
    zalo.fault, zalo.late_s = Fault.LATE, 0.3
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await made.send(ALARM)
    await made.close()
    assert file.read().refresh_token in zalo.grants.live


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620])
async def test_a_secret_that_others_reach_is_refused(settings: Settings, mode: int) -> None:
    os.chmod(settings.secret_file, mode)  # noqa: PTH101 - a path object would be a blocking call to the linter
    made = await setup(settings)
    with pytest.raises(MisconfiguredDriverError, match="chmod 600"):
        await made.send(ALARM)
    assert not (await made.health()).ok
    await made.close()


async def test_a_missing_token_file_stops_nothing_but_this_channel(settings: Settings) -> None:
    os.unlink(settings.token_file)  # noqa: PTH108 - likewise
    made = await setup(settings)
    health = await made.health()
    assert (health.ok, "Không đọc được" in health.detail) == (False, True)
    await made.close()


@pytest.mark.parametrize("url", ["http://zalo.example", "https://", "ftp://x", "http://127.0.0.1"])
async def test_tokens_travel_over_https_alone(settings: Settings, url: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match="https"):
        await setup(Settings("1", settings.secret_file, settings.token_file, "1", send_url=url))


def test_tokens_are_due_at_half_of_their_life() -> None:
    tokens = Tokens(refresh_token="r", access_token="a", expires_at_ms=1_000_000, life_s=1000)
    assert [tokens.due(at) for at in (0, 499_999, 500_000)] == [False, False, True]
    assert [tokens.valid(at) for at in (999_999, 1_000_000)] == [True, False]


def test_the_deadline_of_a_refresh_is_longer_than_that_of_a_connection() -> None:
    assert refresh.DEADLINE_S > driver.DEADLINE_S
