"""What an earlier life of the box left open: plays that some horn owes a report for."""

from collections.abc import Mapping
from functools import partial

from edge.broadcast.horns import Horn
from edge.core.broadcast import HornReport, OrderId, Outcome
from edge.core.place import HornId
from edge.store.journal import Journal
from edge.store.orders import OrderRow, close_report, open_reports


async def left_open(journal: Journal, horns: Mapping[HornId, Horn]) -> list[tuple[OrderRow, list[Horn]]]:
    """Each such play with its horns; what a horn owes that is in no settings any more is closed."""
    owed: dict[str, tuple[OrderRow, list[Horn]]] = {}
    for order, name in await journal.record_surely(open_reports):
        horn = horns.get(HornId(name))
        if horn is None:
            await journal.record_surely(partial(close_report, report=_horn_is_gone(order, name)))
        else:
            owed.setdefault(order.id, (order, []))[1].append(horn)
    return list(owed.values())


def _horn_is_gone(order: OrderRow, horn: str) -> HornReport:
    reason = "Cụm loa không còn trong cấu hình."
    return HornReport(OrderId.parse(order.id), HornId(horn), Outcome.UNKNOWN, reason, None, None, None)
