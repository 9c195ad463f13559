"""Many boxes in one process: each with its own certificate, connection and backlog, and the box's own packing and line.

    python -m hil.prove.province.light_boxes --folder F --url https://127.0.0.1:9444 --first 1 --boxes 49 --events 17000

What a whole box has beside (cameras, horns, a database) is left out; what it sends and how it waits is the real thing.
The last line of output is JSON: what was sent, how often a batch had to be tried again, and how long it took.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from edge.config.schema import Hub, Way
from edge.kernel.clock import SystemClock
from edge.kernel.tls_time import KnownTime
from edge.store.outbox import StoredEvent
from edge.sync.backoff import LONGEST_NO_LINK_S, LONGEST_NOT_REACHED_S, LONGEST_REFUSED_S, Backoff
from edge.sync.cloudevents import pack
from edge.sync.post import HubLine, NoLinkError, NotReachedError, RefusedError
from hil.bench import uplink_box
from hil.pki import Authority

BATCH = 200
OTHER = 5
"""Every fifth event is no detection."""


@dataclass(slots=True)
class Sent:
    """What all boxes of this process did together."""

    events: int = 0
    batches: int = 0
    tries_again: int = 0
    rejected: int = 0
    took_s: float = 0.0


def name_of(number: int) -> str:
    """The common name of a box's certificate."""
    return f"box-xa-{number}-1"


def source_of(number: int) -> str:
    """What its events call themselves."""
    return f"/xa/xa-{number}/box/1"


def backlog(count: int) -> list[StoredEvent]:
    """What a commune has to tell; every box has the same, under its own name.

    Of a hundred events eighty are detections, twelve readings of gauges, four incidents and four reports of horns.
    """
    return [_stored(number) for number in range(count)]


async def send_all(folder: Path, url: str, numbers: Sequence[int], events: int) -> Sent:
    """Every box at once, until each has sent all."""
    sent, rows, began = Sent(), backlog(events), time.monotonic()
    async with asyncio.TaskGroup() as boxes:
        for number in numbers:
            boxes.create_task(_send(_hub(folder, url, number), source_of(number), rows, sent))
    sent.took_s = round(time.monotonic() - began, 2)
    return sent


async def _send(hub: Hub, source: str, rows: Sequence[StoredEvent], sent: Sent) -> None:
    done = 0
    async with HubLine(hub, Way(name="line"), KnownTime(SystemClock())) as line:
        while done < len(rows):
            batch = pack(rows[done : done + BATCH], source)
            sent.rejected += await _post(line, batch.body, sent)
            done += len(batch.ids)
            sent.events += len(batch.ids)
            sent.batches += 1


async def _post(line: HubLine, body: bytes, sent: Sent) -> int:
    """The same batch until the hub confirms it; returns how many events it refused."""
    backoff = Backoff()
    while True:
        try:
            return len((await line.post(body)).rejected)
        except RefusedError as error:
            wait_s = backoff.next_s(LONGEST_REFUSED_S, error.asked_s)
        except NotReachedError:
            wait_s = backoff.next_s(LONGEST_NOT_REACHED_S)
        except NoLinkError:
            wait_s = backoff.next_s(LONGEST_NO_LINK_S)
        sent.tries_again += 1
        await asyncio.sleep(wait_s)


def _hub(folder: Path, url: str, number: int) -> Hub:
    authority = Authority(folder)
    box = authority.issue(name_of(number))
    return Hub(url=url, ca=str(authority.ca), cert=str(box.cert), key=str(box.key))


def _stored(number: int) -> StoredEvent:
    at = uplink_box.moment(number)
    it = uplink_box.detection(number) if number % OTHER else uplink_box.event(number // OTHER)
    data = json.dumps(it.data, ensure_ascii=False)
    boot, clock = uplink_box.BOOT, at.clock.value
    name = f"{boot}-{number}"
    return StoredEvent(number + 1, name, it.lane, it.type, it.subject, at.at_ms, boot, clock, data)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True, help="the authority's folder")
@click.option("--url", required=True)
@click.option("--first", type=int, required=True)
@click.option("--boxes", type=int, required=True)
@click.option("--events", type=int, required=True, help="of each box")
def main(folder: Path, url: str, first: int, boxes: int, events: int) -> None:
    """Send until everything is confirmed."""
    sent = asyncio.run(send_all(folder, url, range(first, first + boxes), events))
    click.echo(json.dumps(asdict(sent)))


if __name__ == "__main__":
    main()
