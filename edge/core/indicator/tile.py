"""What a tile of the wall and of the page is drawn from."""

from collections.abc import Sequence
from typing import Any

from edge.core.indicator.values import (
    Indicator,
    Measured,
    share_pct,
    spoken,
    stands,
    target_of,
    thinned,
    whole_of,
)

TREND_POINTS = 60
"""Of a sparkline; more are narrower than its line."""


def tile(indicator: Indicator, values: Sequence[Measured], now_ms: int) -> dict[str, Any]:
    """The shape of docs/ref/state.md. ``values`` oldest first; ``at_ms`` is when the newest was last confirmed."""
    last = values[-1] if values else None
    share = share_pct(indicator, last)
    return {
        "id": indicator.id,
        "name": indicator.name,
        "group": indicator.group,
        "unit": indicator.unit,
        "digits": indicator.digits,
        "value": last.value if last else None,
        "total": whole_of(indicator, last),
        "share_pct": None if share is None else round(share, 1),
        "words": spoken(indicator, last) if last else "",
        "target": target_of(indicator, last),
        "target_pct": indicator.target_pct,
        "better": "less" if indicator.less_is_better else "more",
        "stands": stands(indicator, last, now_ms),
        "source": indicator.source,
        "origin": last.origin if last else None,
        "by_hand": indicator.by_hand,
        "at_ms": last.seen_ms if last else None,
        "age_limit_s": indicator.age_limit_s,
        "trend": [list(point) for point in thinned([(one.at_ms, one.value) for one in values], TREND_POINTS)],
    }
