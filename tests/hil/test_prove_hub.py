"""The proofs of the hub, in small: every step of them really runs, only the counts are few."""

import pytest

from hil.prove.province import scale
from hil.prove.province.api import hub_api


def test_two_boxes_drain_through_kills_and_nothing_is_lost_or_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "DOWN_S", 0.3)
    monkeypatch.setattr(scale, "INSTANCES", 2)
    link = scale.hub_scale(boxes=2, backlog=1_000, priced=(2,), priced_events=100)
    assert link.figures["hub_storm_events"] == 2_000
    assert (link.figures["hub_lost"], link.figures["hub_twice"], link.figures["hub_out_of_order"]) == (0, 0, 0)
    assert link.ok, link.figures


def test_schemathesis_finds_no_5xx_and_most_is_granted() -> None:
    link = hub_api(examples=3)
    assert link.figures["hub_api_operations"]
    assert link.figures["hub_api_5xx"] == 0, link.note
    assert link.figures["hub_api_off_document"] == 0, link.note
