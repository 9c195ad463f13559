"""What a Prometheus of the province asks (text exposition format 0.0.4)."""

import time
from collections.abc import Iterator

from edge.core.errors import TransientError
from edge.hub.database import Database
from edge.hub.questions import Questions


class Metrics:
    """Counters of this instance, and the totals of all boxes from the record."""

    def __init__(self, database: Database) -> None:
        self._questions = Questions(database)
        self._batches = self._events = 0
        self._busy_s = 0.0

    def took(self, events: int, seconds: float) -> None:
        """A batch was kept."""
        self._batches += 1
        self._events += events
        self._busy_s += seconds

    async def text(self, waiting: int) -> str:
        """All of it; without an answer of the record only this instance speaks, and ``molang_hub_record_up`` is 0."""
        try:
            boxes = await self._questions.boxes()
            up = 1
        except TransientError:
            boxes, up = [], 0
        return "\n".join([*self._own(waiting), *_gauge("molang_hub_record_up", "", up), *_of_boxes(boxes), ""])

    def _own(self, waiting: int) -> Iterator[str]:
        yield from _counter("molang_hub_batches_total", self._batches)
        yield from _counter("molang_hub_events_total", self._events)
        yield from _counter("molang_hub_batch_seconds_total", round(self._busy_s, 3))
        yield from _gauge("molang_hub_batches_waiting", "", waiting)


def _of_boxes(boxes: list[dict[str, object]]) -> Iterator[str]:
    now_ms = time.time_ns() // 1_000_000
    for name in ("events", "duplicates", "rejected", "missing"):
        yield f"# TYPE molang_box_{name} gauge"
        yield from (f'molang_box_{name}{{source="{row["source"]}"}} {row[name]}' for row in boxes)
    yield "# TYPE molang_box_silent_seconds gauge"
    for row in boxes:
        silent_s = max(0, now_ms - int(str(row["last_seen_ms"]))) / 1000
        yield f'molang_box_silent_seconds{{source="{row["source"]}"}} {silent_s:.1f}'


def _counter(name: str, value: float) -> Iterator[str]:
    yield f"# TYPE {name} counter"
    yield f"{name} {value}"


def _gauge(name: str, labels: str, value: float) -> Iterator[str]:
    yield f"# TYPE {name} gauge"
    yield f"{name}{labels} {value}"
