"""What a busy commune writes: incidents, orders with their deeds and reports, readings, stills.

Each is written through the store's own functions. A promise is a name like ``report 1-7/loa-1``; ``PROMISES`` says
where it must be found from then on.
"""

import itertools
from collections.abc import AsyncIterator, Callable
from functools import partial

from edge.core.alert import Person
from edge.core.broadcast import HornReport, Operation, OrderId, Outcome
from edge.core.incident import Evidence, Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.vision import Box
from edge.store.incidents import Consequences, open_incident
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow, add_order, close_report
from edge.store.outbox import LANE_MEDIA, LANE_TELEMETRY

PEOPLE = (Person("an", "An", "0900000001", "", "trực"), Person("binh", "Bình", "0900000002", "", "trực"))
HORNS = ("loa-1", "loa-2")
BEGAN_MS = AtMs(1_790_000_000_000)

PROMISES = {
    "incident": "SELECT id FROM incident i WHERE EXISTS"
    " (SELECT 1 FROM outbox WHERE type = 'incident.opened' AND subject = i.id)"
    " AND (SELECT count(*) FROM alert WHERE incident = i.id) = 2",
    "order": "SELECT o.id FROM horn_order o JOIN audit d ON d.detail = o.id AND d.action = 'order.play'"
    " WHERE (SELECT count(*) FROM horn_report WHERE horn_order = o.id) = 2",
    "report": "SELECT horn_order || '/' || horn AS name FROM horn_report WHERE outcome = 'PLAYED' AND EXISTS"
    " (SELECT 1 FROM outbox WHERE type = 'horn.reported' AND subject = horn_order || '/' || horn)",
    "reading": "SELECT subject FROM outbox WHERE type = 'reading.taken'",
    "still": "SELECT subject FROM outbox WHERE type = 'media.offered'",
}
"""Of each kind of promise: the question whose rows are those that are kept, with all that belongs to them."""


async def write_for_ever(journal: Journal, lane: int, lanes: int) -> AsyncIterator[str]:
    """One thing after the other; yields the name of each after the store promised it.

    ``lanes`` of these run at once, and no two make the same names. Raises TransientError when the disk takes nothing.
    """
    boot = journal.new_id().split("-")[0]
    for number in itertools.count(lane, lanes):
        name = f"{boot}-{number + 1}"
        for promise, work in story(name):
            await journal.record(work)
            yield promise
        await journal.record(partial(close_report, report=_report(name, HORNS[0])))  # the same report once more


def story(name: str) -> list[tuple[str, Callable[[Tx], object]]]:
    """An intrusion, the order that follows, what both horns say, a reading and a still, each its own transaction."""
    return [
        (f"incident {name}", partial(_intrusion, name=name)),
        (f"order {name}", partial(_ordered, name=name)),
        *((f"report {name}/{horn}", partial(close_report, report=_report(name, horn))) for horn in HORNS),
        (f"reading cau-{name}", partial(_read, name=name)),
        (f"still cong-{name}", partial(_still, name=name)),
    ]


def _intrusion(tx: Tx, name: str) -> None:
    seen = Evidence("cong", "enter", "san", "person", 0.81, Box(0.4, 0.5, 0.5, 0.9), 2)
    incident = Incident(
        id=IncidentId(name),
        kind=IncidentKind.INTRUSION,
        severity=Severity.SEVERE,
        subject=f"zone/{name}",
        place="Kho",
        hamlet="dong",
        title="Có người trong kho",
        began_at_ms=BEGAN_MS,
        evidence=seen,
    )
    open_incident(tx, incident, Consequences(PEOPLE, "Có người trong kho, Thôn Đông.", None, {}, ("dong",)))


def _ordered(tx: Tx, name: str) -> None:
    order = OrderRow(name, Operation.PLAY, None, None, 1, ("dong",), 1500, BEGAN_MS + 60_000, "lan", b"signed")
    add_order(tx, order, HORNS)
    tx.deed("lan", "duty", "order.play", name)


def _report(name: str, horn: str) -> HornReport:
    return HornReport(OrderId.parse(name), HornId(horn), Outcome.PLAYED, "", -21.5, 700, 1500)


def _read(tx: Tx, name: str) -> None:
    tx.event(LANE_TELEMETRY, "reading.taken", f"cau-{name}", {"quantity": "level", "value": 3.215, "unit": "m"})


def _still(tx: Tx, name: str) -> None:
    tx.event(
        LANE_MEDIA, "media.offered", f"cong-{name}", {"kind": "still", "event": name, "sha256": "0" * 43, "bytes": 1}
    )
