"""What Prometheus reads: this instance's own work, and the state of the record (text format 0.0.4)."""

from collections.abc import Iterable, Iterator
from typing import Any

TEXT = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Rows = Iterable[dict[str, Any]]


class Meter:
    """Counts of one instance since its start."""

    def __init__(self) -> None:
        self.busy = 0
        self._seconds = 0.0
        self._buckets = [0] * (len(BUCKETS_S) + 1)

    def took(self, seconds: float) -> None:
        """One batch, from its arrival to the answer after the commit."""
        self._seconds += seconds
        place = next((number for number, most in enumerate(BUCKETS_S) if seconds <= most), len(BUCKETS_S))
        self._buckets[place] += 1

    def lines(self, inside: int) -> Iterator[str]:
        """``inside`` is how many batches are on their way now."""
        yield from _one("molang_hub_busy_total", "counter", "Batches told to come again.", self.busy)
        yield from _one("molang_hub_batches_inside", "gauge", "Batches on their way to the record.", inside)
        name = "molang_hub_batch_seconds"
        yield from _head(name, "histogram", "From the arrival of a batch to the answer after its commit.")
        total = 0
        for most, count in zip((*BUCKETS_S, "+Inf"), self._buckets, strict=True):
            total += count
            yield f'{name}_bucket{{le="{most}"}} {total}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {total}"


def record_lines(boxes: Rows, backlogs: Rows) -> Iterator[str]:
    """The state of the record: the same at every instance, so ask only one, or take the greatest."""
    boxes = list(boxes)
    for column, meaning in (
        ("batches", "Batches of a box."),
        ("events", "Events of a box, each once."),
        ("duplicates", "Deliveries of events that were there already."),
        ("rejected", "Events that were refused for ever."),
    ):
        name = f"molang_hub_{column}_total"
        yield from _head(name, "counter", meaning)
        yield from (f'{name}{{source="{row["source"]}"}} {row[column]}' for row in boxes)
    name = "molang_hub_box_last_seen_timestamp_seconds"
    yield from _head(name, "gauge", "When a box was heard last, Unix time.")
    yield from (f'{name}{{source="{row["source"]}"}} {row["last_seen_ms"] / 1000:.3f}' for row in boxes)
    yield from _head("molang_hub_backlog_events", "gauge", "Events that a reader of the record has still before it.")
    yield from (f'molang_hub_backlog_events{{reader="{row["name"]}"}} {row["behind"]}' for row in backlogs)


def text(lines: Iterable[str]) -> str:
    """The whole answer."""
    return "\n".join(lines) + "\n"


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"


def _one(name: str, kind: str, meaning: str, value: float) -> Iterator[str]:
    yield from _head(name, kind, meaning)
    yield f"{name} {value}"
