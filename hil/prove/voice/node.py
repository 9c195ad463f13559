"""The node: a week alone, and how much apart nodes begin that keep their own clocks."""

from collections.abc import Sequence

from hil.bench import voice_alone, voice_skew
from hil.bench.outcome import silent
from hil.links import Figure, Link

ON_TIME_MS = 50.0
SKEW_MS = 10.0
NODES, ROUNDS = 10, 100


def alone() -> Link:
    """Broker and box killed, link cut for seven injected days: items on time, reports once, nothing without a clock."""
    return judged(voice_alone.measure(silent))


def judged(week: voice_alone.Week) -> Link:
    """The line of such a week."""
    reports = sum(week.outcomes.values())
    owed = week.items * voice_alone.NODES
    figures: dict[str, Figure] = {
        "planned_items": week.items,
        "planned_sounded": len(week.late_ms),
        "planned_silent": len(week.silent),
        "planned_worst_late_ms": round(max(map(abs, week.late_ms), default=float("inf")), 1),
        "unknown_clock_items": week.blind_items,
        "unknown_clock_sounded": week.blind_sounded,
        "again_after_kill": week.again_after_cut,
        "reports_owed": owed,
        "reports_stored": reports - week.open_reports,
        "reports_told_not_once": week.told_more_than_once,
        "reports_still_held": week.still_held,
        **{f"outcome_{name}": count for name, count in sorted(week.outcomes.items())},
    }
    sounded = owed - week.blind_items * voice_alone.NODES
    on_time = len(week.late_ms) == sounded and max(map(abs, week.late_ms)) <= ON_TIME_MS and not week.silent
    kinds = week.outcomes
    cut = kinds.get("UNKNOWN", 0) + kinds.get("PARTIAL", 0)
    true = kinds.get("PLAYED") == sounded - 1 and cut == 1 and kinds.get("SILENT") == owed - sounded
    once = true and reports == owed and not (week.open_reports or week.told_more_than_once or week.still_held)
    quiet = week.blind_items > 0 and not (week.blind_sounded or week.again_after_cut)
    return Link("alone", on_time and once and quiet, figures, "" if on_time and once else voice_alone.report(week))


def start_skew() -> Link:
    """From the first horn of a round to the last: own clocks over wrong ones; raw: over the machine's own."""
    own = voice_skew.measure(NODES, ROUNDS, wrong=True, say=silent)
    raw = voice_skew.measure(NODES, ROUNDS, wrong=False, say=silent)
    figures: dict[str, Figure] = {
        "start_skew_p99_ms": _p99(own.spread_ms),
        "start_skew_worst_ms": round(max(own.spread_ms), 2),
        "raw_scheduler_skew_p99_ms": _p99(raw.spread_ms),
        "worst_off_ms": round(max(own.off_ms), 2),
        "worst_after_instant_ms": round(max(map(abs, own.late_ms)), 2),
        "skew_nodes": NODES,
        "skew_rounds": ROUNDS,
    }
    return Link("start_skew", _p99(own.spread_ms) <= SKEW_MS, figures)


def _p99(values: Sequence[float]) -> float:
    return round(sorted(values)[min(len(values) - 1, int(0.99 * len(values)))], 2)
