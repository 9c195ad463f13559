import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority, order_from_body, order_to_body
from edge.core.errors import FinalError, MisconfiguredError
from edge.core.moment import AtMs
from edge.core.place import HamletId
from edge.core.speech import Sha256
from edge.kernel.signing import OrderKey, verify
from edge.kernel.wire.order import order_from_payload, order_to_payload

ORDER = Order(
    id=OrderId(1, 7),
    op=Operation.PLAY,
    zones=(HamletId("dong"),),
    node=None,
    prio=Priority.KHAN_CAP,
    nbf_ms=AtMs(1_000),
    exp_ms=AtMs(31_000),
    media=(MediaRef(Sha256("a" * 64), 35_000, 10_000),),
    about="1-6",
)


@pytest.fixture
def key(tmp_path: Path) -> OrderKey:
    return OrderKey.load_or_make(tmp_path / "order.pem")


def test_what_was_signed_is_what_is_read(key: OrderKey) -> None:
    signed = order_from_payload(order_to_payload(key.sign(ORDER)))
    assert verify(signed, {key.key_id: key.public_hex}) == ORDER


def test_the_key_is_kept_for_its_owner_alone_and_found_again(tmp_path: Path) -> None:
    first = OrderKey.load_or_make(tmp_path / "order.pem")
    assert stat.S_IMODE((tmp_path / "order.pem").stat().st_mode) == 0o600
    assert OrderKey.load_or_make(tmp_path / "order.pem").key_id == first.key_id


def test_a_broken_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "order.pem").write_text("không phải khóa")
    with pytest.raises(MisconfiguredError, match=r"order\.pem"):
        OrderKey.load_or_make(tmp_path / "order.pem")


@given(at=some.integers(min_value=0, max_value=10_000), bit=some.integers(min_value=0, max_value=7))
def test_one_changed_bit_of_the_body_is_a_forgery(at: int, bit: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    key = OrderKey.load_or_make(tmp_path_factory.getbasetemp() / "bit.pem")
    signed = key.sign(ORDER)
    body = bytearray(signed.body)
    body[at % len(body)] ^= 1 << bit
    with pytest.raises(FinalError):
        verify(replace(signed, body=bytes(body)), {key.key_id: key.public_hex})


def test_an_order_of_another_key_is_refused(key: OrderKey, tmp_path: Path) -> None:
    other = OrderKey.load_or_make(tmp_path / "other.pem")
    with pytest.raises(FinalError, match="khóa lạ"):
        verify(other.sign(ORDER), {key.key_id: key.public_hex})
    with pytest.raises(FinalError, match="Chữ ký"):
        verify(replace(other.sign(ORDER), key_id=key.key_id), {key.key_id: key.public_hex})


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'{"v":2}', b"\xff\xfe", b'{"v":1,"epoch":"x"}'])
def test_a_malformed_body_is_refused(body: bytes) -> None:
    with pytest.raises(FinalError):
        order_from_body(body)


@given(
    some.builds(
        Order,
        id=some.builds(OrderId, some.integers(1, 10**6), some.integers(1, 10**9)),
        op=some.sampled_from(Operation),
        zones=some.lists(some.text("abc-", min_size=1, max_size=8), max_size=5).map(tuple),
        node=some.none() | some.text("abc", min_size=1),
        prio=some.sampled_from(Priority),
        nbf_ms=some.integers(0, 2**45),
        exp_ms=some.integers(0, 2**45),
        gain_db=some.floats(-40, 0),
        repeat=some.integers(1, 20),
    )
)
def test_every_order_reads_back_from_its_own_body(order: Order) -> None:
    assert order_from_body(order_to_body(order)) == order
