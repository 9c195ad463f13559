"""What a stolen node may write into its own ack and state, and nothing of the box falls over."""

import json

import pytest

from edge.broadcast.horns import Horn
from edge.core.broadcast import order_from_body
from edge.core.errors import FinalError
from edge.core.moment import AtMs, Steady
from edge.core.place import HamletId, HornId
from edge.kernel.wire.order import ack_from_payload, order_from_payload

DEEP = b"[" * 3_000 + b"]" * 3_000
LIES = [
    json.dumps({"disk_free": 10**30}).encode(),
    json.dumps({"refused": {"forged": 10**30}}).encode(),
    json.dumps({"batt_v": 1e300}).encode(),
    json.dumps({"fw": "x" * 1_000}).encode(),
    json.dumps({"clock": 7}).encode(),
    b'{"fw": "\xff"}',
    b'{"unknown": ' + DEEP + b"}",
    b'{"fw": "\\ud800"}',
    b"",
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie[:24].decode("latin-1"))
def test_a_state_that_no_wall_could_show_is_refused_and_the_last_one_stays(lie: bytes) -> None:
    horn = Horn(HornId("loa-1"), "Loa 1", HamletId("dong"), local=False)
    horn.hear_state(b'{"fw": "1.0", "up_s": 99000000, "disk_free": 2000000000000}', AtMs(1), Steady(1.0))
    before = horn.state
    with pytest.raises(FinalError):
        horn.hear_state(lie, AtMs(2), Steady(2.0))
    assert horn.state is before
    assert horn.seen_at_ms == 1


@pytest.mark.parametrize("lie", [b'{"id": "\xff"}', b'{"x": ' + DEEP + b"}"], ids=["encoding", "depth"])
def test_an_ack_that_cannot_be_read_is_refused_and_cuts_no_line(lie: bytes) -> None:
    with pytest.raises(FinalError):
        ack_from_payload(lie)


def test_an_envelope_that_cannot_be_read_is_refused() -> None:
    badly_encoded = b"\x83\xa4body\xc4\x01a\xa6key_id\xa1\xff\xa3sig\xc4\x01a"
    too_deep = b"\x81\xa1x" + b"\x91" * 8_000 + b"\xc0"
    for lie in (badly_encoded, too_deep):
        with pytest.raises(FinalError):
            order_from_payload(lie)


def test_a_body_nested_too_deep_is_refused_before_its_signature_matters() -> None:
    with pytest.raises(FinalError):
        order_from_body(DEEP)
