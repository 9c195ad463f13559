"""The table of doors against the pages themselves; `./run prove 6` tries each door of a running box."""

import tempfile
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from edge.core.policy.rights import Role
from hil.prove.people.doors import DOORS, LAST, roles_of
from hil.prove.people.openapi import document_of
from hil.prove.people.routes_of import Route, filled, routes_of
from hil.prove.people.things import samples
from tests.web.stage import settings_in
from tests.web.visitor import Visitor
from web.app import create_app

NAMED = samples(1_790_000_000_000)


def all_routes() -> list[Route]:
    with tempfile.TemporaryDirectory() as folder:
        return routes_of(create_app(settings_in(Path(folder))))


ROUTES = [route for route in all_routes() if route.endpoint in DOORS]
GUARDED = [route for route in ROUTES if DOORS[route.endpoint] != "anyone"]


def test_every_route_has_a_row_in_the_table_of_doors() -> None:
    bare = [
        f"{one.method} {one.rule} ({one.endpoint})" for one in all_routes() if one.endpoint not in {**DOORS, **LAST}
    ]
    assert not bare, "add to hil/prove/people/doors.py who may go through"


def test_no_door_is_open_to_nobody_by_mistake() -> None:
    assert all(roles_of(route.endpoint) for route in ROUTES)


def test_nobody_gets_the_log_in_page_or_401(app: Flask) -> None:
    visitor, wrong = Visitor(app), []
    for route in GUARDED:
        answer = _ask(visitor, route, {})
        led = answer.status_code == 302 and answer.location.startswith("/login")
        if not led and answer.status_code != 401:
            wrong.append(f"{route.method} {route.rule}: {answer.status_code}")
    assert not wrong


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.WALL}))
def test_a_role_opens_its_own_doors_and_no_other(app: Flask, role: str) -> None:
    visitor, wrong = Visitor(app, role), []
    for route in GUARDED:
        answer = _ask(visitor, route, filled(route.body, NAMED))
        shut = answer.status_code == 403 or (role == Role.OFFICIAL and answer.location == "/dt/")
        if shut == (Role(role) in roles_of(route.endpoint)) or answer.status_code == 401:
            wrong.append(f"{route.method} {route.rule}: {answer.status_code}")
    assert not wrong


def _ask(visitor: Visitor, route: Route, body: dict[str, object]) -> TestResponse:
    path = f"{route.path(NAMED)}?{urlencode(filled(route.query, NAMED))}"
    if route.method == "GET":
        return visitor.get(path)
    return visitor.client.open(path, method=route.method, json=body, headers={"X-CSRF": visitor.csrf})


def test_the_document_for_the_generator_names_every_route() -> None:
    paths = document_of(ROUTES)["paths"]
    assert sum(map(len, paths.values())) == len(ROUTES)
