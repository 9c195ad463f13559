"""The description names what the doors do, no more and no less."""

from pathlib import Path

from aiohttp import web

from edge.hub.database import Database
from edge.hub.media.described import OPERATIONS
from edge.hub.media.routes import add_media_routes
from edge.kernel.clock import SystemClock


def test_every_route_is_described_and_nothing_else_is(tmp_path: Path) -> None:
    app = web.Application()
    add_media_routes(app, Database(f"sqlite+aiosqlite:///{tmp_path}/hub.db"), tmp_path, SystemClock())
    there = {
        (resource.canonical, route.method.lower())
        for resource in app.router.resources()
        for route in resource
        if not (route.method == "HEAD" and resource.canonical.startswith("/v1/media"))
    }
    assert there == {(path, method) for path, methods in OPERATIONS.items() for method in methods}
