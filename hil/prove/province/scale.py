"""Link ``hub_scale``: a province drains three days at once into PostgreSQL while parts of its hub are killed.

First the price of an event with one, ten and all boxes; then all boxes with the whole backlog, while an instance of the
hub and then PostgreSQL are killed and started again. Every event must be in the record once, in the order of its lane.
"""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil.harness import NotReadyError, python
from hil.links import Figure, Link
from hil.pki import Authority
from hil.postgres import Postgres, running_postgres
from hil.prove.province.hub_farm import Farm, running_farm
from hil.prove.province.kept import Kept, bytes_per_event, copy_cpu_us, kept

INSTANCES = 3
BOXES, BACKLOG = 98, 17_347
"""A province after the merger of communes, and three days of each: 1.7 million events."""
PRICED, PRICED_EVENTS = (1, 10, 98), 490_000
"""As many events whatever the number of boxes: a deeper index is not mistaken for more boxes."""
MOST_RISE = 0.20
CLIENTS = 2
DEADLINE_S = 3 * 3600.0
DOWN_S = 3.0
LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Drained:
    """One run."""

    events: int
    took_s: float
    hub_us: float
    postgres_us: float
    tries_again: int
    rejected: int
    kept: Kept

    @property
    def cpu_us(self) -> float:
        """Of hub and PostgreSQL, an event."""
        return self.hub_us + self.postgres_us


def hub_scale(
    boxes: int = BOXES, backlog: int = BACKLOG, priced: Sequence[int] = PRICED, priced_events: int = PRICED_EVENTS
) -> Link:
    """Price by number of boxes, then the storm with two kills; beside it, COPY of the same rows."""
    with running_postgres() as cluster, tempfile.TemporaryDirectory() as folder:
        runs = {count: _drain(cluster, Path(folder), count, priced_events // count, ()) for count in priced}
        kills = (_kill_hub, _kill_postgres)
        storm = _drain(cluster, Path(folder), boxes, backlog, kills)
        size = bytes_per_event(cluster, "storm", storm.events)
        copy_us = copy_cpu_us(cluster, "storm", storm.events)
    prices = [run.cpu_us for run in runs.values()]
    rise = max(prices) / min(prices) - 1
    ok = all(run.kept.ok and not run.rejected for run in [*runs.values(), storm]) and rise <= MOST_RISE
    figures: dict[str, Figure] = {
        **{f"hub_cpu_us_per_event_{count}_boxes": round(run.cpu_us, 1) for count, run in runs.items()},
        **{f"hub_of_it_postgres_us_{count}_boxes": round(run.postgres_us, 1) for count, run in runs.items()},
        **{f"hub_events_per_s_{count}_boxes": round(run.events / run.took_s) for count, run in runs.items()},
        "hub_cpu_spread": round(rise, 3),
        "hub_storm_boxes": boxes,
        "hub_storm_events": storm.events,
        "hub_storm_s": round(storm.took_s, 1),
        "hub_storm_cpu_us_per_event": round(storm.cpu_us, 1),
        "hub_storm_of_it_postgres_us": round(storm.postgres_us, 1),
        "hub_storm_tries_again": storm.tries_again,
        "hub_copy_cpu_us_per_event": round(copy_us, 1),
        "hub_bytes_per_event": round(size),
        "hub_lost": storm.kept.lost,
        "hub_twice": storm.kept.twice,
        "hub_out_of_order": storm.kept.out_of_order,
    }
    note = f"{INSTANCES} hub instances on one port; an instance and PostgreSQL killed (-9) under the storm"
    return Link("hub_scale", ok, figures, note)


Kill = Callable[[Postgres, Farm], None]


def _kill_hub(_: Postgres, farm: Farm) -> None:
    farm.kill(1)
    time.sleep(DOWN_S)
    farm.start(1)


def _kill_postgres(cluster: Postgres, _: Farm) -> None:
    cluster.kill()
    time.sleep(DOWN_S)
    cluster.start()


def _drain(cluster: Postgres, folder: Path, boxes: int, backlog: int, kills: Sequence[Kill]) -> Drained:
    """Fresh record, fresh instances; the kills come at equal parts of the way."""
    name = "storm" if kills else f"price_{boxes}"
    where = folder / name
    where.mkdir()
    authority = Authority(where / "pki")
    events = boxes * backlog
    with running_farm(where, authority, cluster.make_database(name), INSTANCES) as farm:
        before, hub_before = _settled_cpu_s(cluster), farm.cpu_s()
        began = time.monotonic()
        clients = [_clients(where / "pki", farm.url, part, backlog) for part in _parts(boxes)]
        try:
            for number, kill in enumerate(kills, 1):
                _await_events(cluster, name, events * number // (len(kills) + 1), clients)
                kill(cluster, farm)
            sent = [_result(client) for client in clients]
        finally:
            _end(clients)
        took_s = time.monotonic() - began
        _await_projection(cluster, name)
        hub_us = (farm.cpu_s() - hub_before) * 1e6 / events
    postgres_us = (_settled_cpu_s(cluster) - before) * 1e6 / events
    again, rejected = (sum(int(one[key]) for one in sent) for key in ("tries_again", "rejected"))
    return Drained(events, took_s, hub_us, postgres_us, again, rejected, kept(cluster, name, boxes, backlog))


def _settled_cpu_s(cluster: Postgres) -> float:
    """What it wrote late is written, and counted."""
    cluster.ask("postgres", "CHECKPOINT")
    return cluster.cpu_s()


def _parts(boxes: int) -> list[range]:
    """Numbers of boxes for each process of clients."""
    each = -(-boxes // CLIENTS)
    return [range(first, min(first + each, boxes + 1)) for first in range(1, boxes + 1, each)]


def _clients(pki: Path, url: str, numbers: range, backlog: int) -> "subprocess.Popen[str]":
    command = python(
        "hil.prove.province.light_boxes", "--folder", pki, "--url", url,
        "--first", numbers[0], "--boxes", len(numbers), "--events", backlog,
    )  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _await_events(cluster: Postgres, name: str, wanted: int, clients: Sequence["subprocess.Popen[str]"]) -> None:
    until = time.monotonic() + DEADLINE_S
    while int(cluster.ask(name, "SELECT last FROM arrivals")) < wanted:
        if time.monotonic() > until or any(client.poll() for client in clients):
            raise NotReadyError(f"the boxes do not come to {wanted} events")
        time.sleep(LOOK_S)


def _await_projection(cluster: Postgres, name: str) -> None:
    """The pages' tables follow the record a little later; that work belongs to the price of an event."""
    until = time.monotonic() + DEADLINE_S
    while cluster.ask(name, "SELECT last - arrival FROM arrivals, projection_cursor") != "0":
        if time.monotonic() > until:
            raise NotReadyError("the pages do not come to the end of the record")
        time.sleep(LOOK_S)


def _result(client: "subprocess.Popen[str]") -> dict[str, float]:
    out, _ = client.communicate(timeout=DEADLINE_S)
    if client.returncode:
        raise NotReadyError(f"a process of boxes ended with {client.returncode}")
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    return found


def _end(clients: Sequence["subprocess.Popen[str]"]) -> None:
    for client in clients:
        if client.poll() is None:
            client.kill()
            client.wait(10)
