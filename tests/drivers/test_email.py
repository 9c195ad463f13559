from __future__ import annotations

import datetime as dt
import ssl
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

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
from drivers.devices.notifier_email import Settings, codec, dialogue, driver, setup
from drivers.devices.notifier_email.driver import NotifierEmail
from drivers.devices.notifier_email.fake import FakeMailServer
from drivers.transport.fake_pty import Fault
from hil.pki import Authority

TEXT = "BÁO ĐỘNG 2: sông Minh 2,31m lúc 7h. Thôn Đông di dời ngay."
ALARM = Message("1-7-2", "chu.tich@xa.example.vn", TEXT, title="Báo động 2", url="https://xa.example/m/1", urgent=True)
NOW = dt.datetime(2026, 11, 18, 7, 0, tzinfo=dt.UTC)
LOGIN = ("hop-xa", "mat-khau")
FRAME = Path(codec.__file__).parent / "frames" / "alarm.eml"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def shown(authority: Authority) -> ssl.SSLContext:
    """What a mail server shows."""
    identity = authority.issue("thu")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.cert, identity.key)
    return context


@pytest_asyncio.fixture
async def server(shown: ssl.SSLContext) -> AsyncIterator[FakeMailServer]:
    fake = FakeMailServer(tls=shown, login=LOGIN)
    await fake.start()
    yield fake
    await fake.close()


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.touch(0o600)
    path.write_text(LOGIN[1] + "\n")
    return path


@pytest.fixture
def settings(server: FakeMailServer, password: Path, authority: Authority) -> Settings:
    return Settings(
        "localhost",
        "hop@xa.example.vn",
        port=server.port,
        user=LOGIN[0],
        password_file=str(password),
        ca=str(authority.ca),
    )


@pytest_asyncio.fixture
async def notifier(settings: Settings) -> AsyncIterator[NotifierEmail]:
    made = await setup(settings)
    yield made
    await made.close()


def test_an_alarm_is_the_golden_mail() -> None:
    assert codec.mail_bytes(ALARM, "hop@xa.example.vn", NOW) == FRAME.read_bytes().replace(b"\n", b"\r\n")


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_words_make_another_header_or_an_early_end(title: str, text: str) -> None:
    mail = codec.mail_bytes(Message("1", "a@b.vn", text, title=title), "hop@xa.example.vn", NOW)
    head = mail.split(b"\r\n\r\n", 1)[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert len(names) == len(set(names))
    assert b"Bcc" not in names
    assert all(len(line) <= 998 for line in mail.split(b"\r\n"))


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a",
        "a@b",
        "a b@c.vn",
        "a@b.vn\r\nRCPT TO:<x@y.vn>",
        "<a@b.vn>",
        "A <a@b.vn>",
        "a@b..vn",
        "a@b.vn,c@d.vn",
        "ă@b.vn",
    ],
)
def test_what_is_no_plain_address_is_final(to: str) -> None:
    with pytest.raises(FinalDriverError):
        codec.mail_bytes(Message("1", to, TEXT), "hop@xa.example.vn", NOW)


def test_a_repeat_is_the_same_mail_and_another_message_is_not() -> None:
    assert codec.message_id("1-7-2", "hop@xa.example.vn") == codec.message_id("1-7-2", "hop@xa.example.vn")
    assert codec.message_id("1-7-2", "hop@xa.example.vn") != codec.message_id("1-7-3", "hop@xa.example.vn")


async def test_a_mail_arrives_encrypted_and_is_read_as_written(notifier: NotifierEmail, server: FakeMailServer) -> None:
    assert isinstance(notifier, Notifier)
    decomposed = Message(
        "1-7-2", ALARM.to, unicodedata.normalize("NFD", TEXT), title=unicodedata.normalize("NFD", "Báo động 2")
    )
    receipt = await notifier.send(decomposed)
    (mail,) = server.mails
    assert (mail.sender, mail.to, mail.encrypted) == ("hop@xa.example.vn", ALARM.to, True)
    read = mail.read()
    assert (read["Subject"], read.get_content().strip()) == ("Báo động 2", TEXT)
    assert receipt.references == (read["Message-ID"],)


async def test_a_line_that_begins_with_a_dot_arrives_whole(notifier: NotifierEmail, server: FakeMailServer) -> None:
    await notifier.send(Message("1", ALARM.to, ".\n..\nxong"))
    assert server.mails[0].read().get_content().splitlines()[:3] == [".", "..", "xong"]


async def test_a_line_closed_from_the_start_works(settings: Settings, shown: ssl.SSLContext) -> None:
    fake = FakeMailServer(tls=shown, implicit=True, login=LOGIN)
    await fake.start()
    made = await setup(changed(settings, port=fake.port, tls="tls"))
    await made.send(ALARM)
    assert fake.mails[0].encrypted
    await fake.close()


def changed(settings: Settings, **new: object) -> Settings:
    return replace(settings, **new)  # type: ignore[arg-type]  # the names are checked by the dataclass


async def test_nothing_goes_out_in_the_clear_when_encryption_was_taken_away(
    notifier: NotifierEmail, server: FakeMailServer
) -> None:
    server.tls = None
    with pytest.raises(MisconfiguredDriverError, match="không có STARTTLS"):
        await notifier.send(ALARM)
    assert not {"AUTH", "MAIL"} & set(server.commands)


async def test_a_certificate_of_an_unknown_authority_is_refused(settings: Settings, server: FakeMailServer) -> None:
    made = await setup(changed(settings, ca=None))
    with pytest.raises(MisconfiguredDriverError, match="Chứng chỉ"):
        await made.send(ALARM)
    assert not {"AUTH", "MAIL"} & set(server.commands)


