"""The table of routes for enrolment and commands, walked by every kind of visitor, and by visitors who are none."""

import itertools
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from edge.hub.downlink import ROUTES
from edge.hub.enrolment.routes import OPEN_ROUTES
from edge.hub.guarded import Route, Who
from edge.hub.visitors import visitor_of
from edge.kernel.wire.command import UpdateOffer
from hil.prove.province.office import SOURCE, Box, Office

VISITORS = {
    "box-thuong-giang-1": Who.BOX,
    "box-khac-1": Who.BOX,
    "province": Who.PROVINCE,
    "province-lan": Who.PROVINCE,
    "commander-lan": Who.COMMANDER,
    "commander": Who.ANYBODY,
    "box-thuong-giang": Who.ANYBODY,
    "hub": Who.ANYBODY,
    "": Who.ANYBODY,
}
REACHED = {200, 400, 404, 409}
"""The guard let it in; what it then asked was of no use."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    async with office.running():
        yield office
    await office.database.close()


def tls_of(office: Office, name: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=office.keys / "ca.pem")
    if name is not None:
        pair = office.person_pair(name or "x")
        context.load_cert_chain(pair.cert, pair.key)
    return context


async def status(url: str, route: Route, tls: ssl.SSLContext) -> int:
    path = route.path.replace("{id}", "0" * 32)
    query = {"wait": "0"} if route.method == "GET" else {}
    async with (
        aiohttp.ClientSession() as session,
        session.request(route.method, url + path, params=query, data=b"x", ssl=tls) as response,
    ):
        return response.status


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_every_route_lets_in_whom_the_table_names_and_nobody_else(office: Office, route: Route) -> None:
    for name, kind in VISITORS.items():
        found = await status(office.url, route, tls_of(office, name))
        assert (found in REACHED) == (kind in route.may), f"{name}: {found}"
        assert found == 403 or kind in route.may


async def test_without_a_certificate_or_with_anothers_no_route_answers(office: Office, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Office(tmp_path / "other")
    foreign = ssl.create_default_context(cafile=office.keys / "ca.pem")
    pair = other.person_pair("commander-lan")
    foreign.load_cert_chain(pair.cert, pair.key)
    for route, tls in itertools.product(ROUTES, (tls_of(office, None), foreign)):
        with pytest.raises((aiohttp.ClientError, ssl.SSLError)):
            await status(office.url, route, tls)
    await other.database.close()


async def test_the_door_of_enrolment_has_its_own_four_routes_and_no_other(office: Office) -> None:
    tls = tls_of(office, None)
    for route in OPEN_ROUTES:
        assert await status(office.enrolment, route, tls) in {200, 400, 403, 404}
    for route in (*ROUTES, Route("POST", "/v1/events", frozenset()), Route("GET", "/v1/status", frozenset())):
        assert await status(office.enrolment, route, tls) == 404
    for route in OPEN_ROUTES:
        assert await status(office.url, route, tls_of(office, "province")) in {404, 405}


async def test_a_box_gets_its_own_commands_alone(office: Office) -> None:
    await office.order(UpdateOffer(version="1.0", url="https://a.example", sha256="0" * 64))
    for name in ("box-thuong-giang-1", "box-thuong-giang-2", "box-khac-1"):
        async with (
            aiohttp.ClientSession() as session,
            session.get(
                f"{office.url}/v1/commands?after=0&wait=0&source={SOURCE}", ssl=tls_of(office, name)
            ) as response,
        ):
            answer = await response.json()
        mine = visitor_of({"subject": ((("commonName", name),),)}).box == SOURCE
        assert bool(answer["commands"]) == mine


async def test_a_box_of_the_old_epoch_is_refused_at_every_door_that_it_had(office: Office, tmp_path: Path) -> None:
    old, new = Box(tmp_path / "old", office), Box(tmp_path / "new", office)
    await old.enrol()
    await new.enrol()
    context = ssl.create_default_context(cafile=office.keys / "ca.pem")
    context.load_cert_chain(old.files.pair)
    for route in (*ROUTES, Route("POST", "/v1/events", frozenset()), Route("GET", "/v1/status", frozenset())):
        assert await status(office.url, route, context) == 403
