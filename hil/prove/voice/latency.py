"""Link ``latency``: fifty nodes on the LAN, and five behind 256 kbit/s: button, new words, STOP."""

from hil.bench import voice
from hil.bench.outcome import silent
from hil.bench.thin_link import RATE_KBIT
from hil.links import Figure, Link


def latency() -> Link:
    """The 99th percentiles of all horns and rounds; those of the thin link have no bar."""
    near, far, why_not = voice.latency(quick=False, say=silent)
    figures: dict[str, Figure] = {"nodes": voice.HORNS, "rounds": voice.ROUNDS}
    for name in voice.LIMITS_S:
        figures[voice.p99_of(name)] = round(near.p99(name), 3)
        figures[f"{name[:-2]}_worst_s"] = round(max(near.figures[name]), 3)
        if far is not None:
            figures[f"thin_{voice.p99_of(name)}"] = round(far.p99(name), 3)
    ok = all(near.p99(name) <= limit_s for name, limit_s in voice.LIMITS_S.items())
    note = (
        f"{RATE_KBIT} kbit/s left out: {why_not}"
        if far is None
        else f"thin: {voice.FAR_HORNS} nodes, {RATE_KBIT} kbit/s"
    )
    return Link("latency", ok, figures, note)