async def test_a_certificate_of_another_name_is_refused(
    settings: Settings, server: FakeMailServer, tmp_path: Path
) -> None:
    elsewhere = Authority(tmp_path / "pki", ("192.0.2.1",))
    identity = elsewhere.issue("khac")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.cert, identity.key)
    server.tls = context
    made = await setup(changed(settings, host="127.0.0.1", ca=str(elsewhere.ca)))
    with pytest.raises(MisconfiguredDriverError, match="Chứng chỉ"):
        await made.send(ALARM)


async def test_a_wrong_password_is_misconfigured_and_told_by_health(
    notifier: NotifierEmail, server: FakeMailServer
) -> None:
    server.login = (LOGIN[0], "khac")
    with pytest.raises(MisconfiguredDriverError, match="mật khẩu"):
        await notifier.send(ALARM)
    health = await notifier.health()
    assert (health.ok, "mật khẩu" in health.detail) == (False, True)


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "."])
async def test_4yz_is_transient_and_nothing_was_taken_at_any_step(
    notifier: NotifierEmail, server: FakeMailServer, step: str
) -> None:
    server.answers[step] = "451 4.3.0 later"
    with pytest.raises(TransientDriverError) as raised:
        await notifier.send(ALARM)
    assert type(raised.value) is TransientDriverError
    server.answers.clear()
    await notifier.send(ALARM)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
async def test_5yz_is_final(notifier: NotifierEmail, server: FakeMailServer, step: str) -> None:
    server.answers[step] = "550 5.1.1 no such mailbox"
    with pytest.raises(FinalDriverError, match="550"):
        await notifier.send(ALARM)


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"])
async def test_a_line_that_breaks_before_the_text_is_transient(
    notifier: NotifierEmail, server: FakeMailServer, step: str
) -> None:
    server.answers[step] = ""
    with pytest.raises(TransientDriverError) as raised:
        await notifier.send(ALARM)
    assert step == "DATA" or not isinstance(raised.value, UnsureDriverError)


async def test_a_line_that_breaks_after_the_text_is_unsure_and_the_repeat_is_the_same_mail(
    notifier: NotifierEmail, server: FakeMailServer
) -> None:
    server.answers["."] = ""
    with pytest.raises(UnsureDriverError):
        await notifier.send(ALARM)
    server.answers.clear()
    await notifier.send(ALARM)
    assert len({mail.read()["Message-ID"] for mail in server.mails}) == 1


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_server_is_an_error_in_time_and_heals(
    notifier: NotifierEmail, server: FakeMailServer, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogue, "STEP_S", 0.3)
    server.fault, server.late_s = fault, 1.0
    with pytest.raises(DriverError):
        await notifier.send(ALARM)
    server.fault = Fault.NONE
    await notifier.send(ALARM)


async def test_a_server_that_answers_drop_by_drop_is_given_up_at_the_deadline(
    notifier: NotifierEmail, server: FakeMailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "DEADLINE_S", 0.5)
    server.fault, server.late_s = Fault.LATE, 0.2
    began = time.monotonic()
    with pytest.raises(UnsureDriverError):
        await notifier.send(ALARM)
    assert time.monotonic() - began < 2


async def test_without_a_server_it_is_transient_and_not_ok(settings: Settings) -> None:
    alone = await setup(changed(settings, port=9))
    with pytest.raises(TransientDriverError) as raised:
        await alone.send(ALARM)
    assert not isinstance(raised.value, UnsureDriverError)
    assert not (await alone.health()).ok


async def test_health_is_asked_once_a_minute_while_it_is_good(notifier: NotifierEmail, server: FakeMailServer) -> None:
    for _ in range(3):
        assert (await notifier.health()).ok
    assert server.commands.count("AUTH") == 1


async def test_that_minute_is_not_measured_by_a_clock_that_is_set(
    notifier: NotifierEmail, server: FakeMailServer
) -> None:
    clock = [NOW]
    notifier._now = lambda: clock[0]
    assert (await notifier.health()).ok
    clock[0] += dt.timedelta(days=900)
    assert (await notifier.health()).ok
    assert server.commands.count("AUTH") == 1


@pytest.fixture
def open_password(password: Path) -> None:
    password.chmod(0o644)


@pytest.mark.usefixtures("open_password")
async def test_a_password_that_others_read_is_refused(notifier: NotifierEmail) -> None:
    with pytest.raises(MisconfiguredDriverError, match="chmod 600"):
        await notifier.send(ALARM)


@pytest.mark.parametrize(
    ("key", "given_settings"),
    [
        ("sender", Settings("thu.example", "xa")),
        ("password_file", Settings("thu.example", "a@b.vn", user="x")),
        ("tls", Settings("thu.example", "a@b.vn", tls="none")),
        ("ca", Settings("thu.example", "a@b.vn", ca="/khong/co.pem")),
    ],
)
async def test_a_wrong_setting_is_named(key: str, given_settings: Settings) -> None:
    with pytest.raises(MisconfiguredDriverError, match=f"notifier_email.{key}"):
        await setup(given_settings)


async def test_a_server_of_this_machine_needs_no_encryption() -> None:
    plain = FakeMailServer()
    await plain.start()
    made = await setup(Settings("127.0.0.1", "hop@xa.example.vn", port=plain.port, tls="none"))
    await made.send(ALARM)
    assert not plain.mails[0].encrypted
    await plain.close()
