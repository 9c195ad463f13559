"""Who has no certificate, a wrong one, or another commune's: refused at every route of the boxes' door."""

import hashlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from edge.hub.server import Doors, Hub
from edge.kernel.clock import SystemClock
from edge.kernel.wire.upload import BODY_TYPE, UPLOADS_PATH, VERSION, encode_metadata
from hil.pki import Authority
from tests.hub.province import BOX, HEADERS, LOOPBACK, SOURCE, Province, event, packed

OTHER, NODE = "box-tay-son-1", "thon-3"
FILE = b"\xff\xd8 a still \xff\xd9"
SHA256 = hashlib.sha256(FILE).hexdigest()
TUS = {"Tus-Resumable": VERSION}
HIDDEN, OWN_ONLY, NOTHING_IN_IT = "hidden", "own only", "nothing in it"
"""It answers, and shows nothing of the other commune; it can only ever name the box of the certificate; it holds no
data of anybody."""


def creation(data: bytes) -> dict[str, str]:
    named = {"sha256": hashlib.sha256(data).hexdigest(), "kind": "still", "subject": "1-1", "event": "1-1"}
    return TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": encode_metadata(named)}


ACROSS: dict[tuple[str, str], tuple[int | str, dict[str, Any]]] = {
    ("GET", "/"): (HIDDEN, {}),
    ("GET", "/xa/{commune}"): (404, {}),
    ("GET", "/bao-dong"): (HIDDEN, {}),
    ("GET", "/tram"): (HIDDEN, {}),
    ("GET", "/ghi-danh"): (HIDDEN, {}),
    ("GET", "/static/{name}"): (NOTHING_IN_IT, {}),
    ("GET", "/metrics"): (403, {}),
    ("GET", "/v1/stations"): (HIDDEN, {}),
    ("GET", "/v1/stations.csv"): (HIDDEN, {}),
    ("GET", "/v1/stations/{station}/readings"): (HIDDEN, {}),
    ("POST", "/v1/stations/readings"): (403, {"json": []}),
    ("GET", "/v1/releases"): (HIDDEN, {}),
    ("GET", "/v1/releases.cap"): (HIDDEN, {}),
    ("POST", "/v1/releases"): (403, {"json": {}}),
    ("POST", "/v1/releases/{release}/cancel"): (403, {}),
    ("GET", "/v1/openapi.json"): (NOTHING_IN_IT, {}),
    ("GET", "/v1/status"): (HIDDEN, {}),
    ("GET", "/v1/events"): (403, {"params": {"source": SOURCE}}),
    ("POST", "/v1/events"): (403, {"data": packed([event(2)]), "headers": HEADERS}),
    ("GET", "/v1/media"): (403, {"params": {"source": SOURCE}}),
    ("GET", "/v1/media/{sha256}"): (404, {}),
    ("OPTIONS", "/v1/uploads"): (NOTHING_IN_IT, {}),
    ("POST", "/v1/uploads"): (OWN_ONLY, {"headers": creation(FILE)}),
    ("OPTIONS", "/v1/uploads/{upload}"): (NOTHING_IN_IT, {}),
    ("HEAD", "/v1/uploads/{upload}"): (404, {"headers": TUS}),
    ("PATCH", "/v1/uploads/{upload}"): (
        404,
        {"headers": TUS | {"Upload-Offset": "0", "Content-Type": BODY_TYPE}, "data": b"x"},
    ),
    ("DELETE", "/v1/uploads/{upload}"): (404, {"headers": TUS}),
    ("POST", "/v1/uploads/{upload}"): (404, {"headers": TUS | {"X-HTTP-Method-Override": "DELETE"}}),
}
"""What another commune's box asks for what belongs to the first, and what it gets."""


class Office:
    """A hub that holds an event, a file and an upload on its way of one commune."""

    def __init__(self, province: Province, doors: Doors, upload: str) -> None:
        self.province, self.doors, self.upload = province, doors, upload

    async def ask(self, method: str, path: str, tls: ssl.SSLContext, **more: Any) -> tuple[int, str]:
        named = {"sha256": SHA256, "upload": self.upload, "commune": "dong-son", "name": "province.css"}
        where = path.format_map(named | {"station": "song-giang", "release": "xa-1"})
        url = f"https://{LOOPBACK}:{self.doors.boxes}{where}"
        async with aiohttp.ClientSession() as session, session.request(method, url, ssl=tls, **more) as answer:
            return answer.status, (await answer.read()).decode(errors="replace")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    province = Province(tmp_path)
    async with province.running() as doors:
        await province.post(doors.boxes, packed([event(1)]))
        yield Office(province, doors, await _upload(province, doors))


async def _upload(province: Province, doors: Doors) -> str:
    """A whole file, and another that has only begun, whose name this returns."""
    url, tls = f"https://{LOOPBACK}:{doors.boxes}{UPLOADS_PATH}", province.client_tls()
    async with aiohttp.ClientSession() as session:
        for data, body in ((FILE, FILE), (b"x" * 99, b"")):
            more = {"Content-Type": BODY_TYPE} if body else {}
            async with session.post(url, data=body or None, headers=creation(data) | more, ssl=tls) as answer:
                assert answer.status == 201, await answer.text()
                name = answer.headers["Location"].rpartition("/")[2]
    return name


def test_the_table_names_every_route_of_the_door(tmp_path: Path) -> None:
    app = Hub(Province(tmp_path).settings_of_hub, SystemClock()).boxes_door()
    routes = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    assert routes - {("HEAD", path) for method, path in routes if method == "GET"} == set(ACROSS)


async def test_without_a_certificate_of_ours_there_is_no_conversation(office: Office, tmp_path: Path) -> None:
    foreign = office.province.client_tls(authority=Authority(tmp_path / "foreign"))
    for tls in (office.province.client_tls(None), foreign):
        for method, path in ACROSS:
            with pytest.raises(aiohttp.ClientError):
                await office.ask(method, path, tls)


async def test_a_node_of_the_same_authority_gets_nothing_at_any_route(office: Office) -> None:
    tls = office.province.client_tls(NODE)
    for (method, path), (meaning, asked) in ACROSS.items():
        status, body = await office.ask(method, path, tls, **asked)
        assert (status == 403) != (meaning == NOTHING_IN_IT), (method, path, status)
        assert "dong-son" not in body


async def test_another_commune_gets_nothing_at_any_route(office: Office) -> None:
    tls = office.province.client_tls(OTHER)
    for (method, path), (wanted, asked) in ACROSS.items():
        if wanted == OWN_ONLY:
            continue
        status, body = await office.ask(method, path, tls, **asked)
        assert status == (wanted if isinstance(wanted, int) else status), (method, path, status)
        assert status < 500
        assert "dong-son" not in body, (method, path)
    assert (await office.ask("HEAD", "/v1/uploads/{upload}", office.province.client_tls(BOX), headers=TUS))[0] == 200
