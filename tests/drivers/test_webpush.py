from __future__ import annotations

import json
import struct
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import (
    DriverError,
    FinalDriverError,
    GoneDriverError,
    Message,
    MisconfiguredDriverError,
    Notifier,
    TransientDriverError,
    UnsureDriverError,
)
from drivers.devices.notifier_webpush import Settings, codec, driver, setup, vapid
from drivers.devices.notifier_webpush.driver import NotifierWebpush
from drivers.devices.notifier_webpush.encryption import MOST_BYTES, content_keys, encrypted
from drivers.devices.notifier_webpush.fake import Browser, FakePushService, claims_of
from drivers.devices.notifier_webpush.subscription import (
    KNOWN_HOSTS,
    allowed_hosts,
    from_base64url,
    read_subscription,
    to_base64url,
)
from drivers.transport.fake_pty import Fault

FRAMES = Path(codec.__file__).parent / "frames"
RFC = {name: text for name, text in json.loads((FRAMES / "rfc8291.json").read_text()).items() if name != "source"}
TEXT = "BÁO ĐỘNG 2: sông Minh 2,31m lúc 7h. Thôn Đông di dời ngay."


@pytest_asyncio.fixture
async def service() -> AsyncIterator[FakePushService]:
    fake = FakePushService()
    await fake.start()
    yield fake
    await fake.close()


@pytest.fixture
def phone(service: FakePushService) -> Browser:
    return service.subscribe("dien-thoai-1")


@pytest_asyncio.fixture
async def notifier(service: FakePushService, tmp_path: Path) -> AsyncIterator[NotifierWebpush]:
    settings = Settings("mailto:xa@example.vn", str(tmp_path / "keys" / "vapid.pem"), simulator_port=service.port)
    made = await setup(settings)
    yield made
    await made.close()


def alarm(phone: Browser, number: int = 1) -> Message:
    return Message(f"1-7-{number}", phone.subscription(), TEXT, title="Báo động 2", url="/m/abc", urgent=True)


def private(scalar: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(scalar), "big"), ec.SECP256R1())


def test_the_example_of_rfc_8291_is_encrypted_byte_by_byte() -> None:
    given = {name: from_base64url(text) for name, text in RFC.items()}
    own = private(RFC["as_private"])
    body = encrypted(given["plaintext"], given["ua_public"], given["auth_secret"], own, given["salt"])
    assert body == given["body"]


def test_the_keys_of_rfc_8291_come_out() -> None:
    given = {name: from_base64url(text) for name, text in RFC.items()}
    keys = content_keys(
        given["ecdh_secret"], given["auth_secret"], given["ua_public"], given["as_public"], given["salt"]
    )
    assert keys == (given["cek"], given["nonce"])


def test_the_browser_of_the_bench_reads_the_example_of_rfc_8291() -> None:
    browser = Browser("rfc", "", private(RFC["ua_private"]), from_base64url(RFC["auth_secret"]))
    assert browser.read(from_base64url(RFC["body"])) == b"When I grow up, I want to be a watermelon"


def test_the_token_of_rfc_8292_is_read_by_the_bench() -> None:
    line = (FRAMES / "rfc8292.txt").read_text().splitlines()[1]
    assert claims_of(line) == {
        "aud": "https://push.example.net",
        "exp": 1453523768,
        "sub": "mailto:push@example.com",
    }


@given(st.binary(max_size=MOST_BYTES))
def test_whatever_is_encrypted_is_read_and_fits(plain: bytes) -> None:
    browser = Browser("x", "")
    own = ec.generate_private_key(ec.SECP256R1())
    body = encrypted(plain, browser.point, browser.auth, own, bytes(16))
    assert len(body) <= 4096
    assert struct.unpack("!I", body[16:20])[0] == 4096
    assert browser.read(body) == plain


def test_more_than_a_message_holds_is_refused() -> None:
    browser = Browser("x", "")
    with pytest.raises(FinalDriverError, match="at most"):
        codec.payload(Message("1", browser.subscription(), "Ộ" * 2000))


def test_a_token_is_signed_for_this_service_and_for_half_a_day(tmp_path: Path) -> None:
    key = vapid.load_key(tmp_path / "vapid.pem")
    header = vapid.authorization(key, "https://fcm.googleapis.com", "mailto:xa@example.vn", 1_795_000_000)
    assert claims_of(header) == {
        "aud": "https://fcm.googleapis.com",
        "exp": 1_795_043_200,
        "sub": "mailto:xa@example.vn",
    }
    with pytest.raises(InvalidSignature):
        claims_of(header.replace("eyJ0eXAi", "eyJ0eXAj", 1))


def test_the_key_is_made_once_for_nobody_else_and_its_public_half_is_a_point(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vapid.pem"
    first = vapid.application_server_key(path)
    assert vapid.application_server_key(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert (len(from_base64url(first)), from_base64url(first)[0]) == (65, 4)


def test_a_file_that_is_no_key_is_misconfigured(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    path.touch(0o600)
    path.write_text("không phải khóa")
    with pytest.raises(MisconfiguredDriverError, match="không phải khóa VAPID"):
        vapid.load_key(path)


def test_a_key_that_others_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    vapid.application_server_key(path)
    path.chmod(0o644)
    with pytest.raises(MisconfiguredDriverError, match="chmod 600"):
        vapid.load_key(path)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://sg2p.notify.windows.com:443/w/?token=abc",
    ],
)
def test_the_push_services_of_the_browsers_are_allowed(endpoint: str) -> None:
    assert allowed_hosts(KNOWN_HOSTS).permits(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com@192.168.1.1/x",
        "https://push.apple.com/x",
        "https://evilpush.apple.com.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "http://127.0.0.1:8080/x",
        "https://169.254.169.254/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com:99999/x",
        "https://ﬀcm.googleapis.com/x",
        "//fcm.googleapis.com/x",
    ],
)
def test_nobody_sends_the_box_elsewhere(endpoint: str) -> None:
    assert not allowed_hosts(KNOWN_HOSTS).permits(endpoint)
    sound = json.loads(Browser("x", "").subscription())
    with pytest.raises(FinalDriverError):
        read_subscription(json.dumps({**sound, "endpoint": endpoint}), allowed_hosts(KNOWN_HOSTS))


