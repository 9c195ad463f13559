"""The line to the province: what an event costs, how fast a thin line drains, when an alarm is there (issue 5)."""

from collections.abc import Sequence

from hil.bench.outcome import silent
from hil.bench.thin_link import RATE_KBIT
from hil.bench.uplink_far import alarm_delays, thin_drain, wire_cost
from hil.links import Link

MOST_BYTES = 100.0
LEAST_RATE = 300.0
MOST_DELAY_S = 2.0
MOST_MISCOUNT = 0.05
"""A budget in megabytes needs no more; the segments of the handshake have other headers than the rest."""
EVENTS, GROUPS, DRAINED, BACKLOG = 2_000, 25, 12_000, 1_000_000
OUTAGES_S = (3.0, 7.0, 12.0, 1.5, 5.0, 20.0, 0.5)
"""Shorter and longer than the steps in which TCP tries again, so that no lucky moment is all that is seen."""


def bytes_per_event(events: int = EVENTS, groups: int = GROUPS) -> Link:
    """IP bytes both ways at the pair, TLS and its handshake included."""
    found = wire_cost(events, groups, groups, silent)
    own = found.pop("own_count_to_wire")
    figures = {name: round(value, 1) for name, value in found.items()} | {"events": events}
    ok = found["bytes_per_event"] <= MOST_BYTES and abs(own - 1) <= MOST_MISCOUNT
    note = f"the box's own count for the month is {own:.3f} of what the link counted"
    return Link("bytes_per_event", ok, figures, note)


def drain(events: int = DRAINED, rate_kbit: int = RATE_KBIT) -> Link:
    """Through a token bucket; the link's limit is its rate by the bytes that an event takes upwards."""
    found = thin_drain(events, rate_kbit, silent)
    rate = found["drain_events_per_s"]
    figures = {
        f"drain_events_per_s_{rate_kbit}kbit": round(rate, 1),
        "link_limit_events_per_s": round(found["link_limit_events_per_s"], 1),
        "bytes_out_per_event": round(found["bytes_out_per_event"], 1),
        "drained": events,
    }
    return Link("drain", rate >= LEAST_RATE, figures)


def alarm_behind_backlog(backlog: int = BACKLOG, outages_s: Sequence[float] = OUTAGES_S) -> Link:
    """The worst of several outages, each of which took a batch that was on its way."""
    delays = alarm_delays(backlog, RATE_KBIT, outages_s, silent)
    figures = {
        "alarm_behind_backlog_s": round(max(delays), 2),
        "median_s": round(sorted(delays)[len(delays) // 2], 2),
        "backlog": backlog,
        "outages": len(outages_s),
    }
    note = "until the box had the province's answer; ext4, 256 kbit/s, link down and up"
    return Link("alarm_behind_backlog", max(delays) <= MOST_DELAY_S, figures, note)
