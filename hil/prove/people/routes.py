"""Link ``routes``: every door of the pages, tried by every role, by a wall and by nobody.

Whoever may go through gets an answer, whoever may not gets 403 (an official who strays to a page is led to his own),
and who is nobody gets 401 or the log-in page. The routes are read off the application, the roles off a table.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from edge.core.policy.rights import Role
from hil.commune import Commune
from hil.harness import NotReadyError
from hil.lan import Lan
from hil.links import Figure, Link
from hil.prove.people.doors import DOORS, LAST, PHONE_ONLY, roles_of
from hil.prove.people.routes_of import Route, filled, routes_of
from hil.prove.people.things import things
from hil.visitors import Visitor
from web.app import create_app
from web.settings import WebSettings

LEAST_GRANTED = 0.6
"""Of those that are let in, so many get what they came for; the others ask for a thing that this commune has not."""
NOBODY = "nobody"
SHUT, LOGIN = 403, 401


@dataclass(slots=True)
class Tried:
    """What came of all visits; ``wrong`` are sentences."""

    visits: int = 0
    granted: int = 0
    let_in: int = 0
    without_row: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    absent: Counter[str] = field(default_factory=Counter)


def routes() -> Link:
    """Walk the route table of a running commune."""
    with running_box() as commune:
        settings = WebSettings.load(commune.layout.data / "run" / "web.json")
        tried = try_all(routes_of(create_app(settings)), everybody(commune))
    figures: dict[str, Figure] = {
        "routes": len(DOORS) + len(LAST),
        "visits": tried.visits,
        "routes_without_row": len(tried.without_row),
        "routes_wrong": len(tried.wrong),
        "let_in": tried.let_in,
        "granted": round(tried.granted / max(1, tried.let_in), 3),
        "asked_for_what_is_not_there": ", ".join(sorted(tried.absent))[:800],
    }
    ok = not tried.wrong and not tried.without_row and tried.granted >= LEAST_GRANTED * tried.let_in
    return Link("routes", ok, figures, "; ".join([*tried.without_row, *tried.wrong])[:2000])


@contextmanager
def running_box() -> Iterator[Commune]:
    """A commune without cameras behind its door, all horns awake."""
    if why := Lan.why_not():
        raise NotReadyError(why)
    with (
        tempfile.TemporaryDirectory(prefix="molang-") as name,
        Lan(Path(name) / "lan") as lan,
        Commune(Path(name) / "xa", (), web_port=0, live_port=0, lan=lan) as commune,
    ):
        commune.wait_for_horns()
        yield commune


def everybody(commune: Commune) -> dict[str, Visitor]:
    """A visitor of each role, a wall, and nobody."""
    base = f"http://127.0.0.1:{commune.ports.web}"
    people = {role: Visitor.log_in(base, role, password) for role, password in commune.access.passwords.items()}
    return {**people, Role.WALL: Visitor.wall(base, commune.access.wall_token), NOBODY: Visitor.stranger(base)}


def try_all(found: list[Route], visitors: Mapping[str, Visitor]) -> Tried:
    """Every route by every visitor, those that end a session after all others."""
    tried = Tried()
    named = things(visitors[Role.LEADER])
    for route in sorted(found, key=lambda one: one.endpoint in LAST):
        if route.endpoint not in DOORS and route.endpoint not in LAST:
            tried.without_row.append(f"{route.method} {route.rule} ({route.endpoint}) has no row in doors.py")
            continue
        for who, visitor in visitors.items():
            if route.endpoint not in LAST or who == NOBODY:
                _note(tried, route, who, _visit(visitor, route, named))
    return tried


def _visit(visitor: Visitor, route: Route, named: Mapping[str, Any]) -> requests.Response:
    path = route.path(named)
    query = filled(route.query, named)
    if route.method == "GET":
        return visitor.get(path, query)
    return visitor.post(path, filled(route.body, named), query, method=route.method)


def _note(tried: Tried, route: Route, who: str, answer: requests.Response) -> None:
    tried.visits += 1
    status, label = answer.status_code, f"{who}: {route.method} {route.rule}: {answer.status_code}"
    if route.endpoint in LAST:
        tried.wrong += [label] if status >= 500 else []
        return
    may = who != NOBODY and Role(who) in roles_of(route.endpoint)
    if may or roles_of(route.endpoint) == frozenset(Role) and _is_open(route):
        _note_let_in(tried, route, label, answer)
    elif not _is_shut(who, answer):
        tried.wrong.append(label)


def _note_let_in(tried: Tried, route: Route, label: str, answer: requests.Response) -> None:
    tried.let_in += 1
    tried.granted += answer.status_code < 400
    if answer.status_code in (LOGIN, SHUT) or answer.status_code >= 500 or _leads_away(route, answer):
        tried.wrong.append(label)
    elif answer.status_code >= 400:
        tried.absent[f"{route.endpoint} {answer.status_code}"] += 1


def _leads_away(route: Route, answer: requests.Response) -> bool:
    """To the log-in page, or an official to his own page from one that he may open."""
    led = answer.headers.get("Location", "") == "/dt/" and route.endpoint != "phone.short_way"
    return led or _leads_to_login(answer)


def _is_open(route: Route) -> bool:
    return DOORS[route.endpoint] == "anyone"


def _is_shut(who: str, answer: requests.Response) -> bool:
    if who in (NOBODY, Role.WALL):  # a wall is nobody wherever a person is wanted
        return answer.status_code == LOGIN or _leads_to_login(answer)
    led = who in PHONE_ONLY and answer.headers.get("Location", "") == "/dt/"
    return answer.status_code == SHUT or led


def _leads_to_login(answer: requests.Response) -> bool:
    return answer.status_code in (302, 303) and answer.headers.get("Location", "").startswith("/login")
