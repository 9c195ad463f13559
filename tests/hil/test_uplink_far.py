"""The measurements of the line to the province in small: the same functions, the same processes, a real link."""

import pytest

from hil.bench.thin_link import ThinLink
from hil.prove.province.line import alarm_behind_backlog, bytes_per_event, drain

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(bool(why := ThinLink.why_not()), reason=f"no link of its own: {why}"),
]


def test_the_cost_of_an_event_is_measured_at_the_link() -> None:
    link = bytes_per_event(600, 2)
    assert link.ok, link
    assert float(str(link.figures["bytes_per_event_single"])) > float(str(link.figures["bytes_per_event"]))


def test_a_thin_line_drains_no_faster_than_it_carries() -> None:
    link = drain(1_000)
    assert float(str(link.figures["link_limit_events_per_s"])) > 300, link
    assert float(str(link.figures["drain_events_per_s_256kbit"])) > 0


def test_an_alarm_overtakes_a_backlog_when_the_line_returns() -> None:
    link = alarm_behind_backlog(3_000, (1.0,))
    assert link.ok, link
