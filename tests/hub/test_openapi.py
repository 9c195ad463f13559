import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from edge.hub.openapi import document
from edge.hub.server import Hub
from edge.kernel.clock import SystemClock
from tests.hub.province import LOOPBACK, Province, event, packed

METHODS = {"get", "head", "post", "patch", "put", "delete", "options"}


def doors(province: Province) -> list[web.Application]:
    hub = Hub(province.settings_of_hub, SystemClock())
    return [hub.boxes_door(), hub.page_door()]


def routes(app: web.Application) -> set[tuple[str, str]]:
    found = {(route.method.lower(), route.resource.canonical) for route in app.router.routes() if route.resource}
    return found - {("head", path) for method, path in found if method == "get"}  # aiohttp adds those by itself


@pytest.mark.parametrize("door", [0, 1], ids=["boxes", "page"])
def test_the_document_and_the_route_table_agree(tmp_path: Path, door: int) -> None:
    app = doors(Province(tmp_path))[door]
    described = {(method, path) for path, methods in document(app)["paths"].items() for method in methods}
    assert {method for method, _ in described} <= METHODS
    described -= {("head", path) for method, path in described if method == "get"}
    assert described == routes(app)


def test_every_reference_leads_somewhere_and_no_name_is_used_twice(tmp_path: Path) -> None:
    for app in doors(Province(tmp_path)):
        written = document(app)
        assert written["openapi"] == "3.1.0"
        text = json.dumps(written)
        for name in [part.split('"')[0] for part in text.split("#/components/schemas/")[1:]]:
            assert name in written["components"]["schemas"]
        operations = [one for methods in written["paths"].values() for one in methods.values()]
        names = [one["operationId"] for one in operations if "operationId" in one]
        assert len(names) == len(set(names))
        assert "\\\\Z" not in text


async def test_the_document_is_served_at_both_doors(tmp_path: Path) -> None:
    province = Province(tmp_path)
    async with province.running() as open_doors, aiohttp.ClientSession() as session:
        boxes = await province.get(open_doors.boxes, "/v1/openapi.json")
        async with session.get(f"http://{LOOPBACK}:{open_doors.page}/v1/openapi.json") as answer:
            page: dict[str, Any] = await answer.json()
    assert "post" in boxes.body["paths"]["/v1/events"]
    assert "post" not in page["paths"]["/v1/events"]


async def test_metrics_tell_boxes_work_and_backlog_to_the_province_alone(province: Province) -> None:
    async with province.running() as open_doors:
        await province.post(open_doors.boxes, packed([event(1), event(2)]))
        await province.post(open_doors.boxes, packed([event(2)]))
        text = (await province.get(open_doors.boxes, "/metrics", "province")).body
        assert (await province.get(open_doors.boxes, "/metrics")).status == 403
    for line in (
        'molang_hub_events_total{source="/xa/dong-son/box/1"} 2',
        'molang_hub_duplicates_total{source="/xa/dong-son/box/1"} 1',
        "molang_hub_batch_seconds_count 2",
        'molang_hub_batch_seconds_bucket{le="+Inf"} 2',
        "molang_hub_busy_total 0",
    ):
        assert line in text.splitlines()
    assert "molang_hub_box_last_seen_timestamp_seconds{" in text