def test_the_door_of_a_simulator_is_one_port_of_this_machine() -> None:
    allowed = allowed_hosts(KNOWN_HOSTS, 8123)
    assert allowed.permits("http://127.0.0.1:8123/x")
    for endpoint in ("http://127.0.0.1:8124/x", "http://192.168.1.1:8123/x", "http://a@127.0.0.1:8123/x"):
        assert not allowed.permits(endpoint)


@pytest.mark.parametrize("line", ["", "*", "*.", "localhost", "a b.c", "https://a.b", "a.b,"])
def test_a_list_of_hosts_that_is_none_is_misconfigured(line: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match="hosts"):
        allowed_hosts(line)


@given(st.text(max_size=200))
def test_any_text_is_a_subscription_or_final(text: str) -> None:
    with pytest.raises(FinalDriverError):
        read_subscription(text, allowed_hosts(KNOWN_HOSTS))


@pytest.mark.parametrize(
    ("name", "value"),
    [("p256dh", to_base64url(b"\x04" + bytes(64))), ("p256dh", "AAAA"), ("auth", "AAAA"), ("auth", "$$$")],
)
def test_keys_that_no_browser_makes_are_final(name: str, value: str) -> None:
    sound = json.loads(Browser("x", "https://fcm.googleapis.com").subscription())
    read_subscription(json.dumps(sound), allowed_hosts(KNOWN_HOSTS))
    sound["keys"][name] = value
    with pytest.raises(FinalDriverError):
        read_subscription(json.dumps(sound), allowed_hosts(KNOWN_HOSTS))


async def test_a_phone_reads_what_was_sent(notifier: NotifierWebpush, service: FakePushService, phone: Browser) -> None:
    assert isinstance(notifier, Notifier)
    await notifier.send(alarm(phone))
    assert list(phone.waiting.values()) == [
        {"id": "1-7-1", "title": "Báo động 2", "text": TEXT, "url": "/m/abc", "urgent": True}
    ]
    (asked,) = service.tries
    assert (asked["ttl"], asked["urgency"], len(asked["topic"])) == ("3600", "high", 32)
    claims = claims_of(asked["authorization"])
    assert 0 < claims["exp"] - time.time() <= 24 * 3600


async def test_a_repeat_replaces_what_waits_and_another_message_does_not(
    notifier: NotifierWebpush, phone: Browser
) -> None:
    for number in (1, 1, 2):
        await notifier.send(alarm(phone, number))
    assert [row["id"] for row in phone.waiting.values()] == ["1-7-1", "1-7-2"]


async def test_every_message_has_a_key_and_a_salt_of_its_own(
    notifier: NotifierWebpush, service: FakePushService, phone: Browser
) -> None:
    for _ in range(2):
        await notifier.send(alarm(phone))
    first, second = service.bodies
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


async def test_a_phone_that_took_its_subscription_back_is_gone(
    notifier: NotifierWebpush, service: FakePushService, phone: Browser
) -> None:
    del service.browsers[phone.name]
    with pytest.raises(GoneDriverError) as raised:
        await notifier.send(alarm(phone))
    assert isinstance(raised.value, FinalDriverError)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, GoneDriverError),
        (410, GoneDriverError),
        (429, TransientDriverError),
        (500, TransientDriverError),
        (503, TransientDriverError),
        (400, FinalDriverError),
        (401, FinalDriverError),
        (403, FinalDriverError),
        (413, FinalDriverError),
        (307, FinalDriverError),
    ],
)
async def test_a_status_is_sorted(
    notifier: NotifierWebpush, service: FakePushService, phone: Browser, status: int, kind: type[DriverError]
) -> None:
    service.status = status
    service.answer_headers = {"Location": "http://127.0.0.1:9/", "Retry-After": "17"}
    with pytest.raises(DriverError) as raised:
        await notifier.send(alarm(phone))
    assert type(raised.value) is kind
    assert ("17 s" in str(raised.value)) is (kind is TransientDriverError)
    assert len(service.tries) == 1


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.HALF])
async def test_no_answer_is_unsure_in_time_and_heals(
    notifier: NotifierWebpush,
    service: FakePushService,
    phone: Browser,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "DEADLINE_S", 0.3)
    service.fault, service.late_s = fault, 1.0
    with pytest.raises(UnsureDriverError):
        await notifier.send(alarm(phone))
    service.fault = Fault.NONE
    await notifier.send(alarm(phone))
    assert len(phone.waiting) == 1


async def test_without_internet_it_is_transient_and_not_ok(
    notifier: NotifierWebpush, service: FakePushService, phone: Browser
) -> None:
    assert (await notifier.health()).ok
    await service.close()
    with pytest.raises(TransientDriverError) as raised:
        await notifier.send(alarm(phone))
    assert not isinstance(raised.value, UnsureDriverError)
    assert not (await notifier.health()).ok


async def test_a_contact_that_is_no_address_is_misconfigured(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredDriverError, match="contact"):
        await setup(Settings("xa@example.vn", str(tmp_path / "k")))
