"""What people of the province, and each box about itself, may read: boxes, events, metrics."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from edge.hub import metrics
from edge.hub.answers import SAFE, number, rows
from edge.hub.intake import Intake
from edge.hub.metrics import Meter
from edge.hub.openapi import Content, Parameter, Refusal, describe
from edge.hub.questions import MAX_ROWS, Questions
from edge.hub.visitors import Visitor, sight
from edge.kernel.wire.event import BATCH_PATH

WhoIs = Callable[[web.Request], Visitor]
STATUS_PATH, METRICS_PATH = "/v1/status", "/metrics"
_WHOLE = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_BOX: dict[str, Any] = {
    "type": "object",
    "properties": {
        "source": {"type": "string"},
        **{
            name: {"type": "integer"}
            for name in (
                "first_seen_ms", "last_seen_ms", "batches", "events", "duplicates", "rejected", "max_seq", "missing",
            )
        },
    },
    "required": ["source", "first_seen_ms", "last_seen_ms", "events", "missing"],
}  # fmt: skip
_EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("source", "id", "type", "subject", "clock")},
        **{
            name: {"type": "integer"}
            for name in ("arrival", "at_ms", "seq", "lane", "boot", "received_ms", "deliveries")
        },
        "data": {"type": "object"},
    },
    "required": ["arrival", "source", "id", "type", "subject", "at_ms", "data"],
}


def add_people_routes(app: web.Application, who: WhoIs, questions: Questions) -> None:
    """Questions to the record, each within the sight of who asks."""
    seen = _People(who, questions)
    describe(app, "GET", STATUS_PATH, "Boxes with their totals.", answers={200: {"type": "array", "items": _BOX}})
    app.router.add_get(STATUS_PATH, seen.status)
    describe(
        app,
        "GET",
        BATCH_PATH,
        f"Events in the order of arrival, at most {MAX_ROWS}; go on with the last arrival as `after`, none is missed.",
        parameters=[
            Parameter("source", {"type": "string", "maxLength": 60}),
            Parameter("after", _WHOLE),
            Parameter("limit", _WHOLE),
        ],
        answers={200: {"type": "array", "items": _EVENT}, 400: Refusal},
    )
    app.router.add_get(BATCH_PATH, seen.events)


def add_metrics_route(app: web.Application, who: WhoIs, questions: Questions, meter: Meter, intake: Intake) -> None:
    """For Prometheus: who sees all."""

    async def serve(request: web.Request) -> web.Response:
        if not who(request).sees_all:
            raise web.HTTPForbidden(text="Chỉ tỉnh được xem số đo của đầu tỉnh.")
        lines = [*meter.lines(intake.inside)]
        lines += metrics.record_lines(await questions.boxes(), await questions.backlogs())
        return web.Response(body=metrics.text(lines).encode(), headers=SAFE | {"Content-Type": metrics.TEXT})

    describe(app, "GET", METRICS_PATH, "Prometheus metrics.", answers={200: Content("text/plain", {"type": "string"})})
    app.router.add_get(METRICS_PATH, serve)


class _People:
    def __init__(self, who: WhoIs, questions: Questions) -> None:
        self._who = who
        self._ask = questions

    async def status(self, request: web.Request) -> web.Response:
        return rows(await self._ask.boxes(sight(self._who(request))))

    async def events(self, request: web.Request) -> web.Response:
        own = sight(self._who(request))
        source = request.query.get("source") or own
        if own not in (None, source):
            raise web.HTTPForbidden(text="Không được xem xã khác.")
        after, limit = number(request, "after", 0), number(request, "limit", 200)
        return rows(await self._ask.events(source, after, limit))
