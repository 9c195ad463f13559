"""The signed plan of a node is written and read back; what is none is refused."""

import json

import pytest

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.place import HamletId, HornId
from edge.core.plan import MAX_PLAN_BYTES, Plan, StandBy, plan_from_body, plan_to_body
from edge.core.speech import Sha256

CLIP = MediaRef(Sha256("a" * 64), 35_000, 10_000)
ITEM = Order(
    id=OrderId(1, 7),
    op=Operation.PLAY,
    zones=(HamletId("dong"),),
    node=None,
    prio=Priority.THUONG,
    nbf_ms=AtMs(0),
    exp_ms=AtMs(2_000),
    at_ms=AtMs(1_000),
    media=(CLIP,),
)
PLAN = Plan(
    id=OrderId(1, 9),
    node=HornId("loa-dong"),
    zones=(HamletId("dong"),),
    made_at_ms=AtMs(0),
    until_ms=AtMs(9_000),
    items=(ITEM,),
    templates=(StandBy("so-tan", "Sơ tán", Priority.KHAN_CAP, (CLIP,)),),
)


def test_a_plan_is_read_back_as_it_was_written() -> None:
    assert plan_from_body(plan_to_body(PLAN)) == PLAN


@pytest.mark.parametrize(
    ("field", "value"),
    [("v", 2), ("kind", "order"), ("items", [{}]), ("items", 3), ("templates", [{"id": 1}]), ("epoch", None)],
)
def test_a_plan_with_a_wrong_field_is_refused(field: str, value: object) -> None:
    fields = json.loads(plan_to_body(PLAN)) | {field: value}
    with pytest.raises(FinalError):
        plan_from_body(json.dumps(fields).encode())


@pytest.mark.parametrize("change", [{"op": "stop"}, {"at_ms": 0}])
def test_a_planned_item_must_be_a_play_with_a_time(change: dict[str, object]) -> None:
    fields = json.loads(plan_to_body(PLAN))
    fields["items"][0] |= change
    with pytest.raises(FinalError, match="không phải lệnh phát theo giờ"):
        plan_from_body(json.dumps(fields).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"x" * (MAX_PLAN_BYTES + 1)])
def test_rubbish_is_no_plan(body: bytes) -> None:
    with pytest.raises(FinalError):
        plan_from_body(body)
