"""The plan that a node keeps on its own disk: what sounds when, with no box and no broker (R7, protocols.md).

A planned item is an order like any other, with a number of the box's one sequence, a time and a life: the node that
has it in its plan plays it at ``at_ms`` and reports under that number; a box that does not know that the node has it
sends the same order itself, and the node plays it once.
"""

import json
from dataclasses import dataclass
from typing import Any

from edge.core.broadcast import (
    MALFORMED,
    MediaRef,
    Operation,
    Order,
    OrderId,
    Priority,
    as_json,
    order_from_fields,
    order_to_fields,
)
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.place import HamletId, HornId

PLAN_VERSION = 1
PLAN_DAYS = 14
MAX_PLAN_BYTES = 512 * 1024
MOST_ITEMS = 2_000
MOST_TEMPLATES = 40


@dataclass(frozen=True, slots=True)
class StandBy:
    """A pre-approved template that a sealed key switch of the node may play when the box is dead."""

    id: str
    title: str
    prio: Priority
    media: tuple[MediaRef, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a node may play by itself. A newer ``id`` replaces an older one; an older one is refused.

    ``epoch`` of ``id`` is the box's: a restored box begins a new one, and orders of older epochs are then refused.
    """

    id: OrderId
    node: HornId
    zones: tuple[HamletId, ...]
    made_at_ms: AtMs
    until_ms: AtMs
    items: tuple[Order, ...] = ()
    templates: tuple[StandBy, ...] = ()


def plan_to_body(plan: Plan) -> bytes:
    """The bytes to sign."""
    return as_json(
        {
            "v": PLAN_VERSION,
            "kind": "plan",
            "epoch": plan.id.epoch,
            "seq": plan.id.seq,
            "node": plan.node,
            "zones": list(plan.zones),
            "made_at_ms": plan.made_at_ms,
            "until_ms": plan.until_ms,
            "items": [order_to_fields(item) for item in plan.items],
            "templates": [_stand_by_fields(template) for template in plan.templates],
        }
    )


def plan_from_body(body: bytes) -> Plan:
    """Read a body whose signature has been verified; raises FinalError on anything malformed or too large."""
    if len(body) > MAX_PLAN_BYTES:
        raise FinalError(f"Kế hoạch dài {len(body)} byte, tối đa {MAX_PLAN_BYTES}.")
    try:
        fields = json.loads(body)
        if fields["v"] != PLAN_VERSION or fields["kind"] != "plan":
            raise FinalError("Kế hoạch thuộc phiên bản khác.")
        plan = _plan(fields)
    except MALFORMED as cause:
        raise FinalError(f"Kế hoạch sai khuôn dạng: {cause}.") from cause
    if len(plan.items) > MOST_ITEMS or len(plan.templates) > MOST_TEMPLATES:
        raise FinalError(f"Kế hoạch có {len(plan.items)} mục, tối đa {MOST_ITEMS}.")
    if any(item.op is not Operation.PLAY or item.at_ms <= 0 for item in plan.items):
        raise FinalError("Kế hoạch có mục không phải lệnh phát theo giờ.")
    return plan


def _plan(fields: dict[str, Any]) -> Plan:
    return Plan(
        id=OrderId(int(fields["epoch"]), int(fields["seq"])),
        node=HornId(str(fields["node"])),
        zones=tuple(HamletId(str(zone)) for zone in fields["zones"]),
        made_at_ms=AtMs(int(fields["made_at_ms"])),
        until_ms=AtMs(int(fields["until_ms"])),
        items=tuple(order_from_fields(dict(item)) for item in fields["items"]),
        templates=tuple(_stand_by(dict(template)) for template in fields["templates"]),
    )


def _stand_by_fields(template: StandBy) -> dict[str, Any]:
    media = [{"sha256": ref.sha256, "bytes": ref.bytes, "ms": ref.ms} for ref in template.media]
    return {"id": template.id, "title": template.title, "prio": int(template.prio), "media": media}


def _stand_by(fields: dict[str, Any]) -> StandBy:
    media = tuple(MediaRef(**ref) for ref in fields["media"])
    return StandBy(str(fields["id"]), str(fields["title"]), Priority(fields["prio"]), media)
