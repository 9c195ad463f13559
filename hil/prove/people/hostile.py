"""Link ``hostile``: ten thousand hostile inputs to every door of a running box, then its pages in a real browser.

Schemathesis makes bodies, queries and addresses from what each route reads, right ones and wrong ones. A part names
things that exist and carries texts that would be scripts to a careless page. Whoever asks may go through the door:
behind it lies what could break. Nothing may answer 5xx, and no text that was kept may run or try to.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Err

from edge.core.policy.rights import Role
from hil.links import Figure, Link
from hil.prove.people.doors import LAST, roles_of
from hil.prove.people.hostile_pages import look_for_scripts
from hil.prove.people.hostile_texts import poisoned
from hil.prove.people.openapi import document_of
from hil.prove.people.routes import NOBODY, everybody, running_box
from hil.prove.people.routes_of import Route, filled, routes_of
from hil.prove.people.things import things
from hil.visitors import Visitor
from web.app import create_app
from web.settings import WebSettings

INPUTS = 10_000
LEAST_SUCCESS = 0.30
A_ROUND = 24
SLOW: Mapping[str, int] = {"records.make_report": 1, "reports.make": 1, "talk.begin": 3, "bank.say": 4}
"""A child of the supervisor works for seconds on each: so many a round."""
_FIRST_ASKED = (Role.LEADER, Role.OPERATOR, Role.TECHNICIAN, Role.DUTY, Role.OFFICIAL, Role.ADMIN)


@dataclass(slots=True)
class Told:
    """Answers by status; ``broken`` are the inputs that got 5xx or no answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    by_door: dict[str, Counter[int]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def of(self, hundred: int) -> int:
        """How many answers of 2xx, 3xx, 4xx, 5xx."""
        return sum(n for status, n in self.statuses.items() if status // 100 == hundred)

    @property
    def success(self) -> float:
        """The share of 2xx and 3xx."""
        return (self.of(2) + self.of(3)) / max(1, self.statuses.total())


def hostile(inputs: int = INPUTS) -> Link:
    """No 5xx, at least three of ten reach what the door is for, and no stored text runs in a browser."""
    with running_box() as commune:
        app = create_app(WebSettings.load(commune.layout.data / "run" / "web.json"))
        visitors = everybody(commune)
        told = attack(routes_of(app), visitors, inputs)
        seen = look_for_scripts(commune)
    never = [door for door, statuses in told.by_door.items() if not any(status < 400 for status in statuses)]
    figures: dict[str, Figure] = {
        "hostile_inputs": told.statuses.total(),
        "hostile_doors": len(told.by_door),
        "hostile_5xx": told.of(5),
        "hostile_no_answer": len(told.broken) - told.of(5),
        "hostile_success": round(told.success, 3),
        "hostile_never_granted": ", ".join(sorted(never))[:600],
        **seen.figures,
    }
    whole = told.statuses.total() >= inputs and not told.broken and told.success >= LEAST_SUCCESS
    return Link("hostile", whole and seen.ok, figures, "; ".join([*told.broken[:4], *seen.notes[:3]])[:900])


def attack(found: list[Route], visitors: Mapping[str, Visitor], inputs: int) -> Told:
    """Round after round, every door each time, until there were so many inputs."""
    told = Told()
    named = things(visitors[Role.LEADER])
    doors = {(route.method, route.rule): route for route in found if route.endpoint not in LAST}
    operations = [_ok(one) for one in schemathesis.openapi.from_dict(document_of(doors.values())).get_all_operations()]
    numbers = count()
    for turn in count():
        for operation in operations:
            route = doors[(operation.method.upper(), operation.definition.raw["x-rule"])]
            visitor = _who_may(route, visitors)
            mode = GenerationMode.NEGATIVE if turn % 4 == 3 else GenerationMode.POSITIVE
            for case in _cases(operation, mode, SLOW.get(route.endpoint, A_ROUND), turn):
                _ask(visitor, route, case, named, next(numbers), told)
            if told.statuses.total() >= inputs:
                return told
    raise AssertionError("rounds never end")


def _ok(found: Any) -> Any:
    if isinstance(found, Err):
        raise found.err()
    return found.ok()


def _who_may(route: Route, visitors: Mapping[str, Visitor]) -> Visitor:
    may = roles_of(route.endpoint)
    return next((visitors[role] for role in _FIRST_ASKED if role in may and role in visitors), visitors[NOBODY])


def _cases(operation: Any, mode: GenerationMode, most: int, turn: int) -> Iterator[Any]:
    """So many cases, made before any is sent: a generator must not wait for a box.

    A door that takes nothing has no wrong ones.
    """
    made: list[Any] = []
    wanted = settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    strategy = operation.as_strategy(generation_mode=mode)
    with contextlib.suppress(Unsatisfiable):
        seed(turn)(wanted(given(case=strategy)(lambda case: made.append(case))))()
    return iter(made)


def _ask(visitor: Visitor, route: Route, case: Any, named: Mapping[str, Any], number: int, told: Told) -> None:
    parts, query, body = _input(route, case, named, number)
    path = route.path({name: quote(str(value), safe="%/") for name, value in parts.items()})
    data, headers = _body(body, number), {"X-CSRF": visitor.csrf, "Content-Type": "application/json"}
    label = f"{route.method} {route.rule}"
    try:
        answer = visitor.ask(route.method, path, params=query, data=data, headers=headers)
    except requests.RequestException as error:
        told.broken.append(f"{label}: {type(error).__name__} {path[:80]} {data[:80]!r}")
        return
    told.statuses[answer.status_code] += 1
    told.by_door.setdefault(label, Counter())[answer.status_code] += 1
    if answer.status_code >= 500:
        told.broken.append(f"{label}: {answer.status_code} {answer.text[:120]} {path[:80]} {data[:200]!r}")


def _input(route: Route, case: Any, named: Mapping[str, Any], number: int) -> tuple[dict[str, Any], Any, Any]:
    """Of four inputs one is as it was made, one names what exists, and two carry poison beside what exists."""
    parts, query = dict(case.path_parameters or {}), dict(case.query or {})
    body = case.body if route.body else None
    kind = number % 4
    if kind == 0:
        return parts, query, body
    known = {name: named[name] for name in parts if name in named}
    if kind == 1 and isinstance(body, dict):
        return {**parts, **known}, query, {**body, **filled(route.body, named)}
    if kind == 1:
        return {**parts, **known}, filled(route.query, named), body
    return {**parts, **known}, filled(route.query, named), poisoned(filled(route.body, named), number)


def _body(value: Any, number: int) -> bytes:
    if value is None:
        return b""
    if number % 41 == 0:
        return b"\xff\xfe{" * (number % 7)
    return json.dumps(value, default=str).encode()
